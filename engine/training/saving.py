"""Saving and loading networks, so that a kill in the middle leaves the earlier file whole.

Keras writes ``.keras`` files in place; killed in the middle it leaves a broken archive where a good
one was.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import keras

from engine.errors import Problem
from engine.run.files import PRIVATE_FILE, sync_folder


def save_model(model: keras.Model, path: Path) -> None:
    """Write a network aside and put it in the place of ``path``."""
    # Keras insists on the ending.
    aside = path.with_name(f".{path.stem}.{os.getpid()}.keras")
    try:
        model.save(aside)
        aside.chmod(PRIVATE_FILE)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def load_model(path: Path) -> keras.Model:
    """Read a network; code in the file is never run.

    Raises:
        Problem: It is missing or cannot be read.
    """
    if not path.is_file():
        raise Problem(f"There is no network {path.name} in {path.parent.name} (yet).", "")
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        first = str(error).strip().partition("\n")[0]
        raise Problem(f"{path.name} of {path.parent.name} cannot be read: {first}") from error


def layer_facts(model: keras.Model, most: int) -> dict[str, Any]:
    """Return what a :class:`~engine.run.records.Described` says of a network and its layers.

    Args:
        model: Built.
        most: Of how many layers.

    Returns:
        ``parameters``, ``trainable``, ``layers`` (kind, output shape such as ``(None, 32)``, number
        of weights), ``layer_names`` and ``layer_trainable``.
    """
    layers = model.layers[:most]
    return {
        "parameters": model.count_params(),
        "trainable": _trained(model),
        "layers": [
            (type(layer).__name__, str(layer.output.shape), layer.count_params())
            for layer in layers
        ],
        "layer_names": [str(layer.name) for layer in layers],
        "layer_trainable": [_trained(layer) for layer in layers],
    }


def _trained(layer: keras.Layer) -> int:
    return sum(math.prod(weight.shape) for weight in layer.trainable_weights)

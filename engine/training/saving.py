"""Saving and loading networks, so that a kill in the middle leaves the earlier file whole.

Keras writes ``.keras`` files in place; killed in the middle it leaves a broken archive where a good
one was.
"""

from __future__ import annotations

import os
from pathlib import Path

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


def layer_table(model: keras.Model) -> list[tuple[str, str, int]]:
    """Return each layer's kind, output shape such as ``(None, 32)``, and number of weights."""
    return [
        (type(layer).__name__, str(layer.output.shape), layer.count_params())
        for layer in model.layers
    ]

"""Handwritten digits: MNIST, a built-in stand-in, or a folder of pictures of one's own.

Every loader takes the same arguments and returns :class:`engine.data.pictures.Pictures`, grey.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine.data.examples import as_path
from engine.data.fetch import sha256_of
from engine.data.picture_folder import read_folder
from engine.data.pictures import GREY, Pictures
from engine.errors import Problem

FILE = "mnist.npz"
SIDE = 28
"""Of an MNIST picture, in pixels."""

BOX = 20
"""Side of the box into which MNIST's digits were fitted, in the middle of the picture."""

TRAIN, TEST = 60_000, 10_000
DIGITS = tuple("0123456789")

_ARRAYS: dict[str, tuple[int, ...]] = {
    "x_train": (TRAIN, SIDE, SIDE),
    "y_train": (TRAIN,),
    "x_test": (TEST, SIDE, SIDE),
    "y_test": (TEST,),
}


def official(
    *, files: Mapping[str, Path], path: Path | None, target: str, settings: Mapping[str, Any]
) -> Pictures:
    """Read MNIST (Y. LeCun, C. Cortes, C. Burges, 1998): 70,000 digits, 28 x 28, light on dark.

    The first 60,000 rows are the training pictures, the rest the test pictures.

    Args:
        files: Where :data:`FILE` lies, as Keras distributes it.
        path: Not used.
        target: Not used.
        settings: Not used.

    Raises:
        Problem: The file is another one, or damaged. It stays where it is.
    """
    file = files[FILE]
    pixels = np.empty((TRAIN + TEST, SIDE, SIDE, GREY), np.uint8)
    labels = np.empty(TRAIN + TEST, np.int64)
    try:
        arrays = np.load(file, allow_pickle=False)
        if not isinstance(arrays, np.lib.npyio.NpzFile):
            raise _another(file, "a single array")
        with arrays:
            for name, shape in _ARRAYS.items():
                rows = slice(0, TRAIN) if name.endswith("train") else slice(TRAIN, None)
                array = _array(file, arrays, name, shape)
                if name.startswith("x"):
                    pixels[rows, :, :, 0] = array
                else:
                    labels[rows] = array
        digest = sha256_of(file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        why = getattr(error, "strerror", None) or "it is cut short, damaged, or no .npz file"
        raise Problem(f"{file} cannot be read: {why}.", _REMEDY) from error
    if labels.min() < 0 or labels.max() > 9:
        raise _another(file, f"labels from {labels.min()} to {labels.max()}")
    return Pictures(
        labels=labels,
        classes=DIGITS,
        origin=f"MNIST, {len(labels):,} pictures",
        sha256=digest,
        given={"train": np.arange(TRAIN), "test": np.arange(TRAIN, TRAIN + TEST)},
        pixels=pixels,
        described=[("originals", f"{SIDE} x {SIDE} pixels"), ("colours", "grey, light on dark")],
    )


def sample(
    *, files: Mapping[str, Path], path: Path | None, target: str, settings: Mapping[str, Any]
) -> Pictures:
    """Return scikit-learn's digits, brought to MNIST's form: real data, no network needed.

    They are the test part of E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten
    Digits (UCI): 1,797 digits of 8 x 8 pixels with 17 levels. Each is enlarged to the box that
    MNIST's digits fill, in the middle of 28 x 28 pixels.

    Args:
        files: Not used.
        path: Not used.
        target: Not used.
        settings: Not used.
    """
    from sklearn.datasets import load_digits  # two seconds that the other sources do not need

    loaded = load_digits()
    coarse = np.rint(loaded.images * (255 / 16)).astype(np.uint8)
    rows, margin = len(coarse), (SIDE - BOX) // 2
    pixels = np.zeros((rows, SIDE, SIDE, GREY), np.uint8)
    for row, each in enumerate(coarse):
        enlarged = Image.fromarray(each).resize((BOX, BOX), Image.Resampling.BICUBIC)
        pixels[row, margin : margin + BOX, margin : margin + BOX, 0] = np.asarray(enlarged)
    labels = loaded.target.astype(np.int64)
    return Pictures(
        labels=labels,
        classes=DIGITS,
        origin=f"scikit-learn's digits, {rows:,} pictures",
        sha256=hashlib.sha256(pixels.tobytes() + labels.tobytes()).hexdigest(),
        notes=[
            "A stand-in for MNIST: other writers, fewer and coarser pictures (8 x 8 enlarged), "
            "figures not to be compared."
        ],
        pixels=pixels,
        described=[("originals", "8 x 8 pixels"), ("colours", "grey, 17 levels, light on dark")],
    )


def own(
    *, files: Mapping[str, Path], path: Path | None, target: str, settings: Mapping[str, Any]
) -> Pictures:
    """Read a person's own folder of pictures by class, as grey ones.

    Args:
        files: Not used.
        path: The folder.
        target: Not used: folders are the classes.
        settings: ``size``, the side in pixels; MNIST's by default.

    Raises:
        Problem: It is missing, or is no such folder.
    """
    side = int(settings.get("size", SIDE))
    return read_folder(as_path(path, "--data my_pictures/"), side, side, GREY)


_REMEDY = "Move it away so that the published file can be fetched."


def _array(
    file: Path, arrays: np.lib.npyio.NpzFile, name: str, shape: tuple[int, ...]
) -> np.ndarray:
    """Return an array of the file, checked."""
    if name not in arrays:
        raise _another(file, f"no array {name!r}")
    array = arrays[name]
    if array.shape != shape or array.dtype != np.uint8:
        raise _another(file, f"{name} of shape {array.shape} and type {array.dtype}")
    return array


def _another(file: Path, found: str) -> Problem:
    return Problem(
        f"{file} is not MNIST: expected x_train, y_train, x_test and y_test as Keras has them, "
        f"found {found}.",
        _REMEDY,
    )

"""``predictions.npz``: what a classifier said about every row, for figures asked for later.

A NumPy archive without pickled objects. Its content: ``classes`` (names) and, for each part,
``PART_probabilities`` (float32, rows by classes), ``PART_labels`` and ``PART_rows`` (int64).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import Problem
from engine.run.files import replace
from engine.run.folder import RunFolder

PARTS = ("val", "test")
"""The parts that are kept."""


class Predictions(NamedTuple):
    """What was said about the rows of one part."""

    probabilities: NDArray[np.float32]
    """``(rows, classes)``."""
    labels: NDArray[np.int64]
    """The actual classes, ``(rows,)``."""
    rows: NDArray[np.int64]
    """Positions in the data, ``(rows,)``."""


def write_predictions(
    folder: RunFolder, classes: Sequence[str], parts: Mapping[str, Predictions]
) -> None:
    """Put a run's predictions in place, whole or not at all.

    Args:
        folder: The run.
        classes: Names, in the order of the probabilities.
        parts: By name of the part (:data:`PARTS`).
    """
    arrays: dict[str, NDArray[np.generic]] = {"classes": np.array(list(classes), dtype=np.str_)}
    for part, (probabilities, labels, rows) in parts.items():
        arrays[f"{part}_probabilities"] = np.asarray(probabilities, np.float32)
        arrays[f"{part}_labels"] = np.asarray(labels, np.int64)
        arrays[f"{part}_rows"] = np.asarray(rows, np.int64)
    content = io.BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]
    replace(folder.predictions, content.getvalue())


def read_predictions(folder: RunFolder, part: str) -> tuple[list[str], Predictions]:
    """Return the names of the classes and what was said about a part.

    Raises:
        Problem: There are no predictions, or none of this part, or they are damaged.
    """
    try:
        with np.load(folder.predictions, allow_pickle=False) as archive:
            there = [each for each in PARTS if f"{each}_labels" in archive]
            if there and part not in there:
                raise Problem(
                    f"The run {folder.name} has kept no predictions for the part {part!r}.",
                    f"There are some for {' and '.join(there)}.",
                )
            classes = [str(name) for name in archive["classes"]]
            found = Predictions(
                archive[f"{part}_probabilities"],
                archive[f"{part}_labels"],
                archive[f"{part}_rows"],
            )
    except FileNotFoundError:
        raise Problem(
            f"The run {folder.name} has kept no predictions (yet).",
            "They are written with its report, when training ends.",
        ) from None
    # What a torn or foreign archive raises depends on where it is torn.
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, NotImplementedError):
        raise _damaged(folder) from None
    rows = len(found.labels) if found.labels.ndim == 1 else -1
    fits = found.probabilities.shape == (rows, len(classes)) and found.rows.shape == (rows,)
    kinds = (found.probabilities.dtype.kind, found.labels.dtype.kind, found.rows.dtype.kind)
    if not fits or kinds != ("f", "i", "i"):
        raise _damaged(folder)
    if rows and not 0 <= int(found.labels.min()) <= int(found.labels.max()) < len(classes):
        raise _damaged(folder)
    return classes, found


def _damaged(folder: RunFolder) -> Problem:
    return Problem(f"The predictions of {folder.name} are damaged.", "Train it anew.")

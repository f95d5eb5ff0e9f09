"""A CSV, Parquet or JSON lines file of texts and their classes, read into numbers of words."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.class_folders import natural_key
from engine.data.columns import shown
from engine.data.examples import check_classes
from engine.data.text_cells import as_label, as_text
from engine.data.text_columns import HINTS, PART_NAME, choose_columns
from engine.data.text_rows import Rows, open_rows
from engine.data.texts import Gathered, Texts
from engine.errors import Problem

MOST_CLASSES = 1000
"""More different values than this are no classes."""

_PARTS = {
    "train": 1, "training": 1, "val": 2, "valid": 2, "validation": 2, "dev": 2, "test": 3,
}  # fmt: skip
"""How a column says which part a row is set apart for, in lower case."""


def read_table(path: Path, target: str = "") -> Texts:
    """Read a table of texts, row by row.

    Args:
        path: CSV (also inside gzip), Parquet or JSON lines.
        target: The column of classes; found by its name if empty.

    Raises:
        Problem: It cannot be read, has no such columns, or fewer than two classes.
    """
    rows = open_rows(path, [*HINTS, target] if target else HINTS)
    chosen = choose_columns(path.name, rows.names, rows.first(), target, labelled=True)
    assert chosen.label is not None
    reading = _Reading(rows, chosen.label)
    wanted = [chosen.text, chosen.label, *([chosen.part] if chosen.part else [])]
    for place, cells in rows.cells(wanted):
        reading.read(place, *cells)
    if not reading.seen:
        raise Problem(f"{path.name} has a header and no rows.", "Name a file with rows.")
    classes = sorted(reading.classes, key=_order)
    ranks = np.array([classes.index(name) for name in reading.classes], np.int64)
    labels = ranks[np.frombuffer(reading.labels, np.int32)] if reading.labels else ranks[:0]
    counts = np.bincount(labels, minlength=len(classes)).tolist()
    check_classes(dict(zip(classes, counts, strict=True)), f"column {chosen.label!r}")
    _check_labels(path, chosen.label, classes, len(labels))
    given, note = _given(np.frombuffer(reading.parts, np.int8), labels, len(classes))
    notes = [
        f"Texts from column {chosen.text!r}, classes from column {chosen.label!r}.",
        *rows.notes,
        *reading.notes(),
    ]
    unit, places = rows.unit, reading.places
    return Texts(
        labels=labels,
        classes=tuple(classes),
        origin=f"{path.name}, {len(labels):,} texts",
        sha256=rows.sha256,
        notes=[*notes, note] if note and chosen.part else notes,
        given=given if chosen.part else {},
        place=lambda row: f"{unit} {places[row]}",
        described=[("encoding", rows.encoding)],
        **reading.gathered.arrays(),
    )


class _Reading:
    """Rows on their way into an array, and what is noticed about them."""

    def __init__(self, rows: Rows, label: str) -> None:
        self.gathered = Gathered()
        self.classes: dict[str, int] = {}
        self.labels = array("i")
        self.parts = array("b")
        self.places = array("q")
        self.seen = 0
        self._rows = rows
        self._label = label
        self._without: dict[str, list[int]] = {}

    def read(self, place: int, text: Any, label: Any, part: Any = None) -> None:
        """Take one row in, or count why it cannot be."""
        self.seen += 1
        name = as_label(label)
        if not name:
            self._without.setdefault("a class", []).append(place)
            return
        number = self.classes.setdefault(name, len(self.classes))
        if number > MOST_CLASSES:
            raise Problem(
                f"Column {self._label!r} of {self._rows.path.name} has more than "
                f"{MOST_CLASSES:,} different values, such as {shown(name)}: these are no classes.",
                "Name another column as the target (--target NAME).",
            )
        try:
            written = as_text(text)
        except Problem as problem:
            where = f"{self._rows.path.name}, {self._rows.unit} {place}"
            raise Problem(f"{where}: {problem.what}", problem.remedy) from problem
        if not written:
            self._without.setdefault("a text", []).append(place)
        elif not self.gathered.add(written):
            self._without.setdefault("a word in it", []).append(place)
        else:
            self.labels.append(number)
            self.places.append(place)
            self.parts.append(_PARTS.get(str(part).strip().lower(), 0))

    def notes(self) -> list[str]:
        """Say what was left out."""
        notes = []
        for what, places in self._without.items():
            first = ", ".join(map(str, places[:5])) + (" ..." if len(places) > 5 else "")
            count = "1 row" if len(places) == 1 else f"{len(places):,} rows"
            notes.append(f"{count} without {what} left out: {self._rows.unit} {first}.")
        return notes


def _order(name: str) -> tuple[int, float, tuple[list[str | int], str]]:
    """Return what classes are sorted by: numbers first, by size."""
    try:
        return 0, float(name), natural_key(name)
    except ValueError:
        return 1, 0.0, natural_key(name)


def _check_labels(path: Path, label: str, classes: list[str], rows: int) -> None:
    if len(classes) > 20 and len(classes) > rows / 4:
        raise Problem(
            f"Column {label!r} of {path.name} has {len(classes):,} different values in {rows:,} "
            f"rows, such as {shown(classes[0])}: these are no classes.",
            "Name another column as the target (--target NAME).",
        )


def _given(
    parts: np.ndarray, labels: np.ndarray, classes: int
) -> tuple[Mapping[str, np.ndarray], str]:
    """Return the rows set apart for each part, or why they are not."""
    given = {
        name: np.flatnonzero(parts == number)
        for name, number in (("train", 1), ("val", 2), ("test", 3))
    }
    if not given["val"].size:
        del given["val"]
    if (parts == 0).any() or not (given["train"].size and given["test"].size):
        return {}, (
            f"Column {PART_NAME!r} does not say train, test or val everywhere, with some of both "
            "train and test: it is not heeded."
        )
    if np.bincount(labels[given["train"]], minlength=classes).min() == 0:
        return {}, f"Column {PART_NAME!r} leaves a class without a training row: it is not heeded."
    return given, f"Parts from column {PART_NAME!r}."

"""A folder of texts, one folder a class, read into numbers of words."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np

from engine.data.class_folders import Layout, as_name, check_parts, look_into
from engine.data.examples import listed
from engine.data.text_files import LATIN, AnySuffix, UnreadableError, decode, read_bytes
from engine.data.texts import Gathered, Texts

_UNLABELLED = "unsup"
"""What the published film reviews call the folder of those without a class."""


def read_folder(path: Path) -> Texts:
    """Read a folder of texts, one folder a class, perhaps within ``train/`` and ``test/``.

    A file is one text, whatever it is called. Files are read one at a time and not kept.

    Args:
        path: The folder.

    Raises:
        Problem: It has another layout, or fewer than two classes with a text that can be read.
    """
    layout = look_into(path, AnySuffix(), "texts")
    without = _leave_out_unlabelled(layout)
    reading = _Reading(layout)
    given = {}
    for part, classes in layout.parts.items():
        begin = len(reading.names)
        for name, files in classes.items():
            for file in files:
                reading.read(file, layout.classes.index(name))
        if part:
            given[part] = np.arange(begin, len(reading.names))
    labels = np.array(reading.labels, np.int64)
    check_parts(layout, labels, given, "text")
    names = reading.names
    return Texts(
        labels=labels,
        classes=layout.classes,
        origin=f"{as_name(path.resolve().name)}, {_texts(len(labels))}",
        sha256=reading.digest.hexdigest(),
        notes=[*without, *_notes(layout, reading)],
        given=given,
        unreadable=[name for name, _ in reading.unreadable],
        place=names.__getitem__,
        described=[("encoding", reading.encoding())],
        **reading.gathered.arrays(),
    )


class _Reading:
    """Files on their way into an array, and what is noticed about them."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.gathered = Gathered()
        self.labels: list[int] = []
        self.names: list[str] = []
        self.unreadable = [(name, "may not be entered") for name in layout.closed]
        self.latin: list[str] = []
        self.digest = hashlib.sha256()
        self._encodings: Counter[str] = Counter()

    def read(self, file: Path, label: int) -> None:
        """Take one file in, or note why it cannot be read."""
        name = self.layout.name_of(file)
        try:
            raw = read_bytes(file)
            text, encoding = decode(raw)
            if not self.gathered.add(text):
                raise UnreadableError("no word in it")
        except UnreadableError as error:
            self.unreadable.append((name, str(error)))
            return
        self.digest.update(name.encode() + b"\0" + hashlib.sha256(raw).digest())
        if encoding == LATIN:
            self.latin.append(name)
        self._encodings[encoding] += 1
        self.names.append(name)
        self.labels.append(label)

    def encoding(self) -> str:
        """Return how many files have which encoding."""
        counts = self._encodings.most_common()
        if len(counts) == 1:
            return counts[0][0]
        return ", ".join(f"{count:,} {name}" for name, count in counts)


def _leave_out_unlabelled(layout: Layout) -> list[str]:
    """Take the folder of texts without a class out of the training part; say so."""
    train = layout.parts.get("train", {})
    files = train.get(_UNLABELLED)
    if not files or len(train) < 3 or layout.parts["test"].get(_UNLABELLED):
        return []
    del train[_UNLABELLED]
    layout.classes = tuple(name for name in layout.classes if name != _UNLABELLED)
    return [f"{_texts(len(files))} without a class left out: train/{_UNLABELLED}."]


def _notes(layout: Layout, reading: _Reading) -> list[str]:
    notes = []
    if reading.unreadable:
        told = listed(f"{name} ({why})" for name, why in reading.unreadable)
        notes.append(f"{_texts(len(reading.unreadable))} could not be read: {told}.")
    if reading.latin:
        notes.append(
            f"{_texts(len(reading.latin))} not in UTF-8, read as Latin-1: {listed(reading.latin)}."
        )
    if layout.loose:
        count = len(layout.loose)
        files = "1 file" if count == 1 else f"{count:,} files"
        notes.append(f"{files} in no folder of a class left out: {listed(layout.loose)}.")
    return notes


def _texts(count: int) -> str:
    return "1 text" if count == 1 else f"{count:,} texts"

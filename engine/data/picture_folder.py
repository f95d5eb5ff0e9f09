"""A folder of pictures, one folder a class, read into one array.

What it promises: files are decoded one at a time into an array that was made for all of them, so
that there is never a second copy; what cannot be read is left out, counted and named; and before
anything is read it is found out whether all of it will fit into memory.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np

from engine.data.class_folders import Layout, as_name, check_parts, look_into
from engine.data.examples import listed
from engine.data.picture_files import SUFFIXES, UnreadableError, read_picture
from engine.data.pictures import FLAT, Pictures, summary
from engine.devices.host import Host
from engine.errors import Problem


def read_folder(path: Path, height: int, width: int, channels: int) -> Pictures:
    """Read a folder of pictures, one folder a class, perhaps within ``train/`` and ``test/``.

    Args:
        path: The folder.
        height: To which each is brought, in pixels; see :mod:`engine.data.picture_files`.
        width: To which each is brought, in pixels.
        channels: 1 for grey, 3 for colour.

    Raises:
        Problem: It has another layout, would not fit into memory, or fewer than two classes with a
            picture that can be read.
    """
    layout = look_into(path, SUFFIXES, "pictures")
    _check_memory(layout.files, height, width, channels)
    pixels = np.empty((layout.files, height, width, channels), np.uint8)
    reading = _Reading(layout, pixels)
    given = {}
    for part, classes in layout.parts.items():
        begin = len(reading.names)
        for name, files in classes.items():
            for file in files:
                reading.read(file, layout.classes.index(name))
        if part:
            given[part] = np.arange(begin, len(reading.names))
    labels = np.array(reading.labels, np.int64)
    check_parts(layout, labels, given, "picture")
    rows = len(labels)
    return Pictures(
        labels=labels,
        classes=layout.classes,
        origin=f"{as_name(path.resolve().name)}, {_pictures(rows)}",
        sha256=reading.digest.hexdigest(),
        notes=_notes(layout, reading),
        given=given,
        unreadable=[name for name, _ in reading.unreadable],
        pixels=pixels[:rows],
        names=reading.names,
        described=reading.described(),
    )


class _Reading:
    """Files on their way into an array, and what is noticed about them."""

    def __init__(self, layout: Layout, pixels: np.ndarray) -> None:
        self.layout = layout
        self.pixels = pixels
        self.labels: list[int] = []
        self.names: list[str] = []
        self.unreadable = [(name, "may not be entered") for name in layout.closed]
        self.blank: list[str] = []
        self.digest = hashlib.sha256()
        self._sizes: set[tuple[int, int]] = set()
        self._modes: Counter[str] = Counter()

    def read(self, file: Path, label: int) -> None:
        """Put one file into the next row, or note why it cannot be read."""
        name = self.layout.name_of(file)
        try:
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").digest()
                stream.seek(0)
                picture = read_picture(stream, *self.pixels.shape[1:])
        except (UnreadableError, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            self.unreadable.append((name, str(why)))
            return
        self.digest.update(name.encode() + b"\0" + digest)
        self.pixels[len(self.names)] = picture.pixels
        if int(picture.pixels.max()) - int(picture.pixels.min()) <= FLAT:
            self.blank.append(name)
        self.names.append(name)
        self.labels.append(label)
        self._sizes.add((picture.width, picture.height))
        self._modes[picture.mode] += 1

    def described(self) -> list[tuple[str, str]]:
        """Return sizes and colours of the originals."""
        by_area = sorted(self._sizes, key=lambda size: (size[0] * size[1], size))
        first, last = (f"{width} x {height}" for width, height in (by_area[0], by_area[-1]))
        colours = ", ".join(f"{count:,} {mode}" for mode, count in self._modes.most_common())
        return [
            ("originals", f"{first} pixels" if first == last else f"{first} to {last} pixels"),
            ("colours", colours),
        ]


def _notes(layout: Layout, reading: _Reading) -> list[str]:
    notes = []
    if reading.unreadable:
        told = listed(f"{name} ({why})" for name, why in reading.unreadable)
        notes.append(f"{_pictures(len(reading.unreadable))} could not be read: {told}.")
    if reading.blank:
        notes.append(
            f"{_pictures(len(reading.blank))} with one shade all over: {listed(reading.blank)}."
        )
    if layout.loose:
        notes.append(
            f"{_pictures(len(layout.loose))} in no folder of a class left out: "
            f"{listed(layout.loose)}."
        )
    if layout.passed_over:
        count = len(layout.passed_over)
        files = "1 other file" if count == 1 else f"{count:,} other files"
        notes.append(f"{files} passed over: {listed(layout.passed_over)}.")
    return notes


def _check_memory(rows: int, height: int, width: int, channels: int) -> None:
    """Turn away more pictures than there is memory for, before any of them is read."""
    host = Host(None, Path()).read()
    if host.memory_total_bytes is None or host.memory_used_bytes is None:
        return
    needed, free = (
        rows * height * width * channels,
        host.memory_total_bytes - host.memory_used_bytes,
    )
    if needed > free:
        raise Problem(
            f"{rows:,} pictures of {summary(height, width, channels)} take {needed / 1e9:,.1f} GB "
            f"of memory, {max(free, 0) / 1e9:,.1f} GB are free.",
            "Choose a smaller size, or take fewer pictures.",
        )


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count:,} pictures"

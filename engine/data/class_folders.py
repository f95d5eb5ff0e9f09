"""Folders by class: one folder a class, perhaps within ``train/`` and ``test/``.

What it promises: only names are read here, no content; order is the one a person expects (``2``
before ``10``) and the same on every machine; links are followed, and neither a link in a circle nor
one to another class gives an example twice; what systems leave behind (``.DS_Store``,
``Thumbs.db``) is not seen, and what else is passed over is told.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.data.examples import check_classes, listed
from engine.errors import Problem

_LEFT_BEHIND = {"thumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin", "lost+found"}
_PARTS = {"train": "train", "test": "test", "val": "val", "valid": "val", "validation": "val"}
"""Names of folders that set examples apart, and which part each is."""


@dataclass
class Layout:
    """What lies in a folder by class.

    Attributes:
        root: The folder.
        classes: Names of the classes, in natural order.
        parts: Files of each class of each part, in natural order; the only part is ``""`` where
            nothing is set apart.
        passed_over: Names of files that are of another kind.
        loose: Names of files that would be of the kind, but lie in no class.
        closed: Names of folders that may not be entered.
    """

    root: Path
    classes: tuple[str, ...] = ()
    parts: dict[str, dict[str, list[Path]]] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        """How many files there are."""
        return sum(len(paths) for classes in self.parts.values() for paths in classes.values())

    def name_of(self, path: Path) -> str:
        """Return what a person finds a file by: its path from the root, readable in any case."""
        return as_name(path.relative_to(self.root).as_posix())


def natural_key(name: str) -> tuple[list[str | int], str]:
    """Return what names are sorted by: ``2`` before ``10``, ``b`` after ``A``."""
    pieces = re.split(r"(\d+)", name.casefold())
    return [int(piece) if place % 2 else piece for place, piece in enumerate(pieces)], name


def as_name(name: str) -> str:
    """Return a file's name as text that can be written: composed letters, stray bytes spelled."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))


def look_into(root: Path, suffixes: Collection[str], things: str) -> Layout:
    """Find the classes of a folder and their files.

    Args:
        root: The folder.
        suffixes: Of the files that are meant, lower case; the first one is for examples.
        things: What the files are, for messages: ``pictures``.

    Raises:
        Problem: It is no folder, may not be read, has another layout, fewer than two classes, or a
            class without a file.
    """
    if not root.is_dir():
        raise _another_layout(root, things, suffixes, f"the file {root.name}")
    layout = Layout(root)
    folders, files = _entries(root)
    above = circle(root)
    folders = [folder for folder in folders if _identity(folder) not in above]
    loose = [path for path in files if path.suffix.lower() in suffixes]
    if not folders:
        things_found = things.removesuffix("s") if len(loose) == 1 else things
        found = f"{len(loose):,} {things_found} and no folder" if loose else "no folder"
        raise _another_layout(root, things, suffixes, found)
    layout.loose = [layout.name_of(path) for path in loose]
    layout.passed_over = [layout.name_of(path) for path in files if path not in loose]
    for part, within in _parts(root, folders, things, suffixes).items():
        layout.parts[part] = _classes(layout, within, suffixes, {root, *folders, *within})
    _settle(layout)
    return layout


def walk(
    folder: Path, suffixes: Collection[str], layout: Layout, seen: set[tuple[int, int]]
) -> Iterator[Path]:
    """Yield the files in a folder and below it, in natural order.

    Args:
        folder: Where to begin.
        suffixes: Of the files that are meant.
        layout: Takes note of what is passed over and of what is closed.
        seen: Devices and inodes of folders that are not entered (again).
    """
    try:
        folders, files = _entries(folder)
    except Problem:
        layout.closed.append(layout.name_of(folder))
        return
    for path in files:
        if path.suffix.lower() in suffixes:
            yield path
        else:
            layout.passed_over.append(layout.name_of(path))
    for each in folders:
        identity = _identity(each)
        if identity not in seen:
            seen.add(identity)
            yield from walk(each, suffixes, layout, seen)


def circle(folder: Path) -> set[tuple[int, int]]:
    """Return what must not be entered from within a folder: itself and all that it lies in."""
    whole = folder.resolve()
    return {_identity(each) for each in (whole, *whole.parents)}


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the folders and the regular files in a folder, in natural order."""
    folders, files = [], []
    try:
        entries = sorted(folder.iterdir(), key=lambda path: natural_key(path.name))
    except OSError as error:
        raise Problem(
            f"The folder {as_name(str(folder))!r} cannot be read: {error.strerror}.",
            "Make it readable for yourself.",
        ) from error
    for path in entries:
        if path.name.startswith(".") or path.name.lower() in _LEFT_BEHIND:
            continue
        try:
            mode = path.stat().st_mode
        except OSError:  # a link to nowhere, or in a circle
            continue
        if stat.S_ISDIR(mode):
            folders.append(path)
        elif stat.S_ISREG(mode):  # reading a pipe would wait for ever
            files.append(path)
    return folders, files


def _identity(folder: Path) -> tuple[int, int]:
    try:
        status = folder.stat()
    except OSError:
        return (0, 0)
    return status.st_dev, status.st_ino


def _parts(
    root: Path, folders: list[Path], things: str, suffixes: Collection[str]
) -> dict[str, list[Path]]:
    """Return the folders of the classes, by part."""
    meant = {path: _PARTS.get(path.name.lower(), "") for path in folders}
    if not all(meant.values()):
        return {"": folders}
    found = sorted(meant.values())
    if found not in (["test", "train"], ["test", "train", "val"]):
        names = listed(f"{path.name}/" for path in folders)
        raise Problem(
            f"Expected train/ and test/ (and val/, if you like) in {str(root)!r}, got {names}.",
            "Name them so, or put the folders of the classes directly into it.",
        )
    parts = {}
    for path, part in meant.items():
        parts[part], _ = _entries(path)
        if not parts[part]:
            raise _another_layout(path, things, suffixes, "no folder")
    return dict(sorted(parts.items(), key=lambda item: ("train", "val", "test").index(item[0])))


def _classes(
    layout: Layout, folders: list[Path], suffixes: Collection[str], others: set[Path]
) -> dict[str, list[Path]]:
    classes: dict[str, list[Path]] = {}
    for folder in folders:
        seen = circle(layout.root) | {_identity(each) for each in others}
        found = walk(folder, suffixes, layout, seen)
        classes.setdefault(as_name(folder.name), []).extend(found)
    return classes


def _settle(layout: Layout) -> None:
    """Name the classes; turn away what nothing can be learned from before anything is read."""
    first = next(iter(layout.parts))  # train, where parts are set apart
    learned = layout.parts[first]
    where = as_name(str(layout.root / first))
    for name in layout.closed:
        if learned.get(name.rpartition("/")[2]) == []:
            raise Problem(
                f"The folder {name!r} in {where} may not be read.",
                "Make it readable for yourself, or take it away.",
            )
    check_classes({name: len(files) for name, files in learned.items()}, where)
    for part, classes in layout.parts.items():
        unknown = [name for name in classes if name not in learned]
        if unknown:
            raise Problem(
                f"{part}/ has the class {unknown[0]!r}, which {first}/ does not have.",
                f"Put examples of it into {first}/ too, or take it away.",
            )
    layout.classes = tuple(learned)


def _another_layout(root: Path, things: str, suffixes: Collection[str], found: str) -> Problem:
    suffix = next(iter(suffixes))
    name = as_name(root.resolve().name) if root.is_dir() else "data"
    unpack = " Unpack it first." if root.suffix.lower() in {".zip", ".tar", ".gz", ".tgz"} else ""
    return Problem(
        f"Expected a folder with one folder of {things} for each class, got {found}.",
        f"Lay them out like {name}/cat/1{suffix}, {name}/dog/1{suffix}.{unpack}",
    )


def check_parts(
    layout: Layout, labels: np.ndarray, given: Mapping[str, np.ndarray], thing: str
) -> None:
    """Raise Problem unless every class has training examples, and every part some.

    Args:
        layout: Where they were looked for.
        labels: Of those that could be read, ``int64 (rows,)``.
        given: Rows of each part; empty where nothing is set apart.
        thing: What an example is, for the message: ``picture``, ``text``.
    """
    train = labels[given["train"]] if given else labels
    counts = np.bincount(train, minlength=len(layout.classes)).tolist()
    where = as_name(str(layout.root / "train" if given else layout.root))
    check_classes(dict(zip(layout.classes, counts, strict=True)), where)
    for part, rows in given.items():
        if not len(rows):
            raise Problem(
                f"The folder {as_name(str(layout.root / part))!r} has no {thing} that can be read.",
                "Put some in, or take the folder away.",
            )

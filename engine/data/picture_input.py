"""Pictures that a person wants predictions for: drawn, piped, files, folders, tables of files.

Everything that is named is looked at before the first picture is read, so that a mistyped path is
told at once; the pictures themselves come one after another.
"""

from __future__ import annotations

import csv
import io
import sys
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.data.class_folders import Layout, as_name, circle, walk
from engine.data.csv_format import CsvFormat, records_of, sniff
from engine.data.examples import listed
from engine.data.given import STDIN, Given
from engine.data.picture_files import SUFFIXES
from engine.errors import Problem

_TABLES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
_FILE_COLUMNS = ("file", "path", "filename", "image", "picture")
_CLASS_COLUMNS = ("label", "class", "actual", "target")


@dataclass(frozen=True)
class Source:
    """Where one picture comes from.

    Attributes:
        name: What a person calls it.
        path: The file; None for standard input, and for what is drawn.
        actual: Its class, where the folder or the table tells it.
        content: What is drawn, as a file would have it.
    """

    name: str
    path: Path | None
    actual: str = ""
    content: bytes | None = None

    def open(self) -> BinaryIO:
        """Return the picture's bytes; standard input is read to its end."""
        if self.content is not None:
            return io.BytesIO(self.content)
        if self.path is None:
            return io.BytesIO(sys.stdin.buffer.read())
        if self.path.exists() and not (self.path.is_file() or self.path.is_dir()):
            raise OSError(0, "is no file")  # opening a pipe would wait for ever
        return self.path.open("rb")


def read_given(given: Given, classes: Collection[str]) -> Iterator[Source]:
    """Yield where each picture comes from.

    Args:
        given: What a person named.
        classes: Names of the classes: the folder a picture lies in tells its class if it is one.

    Raises:
        Problem: It names no picture, or something that does not exist or is of another form.
    """
    if given.texts:
        raise Problem(
            "This network takes pictures, a text was given.", "Name picture files or folders."
        )
    for content in given.pictures:
        yield Source("the drawing", None, content=content)
    if not given.paths and not given.pictures:
        raise Problem(
            "Expected pictures to predict, got none.", "Name picture files, folders or a CSV file."
        )
    tables = {}
    for name in given.paths:
        path = Path(name).expanduser()
        if name == STDIN:
            continue
        if not path.exists():
            raise Problem(f"There is no {as_name(name)!r}.", "Check the path.")
        if path.is_dir() and next(_below(path, classes), None) is None:
            raise Problem(
                f"The folder {as_name(name)!r} has no picture in it.",
                f"Read are {listed(suffix.lstrip('.') for suffix in SUFFIXES)}.",
            )
        if path.name.lower().endswith(_TABLES):
            tables[name] = _Table.of(path)
    for name in given.paths:
        path = Path(name).expanduser()
        if name == STDIN:
            yield Source("standard input", None)
        elif name in tables:
            yield from tables[name].rows(classes)
        elif path.is_dir():
            yield from _below(path, classes)
        else:
            yield Source(as_name(name), path, _folder_class(path, classes))


def _below(folder: Path, classes: Collection[str]) -> Iterator[Source]:
    layout = Layout(folder)
    for path in walk(folder, SUFFIXES, layout, circle(folder)):
        yield Source(as_name(str(path)), path, _folder_class(path, classes))
    for name in layout.closed:
        yield Source(as_name(str(folder / name)), folder / name)


def _folder_class(path: Path, classes: Collection[str]) -> str:
    name = as_name(path.absolute().parent.name)
    return name if name in classes else ""


@dataclass(frozen=True)
class _Table:
    """A table that names picture files, relative to the folder it lies in."""

    path: Path
    form: CsvFormat
    file: int
    label: int | None

    @classmethod
    def of(cls, path: Path) -> _Table:
        try:
            form = sniff(path, hints=_FILE_COLUMNS)
        except OSError as error:
            raise Problem(
                f"{as_name(path.name)} cannot be read: {error.strerror}.", "Make it readable."
            ) from error
        names = [name.strip().casefold() for name in form.names]
        files = [names.index(name) for name in _FILE_COLUMNS if name in names]
        labels = [names.index(name) for name in _CLASS_COLUMNS if name in names]
        if not files:
            raise Problem(
                f"Expected a column 'file' or 'path' in {as_name(path.name)}, "
                f"got {listed(repr(name) for name in form.names)}.",
                "Name the column with the picture files so.",
            )
        return cls(path, form, files[0], labels[0] if labels else None)

    def rows(self, classes: Collection[str]) -> Iterator[Source]:
        records = records_of(self.path, self.form)
        try:
            if self.form.header:
                next(records, None)
            for line, cells in records:
                if len(cells) <= self.file or not cells[self.file].strip():
                    raise Problem(
                        f"{as_name(self.path.name)}, line {line} names no file.", "Complete it."
                    )
                written = cells[self.file].strip()
                path = self.path.parent / Path(written).expanduser()
                known = self.label is not None and self.label < len(cells)
                actual = cells[self.label].strip() if known and self.label is not None else ""
                yield Source(as_name(written), path, actual or _folder_class(path, classes))
        except (csv.Error, UnicodeError, EOFError, OSError, zlib.error) as error:
            raise Problem(
                f"{as_name(self.path.name)} is damaged: {error}.", "Save it once more as UTF-8 CSV."
            ) from error

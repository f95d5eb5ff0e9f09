"""The rows of a CSV, Parquet or JSON lines file, one after another: never all of them in memory.

What it promises: how a file is written is found out before the first row is read, its encoding on
all of its bytes; and whatever is wrong is one :class:`~engine.errors.Problem` with the line.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import json
import zlib
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from engine.data.csv_format import WIDEST, CsvFormat, counted, records_of, sniff
from engine.errors import Problem

SUFFIXES = (".csv", ".tsv", ".csv.gz", ".tsv.gz", ".parquet", ".pq", ".jsonl", ".ndjson")
"""Of files that are tables."""

_CHUNK = 1 << 20
_BATCH = 512
"""Rows of a Parquet file in memory at a time."""

_LOOKED_AT = 200
"""Rows from which the columns are told apart."""

csv.field_size_limit(max(csv.field_size_limit(), WIDEST))


class Rows(ABC):
    """The rows of a table of texts.

    Attributes:
        path: The file.
        names: Of its columns.
        sha256: Of its content.
        notes: What a person might not have expected of how it is written.
        encoding: Of its texts.
        unit: What rows are counted in: ``line`` or ``row``.
    """

    path: Path
    names: Sequence[str]
    sha256: str
    notes: Sequence[str] = ()
    encoding: str = "UTF-8"
    unit: str = "line"

    @abstractmethod
    def cells(self, names: Sequence[str]) -> Iterator[tuple[int, Sequence[Any]]]:
        """Yield the cells of some columns, row by row, with where each row stands, from 1.

        Raises:
            Problem: The file is damaged there.
        """

    def first(self) -> list[list[str]]:
        """Return the cells of the first rows, as texts."""
        return [
            ["" if cell is None else str(cell) for cell in cells]
            for _, cells in islice(self.cells(self.names), _LOOKED_AT)
        ]


def is_table(path: Path) -> bool:
    """Whether a file is called like a table."""
    return path.name.lower().endswith(SUFFIXES)


def open_rows(path: Path, hints: Collection[str]) -> Rows:
    """Look at a file.

    Args:
        path: CSV (also inside gzip), Parquet or JSON lines, told apart by content.
        hints: Names that show that a CSV file has a header.

    Raises:
        Problem: It cannot be read, or is no table.
    """
    try:
        with path.open("rb") as stream:
            begin = stream.read(4096).removeprefix(codecs.BOM_UTF8)
        if not begin:
            raise Problem(f"{path.name} is empty.", "Name a file with a header and rows.")
        if begin.startswith(b"PAR1"):
            return _ParquetRows(path)
        if path.suffix.lower() in {".parquet", ".pq"}:
            raise Problem(
                f"{path.name} is not a Parquet file, though it is called so.",
                "If it is CSV, rename it to .csv; otherwise write it once more.",
            )
        if begin.lstrip().startswith(b"{"):
            return _JsonRows(path)
        return _CsvRows(path, sniff(path, hints))
    except OSError as error:
        why = (error.strerror or str(error) or "unknown error").lower()
        raise Problem(
            f"{path} cannot be read: {why}.", "Make it readable for yourself, or copy it."
        ) from error


class _CsvRows(Rows):
    def __init__(self, path: Path, form: CsvFormat) -> None:
        self.path = path
        self.form, self.sha256 = _checked(path, form)
        self.names = _unique(path, self.form.names)
        self.notes = self.form.notes()
        self.encoding = {"utf-16": "UTF-16", "latin-1": "Latin-1"}.get(self.form.encoding, "UTF-8")
        self._is_plain = self.form.separator == "\t" and _has_plain_lines(path, self.form)

    def cells(self, names: Sequence[str]) -> Iterator[tuple[int, Sequence[Any]]]:
        places, width = [self.names.index(name) for name in names], len(self.names)
        records = _plain_records(self.path, self.form) if self._is_plain else self._records()
        for line, cells in islice(records, int(self.form.header), None):
            if len(cells) != width:
                broken = any("\n" in cell for cell in cells)
                raise Problem(
                    f"{self.path.name}, line {line}: expected {counted(width)}, "
                    f"found {counted(len(cells))}.",
                    "Close the quotation mark that is open there."
                    if broken
                    else "Correct the line; put a cell that contains the separator in quotes.",
                )
            yield line, [cells[place] for place in places]

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        line, last = 0, [""]
        try:
            for line, last in records_of(self.path, self.form):
                yield line, last
        except csv.Error as error:
            raise Problem(
                f"{self.path.name} cannot be read after line {line}.",
                "Look there for a quotation mark that is never closed, or for damaged text.",
            ) from error
        if "\n" in last[-1] and not _ends_with_quote(self.path, self.form):
            raise Problem(
                f"{self.path.name}, line {line}: a quotation mark is opened and never closed.",
                "Close or remove it.",
            )


class _ParquetRows(Rows):
    unit = "row"

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as arrow_parquet  # of no use to the other forms

        self.path = path
        try:
            self._file = arrow_parquet.ParquetFile(path)
        except (OSError, ValueError) as error:
            raise _damaged(path) from error
        self.names = _unique(path, self._file.schema_arrow.names)
        with path.open("rb") as stream:
            self.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()

    def cells(self, names: Sequence[str]) -> Iterator[tuple[int, Sequence[Any]]]:
        row = 0
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH, columns=list(names)):
                columns = [batch.column(name).to_pylist() for name in names]
                for cells in zip(*columns, strict=True):
                    row += 1
                    yield row, cells
        except (OSError, ValueError) as error:
            raise _damaged(self.path) from error


class _JsonRows(Rows):
    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as stream:
            self.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        names: dict[str, None] = {}
        for _, record in islice(self._records(), _LOOKED_AT):
            names.update(dict.fromkeys(record))
        self.names = list(names)

    def cells(self, names: Sequence[str]) -> Iterator[tuple[int, Sequence[Any]]]:
        for line, record in self._records():
            yield line, [record.get(name) for name in names]

    def _records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line.decode("utf-8-sig"))
                except ValueError as error:
                    record = error
                if not isinstance(record, dict):
                    raise Problem(
                        f"{self.path.name}, line {number}: expected a JSON object.",
                        "Write one object a line, in UTF-8.",
                    )
                yield number, record


def _damaged(path: Path) -> Problem:
    return Problem(
        f"{path.name} is a damaged or incomplete Parquet file.", "Copy or write it once more."
    )


def _unique(path: Path, names: Sequence[str]) -> list[str]:
    for name in names:
        if names.count(name) > 1:
            raise Problem(f"{path.name} has two columns {name!r}.", "Rename one of them.")
    return list(names)


def _checked(path: Path, form: CsvFormat) -> tuple[CsvFormat, str]:
    """Read a file once through: is it in its encoding to the end? Return its hash as well."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    decoder = codecs.getincrementaldecoder(form.encoding)("strict")
    try:
        with form.open(path) as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if form.encoding == "utf-16":
            raise Problem(
                f"{path.name} starts like UTF-16 but is not.", "Save it as UTF-8 and try again."
            ) from error
        form = replace(form, encoding="latin-1")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Problem(
            f"{path.name} is a damaged or incomplete gzip file.", "Copy or pack it once more."
        ) from error
    return form, digest.hexdigest()


def _ends_with_quote(path: Path, form: CsvFormat) -> bool:
    if form.compressed or form.encoding == "utf-16":
        return True  # Not known without unpacking all of it.
    with path.open("rb") as stream:
        stream.seek(-min(path.stat().st_size, 64), io.SEEK_END)
        return stream.read().rstrip().endswith(b'"')


def _lines(path: Path, form: CsvFormat) -> Iterator[tuple[int, str]]:
    with form.open(path) as binary:
        text = io.TextIOWrapper(binary, encoding=form.encoding)
        for number, line in enumerate(text, 1):
            if number > form.skipped and line.strip():
                yield number, line.rstrip("\n")


def _has_plain_lines(path: Path, form: CsvFormat) -> bool:
    """Whether every line has as many tabs as the first one has.

    Each line is then a record, and a quotation mark in it is one that somebody wrote, as in most
    tab-separated collections of texts.
    """
    wanted = len(form.names) - 1
    return all(line.count("\t") == wanted for _, line in _lines(path, form))


def _plain_records(path: Path, form: CsvFormat) -> Iterator[tuple[int, list[str]]]:
    for number, line in _lines(path, form):
        yield number, [_unquoted(cell) for cell in line.split("\t")]


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell

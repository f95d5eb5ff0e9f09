"""How a delimited text file is written: found out from its first bytes, without guessing twice.

What it promises: the same file always gives the same :class:`CsvFormat`; only the beginning of the
file is read for it; and a file that is no such table is a :class:`~engine.errors.Problem` that says
what it is instead. What the cells mean is for :mod:`engine.data.columns` to say, on all rows.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from engine.errors import Problem

SAMPLE = 1 << 16
"""Bytes looked at. More are read only where the first lines of a very wide table need it."""

WIDEST = 1 << 24
"""Bytes within which the first lines have to end."""

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
"""A number as programs write it, for a whole cell."""

COMMA_NUMBER = NUMBER.replace(r"\.", ",")
"""A number as most of Europe writes it: 0,27."""

DATE = (
    r"([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4}|[0-9]{2}))"
    r"([T ]+[0-9]{1,2}:[0-9]{2}.*)?|[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
)
"""A date, a date with a time, or a time of day, for a whole cell."""

_NUMBER = re.compile(NUMBER)
_COMMA_NUMBER = re.compile(COMMA_NUMBER)
_DATE = re.compile(DATE)

_OTHER_FILES = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x89HDF": "an HDF5 file",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x93NUMPY": "a NumPy array",
    b"SQLite format 3": "an SQLite database",
}


@dataclass(frozen=True, kw_only=True)
class CsvFormat:
    """How to read a delimited text file.

    Attributes:
        encoding: Python's name of it; ``utf-8-sig`` where there is a byte order mark.
        compressed: Whether it is inside gzip.
        separator: What stands between cells.
        skipped: Physical lines before the first record: empty ones and Excel's ``sep=;``.
        header: Whether the first record holds names.
        names: One a column, unique only if the file's are; ``c1`` ... ``cN`` without a header.
        unnamed: Positions of columns whose cell in the header is empty, from 0.
    """

    encoding: str
    compressed: bool
    separator: str
    skipped: int
    header: bool
    names: tuple[str, ...]
    unnamed: tuple[int, ...] = ()

    def open(self, path: Path) -> BinaryIO:
        """Open the file for reading, unpacked."""
        return cast("BinaryIO", gzip.open(path, "rb")) if self.compressed else path.open("rb")

    def notes(self) -> list[str]:
        """Say what a person might not have expected."""
        said = []
        if self.separator != ",":
            said.append(f"Separator: {SEPARATORS[self.separator]}.")
        if self.encoding == "utf-8-sig":
            said.append("Starts with a byte order mark (UTF-8), which is left out.")
        elif self.encoding == "utf-16":
            said.append("Encoding: UTF-16.")
        elif self.encoding != "utf-8":
            said.append("Encoding: not UTF-8, read as Latin-1.")
        if not self.header:
            said.append(f"No header found: columns are named c1 to c{len(self.names)}.")
        return said


def sniff(path: Path, hints: Collection[str] = ()) -> CsvFormat:
    """Find out how a file is written.

    Args:
        path: A file that exists.
        hints: Names one of which is expected in the header, if there is one. They decide where the
            first record could be either, as in ``name,2019,2020``.

    Raises:
        Problem: It is empty, or no text, or its first lines do not make a table.
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        compressed = stream.read(2) == b"\x1f\x8b"
    raw, whole = _beginning(path, compressed)
    encoding = _encoding(path, raw)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        text = decoder.decode(raw, final=False)
    except UnicodeDecodeError as error:
        raise Problem(
            f"{path.name} starts like UTF-16 but is not.", "Save it as UTF-8 and try again."
        ) from error
    skipped, stated, text = _before_first_record(text)
    if not text.strip():
        raise Problem(f"{path.name} is empty.", "Name a file with a header and rows.")
    if text.lstrip()[0] in "{[":
        raise Problem(f"Expected a CSV or Parquet table, {path.name} is JSON.", "Save it as CSV.")
    separator, records = _separator(text, whole, stated)
    first = [" ".join(cell.split()) for cell in records[0]]
    _check_width(path, records, skipped)
    header = _is_header(first, records[1:], separator, hints)
    names, unnamed = _names(first if header else [""] * len(first))
    return CsvFormat(
        encoding=encoding,
        compressed=compressed,
        separator=separator,
        skipped=skipped,
        header=header,
        names=names,
        unnamed=unnamed if header else (),
    )


def line_of(path: Path, form: CsvFormat, record: int) -> int | None:
    """Return the line, from 1, on which a data record starts; ``None`` where it cannot be told.

    Cells may contain line breaks, and empty lines do not count as records: so the file is read up
    to there. This is slow, and done only to say where something is wrong.

    Args:
        path: The file.
        form: How it is written.
        record: The record's number, from 0, the header not counted.
    """
    wanted = record + form.header
    try:
        for index, (line, _) in enumerate(records_of(path, form)):
            if index == wanted:
                return line
    except (csv.Error, OSError, EOFError, UnicodeError, zlib.error):
        pass
    return None


def records_of(path: Path, form: CsvFormat) -> Iterator[tuple[int, list[str]]]:
    """Read a file record by record, the header included, with the line each starts on."""
    with form.open(path) as binary:
        text = io.TextIOWrapper(binary, encoding=form.encoding, newline="")
        for _ in range(form.skipped):
            text.readline()
        reader = csv.reader(text, delimiter=form.separator)
        line = form.skipped + 1
        for cells in reader:
            if not is_blank(cells, len(form.names)):
                yield line, cells
            line = form.skipped + reader.line_num + 1


def is_blank(cells: list[str], width: int) -> bool:
    """Whether a record is an empty line rather than a row of missing values."""
    return len(cells) != width and not "".join(cells).strip()


def is_number(cell: str, separator: str) -> bool:
    """Whether a cell is a number. Decimal commas are admitted unless the comma separates cells."""
    return bool(
        _NUMBER.fullmatch(cell) or (separator != "," and _COMMA_NUMBER.fullmatch(cell)),
    )


# -- from bytes to text ----------------------------------------------------------------------------


def _beginning(path: Path, compressed: bool) -> tuple[bytes, bool]:
    """Return the first bytes, at least three lines of them, and whether they are the whole file."""
    size = SAMPLE
    while True:
        try:
            with gzip.open(path, "rb") if compressed else path.open("rb") as stream:
                raw = stream.read(size + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Problem(
                f"{path.name} is a damaged or incomplete gzip file.", "Copy or pack it once more."
            ) from error
        whole = len(raw) <= size
        lines = raw.count(b"\n") + raw.count(b"\r")
        if whole or lines >= 6 or size >= WIDEST:  # 6: three, should each end in both
            return raw[:size], whole
        size *= 4


def what_else(raw: bytes) -> str:
    """Say what the beginning of a file is if it is no text; empty if it can be text."""
    for magic, description in _OTHER_FILES.items():
        if raw.startswith(magic):
            return description
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ""
    controls = sum(raw.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\x1a")
    return "not text" if b"\0" in raw or controls * 50 > len(raw) else ""


def _encoding(path: Path, raw: bytes) -> str:
    if other := what_else(raw):
        raise Problem(
            f"Expected a CSV or Parquet table, {path.name} is {other}.",
            "Name a text file with cells separated by comma, semicolon, tab or bar."
            if other == "not text"
            else "Save the table as CSV and name that file.",
        )
    if raw.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(raw, final=False)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _before_first_record(text: str) -> tuple[int, str | None, str]:
    """Pass over empty lines and Excel's ``sep=;``: how many lines, which separator, the rest."""
    skipped, stated = 0, None
    while match := re.match(r"(?:[ \t]*|sep=(.))(?:\r\n|\n|\r)", text):
        skipped += 1
        stated = match[1] or stated
        text = text[match.end() :]
    return skipped, stated if stated in SEPARATORS else None, text


# -- from text to records --------------------------------------------------------------------------


def _separator(text: str, whole: bool, stated: str | None) -> tuple[str, list[list[str]]]:
    """Return the separator under which the text is most like a table, and its records.

    First comes how many records have the same number of cells (two or more); where that hardly
    differs, as with decimal commas in every cell, whether the first record has that number too (a
    header has no decimal commas), then how many cells are numbers.
    """
    best: tuple[tuple[float, bool, float, int], str, list[list[str]]] | None = None
    for separator in [stated] if stated else SEPARATORS:
        records = _records(text, separator, whole)
        if not records:
            continue
        width, count = Counter(map(len, records)).most_common(1)[0]
        if width < 2:
            continue
        body = records[1:] or records
        cells = [cell.strip() for record in body for cell in record]
        numbers = sum(is_number(cell, separator) for cell in cells) / max(1, len(cells))
        # In steps of a twentieth, so that a header alone cannot tip it.
        agreeing = round(20 * count / len(records)) / 20
        score = (agreeing, len(records[0]) == width, numbers, width)
        if best is None or score > best[0]:
            best = score, separator, records
    if best is None:  # One column, or a single cell: any separator that does not occur will do.
        return ",", _records(text, ",", whole) or [[text.strip()]]
    return best[1], best[2]


def _records(text: str, separator: str, whole: bool) -> list[list[str]]:
    """Split the sample into records; its last one is left out if it may have been cut."""
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:  # a cell of more than 128 kB: not with this separator
        return []
    if not whole and len(read) > 1:
        read.pop()
    return [cells for cells in read if cells and (len(cells) > 1 or cells[0].strip())]


def _check_width(path: Path, records: list[list[str]], skipped: int) -> None:
    """Turn away a header that does not fit what stands below it."""
    width, count = Counter(map(len, records)).most_common(1)[0]
    if len(records) > 3 and len(records[0]) != width and count > len(records) / 2:
        raise Problem(
            f"{path.name}, line {skipped + 1} has {counted(len(records[0]))}, "
            f"most lines after it have {width}.",
            "Give every column one name, and delete lines that stand above the header.",
        )


def counted(count: int) -> str:
    """Say how many cells."""
    return "1 cell" if count == 1 else f"{count} cells"


def _is_header(
    first: list[str], body: list[list[str]], separator: str, hints: Collection[str]
) -> bool:
    """Whether the first record holds names rather than values."""
    if any(cell in hints for cell in first):
        return True
    if not any(first) or any(is_number(cell, separator) or _DATE.fullmatch(cell) for cell in first):
        return False
    if not body:
        return True
    repeated = False
    for position, name in enumerate(first):
        below = [row[position].strip() for row in body if len(row) > position]
        numbers = sum(is_number(cell, separator) for cell in below)
        if name and 2 * numbers >= len([cell for cell in below if cell]) > 0:
            return True
        repeated = repeated or (name != "" and name in below)
    return not repeated


def _names(header: list[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Name the columns that have no name after their position; return those positions too."""
    taken = {name for name in header if name}
    names, unnamed = [], []
    for position, given in enumerate(header):
        name = given
        if not name:
            unnamed.append(position)
            name = f"c{position + 1}"
            while name in taken:
                name += "_"
        names.append(name)
    return tuple(names), tuple(unnamed)

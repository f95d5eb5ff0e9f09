"""The cells of a CSV or Parquet file, as they stand there.

What it promises: a file that cannot be read as a table is one :class:`~engine.errors.Problem` that
says why, with the line where there is one; every row has as many cells as the header; every column
has a name of its own; and for any row the line it stands in can be told. A CSV file is read in
blocks into Arrow columns of text, which takes about as much memory as the file.
"""

from __future__ import annotations

import csv
import os
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as arrow_parquet

from engine.data.columns import Column, read_column
from engine.data.csv_format import CsvFormat, counted, line_of, records_of, sniff
from engine.errors import Problem, nearest

BLOCK = 1 << 23
"""Bytes parsed at a time; the longest row has to fit."""


@dataclass
class Cells:
    """A file as it stands there.

    Attributes:
        path: The file.
        names: Of its columns, in order.
        columns: A ``pyarrow.ChunkedArray`` by name: texts if the file is CSV.
        rows: How many there are, the header not counted.
        form: How it is written; ``None`` for Parquet.
    """

    path: Path
    names: list[str]
    columns: dict[str, Any]
    rows: int
    form: CsvFormat | None

    def take(self, name: str) -> Column:
        """Read one column and let go of its texts, which need as much memory again."""
        commas = self.form is not None and self.form.separator != ","
        return read_column(self.columns.pop(name), commas)

    def place(self, record: int) -> str:
        """Say where a row stands in the file."""
        line = line_of(self.path, self.form, record) if self.form else None
        return f"row {record + 1}" if line is None else f"line {line}"


def read_cells(path: Path, hints: Collection[str], fewest: int = 1) -> Cells:
    """Read a file.

    Args:
        path: CSV or Parquet, told apart by the first bytes.
        hints: Names one of which is expected in the header of a CSV file, if it has one.
        fewest: How many columns there have to be.

    Raises:
        Problem: It is not there, may not be read, or is no table.
    """
    try:
        _check_file(path)
        with path.open("rb") as stream:
            magic = stream.read(4)
        if not magic:
            raise Problem(f"{path.name} is empty.", "Name a file with a header and rows.")
        form = None if magic == b"PAR1" else sniff(path, hints)
        if form is not None and path.suffix.lower() in {".parquet", ".pq"}:
            raise Problem(
                f"{path.name} is not a Parquet file, though it is called so.",
                "If it is CSV, rename it to .csv; otherwise write it once more.",
            )
        if form is not None and len(form.names) < fewest:  # Known before the rest is read.
            raise _too_narrow(path)
        table, form = _read_parquet(path) if form is None else _read_csv(path, form)
        if table.num_columns < fewest:
            raise _too_narrow(path)
    except OSError as error:
        why = (error.strerror or str(error) or "unknown error").lower()
        raise Problem(
            f"{path} cannot be read: {why}.", "Make it readable for yourself, or copy it."
        ) from error
    names = list(form.names) if form else [" ".join(name.split()) for name in table.column_names]
    _check_names(path, names)
    return Cells(path, names, dict(zip(names, table.columns, strict=True)), table.num_rows, form)


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise Problem(f"Expected a CSV or Parquet file, {path} is a folder.", "Name a file in it.")
    if not path.exists():
        beside = [each.name for each in path.parent.glob("*.*")] if path.parent.is_dir() else []
        hint = nearest(path.name, beside)
        raise Problem(
            f"There is no file {path}.",
            hint if hint.startswith("Did") else "Check the name and the folder.",
        )
    if not path.is_file():
        raise Problem(f"Expected a CSV or Parquet file, {path} is none.", "Name a regular file.")


def _too_narrow(path: Path) -> Problem:
    return Problem(
        f"{path.name} has one column only, a target and at least one input are needed.",
        "If it has more, separate them by comma, semicolon, tab or bar.",
    )


def _read_parquet(path: Path) -> tuple[Any, None]:
    try:
        return arrow_parquet.ParquetFile(path).read(), None
    except (pa.ArrowException, OSError) as error:
        raise Problem(
            f"{path.name} is a damaged or incomplete Parquet file.", "Copy or write it once more."
        ) from error


def _read_csv(path: Path, form: CsvFormat) -> tuple[Any, CsvFormat]:
    """Read every cell as text; not UTF-8 after all is read once more as Latin-1."""
    ragged = []

    def judge(row: Any) -> str:
        if not row.text.strip():
            return "skip"
        ragged.append(row)
        return "error"

    names = [str(position) for position in range(len(form.names))]
    try:
        with form.open(path) as stream:
            table = arrow_csv.read_csv(
                stream,
                read_options=arrow_csv.ReadOptions(
                    block_size=BLOCK,
                    skip_rows=form.skipped,
                    column_names=names,
                    skip_rows_after_names=int(form.header),
                    encoding="utf-8" if form.encoding == "utf-8-sig" else form.encoding,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=form.separator, newlines_in_values=True, invalid_row_handler=judge
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
    except (EOFError, zlib.error) as error:
        raise Problem(
            f"{path.name} is a damaged or incomplete gzip file.", "Copy or pack it once more."
        ) from error
    except (pa.ArrowInvalid, UnicodeError) as error:
        if not ragged and "UTF8" in str(error) and form.encoding == "utf-8":
            return _read_csv(path, replace(form, encoding="latin-1"))
        raise _unreadable(path, form, str(error)) from error
    if _ends_in_quotes(path, form, table):
        raise _never_closed(path, line_of(path, form, table.num_rows - 1))
    return table, form


def _ends_in_quotes(path: Path, form: CsvFormat, table: Any) -> bool:
    """Whether the last cell goes to the end of the file because nothing closed it.

    It is then all the rows that followed, which would be lost without a word.
    """
    if table.num_rows == 0 or form.compressed or form.encoding == "utf-16":
        return False
    if "\n" not in table.column(table.num_columns - 1)[-1].as_py():
        return False
    with path.open("rb") as stream:
        stream.seek(-min(path.stat().st_size, 64), os.SEEK_END)
        return not stream.read().rstrip().endswith(b'"')


def _never_closed(path: Path, line: int | None) -> Problem:
    where = "" if line is None else f", line {line}"
    return Problem(
        f"{path.name}{where}: a quotation mark is opened and never closed.", "Close or remove it."
    )


def _unreadable(path: Path, form: CsvFormat, why: str) -> Problem:
    """Find the first line that does not fit; this reads the file once more, slowly."""
    width = len(form.names)
    line = 0
    try:
        for line, cells in records_of(path, form):
            if len(cells) != width:
                broken = any("\n" in cell for cell in cells)
                found = counted(len(cells))
                return Problem(
                    f"{path.name}, line {line}: expected {counted(width)}, found {found}.",
                    "Close the quotation mark that is open there."
                    if broken
                    else "Correct the line; put a cell that contains the separator in quotes.",
                )
    except (csv.Error, UnicodeError):
        return Problem(
            f"{path.name} cannot be read after line {line}.",
            "Look there for a quotation mark that is never closed, or for damaged text.",
        )
    if line:  # All records have their cells, so the last one began with a mark and never ended.
        return _never_closed(path, line)
    return Problem(f"{path.name} cannot be read: {' '.join(why.split())}.", "Write it once more.")


def _check_names(path: Path, names: Sequence[str]) -> None:
    for position, name in enumerate(names):
        first = names.index(name)
        if first != position:
            raise Problem(
                f"{path.name} has two columns {name!r}: the {first + 1}. and the {position + 1}.",
                "Give each column a name of its own.",
            )

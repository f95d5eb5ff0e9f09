"""Tables: a CSV or Parquet file, read as a person means it.

What it promises: how the file is written is found out (:mod:`engine.data.csv_format`), all rows are
looked at (:mod:`engine.data.columns`), whatever was noticed or left out is told in
:attr:`Table.notes`, and whatever cannot be right is one :class:`~engine.errors.Problem` that names
the line, the column and the cell. Nothing is repaired silently.
"""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as arrow_parquet

from engine.data.columns import Column, Kind, Stray, read_column, without_missing
from engine.data.csv_format import CsvFormat, line_of, records_of, sniff
from engine.data.fetch import sha256_of
from engine.errors import Problem, nearest

FEWEST_ROWS = 20
"""Rows below which a split into train, validation and test says nothing."""

BLOCK = 1 << 23
"""Bytes parsed at a time; the longest row has to fit."""

SHOWN = 6
"""Columns listed by name in one note."""

_ID_NAME = re.compile(r"(?i)(.*[_ .-])?(id|key|index|uuid|row|rownum|nr|no)")


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows to learn from.

    Attributes:
        frame: The target and every column that can be an input, in the order of the file. Numbers
            are ``int64`` or ``float64``, categories are texts; missing is NaN. The index counts the
            rows of the file from 0, so it has gaps where rows were dropped.
        target: The column to be predicted; none of its cells is missing.
        origin: Where it comes from and how many rows there are, in one line.
        notes: What was noticed, a sentence each.
        synthetic: Whether it is generated rather than observed.
        sha256: Of the file, hexadecimal; ``None`` for data that comes with a package.
        stray: What in the target is no number; ``None`` for a target of numbers.
        place: Says where a row stands (``line 17``), given its label in the index.
    """

    frame: pd.DataFrame
    target: str
    origin: str
    notes: list[str] = field(default_factory=list)
    synthetic: bool = False
    sha256: str | None = None
    stray: Stray | None = None
    place: Callable[[int], str] = field(
        default=lambda record: f"row {record + 1}", repr=False, compare=False
    )

    @property
    def inputs(self) -> list[str]:
        """The columns other than the target."""
        return [name for name in self.frame.columns if name != self.target]


def read_table(path: Path, target: str | None = None, *, leave_out: Collection[str] = ()) -> Table:
    """Read a CSV or Parquet file to learn from.

    Args:
        path: The file. CSV may be separated by comma, semicolon, tab or bar, and be inside gzip.
        target: The column to be predicted; may be ``None`` if there is a column ``target``.
        leave_out: Columns that are not to be inputs.

    Raises:
        Problem: It cannot be read as a table with that target, or a cell cannot be right.
    """
    cells = _read_cells(path, hints=[target or "target"])
    if len(cells.names) < 2:
        raise Problem(
            f"{path.name} has one column only, a target and at least one input are needed.",
            "If it has more, separate them by comma, semicolon, tab or bar.",
        )
    chosen = _choose_target(path, cells, target)
    rows = cells.rows
    if rows < FEWEST_ROWS:
        raise _too_few(path, rows, "")
    columns = {
        name: cells.take(name) for name in cells.names if name == chosen or name not in leave_out
    }
    kept, notes = _choose_inputs(path, cells, columns, chosen)
    goal = columns[chosen]
    if goal.values is None or goal.distinct == 0:
        held = f"values of type {goal.stored}" if goal.stored else "no value at all"
        raise Problem(
            f"The target column {chosen!r} of {path.name} holds {held}.",
            _numeric_columns(columns, chosen),
        )
    if goal.distinct == 1:
        raise Problem(
            f"The target column {chosen!r} of {path.name} has the same value in every row.",
            _numeric_columns(columns, chosen),
        )
    frame = pd.DataFrame({name: columns[name].values for name in kept}, copy=False)
    if goal.missing:
        frame = frame.loc[frame[chosen].notna()]
        notes.append(f"{_rows(goal.missing)} without a value of {chosen} dropped.")
        if len(frame) < FEWEST_ROWS:
            raise _too_few(path, len(frame), f" with a value of {chosen!r}")
    copies = int(pd.util.hash_pandas_object(frame, index=False).duplicated().sum())
    if copies:
        notes.append(
            f"{_rows(copies)} equal to an earlier one: a random split can put both on two sides."
        )
    return Table(
        frame=frame,
        target=chosen,
        origin=f"{path.name}, {len(frame):,} rows",
        notes=notes,
        sha256=sha256_of(path),
        stray=goal.stray,
        place=cells.place,
    )


def read_inputs(path: Path, numbers: Collection[str], texts: Collection[str]) -> pd.DataFrame:
    """Read rows to predict: any number of them, in the columns that a network was trained on.

    Args:
        path: A CSV or Parquet file.
        numbers: Columns to be read as numbers; one with text in it stays text, for the one who
            needs the number to complain about.
        texts: Columns to be kept as written, so that a category ``1`` stays what it was.

    Returns:
        The wanted columns that the file has; others are not read. Rows are labelled from 0.

    Raises:
        Problem: The file cannot be read as a table, or has no rows.
    """
    cells = _read_cells(path, hints=[*numbers, *texts])
    if cells.rows == 0:
        raise Problem(f"{path.name} has a header and no rows.", "Add a row for each prediction.")
    wanted = {}
    for name in cells.names:
        if name in texts:
            column = cells.columns[name].cast(pa.string())
            wanted[name] = without_missing(column).to_pandas()
        elif name in numbers:
            values = cells.take(name).values
            wanted[name] = pd.Series(np.nan, range(cells.rows)) if values is None else values
    return pd.DataFrame(wanted, index=range(cells.rows))


def numeric_target(table: Table) -> pd.Series:
    """Return the target as ``float64 (rows,)``, labelled like the frame.

    Raises:
        Problem: There is text in it; the sentence names the first line and the cell.
    """
    stray = table.stray
    if stray is None:
        return table.frame[table.target].astype(np.float64)
    if stray.numbers == 0:
        raise Problem(
            f"The target column {table.target!r} holds text such as {_shown(stray.cell)}, "
            "numbers are needed.",
            "Choose a column of numbers as the target.",
        )
    raise _stray_problem(table.origin.partition(",")[0], table.place, table.target, stray)


# -- cells -----------------------------------------------------------------------------------------


@dataclass
class _Cells:
    """A file as it stands there: named columns of Arrow values, texts if it is CSV."""

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


def _read_cells(path: Path, hints: Collection[str]) -> _Cells:
    _check_file(path)
    try:
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
        table, form = _read_parquet(path) if form is None else _read_csv(path, form)
    except OSError as error:
        why = (error.strerror or str(error) or "unknown error").lower()
        raise Problem(
            f"{path} cannot be read: {why}.", "Make it readable for yourself, or copy it."
        ) from error
    names = list(form.names) if form else [" ".join(name.split()) for name in table.column_names]
    _check_names(path, names)
    return _Cells(path, names, dict(zip(names, table.columns, strict=True)), table.num_rows, form)


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
                    use_threads=False,
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
    return table, form


def _unreadable(path: Path, form: CsvFormat, why: str) -> Problem:
    """Find the first line that does not fit; this reads the file once more, slowly."""
    width = len(form.names)
    line = 0
    try:
        for line, cells in records_of(path, form):
            if len(cells) != width:
                came = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
                broken = any("\n" in cell for cell in cells)
                return Problem(
                    f"{path.name}, line {line}: expected {width} cells, found {came}.",
                    "Close the quotation mark that is open there."
                    if broken
                    else "Correct the line; put a cell that contains the separator in quotes.",
                )
    except (csv.Error, UnicodeError):
        return Problem(
            f"{path.name} cannot be read after line {line}.",
            "Look there for a quotation mark that is never closed, or for damaged text.",
        )
    return Problem(f"{path.name} cannot be read: {' '.join(why.split())}.", "Write it once more.")


def _check_names(path: Path, names: Sequence[str]) -> None:
    for position, name in enumerate(names):
        first = names.index(name)
        if first != position:
            raise Problem(
                f"{path.name} has two columns {name!r}: the {first + 1}. and the {position + 1}.",
                "Give each column a name of its own.",
            )


# -- columns ---------------------------------------------------------------------------------------


def _choose_target(path: Path, cells: _Cells, target: str | None) -> str:
    if target is None:
        if "target" in cells.names:
            return "target"
        raise Problem(
            f"{path.name} has no column 'target', and no other was named as the target.",
            f"Name one of: {_listed(cells.names)}.",
        )
    if target not in cells.names:
        headless = cells.form is not None and not cells.form.header
        raise Problem(
            f"{path.name} has no column {target!r}"
            + (
                f": it has no header, its columns are c1 to c{len(cells.names)}."
                if headless
                else "."
            ),
            nearest(target, cells.names)
            if len(cells.names) <= 20 or nearest(target, cells.names).startswith("Did")
            else f"Its columns: {_listed(cells.names)}.",
        )
    return target


def _choose_inputs(
    path: Path, cells: _Cells, columns: dict[str, Column], target: str
) -> tuple[list[str], list[str]]:
    """Return the columns that are kept, the target among them, and what is to be said of them."""
    kept: list[str] = []
    left: dict[str, list[str]] = {}
    form = cells.form
    unnamed = {form.names[position] for position in form.unnamed} if form else set()
    unnamed |= {name for name in columns if re.fullmatch(r"__index_level_\d+__", name)}
    for name, column in columns.items():
        if name == target:
            kept.append(name)
            continue
        if column.stray is not None and column.stray.mistaken:
            raise _stray_problem(path.name, cells.place, name, column.stray)
        reason = _reason_to_leave_out(column)
        if not reason and name in unnamed and _counts_rows(column):
            reason = "row numbers without a name"
        if reason:
            left.setdefault(reason, []).append(name)
        else:
            kept.append(name)
    if kept == [target]:
        reasons = "; ".join(f"{_listed(names)}: {reason}" for reason, names in left.items())
        raise Problem(
            f"{path.name} has no column that can be an input ({reasons or 'all are left out'}).",
            "Add columns of numbers or of categories.",
        )
    notes = form.notes() if form else []
    notes += [f"Left out, {reason}: {_listed(names)}." for reason, names in left.items()]
    notes += _column_notes({name: columns[name] for name in kept}, cells.rows, target)
    return kept, notes


def _reason_to_leave_out(column: Column) -> str:
    if column.kind in {Kind.EMPTY, Kind.DATE}:
        return {Kind.EMPTY: "without any value", Kind.DATE: "dates or times"}[column.kind]
    if column.kind is Kind.FREE_TEXT:
        return "free text, different in nearly every row"
    if column.kind is Kind.OTHER:
        return f"of type {column.stored}"
    if column.distinct == 1 and not column.missing:
        return "the same value in every row"
    return ""


def _counts_rows(column: Column) -> bool:
    values = column.values
    return (
        values is not None
        and values.dtype == np.int64
        and bool((np.diff(values.to_numpy()) == 1).all())
    )


def _column_notes(columns: dict[str, Column], rows: int, target: str) -> list[str]:
    commas = [name for name, column in columns.items() if column.comma]
    texts = {name: c.distinct for name, c in columns.items() if c.kind is not Kind.NUMBER}
    missing = {
        name: f"{c.missing:,} ({c.missing / rows:.1%})"
        for name, c in columns.items()
        if c.missing and name != target
    }
    infinite = {name: c.infinite for name, c in columns.items() if c.infinite}
    keys = [
        name
        for name, c in columns.items()
        if name != target
        and c.kind is Kind.NUMBER
        and c.distinct == rows
        and (_counts_rows(c) or _ID_NAME.fullmatch(name))
    ]
    notes = []
    if commas:
        notes.append(f"Decimal commas: {_listed(commas)}.")
    texts.pop(target, None)
    if texts:
        counted = _listed(f"{name} ({count:,} different)" for name, count in texts.items())
        notes.append(f"Categories: {counted}.")
    if missing:
        counted = _listed(f"{name} {count}" for name, count in missing.items())
        notes.append(f"Missing values: {counted}.")
    if infinite:
        counted = _listed(f"{name} {count:,}" for name, count in infinite.items())
        notes.append(f"Infinite values, taken as missing: {counted}.")
    if keys:
        notes.append(
            f"Used as inputs, though they look like row numbers or keys: {_listed(keys)}; "
            "remove them from the file if they are."
        )
    return notes


# -- words -----------------------------------------------------------------------------------------


def _stray_problem(file: str, place: Callable[[int], str], column: str, stray: Stray) -> Problem:
    more = f" ({stray.count - 1:,} more like it)" if stray.count > 1 else ""
    return Problem(
        f"{file}, {place(stray.record)}, column {column!r}: expected a number, "
        f"found {_shown(stray.cell)}{more}.",
        "Correct the cell, or empty it: an empty cell counts as a missing value.",
    )


def _too_few(path: Path, rows: int, which: str) -> Problem:
    if rows == 0 and not which:
        return Problem(f"{path.name} has a header and no rows.", "Name a file with rows.")
    return Problem(
        f"{path.name} has {_rows(rows)}{which}, at least {FEWEST_ROWS} are needed.",
        "Add rows: below that there is nothing to validate with.",
    )


def _numeric_columns(columns: dict[str, Column], target: str) -> str:
    numbers = [name for name, c in columns.items() if c.kind is Kind.NUMBER and name != target]
    return f"Choose another target, such as: {_listed(numbers)}." if numbers else ""


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:39] + "…")


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = len(every) - SHOWN
    return ", ".join(every[:SHOWN]) + (f" and {more} more" if more > 0 else "")

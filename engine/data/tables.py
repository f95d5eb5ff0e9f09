"""Tables: a CSV or Parquet file, read as a person means it.

What it promises: how the file is written is found out (:mod:`engine.data.csv_format`), all rows are
looked at (:mod:`engine.data.columns`), whatever was noticed or left out is told in
:attr:`Table.notes`, and whatever cannot be right is one :class:`~engine.errors.Problem` that names
the line, the column and the cell. Nothing is repaired silently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from engine.data.cells import Cells, read_cells
from engine.data.columns import Column, Kind, Stray, shown, without_missing
from engine.data.fetch import sha256_of
from engine.data.groups import check_groups, note, read_groups
from engine.errors import Problem, nearest

FEWEST_ROWS = 20
"""Rows below which a split into train, validation and test says nothing."""

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
        groups: Which rows belong together, labelled like the frame and called as its column is,
            which is not in the frame; ``None`` where nothing says so.
        place: Says where a row stands (``line 17``), given its label in the index.
    """

    frame: pd.DataFrame
    target: str
    origin: str
    notes: list[str] = field(default_factory=list)
    synthetic: bool = False
    sha256: str | None = None
    stray: Stray | None = None
    groups: pd.Series | None = None
    place: Callable[[int], str] = field(
        default=lambda record: f"row {record + 1}", repr=False, compare=False
    )

    @property
    def inputs(self) -> list[str]:
        """The columns other than the target."""
        return [name for name in self.frame.columns if name != self.target]


def read_table(
    path: Path, target: str | None = None, *, leave_out: Collection[str] = (), groups: str = ""
) -> Table:
    """Read a CSV or Parquet file to learn from.

    Args:
        path: The file. CSV may be separated by comma, semicolon, tab or bar, and be inside gzip.
        target: The column to be predicted; may be ``None`` if there is a column ``target``.
        leave_out: Columns that are not to be inputs.
        groups: The column that says which rows belong together; empty where none does.

    Raises:
        Problem: It cannot be read as a table with that target, or a cell cannot be right.
    """
    cells = read_cells(path, hints=[target or "target"], fewest=2)
    chosen = _choose_target(path, cells, target)
    rows = cells.rows
    if rows < FEWEST_ROWS:
        raise _too_few(path, rows, "")
    together = read_groups(cells, groups, chosen) if groups else None
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
    if together is not None:
        together = together.loc[frame.index]
        check_groups(together, cells)
        notes.append(note(together))
    return Table(
        frame=frame,
        target=chosen,
        origin=f"{path.name}, {len(frame):,} rows",
        notes=notes,
        sha256=sha256_of(path),
        stray=goal.stray,
        groups=together,
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
    cells = read_cells(path, hints=[*numbers, *texts])
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
            f"The target column {table.target!r} holds text such as {shown(stray.cell)}, "
            "numbers are needed.",
            "Choose a column of numbers as the target.",
        )
    raise _stray_problem(table.origin.partition(",")[0], table.place, table.target, stray)


# -- columns ---------------------------------------------------------------------------------------


def _choose_target(path: Path, cells: Cells, target: str | None) -> str:
    if target is None:
        if "target" in cells.names:
            return "target"
        raise Problem(
            f"{path.name} has no column 'target', and no other was named as the target.",
            f"Name one of: {_listed(cells.names)}.",
        )
    if target not in cells.names:
        why = ""
        if cells.form is not None and not cells.form.header:
            why = f": it has no header, its columns are c1 to c{len(cells.names)}"
        hint = nearest(target, cells.names)
        raise Problem(
            f"{path.name} has no column {target!r}{why}.",
            hint if hint.startswith("Did") else f"Its columns: {_listed(cells.names)}.",
        )
    return target


def _choose_inputs(
    path: Path, cells: Cells, columns: dict[str, Column], target: str
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
            # A look at free text tells whether it is numbers in disguise, as in '5 %'.
            told = name
            if column.kind is Kind.FREE_TEXT and column.stray is not None:
                told = f"{name} (as {shown(column.stray.cell)})"
            left.setdefault(reason, []).append(told)
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
        f"found {shown(stray.cell)}{more}.",
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


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = len(every) - SHOWN
    return ", ".join(every[:SHOWN]) + (f" and {more} more" if more > 0 else "")

"""Columns of a table: what stands in them, what rows are sorted by, and how they share a line.

Pure functions. A column does not know the table; a table lays out any columns over any rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.cells import cell_len

from tui.format import pad, shorten_within
from tui.safe_text import printable

R = TypeVar("R")

GAP = 2
"""Cells between two columns."""

NAME_END = 5
"""Characters at the end of a run's name that are kept where it is cut: the id, which finds it."""

_MOST = 24  # cells of a column that says nothing else


@dataclass(frozen=True, kw_only=True)
class Column(Generic[R]):
    """One column.

    Attributes:
        id: What preferences call it; without spaces.
        heading: What stands above it.
        cell: What it says of a row.
        key: What a row is sorted by: numbers or texts, all of one kind; None is not known, and
            such rows come last whichever way the others are sorted.
        look: The look of a row's cell.
        right: Whether it is flush right, as numbers are.
        down: Whether sorting begins with the largest.
        least: The fewest cells it may be squeezed into where there is not enough room; 0 where it
            may not be.
        most: The most cells it may take.
        optional: Whether it is the first to go where there is not enough room.
        stretches: Whether it takes what room is left, and goes where that is less than ``least``.
        end: Characters at the end of a text that is cut which are kept; what is left out is before.
        about: What it shows, for whoever chooses columns.
        export: What a file is told of a row, where that is something else than the key; a column
            with an empty heading is in no file.
    """

    id: str
    heading: str
    cell: Callable[[R], str]
    key: Callable[[R], object]
    look: Callable[[R], str] = lambda row: ""
    right: bool = False
    down: bool = False
    least: int = 0
    most: int = _MOST
    optional: bool = False
    stretches: bool = False
    end: int = 0
    about: str = ""
    export: Callable[[R], object] | None = None

    def text(self, row: R, width: int) -> str:
        """Return its cell of a row, in just so many cells."""
        text = self.cell(row)
        if self.end:
            text = shorten_within(text, width, self.end)
        return pad(text, width, right=self.right)

    def wanted(self, rows: Sequence[R]) -> int:
        """Return how many cells it would like to take."""
        longest = max((_width(self.cell(row)) for row in rows), default=0)
        return min(max(longest, cell_len(self.heading)), self.most)


def _width(text: str) -> int:
    return len(text) if text.isascii() and text.isprintable() else cell_len(printable(text))


@dataclass(frozen=True)
class Layout:
    """Which columns a line has room for.

    Attributes:
        places: The position of each column that is shown among those given, and its width.
        left: How many columns are hidden to the left.
        right: How many are hidden to the right.
    """

    places: tuple[tuple[int, int], ...]
    left: int
    right: int


def lay_out(
    columns: Sequence[Column[R]], wanted: Sequence[int], cells: int, *, fixed: int, first: int
) -> Layout:
    """Share a line out among columns.

    Where not all of them fit, optional ones go first, then those that may be squeezed are, and then
    columns are left out on the right; they come into view when the line is moved sideways.

    Args:
        columns: All of them.
        wanted: How many cells each would like to take.
        cells: What there is.
        fixed: How many at the beginning stay where they are when the line is moved.
        first: How many of the others are out of view on the left.
    """
    widths = dict(enumerate(wanted))
    for place in range(fixed, min(fixed + first, len(columns))):
        del widths[place]
    # The stretching ones get what is left in the end; until then they are as narrow as can be.
    for place in list(widths):
        if columns[place].stretches:
            widths[place] = min(widths[place], columns[place].least)

    def excess() -> int:
        return sum(widths.values()) + GAP * (len(widths) - 1) - cells

    for gives_way in (_is_optional, _is_stretching):
        for place in reversed(list(widths)):
            if excess() > 0 and place >= fixed and gives_way(columns[place]):
                del widths[place]
    for place in list(widths):
        least = columns[place].least
        if excess() > 0 and least and not columns[place].stretches:
            widths[place] = max(widths[place] - excess(), min(least, widths[place]))
    hidden = 0
    while excess() > 0 and len(widths) > fixed + 1:
        del widths[max(widths)]
        hidden += 1
    for place in widths:
        if excess() < 0 and wanted[place] > widths[place]:
            widths[place] = min(widths[place] - excess(), wanted[place])
    return Layout(tuple(widths.items()), min(first, len(columns) - fixed), hidden)


def _is_optional(column: Column[R]) -> bool:
    return column.optional


def _is_stretching(column: Column[R]) -> bool:
    return column.stretches


def as_csv(columns: Sequence[Column[R]], rows: Sequence[R]) -> str:
    """Return a table as CSV: a line of the columns' ids, then a line a row."""
    import csv
    import io

    kept = [column for column in columns if column.heading]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([column.id for column in kept])
    for row in rows:
        values = [(column.export or column.key)(row) for column in kept]
        writer.writerow(["" if value is None else value for value in values])
    return file.getvalue()


def in_order(rows: Sequence[R], column: Column[R], *, backwards: bool) -> list[R]:
    """Return rows sorted by a column; equal ones stay in the order in which they came.

    Args:
        rows: The rows.
        column: What to sort by.
        backwards: Whether to begin at the other end than usual; what is not known stays last.
    """
    known = []
    unknown = []
    for row in rows:
        key = column.key(row)
        is_nan = isinstance(key, float) and math.isnan(key)
        if key is None or key == "" or is_nan:
            unknown.append(row)
        else:
            known.append((_sortable(key), row))
    known.sort(key=lambda pair: pair[0], reverse=column.down is not backwards)
    return [*(row for _, row in known), *unknown]


def _sortable(key: object) -> tuple[int, float, str]:
    """Return what can be compared with any other: numbers come before texts."""
    if isinstance(key, bool | int | float):
        return 0, float(key), ""
    return 1, 0.0, str(key).lower()

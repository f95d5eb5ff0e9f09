"""How charts share a rectangle: as many as can still be read, each row as wide as all of it."""

from __future__ import annotations

import math
from typing import NamedTuple

NARROWEST, LOWEST = 56, 10
"""Cells that a chart among others has at least: across, and down."""


class Layout(NamedTuple):
    """Charts in rows.

    Attributes:
        rows: How many there are.
        columns: Of a grid in which every row can be filled.
        spans: How many of these columns each chart takes, in reading order.
    """

    rows: int
    columns: int
    spans: tuple[int, ...]

    @property
    def charts(self) -> int:
        """How many charts are shown."""
        return len(self.spans)


def lay_out(charts: int, width: int, height: int) -> Layout:
    """Return how so many charts are shown in a rectangle of cells: all, or as many as fit.

    One is shown in any case, however little room there is.
    """
    across, down = max(width // NARROWEST, 1), max(height // LOWEST, 1)
    count = max(min(charts, across * down), 1)
    rows = math.ceil(count / across)
    in_row = math.ceil(count / rows)
    in_last_row = count - in_row * (rows - 1)
    columns = math.lcm(in_row, in_last_row)
    spans = (columns // in_row,) * (count - in_last_row) + (columns // in_last_row,) * in_last_row
    return Layout(rows, columns, spans)

"""Drawing curves with the dots within character cells, on a canvas of cells. Pure NumPy.

A braille character has 2 x 4 dots, so a plot of 60 x 12 cells has 120 x 48 of them. A curve has one
stretch of dots in each dot column, from the highest to the lowest that it touches there; everything
here works on those stretches, for all columns at once. Promises that a curve without gaps has no
holes, and that the cost depends on the cells and not on the points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.insight.decimation import Columns, column_of, decimate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Masks = NDArray[np.uint8]
Codes = NDArray[np.uint32]

BLANK = ord(" ")
COVERED = 0
"""The code of a cell that the wide character to its left extends over."""
_FURTHEST_ROW = 1e9  # beyond it a row is as far out of view as can be, and still a number


@dataclass(frozen=True, eq=False)
class Dots:
    """How a cell is divided into dots, and the character for each set of them.

    The bit of the dot in column `i` and row `j` of a cell is `bits[i][j]`; a mask is the sum of the
    bits of the dots that are set.
    """

    bits: tuple[tuple[int, ...], ...]
    glyphs: Codes
    """The code point for each mask, shape `(2 ** dots,)`."""

    @property
    def across(self) -> int:
        """Dot columns in a cell."""
        return len(self.bits)

    @property
    def down(self) -> int:
        """Dot rows in a cell."""
        return len(self.bits[0])

    @cached_property
    def stretches(self) -> Masks:
        """Masks of the rows from i up to before j, shape `(across, down + 1, down + 1)`.

        Indexed by dot column, i and j; 0 where i is not less than j.
        """
        table = np.zeros((self.across, self.down + 1, self.down + 1), dtype=np.uint8)
        for column, bits in enumerate(self.bits):
            for first in range(self.down):
                for stop in range(first + 1, self.down + 1):
                    table[column, first, stop] = sum(bits[first:stop])
        return table


def _codes(text: str) -> Codes:
    return np.array([ord(character) for character in text], dtype=np.uint32)


# The order of the bits is Unicode's: the fourth row came to braille later than the other three.
BRAILLE = Dots(
    ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80)),
    _codes(" " + "".join(chr(0x2800 + mask) for mask in range(1, 256))),
)
ASCII = Dots(((1, 2),), _codes(" '.:"))


class Stretches(NamedTuple):
    """One curve: the dots it sets in each dot column. Arrays of shape `(dot_columns,)`."""

    top: IntArray
    """The first dot row that is set, counted from 0 at the top."""
    bottom: IntArray
    """The last dot row that is set; above `top`, by being less, where there is none."""


def trace(
    kept: Columns, to_row: Callable[[FloatArray], FloatArray], columns: int, rows: int
) -> Stretches:
    """Find the dots of a curve.

    Between two entries the curve is straight. Where it is steep, each dot row belongs to the one
    column in which the curve crosses it, so that lines are one dot thin (what Bresenham's algorithm
    gives, but for all columns at once).

    Args:
        kept: The series by dot columns, values in any unit.
        to_row: Turns values into dot rows, fractional, 0 at the top and growing downwards.
        columns: Dot columns of the raster.
        rows: Dot rows of the raster. What lies outside is cut off.

    Returns:
        The stretch of dots in each column.
    """
    if kept.at.size == 0:
        return Stretches(np.ones(columns, dtype=np.int64), np.zeros(columns, dtype=np.int64))
    at, first, last = kept.at, to_row(kept.first), to_row(kept.last)
    # Where the curve passes the borders between columns: border i is to the left of column i.
    borders = np.arange(columns + 1) - 0.5
    before = np.searchsorted(at, borders) - 1
    between = (before >= 0) & (before < at.size - 1)
    before[~between] = 0
    between &= kept.joined[before]
    crossing = np.full(columns + 1, np.nan)
    start = before[between]
    share = (borders[between] - at[start]) / (at[start + 1] - at[start])
    crossing[between] = last[start] + share * (first[start + 1] - last[start])
    left, right = crossing[:-1], crossing[1:]

    inside = (at > -0.5) & (at < columns - 0.5)
    own = at[inside].astype(np.int64)
    highest, lowest = to_row(kept.high[inside]), to_row(kept.low[inside])
    upper, lower = np.fmin(left, right), np.fmax(left, right)
    upper[own], lower[own] = np.fmin(upper[own], highest), np.fmax(lower[own], lowest)
    # A column has the rows whose middle the curve passes. Where it is so flat that it passes none,
    # the column has the nearest row; one with values has the rows of these in any case.
    top, bottom = np.ceil(upper), np.ceil(lower) - 1
    nearest = np.rint((left + right) / 2)
    nearest[own] = np.nan
    flat = bottom < top
    top[flat] = bottom[flat] = nearest[flat]
    top[own] = np.fmin(top[own], np.rint(highest))
    bottom[own] = np.fmax(bottom[own], np.rint(lowest))
    # NaN compares as false: a column that the curve does not reach has no stretch.
    drawn = (top < rows) & (bottom >= 0)
    return Stretches(
        np.where(drawn, np.clip(top, 0, rows - 1), 1).astype(np.int64),
        np.where(drawn, np.clip(bottom, 0, rows - 1), 0).astype(np.int64),
    )


def lone(kept: Columns, columns: int) -> NDArray[np.intp]:
    """Find the points that stand by themselves, for a single dot is easily overlooked.

    Args:
        kept: The series by dot columns.
        columns: Dot columns of the raster.

    Returns:
        Which entries of `kept` are a single value, with gaps on both sides and no neighbor nearby.
    """
    joined_before = np.concatenate(([False], kept.joined[:-1]))
    apart = np.diff(kept.at, prepend=-np.inf, append=np.inf) > 2
    return np.flatnonzero(
        ~kept.joined
        & ~joined_before
        & (kept.low == kept.high)
        & (apart[:-1] & apart[1:])
        & (kept.at > -0.5)
        & (kept.at < columns - 0.5)
    )


def fill(stretches: Stretches, dots: Dots, rows: int) -> Masks:
    """Turn a curve into the masks of cells.

    Args:
        stretches: The dots of the curve, `width * dots.across` columns of them.
        dots: How a cell is divided.
        rows: Rows of cells.

    Returns:
        Masks of shape `(rows, width)`, 0 where the curve has no dot in a cell.
    """
    table = dots.stretches
    above = np.arange(rows)[:, np.newaxis] * dots.down
    begin = np.clip(stretches.top - above, 0, dots.down)
    end = np.clip(stretches.bottom + 1 - above, 0, dots.down)
    across = dots.across
    masks: Masks = table[0][begin[:, ::across], end[:, ::across]]
    for column in range(1, across):
        masks |= table[column][begin[:, column::across], end[:, column::across]]
    return masks


def overlay(layers: Sequence[Masks], faint: Sequence[bool]) -> tuple[Masks, IntArray]:
    """Lay curves over each other.

    Faint curves lie beneath all others, and a cell of another shows none of their dots, so that a
    smoothed line stays a line within the noise it was made from. Apart from that the dots of all
    curves in a cell are set, and the cell belongs to the one drawn last.

    Args:
        layers: The masks of each curve, shape `(rows, width)`, in drawing order; at least one.
        faint: Whether each curve is faint.

    Returns:
        The masks and, of the same shape, the number of the layer each cell belongs to (-1: none).
    """
    below, owner = np.zeros_like(layers[0]), np.full(layers[0].shape, -1, dtype=np.int64)
    above = np.zeros_like(below)
    for wanted, target in ((True, below), (False, above)):
        for number, (layer, is_faint) in enumerate(zip(layers, faint, strict=True)):
            if is_faint is wanted:
                target |= layer
                owner[layer != 0] = number
    return np.where(above != 0, above, below), owner


class Canvas:
    """A grid of cells, each with a character and the number of a style."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.codes: Codes = np.full((height, width), BLANK, dtype=np.uint32)
        self.styles: Masks = np.zeros((height, width), dtype=np.uint8)

    def put(self, x: int, y: int, text: str | Codes, style: int, end: int | None = None) -> int:
        """Write a text from cell `(x, y)` up to before column `end`; return where it stopped."""
        codes = _codes(text) if isinstance(text, str) else text
        codes, x = codes[max(-x, 0) :], max(x, 0)
        room = (self.width if end is None else min(end, self.width)) - x
        if not 0 <= y < self.height or room <= 0:
            return x
        fitting = codes[:room]
        stop = x + fitting.size
        self.codes[y, x:stop] = fitting
        self.styles[y, x:stop] = style
        if codes.size > room and codes[room] == COVERED:
            self.codes[y, stop - 1] = BLANK  # the left half of a wide character
        return stop

    def changes(self, other: Canvas) -> Iterator[tuple[int, int, int]]:
        """Compare with a canvas of the same size.

        Yields:
            For each row that differs: y, the first x that differs, and the x after the last one.
        """
        differs = (self.codes != other.codes) | (self.styles != other.styles)
        for y in np.flatnonzero(differs.any(axis=1)).tolist():
            if (self.codes[y] == COVERED).any() or (other.codes[y] == COVERED).any():
                yield y, 0, self.width  # so that no wide character is cut in two
                continue
            xs = np.flatnonzero(differs[y])
            yield y, int(xs[0]), int(xs[-1]) + 1

    def runs(self, y: int) -> Iterator[tuple[str, int]]:
        """Split a row into runs of one style.

        Blank cells join the run before them, for a change of style costs about twenty bytes on the
        line to the terminal and a blank shows none.

        Yields:
            A text and the number of its style, from left to right.
        """
        codes = self.codes[y]
        shown = np.flatnonzero((codes != BLANK) & (codes != COVERED))
        styles = self.styles[y][shown]
        turns = shown[1:][styles[1:] != styles[:-1]].tolist()
        numbers = [int(styles[0]) if styles.size else 0, *self.styles[y][turns].tolist()]
        row = codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")
        for (begin, end), style in zip(pairwise([0, *turns, self.width]), numbers, strict=True):
            yield row[begin:end].replace(chr(COVERED), ""), style


@dataclass(frozen=True)
class View:
    """The cells of a plot on a canvas, and the values that they span."""

    dots: Dots
    left: int
    top: int
    width: int
    rows: int
    start: float
    """x at the left edge."""
    stop: float
    """x at the right edge."""
    low: float
    """y at the bottom; its power of ten if the axis is logarithmic. Likewise `high` at the top."""
    high: float
    log: bool

    def row_of(self, y: FloatArray) -> FloatArray:
        """Return the dot row of each value, fractional, counted from the top."""
        with np.errstate(over="ignore"):
            share = (self.high - (np.log10(y) if self.log else y)) / (self.high - self.low)
            rows = share * (self.rows * self.dots.down - 1)
        return np.asarray(np.clip(rows, -_FURTHEST_ROW, _FURTHEST_ROW), dtype=np.float64)

    def cell_x(self, x: float) -> int | None:
        """Return the column of the plot that x falls into; None if it is out of view."""
        if not self.start <= x <= self.stop:
            return None
        # Just short of the right edge the share may be rounded up to the whole.
        return min(column_of(x, self.start, self.stop, self.width), self.width - 1)

    def cell_y(self, y: float) -> int | None:
        """Return the row of the plot that y falls into; None if it is out of view."""
        if not math.isfinite(y) or (self.log and y <= 0):
            return None
        row = int(np.rint(self.row_of(np.array([y]))[0])) // self.dots.down
        return row if 0 <= row < self.rows else None


class Curve(NamedTuple):
    """A line to draw."""

    x: FloatArray
    y: FloatArray
    style: int
    faint: bool
    glyph: str | None
    """A character for all its cells, in place of dots."""


def draw_curves(
    canvas: Canvas, view: View, curves: Sequence[Curve], point: str
) -> NDArray[np.bool_]:
    """Draw curves on a canvas; cells that have none keep what is there.

    Args:
        canvas: What to draw on.
        view: Where, and on which scale.
        curves: The curves in drawing order, at least one.
        point: The character for a point that stands by itself.

    Returns:
        Which cells of the plot are taken, shape `(view.rows, view.width)`.
    """
    columns, rows = view.width * view.dots.across, view.rows * view.dots.down
    layers, points = [], []
    for curve in curves:
        above = 0.0 if view.log else -np.inf
        kept = decimate(curve.x, curve.y, view.start, view.stop, columns, above=above)
        layers.append(fill(trace(kept, view.row_of, columns, rows), view.dots, view.rows))
        for entry in lone(kept, columns).tolist():
            x, y = int(kept.at[entry]) // view.dots.across, view.cell_y(kept.first[entry])
            if y is not None:
                points.append((x, y, curve.style))
    masks, owner = overlay(layers, [curve.faint for curve in curves])
    taken: NDArray[np.bool_] = masks != 0
    glyphs = view.dots.glyphs[masks]
    for number, curve in enumerate(curves):
        if curve.glyph is not None:
            glyphs[taken & (owner == number)] = ord(curve.glyph)
    place = slice(view.top, view.top + view.rows), slice(view.left, view.left + view.width)
    canvas.codes[place][taken] = glyphs[taken]
    canvas.styles[place][taken] = np.array([curve.style for curve in curves])[owner[taken]]
    for x, y, style in points:
        canvas.put(view.left + x, view.top + y, point, style)
    return taken

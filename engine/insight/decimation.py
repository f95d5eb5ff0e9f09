"""Reducing a long series to what a screen can show. Pure NumPy.

A chart has a few hundred dot columns; a run can have hundreds of thousands of points. Of the points
that fall into one column only the first, the last, the lowest and the highest can be seen (this is
the M4 aggregation of Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation",
2014). Promises that no spike vanishes, that a line is broken where a gap lies between two columns,
and that everything after this step costs by the column and no longer by the point.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


class Columns(NamedTuple):
    """A series by dot columns; every array has shape `(kept,)`, one entry for a column with data.

    The nearest point on either side of the range, where there is one, is an entry as well, so that
    a line can enter and leave the view. Its place lies outside of `[-0.5, columns - 0.5]`.
    """

    at: FloatArray
    """The dot column, counted from 0 at the left, ascending. Whole numbers within the range."""
    first: FloatArray
    """The earliest value in the column, in the units of y."""
    low: FloatArray
    """The smallest value in the column."""
    high: FloatArray
    """The largest value in the column."""
    last: FloatArray
    """The latest value in the column."""
    joined: NDArray[np.bool_]
    """Whether the line goes on to the next entry: no gap lies between. False for the last entry."""


def decimate(
    x: ArrayLike, y: ArrayLike, start: float, stop: float, columns: int, *, above: float = -np.inf
) -> Columns:
    """Reduce a series to at most one entry for each of `columns` dot columns.

    Args:
        x: Positions, ascending, shape `(points,)`.
        y: Values, shape `(points,)`. What is not finite is a gap.
        start: The x at the left edge of the first column.
        stop: The x at the right edge of the last column, which it belongs to. More than `start`.
        columns: Dot columns between `start` and `stop`, at least 1.
        above: Values up to this one are gaps as well (0 for an axis of logarithms).

    Returns:
        The series by columns, at most `columns + 2` entries.

    Raises:
        ValueError: If the shapes differ, or there is no range, or there are no columns.
    """
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if xs.ndim != 1 or xs.shape != ys.shape:
        raise ValueError(
            f"Expected x and y of one shape (points,). Received: {xs.shape} and {ys.shape}"
        )
    if not (stop > start and columns >= 1):
        raise ValueError(
            "Expected start < stop and at least one column. "
            f"Received: start={start}, stop={stop}, columns={columns}"
        )
    # x ascends, so a column is a slice, and its borders are found without touching every point.
    cuts = np.searchsorted(xs, np.linspace(start, stop, columns + 1), side="left")
    cuts[-1] = np.searchsorted(xs, stop, side="right")
    place: NDArray[np.intp] | None = None  # where each point that counts stands among all
    shown = _counting(ys, above)
    if not shown.all():
        place = np.flatnonzero(shown)
        cuts, ys = np.searchsorted(place, cuts), ys[place]
    cuts = np.concatenate(([max(cuts[0] - 1, 0)], cuts, [min(cuts[-1] + 1, ys.size)]))
    at = np.arange(-1.0, columns + 1.0)
    full = cuts[1:] > cuts[:-1]
    begin, end, at = cuts[:-1][full], cuts[1:][full], at[full]
    if at.size == 0:
        none = np.empty(0)
        return Columns(none, none, none, none, none, np.empty(0, dtype=np.bool_))

    outside = (at < 0) | (at >= columns)
    neighbors = begin[outside] if place is None else place[begin[outside]]
    at[outside] = (xs[neighbors] - start) / (stop - start) * columns - 0.5
    seen = ys[: end[-1]]  # reduceat takes its last slice to the end of the array
    joined = np.ones(at.size, dtype=np.bool_)
    joined[-1] = False
    if place is not None:
        joined[:-1] = place[begin[1:]] - place[end[:-1] - 1] == 1
    return Columns(
        at=at,
        first=ys[begin],
        low=np.minimum.reduceat(seen, begin),
        high=np.maximum.reduceat(seen, begin),
        last=ys[end - 1],
        joined=joined,
    )


def column_of(x: float, start: float, stop: float, columns: int) -> int:
    """Return the dot column that `x` falls into, as `decimate` counts them.

    Args:
        x: A position.
        start: The x at the left edge of the first column.
        stop: The x at the right edge of the last column. More than `start`.
        columns: Dot columns between `start` and `stop`.

    Returns:
        The column, from 0 to `columns - 1`; outside of these where `x` lies outside of the range.
    """
    if x == stop:
        return columns - 1
    return int(np.floor((x - start) / (stop - start) * columns))


def extremes(
    x: ArrayLike, y: ArrayLike, start: float, stop: float, *, above: float = -np.inf
) -> tuple[float, float]:
    """Return the smallest and the largest value between `start` and `stop`, both included.

    Args:
        x: Positions, ascending, shape `(points,)`.
        y: Values, shape `(points,)`. What is not finite does not count.
        start: The smallest x that counts.
        stop: The largest x that counts. More than `start`.
        above: Values up to this one do not count either.

    Returns:
        Both values, in the units of y; infinity and minus infinity where none counts.
    """
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    ys = ys[np.searchsorted(xs, start, side="left") : np.searchsorted(xs, stop, side="right")]
    if ys.size == 0:
        return float("inf"), float("-inf")
    low, high = ys.min(), ys.max()  # NaN if there is one: as a rule all values count
    if not (above < low and high < np.inf):
        shown = _counting(ys, above)
        low, high = ys.min(initial=np.inf, where=shown), ys.max(initial=-np.inf, where=shown)
    return float(low), float(high)


def _counting(y: FloatArray, above: float) -> NDArray[np.bool_]:
    """Return which values count: finite ones, and more than `above`."""
    shown = np.isfinite(y)
    if above > -np.inf:
        shown &= y > above
    return shown

"""Which stretch of x a grid of charts shows: all of it, the end of it, or a part that stands still.

A window at the end moves along as a curve grows; one that was put around a place stays there.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tui.charts.style import FloatArray

ZOOM: Final = 2.0
"""How much narrower a window becomes at a time."""

PAN: Final = 0.25
"""Share of its width by which a window moves at a time."""

FEWEST: Final = 3.0
"""Points that a window has room for at least, where points lie evenly."""


class Window:
    """A stretch of x."""

    def __init__(self) -> None:
        self._low, self._high, self._points = 0.0, 0.0, 0
        self._width: float | None = None
        self._stop: float | None = None

    def reach(self, low: float, high: float, points: int) -> None:
        """Learn what there is.

        Args:
            low: The first x of all curves.
            high: The last x.
            points: Points of the longest curve.
        """
        self._low, self._high, self._points = low, high, points
        if self._width is not None and self._width >= high - low:
            self.show_all()

    @property
    def range(self) -> tuple[float, float] | None:
        """From and to; None for all there is."""
        if self._width is None:
            return None
        stop = self._high if self._stop is None else self._stop
        return stop - self._width, stop

    def show_all(self) -> None:
        """Go back to all there is."""
        self._width = self._stop = None

    def zoom(self, steps: int, around: float | None) -> bool:
        """Make the window narrower, or wider.

        Args:
            steps: How many times; below 0, wider.
            around: The x to keep in the middle; None for the end, or the middle as it is.

        Returns:
            Whether anything changed.
        """
        before = self.range
        whole = self._high - self._low
        width = (whole if self._width is None else self._width) / ZOOM**steps
        least = FEWEST * whole / max(self._points - 1, 1)
        if width >= whole or whole <= 0:
            self.show_all()
            return before is not None
        if width < least and steps > 0:
            width = min(least, whole)
            if width >= whole:
                return False
        if around is None and self._stop is not None and self._width is not None:
            around = self._stop - self._width / 2
        self._width = width
        self._stop = None if around is None else self._within(around + width / 2)
        return self.range != before

    def pan(self, steps: int) -> bool:
        """Move the window right, or left; say whether it moved. At the end it stays at the end."""
        if self._width is None:
            return False
        before = self.range
        stop = self._high if self._stop is None else self._stop
        stop = self._within(stop + steps * PAN * self._width)
        self._stop = None if stop >= self._high else stop
        return self.range != before

    def bring_in(self, x: float) -> None:
        """Move the window as far as it takes to have a place in it."""
        if self.range is None or self._width is None:
            return
        start, stop = self.range
        if x < start:
            self._stop = self._within(x + self._width)
        elif x > stop:
            self._stop = self._within(x)

    def _within(self, stop: float) -> float:
        """Keep the right edge where the window is within what there is."""
        return min(max(stop, self._low + (self._width or 0.0)), self._high)


def next_place(xs: FloatArray, cursor: float | None, step: int, cell: float, end: float) -> float:
    """Return where a crosshair goes: to a point further on, and by a cell at least.

    Args:
        xs: Where the curve has points, ascending, at least one.
        cursor: Where it stands; None where it is not there yet and comes up at the last point.
        step: Cells to move; below 0, to the left.
        cell: The span of x in a cell.
        end: The right edge of what is in view.

    Returns:
        One of ``xs``: the first or the last where there is none further on.
    """
    if cursor is None:
        place = int(np.searchsorted(xs, end, side="right")) - 1
    elif step > 0:
        beyond = np.searchsorted(xs, cursor, side="right")
        place = max(int(np.searchsorted(xs, cursor + step * cell)), int(beyond))
    else:
        before = np.searchsorted(xs, cursor)
        place = min(int(np.searchsorted(xs, cursor + step * cell, side="right")), int(before)) - 1
    return float(xs[min(max(place, 0), xs.size - 1)])


def nearest(xs: FloatArray, x: float) -> float:
    """Return the one of `xs`, ascending and at least one, that is nearest to a place."""
    after = int(np.searchsorted(xs, x))
    return float(min(xs[max(after - 1, 0) : after + 1], key=lambda each: abs(each - x)))

"""Draws a chart on a canvas: title, axes, levels, curves, each as far as there is room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from textual.geometry import Size

from engine.insight import ticks
from engine.insight.decimation import extremes
from engine.insight.smoothing import debiased_ema
from tui.charts.cells import cells_of
from tui.charts.legend import Legend
from tui.charts.raster import Canvas, Codes, Curve, View, draw_curves
from tui.charts.style import ASCII_GLYPHS, STYLE, Axis, Glyphs, Level, Series, palette_of

LABEL_WIDTH: Final = 5
"""Cells that the labels of the y axis have at least, so that the plot does not move when one label
is shorter than the last."""

X_LABEL_WIDTH: Final = 9
"""Cells that a label of the x axis is given, its distance to the next one included."""

_BESIDE: Final = 1.0  # a level further from the curves than their own height is not brought in view


@dataclass(frozen=True)
class Drawing:
    """A chart at one moment: what it shows and how.

    Attributes are those of :class:`~tui.charts.chart.Chart` of the same name, the curves that
    :func:`make_curves` makes of the series, and the characters to draw with.
    """

    series: tuple[Series, ...]
    levels: tuple[Level, ...]
    title: str
    note: str
    is_chosen: bool
    axis: Axis
    log_y: bool
    smoothing: float
    curves: list[Curve]
    mark_best: tuple[float, float] | None
    x_range: tuple[float, float] | None
    cursor: float | None
    empty_text: str
    glyphs: Glyphs

    def draw(self, size: Size) -> tuple[Canvas, View | None]:
        """Draw everything, from the outside to the inside.

        Returns:
            The drawing, and where in it the plot is; None where there is nothing to plot.
        """
        canvas = Canvas(*size)
        span, notes = self._span()
        title_end = self._draw_title(canvas, notes)
        if isinstance(span, str):
            text = self._cells(span)
            x = max((size.width - text.size) // 2, 0)
            canvas.put(x, size.height // 2, text, STYLE["empty"])
            return canvas, None
        view = self._draw_axes(canvas, *span)
        if view.width <= 0 or view.rows <= 0:
            return canvas, None
        self._draw_cursor(canvas, view)
        self._draw_levels(canvas, view)
        taken = draw_curves(canvas, view, self.curves, self.glyphs.point)
        self._draw_best(canvas, view, taken)
        legend = Legend(
            self.series, self.levels, self.axis, self.mark_best, self.cursor, self.glyphs
        )
        legend.draw(canvas, view, taken, title_end)
        return canvas, view

    def _draw_cursor(self, canvas: Canvas, view: View) -> None:
        """Draw the line at the cursor, beneath the curves."""
        column = None if self.cursor is None else view.cell_x(self.cursor)
        if column is not None:
            for y in range(view.top, view.top + view.rows):
                canvas.put(view.left + column, y, self.glyphs.cursor, STYLE["cursor"])

    def _draw_levels(self, canvas: Canvas, view: View) -> None:
        """Draw lines across the plot, beneath the curves."""
        for level in self.levels:
            row = view.cell_y(level.y)
            if row is not None:
                style = STYLE["wish" if level.is_wish else "level"]
                canvas.put(view.left, view.top + row, self.glyphs.level * view.width, style)

    def _draw_best(self, canvas: Canvas, view: View, taken: NDArray[np.bool_]) -> None:
        """Mark the best point, if it is in view, over the curves."""
        if self.mark_best is None:
            return
        column, row = view.cell_x(self.mark_best[0]), view.cell_y(self.mark_best[1])
        if column is not None and row is not None:
            taken[row, column] = True
            canvas.put(view.left + column, view.top + row, self.glyphs.best, STYLE["best"])

    def _cells(self, text: str) -> Codes:
        return cells_of(text, self.glyphs is ASCII_GLYPHS)

    def _span(self) -> tuple[tuple[float, float, float, float] | str, list[str]]:
        """Find the values to show.

        Returns:
            x from and to, y from and to (their powers of ten on a log axis), or why there is
            nothing to show; and what the title should say about it.
        """
        notes, least = (["log"], 0.0) if self.log_y else ([], -math.inf)
        if self.smoothing > 0:
            notes.append(f"smoothed {self.smoothing:g}")
        filled = [series for series in self.series if series.x.size]
        if not filled:
            return self.empty_text, notes
        if self.x_range is not None and self.x_range[0] < self.x_range[1]:
            start, stop = self.x_range
        else:
            start = min(float(series.x[0]) for series in filled)
            stop = max(float(series.x[-1]) for series in filled)
            # One x alone has a unit of room, as far as there are floats for it.
            alone = start + max(1.0, abs(start) * 1e-6)
            stop = ticks.snap_limits(start, stop)[1] if stop > start else alone
        if self.log_y and (lost := sum(int(np.count_nonzero(s.y <= 0)) for s in filled)):
            values = "value" if lost == 1 else "values"
            notes.insert(1, f"{lost} {values} {self.glyphs.at_most} 0 left out")
        limits = [extremes(s.x, s.y, start, stop, above=least) for s in filled]
        lows, highs = [low for low, _ in limits], [high for _, high in limits]
        if min(lows) > max(highs):
            if not any(np.isfinite(series.y).any() for series in filled):
                return "no finite values", notes
            return "nothing above 0 in view" if self.log_y else "nothing in view", notes
        # Far enough from the largest float that a range is a float as well.
        low, high = max(min(lows), -1e300), min(max(highs), 1e300)
        if self.log_y:
            low, high = math.log10(low), math.log10(high)
        return (start, stop, *ticks.snap_limits(*self._with_levels(low, high))), notes

    def _with_levels(self, low: float, high: float) -> tuple[float, float]:
        """Widen the limits of y so that the levels are in view, where that is no loss."""
        room = (high - low) * _BESIDE or abs(high)
        lowest, highest = low, high
        for level in self.levels:
            if not math.isfinite(level.y) or abs(level.y) > 1e300 or (self.log_y and level.y <= 0):
                continue
            y = math.log10(level.y) if self.log_y else level.y
            if level.is_wish or low - room <= y <= high + room:
                lowest, highest = min(lowest, y), max(highest, y)
        return lowest, highest

    def _draw_title(self, canvas: Canvas, notes: Sequence[str]) -> int:
        """Draw the rule above the plot with the title in it; return where the words end."""
        canvas.put(0, 0, self.glyphs.rule * canvas.width, STYLE["rule"])
        style = STYLE["chosen" if self.is_chosen else "title"]
        title = self._cells(f" {self.title} " if self.title else "")
        end = canvas.put(1, 0, title, style, canvas.width - 1)
        for text in (f"({', '.join(notes)}) " if notes else "", f"{self.note} "):
            cells = self._cells(text)
            if text.strip() and end + cells.size < canvas.width:
                end = canvas.put(end, 0, cells, STYLE["note"])
        return end

    def _draw_axes(
        self, canvas: Canvas, start: float, stop: float, low: float, high: float
    ) -> View:
        """Draw both axes as far as there is room, and return what is left for the plot."""
        glyphs, log, height = self.glyphs, self.log_y, canvas.height
        has_x_axis, has_x_labels, has_y_labels = height >= 4, height >= 8, canvas.width >= 24
        rows = max(height - 1 - has_x_axis - has_x_labels, 0)
        room = min(max(round(rows / 2.5), 2), 8)
        values = ticks.axis_ticks(low, high, room, log=log)
        labels = ticks.format_ticks(values, log=log)
        left = max(LABEL_WIDTH, *map(len, labels), 0) + 2 if has_y_labels else 1
        width = max(canvas.width - left, 0)
        view = View(glyphs.dots, left, 1, width, rows, start, stop, low, high, log)

        for row in range(rows):
            canvas.put(left - 1, view.top + row, glyphs.y_line, STYLE["axis"])
        for value, label in zip(values, labels, strict=True):
            if has_y_labels and (y := view.cell_y(value)) is not None:
                canvas.put(left - 2 - len(label), view.top + y, label, STYLE["tick"])
                canvas.put(left - 1, view.top + y, glyphs.y_tick, STYLE["axis"])
        if has_x_axis:
            self._draw_x_axis(canvas, view, has_x_labels)
        return view

    def _draw_x_axis(self, canvas: Canvas, view: View, has_labels: bool) -> None:
        """Draw the line beneath the plot, its ticks, and what x counts."""
        glyphs, bottom = self.glyphs, view.top + view.rows
        canvas.put(view.left - 1, bottom, glyphs.corner + glyphs.rule * view.width, STYLE["axis"])
        room = max(view.width // X_LABEL_WIDTH, 1)
        values, labels = self.axis.ticks(view.start, view.stop, room)
        free = 0
        for value, label in zip(values, labels, strict=True):
            if (cell := view.cell_x(value)) is None:
                continue
            x = view.left + cell
            canvas.put(x, bottom, glyphs.x_tick, STYLE["axis"])
            begin = min(max(x - len(label) // 2, 0), canvas.width - len(label))
            if has_labels and begin >= free:
                free = canvas.put(begin, bottom + 1, label, STYLE["tick"]) + 1
        name = self._cells(f" {self.axis.name}" if self.axis.name else "")
        if view.width >= name.size + 8:
            canvas.put(canvas.width - name.size, bottom, name, STYLE["note"])


def make_curves(series: Sequence[Series], smoothing: float, glyphs: Glyphs) -> list[Curve]:
    """Return what to draw: each series or, over its faint self, its smoothed form."""
    curves = []
    for each, color in zip(series, palette_of(series), strict=True):
        quiet, strong = STYLE[f"{color}-faint"], STYLE[color]
        glyph = glyphs.shapes.get(color)
        y, faint = each.y, each.faint
        if smoothing > 0 and not faint:
            curves.append(Curve(each.x, y, quiet, True, None))
            y = debiased_ema(y, smoothing)
        curves.append(Curve(each.x, y, quiet if faint else strong, faint, glyph))
    return curves

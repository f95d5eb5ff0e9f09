"""Draws a chart on a canvas: title, axes, curves, legend, each as far as there is room."""

from __future__ import annotations

import itertools
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
from tui.widgets.cells import cells_of
from tui.widgets.chart_style import ASCII_GLYPHS, PALETTE, STYLE, Glyphs, Series
from tui.widgets.raster import Canvas, Codes, Curve, View, draw_curves

LABEL_WIDTH: Final = 5
"""Cells that the labels of the y axis have at least, so that the plot does not move when one label
is shorter than the last."""

NAME_WIDTH: Final = 32
"""Cells that the name of a series has at most in the legend."""

LEGEND_SERIES: Final = 8
"""Series that the legend names at most; of the rest it gives the number."""

_Line = list[tuple[Codes, int]]
"""A line of the legend: texts, each with the number of its style."""


@dataclass(frozen=True)
class Drawing:
    """A chart at one moment: what it shows and how.

    Attributes are those of :class:`~tui.widgets.chart.Chart` of the same name, the curves that
    :func:`make_curves` makes of the series, and the characters to draw with.
    """

    series: tuple[Series, ...]
    title: str
    x_label: str
    log_y: bool
    curves: list[Curve]
    mark_best: tuple[float, float] | None
    x_range: tuple[float, float] | None
    cursor: float | None
    empty_text: str
    glyphs: Glyphs

    def draw(self, size: Size) -> Canvas:
        """Draw everything, from the outside to the inside."""
        canvas = Canvas(*size)
        span, note = self._span()
        title_end = self._draw_title(canvas, note)
        if isinstance(span, str):
            text = self._cells(span)
            x = max((size.width - text.size) // 2, 0)
            canvas.put(x, size.height // 2, text, STYLE["empty"])
            return canvas
        view = self._draw_axes(canvas, *span)
        if view.width > 0 and view.rows > 0:
            self._draw_cursor(canvas, view)
            taken = draw_curves(canvas, view, self.curves, self.glyphs.point)
            self._draw_best(canvas, view, taken)
            self._draw_legend(canvas, view, taken, title_end)
        return canvas

    def _draw_cursor(self, canvas: Canvas, view: View) -> None:
        """Draw the line at the cursor, beneath the curves."""
        column = None if self.cursor is None else view.cell_x(self.cursor)
        if column is not None:
            for y in range(view.top, view.top + view.rows):
                canvas.put(view.left + column, y, self.glyphs.cursor, STYLE["cursor"])

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

    def _span(self) -> tuple[tuple[float, float, float, float] | str, str]:
        """Find the values to show.

        Returns:
            x from and to, y from and to (their powers of ten on a log axis), or why there is
            nothing to show; and what the title should say about it.
        """
        note, least = ("log", 0.0) if self.log_y else ("", -math.inf)
        filled = [series for series in self.series if series.x.size]
        if not filled:
            return self.empty_text, note
        if self.x_range is not None and self.x_range[0] < self.x_range[1]:
            start, stop = self.x_range
        else:
            start = min(float(series.x[0]) for series in filled)
            stop = max(float(series.x[-1]) for series in filled)
            stop = ticks.snap_limits(start, stop)[1] if stop > start else start + 1
        if self.log_y and (lost := sum(int(np.count_nonzero(s.y <= 0)) for s in filled)):
            values = "value" if lost == 1 else "values"
            note = f"log, {lost} {values} {self.glyphs.at_most} 0 left out"
        limits = [extremes(s.x, s.y, start, stop, above=least) for s in filled]
        lows, highs = [low for low, _ in limits], [high for _, high in limits]
        if min(lows) > max(highs):
            if not any(np.isfinite(series.y).any() for series in filled):
                return "no finite values", note
            return "nothing above 0 in view" if self.log_y else "nothing in view", note
        # Far enough from the largest float that a range is a float as well.
        low, high = max(min(lows), -1e300), min(max(highs), 1e300)
        if self.log_y:
            low, high = math.log10(low), math.log10(high)
        return (start, stop, *ticks.snap_limits(low, high)), note

    def _draw_title(self, canvas: Canvas, note: str) -> int:
        """Draw the rule above the plot with the title in it; return where the words end."""
        canvas.put(0, 0, self.glyphs.rule * canvas.width, STYLE["rule"])
        title = self._cells(f" {self.title} " if self.title else "")
        end = canvas.put(1, 0, title, STYLE["title"], canvas.width - 1)
        text = self._cells(f"({note}) ")
        if note and end + text.size < canvas.width:
            end = canvas.put(end, 0, text, STYLE["note"])
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
        if not has_x_axis:
            return view
        bottom = view.top + rows
        canvas.put(left - 1, bottom, glyphs.corner + glyphs.rule * width, STYLE["axis"])
        room = max(width // 9, 1)
        values = ticks.linear_ticks(start, stop, room, min_step=1)  # epochs have no halves
        values = values or ticks.linear_ticks(start, stop, room)
        free = 0
        for value, label in zip(values, ticks.format_ticks(values), strict=True):
            if (cell := view.cell_x(value)) is None:
                continue
            x = left + cell
            canvas.put(x, bottom, glyphs.x_tick, STYLE["axis"])
            begin = min(max(x - len(label) // 2, 0), canvas.width - len(label))
            if has_x_labels and begin >= free:
                free = canvas.put(begin, bottom + 1, label, STYLE["tick"]) + 1
        name = self._cells(f" {self.x_label}" if self.x_label else "")
        if width >= name.size + 8:
            canvas.put(canvas.width - name.size, bottom, name, STYLE["note"])
        return view

    def _legend(self) -> list[_Line]:
        """Return the lines of the legend: each series with a value, the best, and the cursor."""
        x_label, cursor = self.x_label, self.cursor
        lines: list[_Line] = []
        if cursor is not None:
            lines.append(
                [(self._cells(f"   {x_label} {ticks.format_position(cursor)}"), STYLE["note"])]
            )
        named = self.series[:LEGEND_SERIES]
        names = [cells_of(series.name, self.glyphs is ASCII_GLYPHS, NAME_WIDTH) for series in named]
        longest = max((name.size for name in names), default=0)
        for series, color, name in zip(named, _colors(self.series), names, strict=False):
            glyph = self.glyphs.val if color == "val" else None
            style = STYLE[f"{color}-faint" if series.faint else color]
            lines.append(
                [
                    (self._cells((glyph or self.glyphs.rule) * 2 + " "), style),
                    (np.append(name, self._cells(" " * (longest - name.size + 1))), STYLE["name"]),
                    (self._cells(f"{_value(series, cursor):<6}"), STYLE["value"]),
                ]
            )
        if more := len(self.series) - len(named):
            lines.append([(self._cells(f"   {more} more"), STYLE["note"])])
        if self.mark_best is not None:
            x, y = self.mark_best
            text = f"best {ticks.format_number(y)} {self.glyphs.separator} {x_label} "
            text += ticks.format_position(x)
            lines.append(
                [
                    (self._cells(f" {self.glyphs.best} "), STYLE["best"]),
                    (self._cells(text), STYLE["value"]),
                ]
            )
        return lines

    def _draw_legend(
        self, canvas: Canvas, view: View, taken: NDArray[np.bool_], title_end: int
    ) -> None:
        """Draw the legend in a corner without curves, or in the title's rule, or not at all."""
        lines = self._legend()
        widths = [sum(text.size for text, _ in line) for line in lines]
        width, height = max(widths, default=0), len(lines)
        if view.width >= width + 8 and view.rows > height:
            right, bottom = view.width - width, view.rows - height
            for x, y in ((right, 0), (right, bottom), (1, 0), (1, bottom)):
                if not taken[y : y + height, x - 1 : x + width + 1].any():
                    for row, line in enumerate(lines):
                        _put_line(canvas, view.left + x, view.top + y + row, line)
                    return
        x = canvas.width - 1
        chosen = []
        for line, size in zip(lines, widths, strict=True):
            if x - size - 2 < title_end + 2:
                break
            x -= size + 2
            chosen.append(line)
        for line in chosen:
            canvas.put(x, 0, " ", 0)
            x = _put_line(canvas, x + 1, 0, line)
            x = canvas.put(x, 0, " ", 0)


def make_curves(series: Sequence[Series], smoothing: float, glyphs: Glyphs) -> list[Curve]:
    """Return what to draw: each series or, over its faint self, its smoothed form."""
    curves = []
    for each, color in zip(series, _colors(series), strict=True):
        quiet, strong = STYLE[f"{color}-faint"], STYLE[color]
        glyph = glyphs.val if color == "val" else None
        y, faint = each.y, each.faint
        if smoothing > 0 and not faint:
            curves.append(Curve(each.x, y, quiet, True, None))
            y = debiased_ema(y, smoothing)
        curves.append(Curve(each.x, y, quiet if faint else strong, faint, glyph))
    return curves


def _colors(series: Sequence[Series]) -> list[str]:
    """Return the entry of the palette for each series."""
    others = itertools.cycle([name for name in PALETTE if name.startswith("other-")])
    return [each.role if each.role in PALETTE else next(others) for each in series]


def _put_line(canvas: Canvas, x: int, y: int, line: _Line) -> int:
    """Write a line of the legend; return the column after it."""
    for text, style in line:
        x = canvas.put(x, y, text, style)
    return x


def _value(series: Series, x: float | None) -> str:
    """Write the value of a series at its point nearest to `x`, or at its last one."""
    if not series.x.size:
        return ""
    if x is None:
        return ticks.format_number(series.y[-1])
    return ticks.format_number(series.y[np.argmin(np.abs(series.x - x))])

"""The legend of a chart: what each curve is called and worth, and where there is room to say so.

It stands in a corner without curves, else in the rule that has the title. While somebody reads
values off it is never left out: rather than that it covers the side where the cursor is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.insight import ticks
from tui.charts.cells import cells_of
from tui.charts.raster import Canvas, Codes, View
from tui.charts.style import ASCII_GLYPHS, STYLE, Axis, Glyphs, Level, Series, palette_of
from tui.charts.window import nearest
from tui.figures import UNKNOWN

NAME_WIDTH: Final = 32
"""Cells that a name has at most in the legend."""

LEGEND_SERIES: Final = 8
"""Series that the legend names at most; of the rest it gives the number."""

_VALUE_WIDTH: Final = 6  # cells of a value, so that the legend holds still while values change

Line = list[tuple[Codes, int]]
"""A line of the legend: texts, each with the number of its style."""


class Legend(NamedTuple):
    """What the legend has to say; the attributes are those of a drawing."""

    series: tuple[Series, ...]
    levels: tuple[Level, ...]
    axis: Axis
    mark_best: tuple[float, float] | None
    cursor: float | None
    glyphs: Glyphs

    def lines(self) -> list[Line]:
        """Return a line for the cursor, each series with its value, each level, and the best."""
        lines: list[Line] = []
        if self.cursor is not None:
            lines.append([(self._cells(f"   {self.axis.position(self.cursor)}"), STYLE["note"])])
        colored = list(zip(self.series, palette_of(self.series), strict=True))
        listed = [each for each in colored if each[0].name]
        named = [series for series, _ in listed[:LEGEND_SERIES]]
        texts = [*(each.name for each in named), *(each.label for each in self.levels)]
        names = [self._cells(text, NAME_WIDTH) for text in texts]
        longest = max((name.size for name in names), default=0)
        padded = [np.append(name, self._cells(" " * (longest - name.size + 1))) for name in names]
        for (series, color), name in zip(listed[:LEGEND_SERIES], padded, strict=False):
            glyph = self.glyphs.shapes.get(color, self.glyphs.rule)
            style = STYLE[f"{color}-faint" if series.faint else color]
            lines.append(self._entry(glyph, style, name, value_at(series, self.cursor)))
        if more := len(listed) - len(named):
            lines.append([(self._cells(f"   {more} more"), STYLE["note"])])
        for level, name in zip(self.levels, padded[len(named) :], strict=True):
            style = STYLE["wish" if level.is_wish else "level"]
            value = ticks.format_number(level.y)
            lines.append(self._entry(self.glyphs.level, style, name, value))
        if self.mark_best is not None:
            x, y = self.mark_best
            text = f"best {ticks.format_number(y)} {self.glyphs.separator} {self.axis.position(x)}"
            best = self._cells(f" {self.glyphs.best} "), STYLE["best"]
            lines.append([best, (self._cells(text), STYLE["value"])])
        return lines

    def draw(self, canvas: Canvas, view: View, taken: NDArray[np.bool_], title_end: int) -> None:
        """Draw the legend where there is room for it.

        Args:
            canvas: What to draw on.
            view: The plot.
            taken: Which cells of the plot have something in them already.
            title_end: Where the words of the title end, in the rule above the plot.
        """
        lines = self.lines()
        widths = [_width(line) for line in lines]
        width, height = max(widths, default=0), len(lines)
        right, bottom = view.width - width, view.rows - height
        if view.width >= width + 8 and view.rows > height:
            for x, y in ((right, 0), (right, bottom), (1, 0), (1, bottom)):
                if not taken[y : y + height, x - 1 : x + width + 1].any():
                    _put_lines(canvas, view.left + x, view.top + y, lines)
                    return
        if self._draw_in_rule(canvas, lines, title_end) or self.cursor is None:
            return
        height = min(height, view.rows)
        if view.width > width and height:
            column = view.cell_x(self.cursor) or 0
            x = view.left + (right if column < view.width / 2 else 0)
            for y in range(view.top, view.top + height):
                canvas.put(x, y, " " * width, 0)
            _put_lines(canvas, x, view.top, lines[:height])

    def _draw_in_rule(self, canvas: Canvas, lines: Sequence[Line], title_end: int) -> bool:
        """Draw as many lines beside the title as fit; say whether all did."""
        x = canvas.width - 1
        chosen = []
        for line in lines:
            size = _width(line)
            if x - size - 2 < title_end + 2:
                break
            x -= size + 2
            chosen.append(line)
        is_whole = len(chosen) == len(lines)
        if self.cursor is not None and not is_whole:
            return False
        for line in chosen:
            canvas.put(x, 0, " ", 0)
            x = _put_line(canvas, x + 1, 0, line)
            x = canvas.put(x, 0, " ", 0)
        return is_whole

    def _entry(self, glyph: str, style: int, name: Codes, value: str) -> Line:
        return [
            (self._cells(glyph * 2 + " "), style),
            (name, STYLE["name"]),
            (self._cells(f"{value:<{_VALUE_WIDTH}}"), STYLE["value"]),
        ]

    def _cells(self, text: str, most: int | None = None) -> Codes:
        return cells_of(text, self.glyphs is ASCII_GLYPHS, most)


def value_at(series: Series, x: float | None) -> str:
    """Write the value of a series at its point nearest to `x`, or at its last one.

    A curve has none where it has not begun, or ended long before: by more than a step.
    """
    if not series.x.size:
        return ""
    if x is None:
        return ticks.format_number(series.y[-1])
    first, last = series.x[0], series.x[-1]
    step = (last - first) / max(series.x.size - 1, 1)
    if not first - step <= x <= last + step:
        return UNKNOWN
    place = int(np.searchsorted(series.x, nearest(series.x, x)))
    return ticks.format_number(series.y[place])


def _width(line: Line) -> int:
    return sum(text.size for text, _ in line)


def _put_lines(canvas: Canvas, x: int, y: int, lines: Sequence[Line]) -> None:
    for row, line in enumerate(lines):
        _put_line(canvas, x, y + row, line)


def _put_line(canvas: Canvas, x: int, y: int, line: Line) -> int:
    """Write a line of the legend; return the column after it."""
    for text, style in line:
        x = canvas.put(x, y, text, style)
    return x

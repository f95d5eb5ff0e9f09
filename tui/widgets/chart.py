"""A chart of training curves, for the live view of a run.

Promises to cost little, here and on the line to the terminal: however many things change at once,
one drawing is made; of each row that differs only the cells from the first to the last difference
are sent; and the axes move in steps instead of with every point. All texts are shown as they are:
nothing in a title or a name is read as markup, and control characters are replaced.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from engine.insight import ticks
from engine.insight.decimation import extremes
from engine.insight.smoothing import MAX_WEIGHT, debiased_ema
from tui.widgets.raster import (
    ASCII,
    BRAILLE,
    COVERED,
    Canvas,
    Codes,
    Curve,
    Dots,
    View,
    draw_curves,
)

FloatArray = NDArray[np.float64]

PALETTE: Final = {
    "train": ("#56B4E9", "#0072B2", "ansi_bright_blue"),
    "val": ("#E69F00", "#C25400", "ansi_yellow"),
    "other-1": ("#009E73", "#007A59", "ansi_green"),
    "other-2": ("#CC79A7", "#A84C80", "ansi_magenta"),
    "other-3": ("#F0E442", "#857B00", "ansi_bright_yellow"),
    "other-4": ("#D55E00", "#A03000", "ansi_red"),
    "other-5": ("#56B4E9", "#2A86BD", "ansi_cyan"),
    "other-6": ("#E69F00", "#B07800", "ansi_bright_magenta"),
}
"""Colors of the curves on dark, on light, and among the 16 of a terminal. Those on dark are Okabe
and Ito's, which hold for color-blind eyes ("Color Universal Design", 2008); those on light are
darker ones of the same hues, since the originals hardly stand out from white."""

QUIET: Final = {
    "rule": "color: $foreground 25%;",
    "title": "color: $foreground; text-style: bold;",
    "note": "color: $text-muted;",
    "axis": "color: $foreground 30%;",
    "tick": "color: $text-muted;",
    "name": "color: $text-muted;",
    "value": "color: $foreground;",
    "best": "color: $foreground; text-style: bold;",
    "cursor": "color: $foreground 45%;",
    "empty": "color: $text-muted;",
}
"""The looks of everything but the curves."""

STYLES: Final = (*QUIET, *PALETTE, *(f"{name}-faint" for name in PALETTE))
"""Names of the component classes, each with `chart--` before it. A canvas holds places in this."""

STYLE: Final = {name: number for number, name in enumerate(STYLES)}

LABEL_WIDTH: Final = 5
"""Cells that the labels of the y axis have at least, so that the plot does not move when one label
is shorter than the last."""

NAME_WIDTH: Final = 32
"""Cells that the name of a series has at most in the legend."""

LEGEND_SERIES: Final = 8
"""Series that the legend names at most; of the rest it gives the number."""


@dataclass(frozen=True, eq=False)
class Series:
    """One curve: points in order of x. They are sorted, and those without a finite x left out.

    Raises:
        ValueError: If x and y are not of one shape `(points,)`.
    """

    name: str
    """What the legend calls it. Any text."""
    x: FloatArray
    """Positions, shape `(points,)`."""
    y: FloatArray
    """Values, shape `(points,)`; NaN is a gap. The legend shows the last one, NaN or not."""
    role: str
    """`train`, `val` or `other`: decides the color."""
    faint: bool = False
    """Whether it is drawn quietly, beneath the others."""

    def __post_init__(self) -> None:
        x, y = np.asarray(self.x, dtype=np.float64), np.asarray(self.y, dtype=np.float64)
        if x.ndim != 1 or x.shape != y.shape:
            raise ValueError(
                f"Expected x and y of one shape (points,). Received: {x.shape} and {y.shape}"
            )
        if not (np.isfinite(x).all() and (x[1:] >= x[:-1]).all()):
            order = np.argsort(x, kind="stable")
            order = order[np.isfinite(x[order])]
            x, y = x[order], y[order]
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", y)


class _Glyphs(NamedTuple):
    """The characters a chart is made of."""

    dots: Dots
    rule: str
    y_line: str
    y_tick: str
    corner: str
    x_tick: str
    best: str
    point: str
    cursor: str
    separator: str
    at_most: str
    val: str | None
    """What the cells of val are drawn with in place of dots: curves that may be without color must
    differ in shape."""


_UNICODE = _Glyphs(BRAILLE, "─", "│", "┤", "└", "┴", "◆", "•", "┊", "·", "≤", None)
_ASCII = _Glyphs(ASCII, "-", "|", "+", "+", "+", "*", "*", "|", "-", "<=", "+")


_Line = list[tuple[Codes, int]]
"""A line of the legend: texts, each with the number of its style."""


class Chart(Widget):
    """Curves over a common x, with axes and a legend.

    In little room it does without the legend, then without the labels of the axes.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"chart--{name}" for name in STYLES}
    DEFAULT_CSS = "\n".join(
        [
            "Chart { width: 1fr; height: 1fr;",
            *(f"& .chart--{name} {{ {look} }}" for name, look in QUIET.items()),
            *(
                f"""
                & .chart--{name} {{ color: {dark}; }}
                & .chart--{name}-faint {{ color: {dark} 38%; }}
                &:light .chart--{name} {{ color: {light}; }}
                &:light .chart--{name}-faint {{ color: {light} 38%; }}
                &:ansi .chart--{name} {{ color: {ansi}; }}
                &:ansi .chart--{name}-faint {{ color: {ansi}; text-style: dim; }}
                """
                for name, (dark, light, ansi) in PALETTE.items()
            ),
            "&:ansi { .chart--rule, .chart--axis, .chart--cursor { color: ansi_bright_black; } }",
            "}",
        ]
    )
    ALLOW_SELECT = False

    ascii_only: bool = False
    """Whether to draw with ASCII alone, for terminals without braille and box characters."""

    title: var[str] = var("")
    """What is drawn, in the rule above the plot."""
    x_label: var[str] = var("epoch")
    """What x counts."""
    log_y: var[bool] = var(False)
    """Whether the y axis is logarithmic. Values up to 0 are left out then; the title says so."""
    smoothing: var[float] = var(0.0)
    """Weight of the moving average, in [0, 0.999]. Above 0, the curves as they are lie beneath."""
    mark_best: var[tuple[float, float] | None] = var(None)
    """A point (x, y) to mark and to name in the legend."""
    x_range: var[tuple[float, float] | None] = var(None)
    """The x in view, from and to; None for all there is. With the end known beforehand, as the
    epochs of a run are, a curve grows into the plot and what is drawn stays in its place."""
    cursor: var[float | None] = var(None)
    """An x to read off: a line stands there, and the legend has the values nearest to it."""
    empty_text: var[str] = var("waiting for the first epoch")
    """What to say while there are no points."""

    def __init__(
        self,
        title: str,
        *,
        x_label: str = "epoch",
        log_y: bool = False,
        smoothing: float = 0.0,
        ascii_only: bool | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.set_reactive(Chart.title, title)
        self.set_reactive(Chart.x_label, x_label)
        self.set_reactive(Chart.log_y, log_y)
        self.set_reactive(Chart.smoothing, self.validate_smoothing(smoothing))
        if ascii_only is not None:
            self.ascii_only = ascii_only
        self._glyphs = _ASCII if self.ascii_only else _UNICODE
        self._series: tuple[Series, ...] = ()
        self._curves: list[Curve] | None = None
        self._canvas: Canvas | None = None
        self._redraw_due = False
        self._rich_styles: list[Style] | None = None

    def show(self, series: Sequence[Series]) -> None:
        """Replace the data.

        Args:
            series: The curves in drawing order: where two meet in a cell, the later one colors it.
        """
        self._series = tuple(series)
        self._curves = None
        self._changed()

    def validate_smoothing(self, weight: float) -> float:
        """Keep the weight within what the average accepts."""
        return min(max(weight, 0.0), MAX_WEIGHT)

    def watch_smoothing(self) -> None:
        """Smooth anew."""
        self._curves = None
        self._changed()

    def _changed(self) -> None:
        """Draw anew, once, after everything that is changed along with this."""
        if self._canvas is not None and not self._redraw_due:
            self._redraw_due = True
            self.call_later(self._redraw)

    watch_title = watch_x_label = watch_log_y = watch_mark_best = _changed
    watch_x_range = watch_cursor = watch_empty_text = _changed

    def _redraw(self) -> None:
        """Make a new drawing and have the cells refreshed in which it differs from the last."""
        self._redraw_due = False
        last, size = self._canvas, self.size
        if last is None or (last.width, last.height) != size:
            return  # a whole refresh is on its way, and draws
        self._canvas = self._draw(size)
        regions = [Region(x, y, end - x, 1) for y, x, end in self._canvas.changes(last)]
        if regions:
            self.refresh(*regions)

    def notify_style_update(self) -> None:
        """Forget the colors: the theme may be another."""
        super().notify_style_update()
        self._rich_styles = None

    def render_line(self, y: int) -> Strip:
        """Return one row of the drawing."""
        size = self.size
        canvas = self._canvas
        if canvas is None or (canvas.width, canvas.height) != size:
            canvas = self._canvas = self._draw(size)
        if y >= canvas.height:
            return Strip.blank(size.width)
        if self._rich_styles is None:
            self._rich_styles = [self.get_component_rich_style(f"chart--{name}") for name in STYLES]
        styles = self._rich_styles
        return Strip([Segment(text, styles[style]) for text, style in canvas.runs(y)], size.width)

    # The drawing, from the outside to the inside, on a canvas of the whole widget.

    def _draw(self, size: Size) -> Canvas:
        canvas = Canvas(*size)
        if self._curves is None:
            self._curves = self._make_curves()
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
            taken = draw_curves(canvas, view, self._curves, self._glyphs.point)
            self._draw_best(canvas, view, taken)
            self._draw_legend(canvas, view, taken, title_end)
        return canvas

    def _draw_cursor(self, canvas: Canvas, view: View) -> None:
        """Draw the line at the cursor, beneath the curves."""
        column = None if self.cursor is None else view.cell_x(self.cursor)
        if column is not None:
            for y in range(view.top, view.top + view.rows):
                canvas.put(view.left + column, y, self._glyphs.cursor, STYLE["cursor"])

    def _draw_best(self, canvas: Canvas, view: View, taken: NDArray[np.bool_]) -> None:
        """Mark the best point, if it is in view, over the curves."""
        if self.mark_best is None:
            return
        column, row = view.cell_x(self.mark_best[0]), view.cell_y(self.mark_best[1])
        if column is not None and row is not None:
            taken[row, column] = True
            canvas.put(view.left + column, view.top + row, self._glyphs.best, STYLE["best"])

    def _cells(self, text: str) -> Codes:
        return cells_of(text, self.ascii_only)

    def _make_curves(self) -> list[Curve]:
        """Return what to draw: each series or, over its faint self, its smoothed form."""
        curves = []
        for series, color in zip(self._series, self._colors(), strict=True):
            quiet, strong = STYLE[f"{color}-faint"], STYLE[color]
            glyph = self._glyphs.val if color == "val" else None
            y, faint = series.y, series.faint
            if self.smoothing > 0 and not faint:
                curves.append(Curve(series.x, y, quiet, True, None))
                y = debiased_ema(y, self.smoothing)
            curves.append(Curve(series.x, y, quiet if faint else strong, faint, glyph))
        return curves

    def _colors(self) -> list[str]:
        """Return the entry of the palette for each series."""
        others = itertools.cycle([name for name in PALETTE if name.startswith("other-")])
        return [series.role if series.role in PALETTE else next(others) for series in self._series]

    def _span(self) -> tuple[tuple[float, float, float, float] | str, str]:
        """Find the values to show.

        Returns:
            x from and to, y from and to (their powers of ten on a log axis), or why there is
            nothing to show; and what the title should say about it.
        """
        note, least = ("log", 0.0) if self.log_y else ("", -math.inf)
        filled = [series for series in self._series if series.x.size]
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
            note = f"log, {lost} {values} {self._glyphs.at_most} 0 left out"
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
        canvas.put(0, 0, self._glyphs.rule * canvas.width, STYLE["rule"])
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
        glyphs, log, height = self._glyphs, self.log_y, canvas.height
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
        named = self._series[:LEGEND_SERIES]
        names = [cells_of(series.name, self.ascii_only, NAME_WIDTH) for series in named]
        longest = max((name.size for name in names), default=0)
        for series, color, name in zip(named, self._colors(), names, strict=False):
            glyph = self._glyphs.val if color == "val" else None
            style = STYLE[f"{color}-faint" if series.faint else color]
            lines.append(
                [
                    (self._cells((glyph or self._glyphs.rule) * 2 + " "), style),
                    (np.append(name, self._cells(" " * (longest - name.size + 1))), STYLE["name"]),
                    (self._cells(f"{_value(series, cursor):<6}"), STYLE["value"]),
                ]
            )
        if more := len(self._series) - len(named):
            lines.append([(self._cells(f"   {more} more"), STYLE["note"])])
        if self.mark_best is not None:
            x, y = self.mark_best
            text = f"best {ticks.format_number(y)} {self._glyphs.separator} {x_label} "
            text += ticks.format_position(x)
            lines.append(
                [
                    (self._cells(f" {self._glyphs.best} "), STYLE["best"]),
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


@lru_cache(maxsize=256)
def cells_of(text: str, ascii_only: bool = False, most: int | None = None) -> Codes:
    """Turn any text into cells, as it is.

    Args:
        text: The text.
        ascii_only: Whether to write a question mark for what is not ASCII.
        most: How many cells at most; the rest is cut off.

    Returns:
        A code point for each cell, shape `(cells,)`: controls and the like are replaced, marks that
        have no width are dropped, and a wide character is followed by `COVERED`.
    """
    codes: list[int] = []
    for character in text:
        if unicodedata.category(character) in _UNSEEN:
            character = "\N{REPLACEMENT CHARACTER}"
        if ascii_only and not character.isascii():
            character = "?"
        width = cell_len(character)
        if most is not None and len(codes) + width > most:
            break
        if width:
            codes += [ord(character), *[COVERED] * (width - 1)]
    return np.array(codes, dtype=np.uint32)


_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of controls, of marks that turn the direction of writing, and of nothing."""

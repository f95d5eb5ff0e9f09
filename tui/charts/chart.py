"""A chart of training curves, for the live view of a run.

Promises to cost little, here and on the line to the terminal: however many things change at once,
one drawing is made; of each row that differs only the cells from the first to the last difference
are sent; and the axes move in steps instead of with every point. All texts are shown as they are:
nothing in a title or a name is read as markup, and control characters are replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import var
from textual.strip import Strip

from engine.insight.smoothing import MAX_WEIGHT
from tui.charts.drawing import Drawing, make_curves
from tui.charts.raster import Canvas, Curve, View
from tui.charts.style import (
    ASCII_GLYPHS,
    AXES,
    COLORLESS_GLYPHS,
    PALETTE,
    QUIET,
    STYLES,
    UNICODE_GLYPHS,
    Axis,
    Level,
    Series,
)
from tui.widgets.lazy_looks import LazyLooks

_MOST = 0.5  # share of all cells from which a change is one of the whole chart


class Chart(LazyLooks):
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
    note: var[str] = var("")
    """A few quiet words behind the title."""
    is_chosen: var[bool] = var(False)
    """Whether the title stands out, as that of the one chart among several that keys are about."""
    axis: var[Axis] = var(AXES["epoch"])
    """What x counts."""
    log_y: var[bool] = var(False)
    """Whether the y axis is logarithmic. Values up to 0 are left out then; the title says so."""
    smoothing: var[float] = var(0.0)
    """Weight of the moving average, in [0, 0.999]. Above 0, the curves as they are lie beneath."""
    levels: var[tuple[Level, ...]] = var(())
    """Figures to hold the curves against, as lines across the plot."""
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
        log_y: bool = False,
        smoothing: float = 0.0,
        ascii_only: bool | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.set_reactive(Chart.title, title)
        self.set_reactive(Chart.log_y, log_y)
        self.set_reactive(Chart.smoothing, self.validate_smoothing(smoothing))
        if ascii_only is not None:
            self.ascii_only = ascii_only
        self._glyphs = ASCII_GLYPHS if self.ascii_only else UNICODE_GLYPHS
        self.plot_view: View | None = None
        """Where the plot is and what it spans, as it was drawn last."""
        self.share_changed = 0.0
        """Of all cells, the share that the last drawing changed."""
        self._series: tuple[Series, ...] = ()
        self._curves: list[Curve] | None = None
        self._canvas: Canvas | None = None
        self._redraw_due = False
        self._rich_styles: dict[int, Style] = {}

    def on_mount(self) -> None:
        if self.app.no_color and not self.ascii_only:
            self._glyphs = COLORLESS_GLYPHS

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

    watch_title = watch_note = watch_is_chosen = watch_axis = watch_log_y = _changed
    watch_levels = watch_mark_best = watch_x_range = watch_cursor = watch_empty_text = _changed

    def _redraw(self) -> None:
        """Make a new drawing and have the cells refreshed in which it differs from the last."""
        self._redraw_due = False
        last, size = self._canvas, self.size
        if last is None or (last.width, last.height) != size:
            return  # a whole refresh is on its way, and draws
        self._canvas = self._draw(size)
        regions = [Region(x, y, end - x, 1) for y, x, end in self._canvas.changes(last)]
        self.share_changed = sum(region.area for region in regions) / max(size.area, 1)
        if self.share_changed > _MOST:
            self.refresh(size.region)  # one region is quicker to draw than one for each row
        elif regions:
            self.refresh(*regions)

    def notify_style_update(self) -> None:
        """Forget the colors: the theme may be another."""
        super().notify_style_update()
        self._rich_styles.clear()

    def render_line(self, y: int) -> Strip:
        """Return one row of the drawing."""
        size = self.size
        canvas = self._canvas
        if canvas is None or (canvas.width, canvas.height) != size:
            canvas = self._canvas = self._draw(size)
        if y >= canvas.height:
            return Strip.blank(size.width)
        return Strip(
            [Segment(text, self._rich_style(style)) for text, style in canvas.runs(y)], size.width
        )

    def _rich_style(self, number: int) -> Style:
        style = self._rich_styles.get(number)
        if style is None:
            style = self.get_component_rich_style(f"chart--{STYLES[number]}")
            self._rich_styles[number] = style
        return style

    def _draw(self, size: Size) -> Canvas:
        """Return the drawing as it is now."""
        if self._curves is None:
            self._curves = make_curves(self._series, self.smoothing, self._glyphs)
        canvas, self.plot_view = Drawing(
            series=self._series,
            levels=self.levels,
            title=self.title,
            note=self.note,
            is_chosen=self.is_chosen,
            axis=self.axis,
            log_y=self.log_y,
            smoothing=self.smoothing,
            curves=self._curves,
            mark_best=self.mark_best,
            x_range=self.x_range,
            cursor=self.cursor,
            empty_text=self.empty_text,
            glyphs=self._glyphs,
        ).draw(size)
        return canvas

"""Charts in a grid, as many as there is room for, looked at together.

Zoom, crosshair, scale and smoothing hold for all of them; one is the chosen one, which can be given
the whole room, and a goal of its own. Promises at most four drawings a second however often there
is something new, and two where most cells change, for then each costs the terminal most; what a
person does is drawn at once.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from textual import events
from textual.containers import Container
from textual.timer import Timer

from tui.charts.as_csv import table
from tui.charts.chart import Chart
from tui.charts.layout import Layout, lay_out
from tui.charts.style import AXES, Axis, FloatArray, Level, Plot
from tui.charts.window import Window, nearest, next_place

SMOOTHING: Final = (0.0, 0.6, 0.9, 0.97, 0.99, 0.999)
"""Weights of the moving average that a key goes through."""

_INTERVAL, _LONG_INTERVAL = 0.25, 0.5  # seconds between two drawings of new data
_MOST_CELLS = 0.5  # share of changed cells from which the long one holds


class ChartGrid(Container):
    """Charts that are looked at together.

    Args:
        ascii_only: Whether the terminal knows ASCII alone.
        axis: What x counts at first; a key of :data:`~tui.charts.style.AXES`.
        smoothing: The weight to begin with.
    """

    DEFAULT_CSS = """
    ChartGrid { layout: grid; grid-size: 1; grid-gutter: 0 1; }
    ChartGrid Chart { width: 1fr; height: 1fr; }
    """

    def __init__(
        self,
        *,
        ascii_only: bool,
        axis: str = "epoch",
        smoothing: float = 0.0,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._ascii_only = ascii_only
        self._axis_name = axis if axis in AXES else "epoch"
        self._smoothing = smoothing
        self._charts: list[Chart] = []
        self._plots: list[Plot] = []
        self._given: Sequence[Plot] | None = None
        self._empty_text = ""
        self._goals: dict[str, float] = {}
        self._window = Window()
        self._cursor: float | None = None
        self._log = False
        self._first, self._current = 0, 0
        self._is_enlarged = False
        self._drawn_at = -math.inf
        self._drawing_due: Timer | None = None

    # What it shows.

    @property
    def axis(self) -> Axis:
        """What x counts. The plots have to be along it."""
        return AXES[self._axis_name]

    @property
    def current(self) -> Plot | None:
        """The plot that is chosen."""
        return self._plots[self._current] if self._plots else None

    @property
    def shown(self) -> list[Plot]:
        """The plots that there is room for."""
        return self._plots[self._first : self._first + self._lay_out().charts]

    @property
    def goal(self) -> float | None:
        """The goal that was set for the chosen plot."""
        return self._goals.get(self.current.title) if self.current is not None else None

    @property
    def is_enlarged(self) -> bool:
        """Whether the chosen plot has all the room."""
        return self._is_enlarged

    @property
    def is_whole(self) -> bool:
        """Whether all there is of the curves is in view."""
        return self._window.range is None

    def show(self, plots: Sequence[Plot], empty_text: str = "waiting for the first epoch") -> None:
        """Replace the plots.

        Args:
            plots: All there are, along :attr:`axis`. The same list once more costs nothing.
            empty_text: What to say where there is none, or no points.
        """
        if plots is self._given and empty_text == self._empty_text:
            return
        chosen = self.current.title if self.current is not None else ""
        self._given, self._plots, self._empty_text = plots, list(plots), empty_text
        titles = [plot.title for plot in self._plots]
        if chosen in titles:
            self._current = titles.index(chosen)
        self._current = max(min(self._current, len(titles) - 1), 0)
        if self._drawing_due is not None:
            return
        wait = self._drawn_at + self._interval() - time.monotonic()
        if wait <= 0:
            self._draw_news()
        else:
            self._drawing_due = self.set_timer(wait, self._draw_news)

    def on_resize(self) -> None:
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Choose the chart that was clicked, and read it off there."""
        if not isinstance(event.widget, Chart) or event.widget not in self._charts:
            return
        place = self._first + self._charts.index(event.widget)
        view = event.widget.plot_view
        if place < len(self._plots):
            self._choose(place)
            xs = self._cursor_places()
            if view is not None and view.left <= event.x < view.left + view.width and xs.size:
                share = (event.x - view.left + 0.5) / view.width
                self._cursor = nearest(xs, view.start + share * (view.stop - view.start))
            self._draw()

    def _interval(self) -> float:
        changed = [chart.share_changed for chart in self._charts if chart.display]
        much = bool(changed) and sum(changed) / len(changed) > _MOST_CELLS
        return _LONG_INTERVAL if much else _INTERVAL

    def _draw_news(self) -> None:
        self._drawing_due = None
        self._drawn_at = time.monotonic()
        self._draw()

    def _lay_out(self) -> Layout:
        charts = 1 if self._is_enlarged else len(self._plots)
        return lay_out(charts, self.size.width, self.size.height)

    def _draw(self) -> None:
        """Tell the charts what they are to show."""
        if not self.is_mounted or not self.size:
            return
        layout = self._lay_out()
        count = layout.charts
        if self._is_enlarged:
            self._first = self._current
        else:
            self._first = min(max(self._first, self._current - count + 1), self._current)
            self._first = max(min(self._first, len(self._plots) - count), 0)
        self._learn_reach()
        shown = self._plots[self._first : self._first + count]
        self._arrange(layout)
        for place, chart in enumerate(self._charts[:count]):
            plot = shown[place] if place < len(shown) else Plot("", ())
            self._fill(chart, plot, self._first + place, count)

    def _arrange(self, layout: Layout) -> None:
        while len(self._charts) < layout.charts:
            chart = Chart("", ascii_only=self._ascii_only)
            self._charts.append(chart)
            self.mount(chart)
        self.styles.grid_size_columns, self.styles.grid_size_rows = layout.columns, layout.rows
        for place, chart in enumerate(self._charts):
            chart.display = place < layout.charts
            if chart.display:
                chart.styles.column_span = layout.spans[place]

    def _fill(self, chart: Chart, plot: Plot, place: int, count: int) -> None:
        is_chosen = place == self._current and len(self._plots) > 1
        goal = self._goals.get(plot.title)
        wish = () if goal is None else (Level(goal, "goal", is_wish=True),)
        chart.title = plot.title
        hidden = len(self._plots) > count
        chart.note = f"{place + 1} of {len(self._plots)}  [ ]" if is_chosen and hidden else ""
        chart.is_chosen = is_chosen and count > 1
        chart.axis, chart.log_y = plot.axis or self.axis, self._log
        chart.smoothing = self._smoothing
        chart.levels = (*plot.levels, *wish)
        is_alike = bool(self._alike([plot]))
        chart.mark_best, chart.cursor = plot.mark_best, self._cursor if is_alike else None
        chart.x_range = self._window.range if is_alike else None
        chart.empty_text = self._empty_text
        chart.show(plot.series)

    def _learn_reach(self) -> None:
        plots = self._alike(self._plots)
        filled = [each for plot in plots for each in plot.series if each.x.size]
        if filled:
            self._window.reach(
                min(float(each.x[0]) for each in filled),
                max(float(each.x[-1]) for each in filled),
                max(each.x.size for each in filled),
            )

    def _alike(self, plots: Sequence[Plot]) -> list[Plot]:
        """Return those of some plots whose x counts the same as the chosen one's."""
        axis = self.current.axis if self.current is not None else None
        return [plot for plot in plots if plot.axis == axis]

    # What a person does.

    def turn(self, step: int) -> None:
        """Choose the next plot, or the one before."""
        if self._plots:
            self._choose((self._current + step) % len(self._plots))
            self._draw()

    def _choose(self, place: int) -> None:
        """Choose a plot; one whose x counts something else is looked at whole."""
        before = self._plots[self._current].axis
        self._current = place
        if self._plots[place].axis != before:
            self._window.show_all()
            self._cursor = None

    def toggle_log(self) -> bool:
        """Switch the scale of all charts; say whether it is logarithmic now."""
        self._log = not self._log
        self._draw()
        return self._log

    def smooth(self, step: int) -> float:
        """Smooth more or less; return the weight that holds now."""
        if step > 0:
            rest = [weight for weight in SMOOTHING if weight > self._smoothing + 1e-9]
            self._smoothing = rest[0] if rest else SMOOTHING[-1]
        else:
            rest = [weight for weight in SMOOTHING if weight < self._smoothing - 1e-9]
            self._smoothing = rest[-1] if rest else SMOOTHING[0]
        self._draw()
        return self._smoothing

    def zoom(self, steps: int) -> bool:
        """Look closer at what is around the crosshair, or at the end; say whether that did it."""
        done = self._window.zoom(steps, self._cursor)
        self._draw()
        return done

    def pan(self, steps: int) -> bool:
        """Move what is in view to the right, or left; say whether it moved."""
        done = self._window.pan(steps)
        self._draw()
        return done

    def show_all(self) -> None:
        """Go back to the whole range, without a crosshair."""
        self._window.show_all()
        self._cursor = None
        self._draw()

    def move_cursor(self, step: int) -> None:
        """Move the crosshair to a point further right, or left, by a cell at least."""
        xs = self._cursor_places()
        if not xs.size:
            return
        end = self._window.range[1] if self._window.range is not None else math.inf
        self._cursor = next_place(xs, self._cursor, step, self._cell_width(), end)
        self._window.bring_in(self._cursor)
        self._draw()

    def turn_axis(self) -> Axis:
        """Count x by the next unit, the whole range in view. Plots along it have to follow."""
        names = list(AXES)
        self._axis_name = names[(names.index(self._axis_name) + 1) % len(names)]
        self._plots = [replace(plot, series=(), mark_best=None) for plot in self._plots]
        self._window.show_all()
        self._cursor = None
        if self._drawing_due is not None:
            self._drawing_due.stop()
        self._drawing_due, self._drawn_at = None, -math.inf  # what follows is drawn at once
        return self.axis

    def enlarge(self) -> bool:
        """Give the chosen plot all the room, or take it back; say which it was."""
        self._is_enlarged = not self._is_enlarged
        self._draw()
        return self._is_enlarged

    def set_goal(self, goal: float | None) -> None:
        """Draw a goal into the chosen plot; None removes it."""
        if self.current is None:
            return
        self._goals.pop(self.current.title, None)
        if goal is not None:
            self._goals[self.current.title] = goal
        self._draw()

    def csv(self) -> str:
        """Return the points in view of the plots that are shown, as CSV."""
        axis = self.current.axis if self.current is not None else None
        return table(self._alike(self.shown), axis or self.axis, self._window.range)

    def _cursor_places(self) -> FloatArray:
        """Return the x that the crosshair can stand at: of the chosen plot's longest curve."""
        series = self.current.series if self.current is not None else ()
        places = [each.x for each in series if not each.is_passing]
        return max(places, key=len) if places else np.empty(0)

    def _cell_width(self) -> float:
        """Return the span of x in a cell of the chosen chart."""
        place = self._current - self._first
        view = self._charts[place].plot_view if place < len(self._charts) else None
        return (view.stop - view.start) / view.width if view is not None else 0.0

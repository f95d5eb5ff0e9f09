"""A screen with charts: what its keys do with them, wherever charts are."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.binding import BindingType
from textual.widget import Widget

from tui import keys
from tui.charts.grid import ChartGrid
from tui.screens.console_screen import ConsoleScreen
from tui.screens.prompt import PromptScreen
from tui.screens.writing import write_file
from tui.wishes import figure
from tui.words import learning_rate as written

_MOMENT = 1.5  # seconds


class _Goal(NamedTuple):
    value: float | None


class ChartingScreen(ConsoleScreen):
    """A screen with one :class:`ChartGrid`. A subclass gives it its plots."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("charts")

    _focused_before: Widget | None = None

    @property
    def charts(self) -> ChartGrid:
        """The charts."""
        return self.query_one(ChartGrid)

    def refresh_charts(self) -> None:
        """Give the charts their plots, along their axis."""
        raise NotImplementedError

    @property
    def export_name(self) -> str:
        """What a file with the curves is called, without ``.csv``."""
        raise NotImplementedError

    # What the keys do.

    def action_metric(self, step: int) -> None:
        """Choose another metric."""
        self.charts.turn(step)

    def action_log_scale(self) -> None:
        """Switch between a linear and a logarithmic scale."""
        self.charts.toggle_log()

    def action_smooth(self, step: int) -> None:
        """Smooth the curves more or less."""
        weight = self.charts.smooth(step)
        self.notify(f"Smoothing {weight:g}" if weight else "No smoothing", timeout=_MOMENT)

    def action_zoom(self, step: int) -> None:
        """Look closer, or from further away."""
        if not self.charts.zoom(step) and step > 0:
            self.notify("No closer: a few points fill the chart.", timeout=_MOMENT)

    def action_pan(self, step: int) -> None:
        """Move what is in view."""
        if not self.charts.pan(step) and self.charts.is_whole:
            self.notify("All of it is in view; z looks closer.", timeout=_MOMENT)

    def action_cursor(self, step: int) -> None:
        """Move the crosshair."""
        self.charts.move_cursor(step)

    def action_whole(self) -> None:
        """Show the whole range, without a crosshair."""
        self.charts.show_all()

    def action_axis(self) -> None:
        """Lay the curves out along epochs, steps or time."""
        self.charts.turn_axis()
        self.refresh_charts()

    def action_enlarge(self) -> None:
        """Give one chart all the room, or take it back."""
        if not self.charts.is_enlarged:
            self._focused_before = self.focused
        is_enlarged = self.charts.enlarge()
        self.set_class(is_enlarged, "-enlarged")
        if not is_enlarged and self._focused_before is not None:
            self.set_focus(self._focused_before)

    def action_goal(self) -> None:
        """Ask for a goal, and draw it."""
        if self.charts.current is not None:
            self.run_beside(self._ask_goal(self.charts.current.title))

    async def _ask_goal(self, title: str) -> None:
        present = self.charts.goal
        goal = await self.put(
            PromptScreen(
                f"A line in the chart of {title}: the figure you hope for.",
                "" if present is None else written(present),
                "A number. Nothing takes the line away.",
                lambda typed: _Goal(figure(typed) if typed.strip() else None),
            )
        )
        if goal is not None:
            self.charts.set_goal(goal.value)

    def action_write_curves(self) -> None:
        """Write what the charts show as CSV."""
        self.run_beside(write_file(self, f"{self.export_name}.csv", self.charts.csv()))

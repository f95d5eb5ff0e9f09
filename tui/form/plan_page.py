"""The plan of a search as a page beside its form."""

from __future__ import annotations

from collections.abc import Mapping

from tui.form.plan_lines import lay_out
from tui.form.search_forecast import SearchForecast
from tui.widgets.lines import Lines
from tui.widgets.painted import Line


class PlanPage(Lines):
    """Shows what a search would do.

    Args:
        labels: What hyperparameters are called, by name.
    """

    def __init__(self, labels: Mapping[str, str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._labels = labels
        self._forecast = SearchForecast()

    def foresee(self, forecast: SearchForecast) -> None:
        """Show another forecast."""
        if forecast != self._forecast:
            self._forecast = forecast
            self.redraw()

    def compose_lines(self, cells: int) -> list[Line]:
        return lay_out(self._forecast, self._labels, cells)

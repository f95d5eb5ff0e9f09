"""The charts of a run: one for each metric, train and val together, as many as fit beside another.

Epochs are taken over as they come, so that a long run costs no more to watch than a short one.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np
from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.widgets.chart import Chart
from tui.widgets.chart_style import Series

if TYPE_CHECKING:
    from engine.run.records import Epoch
    from engine.run.view import RunView

SMOOTHING = (0.0, 0.6, 0.9, 0.97, 0.99)
"""Weights of the moving average that can be chosen."""

MOST_CHARTS = 3
_SECOND_FROM, _THIRD_FROM = 120, 180  # columns


class Curves:
    """The metrics of a run's epochs as arrays, grown as epochs come."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[array[float], array[float]]] = {}
        self._known = 0
        self._last: Epoch | None = None

    def take(self, epochs: list[Epoch]) -> bool:
        """Take over what is new; say whether anything changed.

        Args:
            epochs: All that count, in order. Those of a later generation may replace earlier ones.
        """
        known = self._known
        if known > len(epochs) or (known and epochs[known - 1] is not self._last):
            self._columns, known, self._last = {}, 0, None
        elif known == len(epochs):
            return False
        for epoch in epochs[known:]:
            for name, value in epoch.metrics.items():
                x, y = self._columns.setdefault(name, (array("d"), array("d")))
                x.append(epoch.epoch)
                y.append(value)
        self._known, self._last = len(epochs), epochs[-1] if epochs else None
        return True

    def names(self) -> list[str]:
        """Return the metrics without ``val_``, the loss first."""
        names = dict.fromkeys(name.removeprefix("val_") for name in self._columns)
        return sorted(names, key=lambda name: name != "loss")

    def series(self, metric: str) -> list[Series]:
        """Return the curves of a metric: on the training rows, and on the validation rows."""
        found = []
        for name, role in ((metric, "train"), (f"val_{metric}", "val")):
            if name in self._columns:
                # Copies: an array whose memory is shared cannot grow.
                x, y = (np.array(column, dtype=np.float64) for column in self._columns[name])
                found.append(Series(role, x, y, role))
        return found


class ChartRow(Horizontal):
    """Shows the metrics of a run.

    Args:
        view: The run; somebody else refreshes it.
        ascii_only: Whether the terminal knows ASCII alone.
    """

    def __init__(self, view: RunView, *, ascii_only: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view = view
        self._ascii_only = ascii_only
        self._curves = Curves()
        self._first = 0
        self._smoothing = 0
        self._best: tuple[float, int] | None = None

    def compose(self) -> ComposeResult:
        for number in range(MOST_CHARTS):
            chart = Chart("", ascii_only=self._ascii_only, id=f"chart-{number}")
            chart.display = number == 0
            yield chart

    def refresh_view(self) -> None:
        """Show the epochs there are now."""
        status = self.view.status
        best = (status.best, status.best_epoch) if status and status.best is not None else None
        if self._curves.take(self.view.epochs) or best != self._best:
            self._best = best
            self._draw()
        elif not self.view.epochs:
            self._say_why_empty()

    def turn(self, step: int) -> None:
        """Begin with another metric."""
        names = self._curves.names()
        if names:
            self._first = (self._first + step) % len(names)
            self._draw()

    def toggle_log(self) -> bool:
        """Switch the scale of all charts; say whether it is logarithmic now."""
        charts = list(self.query(Chart))
        log = not charts[0].log_y
        for chart in charts:
            chart.log_y = log
        return log

    def smooth(self, step: int) -> float:
        """Smooth more or less; return the weight that holds now."""
        self._smoothing = min(max(self._smoothing + step, 0), len(SMOOTHING) - 1)
        for chart in self.query(Chart):
            chart.smoothing = SMOOTHING[self._smoothing]
        return SMOOTHING[self._smoothing]

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        names = self._curves.names()
        room = self.size.width
        side_by_side = 1 + (room >= _SECOND_FROM - 2) + (room >= _THIRD_FROM - 2)
        charts = list(self.query(Chart))
        count = max(min(side_by_side, len(names)), 1)
        for number, chart in enumerate(charts):
            chart.display = number < count
            if number >= count or not names:
                chart.show([])
                continue
            name = names[(self._first + number) % len(names)]
            hidden = len(names) - count
            chart.title = f"{name}  [ ] {hidden} more" if hidden and number == 0 else name
            chart.mark_best = self._best_of(name)
            chart.show(self._curves.series(name))
        self._say_why_empty()

    def _say_why_empty(self) -> None:
        waiting = "waiting for the first epoch" if self.view.verdict.live else "no complete epoch"
        for chart in self.query(Chart):
            chart.empty_text = waiting

    def _best_of(self, name: str) -> tuple[float, float] | None:
        spec = self.view.spec
        if spec is None or self._best is None or spec.monitor.removeprefix("val_") != name:
            return None
        value, epoch = self._best
        return float(epoch), value

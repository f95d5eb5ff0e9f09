"""What the charts of one run show: a plot for each metric, train and validation together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from tui.charts.curves import Curves
from tui.charts.style import Level, Plot, Series

if TYPE_CHECKING:
    from engine.recipe import Published
    from engine.run.view import RunView

_SPLITS: Final = ("train", "val", "test")
_WITHIN: Final = ("training", "paused", "validating")


class RunCharts:
    """Makes plots of a run.

    Args:
        view: The run; somebody else refreshes it.

    Attributes:
        published: What a text prints for a run like it.
    """

    def __init__(self, view: RunView) -> None:
        self._view = view
        self._curves = Curves()
        self.published: Sequence[Published] = ()
        self._plots: list[Plot] = []
        self._state: object = None

    def plots(self, axis: str) -> list[Plot]:
        """Return the plots as the run is now; those of before where nothing has changed.

        Args:
            axis: What x counts; a key of :data:`~tui.charts.style.AXES`.
        """
        view = self._view
        best = (view.status.best, view.status.best_epoch) if view.status is not None else None
        phase = view.status.phase if view.status is not None else ""
        state = (axis, best, phase, view.progress[-1:], self.published)
        if not self._curves.take(view.epochs) and state == self._state:
            return self._plots
        self._state = state
        under_way = self._under_way(axis)
        self._plots = [
            Plot(
                name,
                (*self._curves.series(name, axis), *under_way.get(name, ())),
                mark_best=self._best_of(name, axis),
                levels=self._levels_of(name),
            )
            for name in self._curves.names() or sorted(under_way, key=lambda name: name != "loss")
        ]
        return self._plots

    @property
    def empty_text(self) -> str:
        """What to say while there is no epoch."""
        return "waiting for the first epoch" if self._view.verdict.live else "no complete epoch"

    def _under_way(self, axis: str) -> dict[str, list[Series]]:
        """Return the running means of the epoch under way, by metric: they end where it will."""
        view = self._view
        status, last = view.status, view.epochs[-1] if view.epochs else None
        done = last.epoch if last is not None else 0
        found = [each for each in view.progress if each.epoch == done + 1 and each.steps > 0]
        if len(found) < 2 or status is None or status.phase not in _WITHIN:
            return {}
        if axis == "epoch":
            x = [done + each.step / each.steps for each in found]
        elif axis == "step":
            x = [(last.step if last is not None else 0) + each.step for each in found]
        else:
            steps = max(found[-1].step - found[0].step, 1)
            pace = max(found[-1].at - found[0].at, 0.0) / steps
            x = [self._curves.seconds + each.step * pace for each in found]
        return {
            name: [
                Series(
                    "now",
                    np.array(x, dtype=np.float64),
                    np.array([each.metrics.get(name, np.nan) for each in found]),
                    "train",
                    faint=True,
                    is_passing=True,
                )
            ]
            for name in found[-1].metrics
            if not name.startswith("val_")
        }

    def _best_of(self, name: str, axis: str) -> tuple[float, float] | None:
        """Return where the best epoch is in a metric's plot: of the one that decides about it."""
        spec, status = self._view.spec, self._view.status
        if spec is None or status is None or status.best is None:
            return None
        if spec.monitor.removeprefix("val_") != name:
            return None
        x = self._curves.place(status.best_epoch, axis)
        return (x, status.best) if x is not None else None

    def _levels_of(self, name: str) -> tuple[Level, ...]:
        """Return what a text prints for a metric; for the test part where none for the others."""
        found = {each.split: each.value for each in self.published if each.metric == name}
        if len(found) > 1:
            found.pop("test", None)  # the curves are of the other parts
        return tuple(
            Level(found[split], f"published, {split}") for split in _SPLITS if split in found
        )

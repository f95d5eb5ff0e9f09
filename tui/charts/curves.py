"""The metrics of a run's epochs as arrays that grow as epochs come.

Promises that a look at a long run costs by what is new, that arrays which were handed out are views
and stay as they are, and that an epoch without a metric leaves no gap in its curve, whereas one
whose metric is not a number does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tui.charts.style import AXES, FloatArray, Series

if TYPE_CHECKING:
    from engine.run.records import Epoch

LEARNING_RATE: Final = "learning rate"
"""What the optimizer's learning rate is called among the metrics."""

_FIRST_ROOM = 64  # values that an array has room for at first

T = TypeVar("T", np.float64, np.int64)


class _Column(Generic[T]):
    """An array that grows at its end; twice as large whenever it is full."""

    def __init__(self, kind: type[T]) -> None:
        self._room: NDArray[T] = np.empty(_FIRST_ROOM, dtype=kind)
        self._size = 0

    def append(self, value: float) -> None:
        """Add a value."""
        if self._size == self._room.size:
            room = np.empty(2 * self._size, dtype=self._room.dtype)
            room[: self._size] = self._room
            self._room = room
        self._room[self._size] = value
        self._size += 1

    @property
    def values(self) -> NDArray[T]:
        """The values so far: a view that later ones do not change."""
        return self._room[: self._size]


class _Metric:
    """One metric: its values, and of which epochs they are."""

    def __init__(self) -> None:
        self.places = _Column(np.int64)
        """The place of each value's epoch among all epochs."""
        self.values = _Column(np.float64)


class Curves:
    """The metrics of a run, each along epochs, steps and the time spent on them.

    Attributes:
        seconds: Spent on all epochs.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._along = {name: _Column(np.float64) for name in AXES}
        self._metrics: dict[str, _Metric] = {}
        self._rates: set[float] = set()
        self.seconds = 0.0
        self._known = 0
        self._last: Epoch | None = None

    def take(self, epochs: list[Epoch]) -> bool:
        """Take over what is new; say whether anything changed.

        Args:
            epochs: All that count, in order. Those of a later generation may replace earlier ones.
        """
        known, count = self._known, len(epochs)  # the list may grow meanwhile, in another thread
        if known > count or (known and epochs[known - 1] is not self._last):
            self._begin()
            known = 0
        elif known == count:
            return False
        for place in range(known, count):
            self._add(place, epochs[place])
        self._known, self._last = count, epochs[count - 1] if count else None
        return True

    def _add(self, place: int, epoch: Epoch) -> None:
        # Time of training, not of day: neither a pause nor a clock that was set shows in a curve.
        self.seconds += max(epoch.seconds, 0.0) if np.isfinite(epoch.seconds) else 0.0
        for name, x in (("epoch", epoch.epoch), ("step", epoch.step), ("time", self.seconds)):
            self._along[name].append(x)
        values = dict(epoch.metrics)
        if epoch.learning_rate is not None:
            values[LEARNING_RATE] = epoch.learning_rate
            if len(self._rates) < 2:
                self._rates.add(epoch.learning_rate)
        for name, value in values.items():
            metric = self._metrics.setdefault(name, _Metric())
            metric.places.append(place)
            metric.values.append(value)

    def names(self) -> list[str]:
        """Return the metrics without ``val_``: the loss first, the learning rate last, if at all.

        It is a curve where it has changed only.
        """
        names = dict.fromkeys(name.removeprefix("val_") for name in self._metrics)
        if len(self._rates) < 2:
            names.pop(LEARNING_RATE, None)
        return sorted(names, key=lambda name: (name != "loss", name == LEARNING_RATE))

    def points(self, metric: str, axis: str) -> tuple[FloatArray, FloatArray]:
        """Return a metric's curve; empty where the run has no such metric.

        Args:
            metric: As the epochs call it, ``val_`` included.
            axis: A key of :data:`~tui.charts.style.AXES`.

        Returns:
            Epochs, steps or seconds, and the values; each of shape ``(points,)``.
        """
        found = self._metrics.get(metric)
        if found is None:
            return np.empty(0), np.empty(0)
        along, places = self._along[axis].values, found.places.values
        # As a rule every epoch has every metric, and nothing has to be copied.
        x = along if places.size == along.size else along[places]
        return x, found.values.values

    def place(self, epoch: int, axis: str) -> float | None:
        """Return where an epoch stands on an axis; None where there is no such epoch."""
        epochs = self._along["epoch"].values
        place = int(np.searchsorted(epochs, epoch))
        if place == epochs.size or epochs[place] != epoch:
            return None
        return float(self._along[axis].values[place])

    def series(self, metric: str, axis: str) -> list[Series]:
        """Return the curves of a metric: on the training rows, and on the validation rows."""
        found = []
        for key, role in ((metric, "train"), (f"val_{metric}", "val")):
            if key in self._metrics:
                x, y = self.points(key, axis)
                role = "other-1" if metric == LEARNING_RATE else role
                name = "rate" if metric == LEARNING_RATE else role
                found.append(Series(name, x, y, role, key=key.replace(" ", "_")))
        return found

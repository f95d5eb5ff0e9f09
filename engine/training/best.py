"""The best epoch's weights, kept in memory at once and on disk soon.

Early in a training nearly every epoch is the best so far. Writing each of them would cost small
networks more than learning does, so a new best is copied in memory, and the file follows when the
last one is old enough, and at the end.
"""

from __future__ import annotations

import math
import time
from pathlib import Path

import keras
import numpy as np

from engine.training.saving import save_model

_FILE_SECONDS = 30.0


class BestKeeper:
    """Keeps the weights of the epoch with the best value of a metric.

    Args:
        model: The network that is trained.
        path: The ``.keras`` file to be kept up to date.
        mode: ``min`` or ``max``: which way the metric is better.

    Attributes:
        value: The best value so far; None before there is one.
        epoch: Its epoch; the first is 1.
    """

    def __init__(self, model: keras.Model, path: Path, mode: str) -> None:
        self.value: float | None = None
        self.epoch = 0
        self._model = model
        self._path = path
        self._sign = 1.0 if mode == "min" else -1.0
        self._weights: list[np.ndarray] = []
        self._written_epoch = 0
        self._written_at = time.monotonic()

    def consider(self, epoch: int, value: float | None) -> None:
        """Take the current weights if ``value`` is the best so far; NaN never is."""
        if value is None or math.isnan(value):
            return
        if self.value is not None and self._sign * value >= self._sign * self.value:
            return
        self.value, self.epoch = value, epoch
        self._weights = self._model.get_weights()
        if time.monotonic() - self._written_at > _FILE_SECONDS:
            self.write()

    def write(self) -> None:
        """Bring the file up to date, unless it is."""
        if self.epoch == self._written_epoch:
            return
        current = self._model.get_weights()
        self._model.set_weights(self._weights)
        try:
            save_model(self._model, self._path)
        finally:
            self._model.set_weights(current)
        self._written_epoch, self._written_at = self.epoch, time.monotonic()

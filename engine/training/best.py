"""The best epoch's weights, kept in memory at once and as a checkpoint soon.

Early in a training nearly every epoch is the best so far. Writing each of them would cost small
networks more than learning does. So a new best is copied in memory, where snapshots find it, and
its checkpoint follows as soon as writing it is worth the time, and at the end; a best that was
beaten before then gets none.
"""

from __future__ import annotations

import math
import os
import time
from typing import Any

import keras
import numpy as np

from engine.run.checkpoints import copy, file_name, list_checkpoints
from engine.run.files import PRIVATE_FOLDER
from engine.run.folder import RunFolder
from engine.training.archive import Tree
from engine.training.saving import save_model
from engine.training.snapshots import SnapshotPace

_KEPT = 10
"""Checkpoints that stay, the latest ones: each was better than those before it."""


class BestKeeper:
    """Keeps the weights of the epoch with the best value of a metric.

    Args:
        model: The network in training.
        folder: The run; its ``checkpoints/`` and ``best.keras`` are kept up to date.
        monitor: The metric, for the checkpoints' names.
        mode: ``min`` or ``max``: which way the metric is better.

    Attributes:
        value: The best value so far; None before there is one.
        epoch: Its epoch; the first is 1.
    """

    def __init__(self, model: keras.Model, folder: RunFolder, monitor: str, mode: str) -> None:
        self.value: float | None = None
        self.epoch = 0
        self._model = model
        self._folder = folder
        self._monitor = monitor
        self._sign = 1.0 if mode == "min" else -1.0
        self._weights: list[np.ndarray] = []
        self._written_epoch = 0
        self._pace = SnapshotPace("auto", time.monotonic())

    def consider(self, epoch: int, value: float | None) -> None:
        """Take the current weights if ``value`` is the best so far; NaN never is."""
        if value is None or math.isnan(value):
            return
        if self.value is not None and self._sign * value >= self._sign * self.value:
            return
        self.value, self.epoch = value, epoch
        self._weights = self._model.get_weights()
        if self._pace.is_due(time.monotonic(), epoch_complete=True):
            self.write()

    def write(self) -> None:
        """Write the checkpoint of the best epoch, unless it is there."""
        if self.value is None or self.epoch == self._written_epoch:
            return
        begun = time.monotonic()
        self._folder.checkpoints.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        path = self._folder.checkpoints / file_name(self.epoch, self._monitor, self.value)
        current = self._model.get_weights()
        self._model.set_weights(self._weights)
        try:
            save_model(self._model, path)
        finally:
            self._model.set_weights(current)
        self._show_as_best(path)
        kept = [each for each in list_checkpoints(self._folder) if each.value is not None]
        for each in kept[:-_KEPT]:
            each.path.unlink(missing_ok=True)
        self._written_epoch = self.epoch
        now = time.monotonic()
        self._pace.took(now, now - begun)

    def capture(self) -> Tree:
        """Return what a snapshot has to hold."""
        return {
            "value": self.value,
            "epoch": self.epoch,
            "weights": self._weights,
            "written_epoch": self._written_epoch,
        }

    def restore(self, tree: dict[str, Any]) -> None:
        """Put back what :meth:`capture` returned."""
        self.value, self.epoch = tree["value"], tree["epoch"]
        self._weights, self._written_epoch = tree["weights"], tree["written_epoch"]

    def _show_as_best(self, checkpoint: os.PathLike[str]) -> None:
        """Have ``best.keras`` be the same file, or a copy where the disk has no links."""
        best = self._folder.best
        aside = best.with_name(f".{best.name}.{os.getpid()}.link")
        try:
            aside.unlink(missing_ok=True)
            os.link(checkpoint, aside)
            aside.replace(best)
        except OSError:
            copy(self._folder.checkpoints / os.fspath(checkpoint), best)

"""Training a compiled network for some epochs, told in the run folder and steered from it.

Keras' callbacks are called as ``fit`` would call them around epochs. Batches are those of a
generator seeded with (seed, epoch), so that any epoch can be repeated without the ones before it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np

from engine.run.recorder import Recorder
from engine.run.records import Epoch
from engine.training.best import BestKeeper
from engine.training.loop import Loop
from engine.training.pace import Pace
from engine.training.steering import Steering


class NotFinite(Exception):  # noqa: N818 - a fact about the training, told by the worker
    """The loss stopped being a number.

    Attributes:
        epoch: In which epoch; the first is 1.
        step: In which step of it; the first is 1.
    """

    def __init__(self, epoch: int, step: int) -> None:
        super().__init__(f"The loss was not a finite number from step {step} of epoch {epoch} on.")
        self.epoch = epoch
        self.step = step


@dataclass
class Fit:
    """One training.

    Attributes:
        model: Built and compiled.
        loop: The compiled loop over its data.
        rows: Training rows.
        recorder: Where it is told.
        steering: Where a person's wishes come from.
        epochs: The last epoch's number.
        batch_size: Rows a step.
        seed: Decides the order of rows, together with the epoch.
        best: Is shown every epoch's monitored value.
        monitor: Which metric that is.
        callbacks: Keras callbacks; called around epochs and the whole, not around batches.
        after_epoch: Called with the number of each complete epoch, to sample the network.
    """

    model: keras.Model
    loop: Loop
    rows: int
    recorder: Recorder
    steering: Steering
    epochs: int
    batch_size: int
    seed: int
    best: BestKeeper
    monitor: str
    callbacks: Sequence[keras.callbacks.Callback]
    after_epoch: Callable[[int], None]

    def run(self) -> bool:
        """Train; say whether it ended on request rather than by itself.

        Raises:
            NotFinite: The loss became NaN or infinite.
            StopRequested: A person wants it to stop now.
        """
        callbacks = keras.callbacks.CallbackList(
            list(self.callbacks),
            model=self.model,
            epochs=self.epochs,
            steps=self.loop.steps,
            verbose=0,
        )
        self.model.stop_training = False
        self._pace = Pace()
        callbacks.on_train_begin()
        on_request = False
        for epoch in range(1, self.epochs + 1):
            callbacks.on_epoch_begin(epoch - 1)
            metrics = self._epoch(epoch)
            callbacks.on_epoch_end(epoch - 1, dict(metrics))
            self.best.consider(epoch, metrics.get(self.monitor))
            self.after_epoch(epoch)
            on_request = self.steering.between_epochs(epoch * self.loop.steps)
            if on_request or self.model.stop_training:
                break
        callbacks.on_train_end()
        return on_request

    def _epoch(self, epoch: int) -> dict[str, float]:
        begun = time.perf_counter()
        self.recorder.epoch_begins()
        self.loop.shuffle(row_order(self.seed, epoch, self.rows))
        self.loop.reset()
        self._steps(epoch)
        metrics = self.loop.metrics()
        metrics |= {f"val_{name}": value for name, value in self.loop.evaluate().items()}
        self.recorder.epoch(
            Epoch(
                at=time.time(),
                epoch=epoch,
                step=epoch * self.loop.steps,
                seconds=time.perf_counter() - begun,
                metrics=metrics,
                learning_rate=float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)),
            )
        )
        return metrics

    def _steps(self, epoch: int) -> None:
        """Run the steps of an epoch in calls of fitting size."""
        done, steps = 0, self.loop.steps
        while done < steps:
            stop = min(steps, done + self._pace.steps)
            begun = time.perf_counter()
            bad = self.loop.train(done, stop)
            seconds = time.perf_counter() - begun
            self._pace.took(stop - done, seconds)
            if bad >= 0:
                raise NotFinite(epoch, bad + 1)
            rate = (stop - done) * self.batch_size / max(seconds, 1e-9)
            done = stop
            self.recorder.progress(epoch, done, steps, self.loop.metrics, rate)
            self.steering.between_calls((epoch - 1) * steps + done)


def row_order(seed: int, epoch: int, rows: int) -> np.ndarray:
    """Return the order of rows of an epoch: ``(rows,)`` indices, each once."""
    return np.random.default_rng((seed, epoch)).permutation(rows)

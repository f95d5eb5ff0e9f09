"""Training a compiled network for some epochs, told in the run folder and steered from it.

Keras' callbacks are called as ``fit`` would call them around epochs. Batches are those of a
generator seeded with (seed, epoch), so that any epoch can be repeated without the ones before it,
and a training can be taken up at any step of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np

from engine.errors import Problem
from engine.run.recorder import Recorder
from engine.run.records import Epoch
from engine.training import lasting
from engine.training.archive import Tree
from engine.training.best import BestKeeper
from engine.training.loop import Loop
from engine.training.pace import Pace
from engine.training.snapshots import Resumption, SnapshotKeeper
from engine.training.steering import Place, Steering


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
        snapshots: Where what has to last is written.
        resumption: Where to go on; None begins at the beginning.
        epochs: The last epoch's number, unless the snapshot or a person says otherwise.
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
    snapshots: SnapshotKeeper
    resumption: Resumption | None
    epochs: int
    batch_size: int
    seed: int
    best: BestKeeper
    monitor: str
    callbacks: Sequence[keras.callbacks.Callback]
    after_epoch: Callable[[int], None]

    def __post_init__(self) -> None:
        self._pace, self._validation_pace = Pace(), Pace()
        self._is_warm = False  # whether the compiled loop has been called
        self._done = 0  # complete epochs
        self._step = 0  # steps done of the epoch under way
        self._means: Tree = None  # running means over the epoch's steps, while validating
        self._rate = 0.0  # the learning rate of the epoch's last step, once that is done
        self._saved: tuple[Place, int] | None = None  # what the last snapshot holds
        self._settings = 0  # how many times something was set
        self._spent = 0.0  # seconds of training before this moment's start of the clock
        self._spent_on_epoch = 0.0
        self._since = self._epoch_since = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds of training, those of earlier generations that count included."""
        return self._spent + time.perf_counter() - self._since

    def run(self) -> bool:
        """Train; say whether it ended on request rather than by itself.

        Raises:
            NotFinite: The loss became NaN or infinite.
            StopRequested: A person wants it to stop now; a snapshot is written.
        """
        with self.steering.training(self):
            self._callbacks = keras.callbacks.CallbackList(
                list(self.callbacks),
                model=self.model,
                epochs=self.epochs,
                steps=self.loop.steps,
                verbose=0,
            )
            self.model.stop_training = False
            self._callbacks.on_train_begin()
            self._since = time.perf_counter()
            if self.resumption is not None:
                self._restore(self.resumption)
            self.steering.heed(self._place)
            on_request = False
            while not (self._is_over or on_request):
                self._epoch()
                if self.snapshots.is_due(epoch_complete=True):
                    self.snapshot()
                on_request = self.steering.between_epochs(self._place)
            if not self.snapshots.is_off:
                # Before the callbacks' last words, which may put back the best epoch's weights: a
                # run that is extended goes on from the last one's.
                self.snapshot()
            self._callbacks.on_train_end()
            return on_request

    # What steering may do; see engine.training.steering.Training.

    def set_epochs(self, epochs: int) -> None:
        """Train to another number of epochs in all."""
        if self.model.stop_training and epochs > self._done:
            self._take_patience()
        self.epochs = epochs
        self._settings += 1
        self.recorder.replan(max(epochs, self._done + (self._step > 0)))

    def set_learning_rate(self, value: float) -> None:
        """Make steps of another length."""
        try:
            self.model.optimizer.learning_rate = value
        except TypeError:
            raise Problem("A schedule decides about the learning rate of this run.") from None
        self._settings += 1
        self.recorder.learning_rate(value)

    def snapshot(self) -> None:
        """Write what is needed to go on from here, unless the last snapshot is just that."""
        state = (self._place, self._settings)
        if self._saved == state:
            return
        self.snapshots.write(self._done, self._place.step, self._capture, ended=self._is_over)
        self._saved = state

    def stood_still(self, seconds: float) -> None:
        """Do not count so many seconds as training."""
        self._since += seconds
        self._epoch_since += seconds

    @property
    def _place(self) -> Place:
        return Place(self._done * self.loop.steps + self._step, self._done)

    @property
    def _is_over(self) -> bool:
        return self._done >= self.epochs or bool(self.model.stop_training)

    def _epoch(self) -> None:
        number = self._done + 1
        self._epoch_since = time.perf_counter()
        self.recorder.epoch_begins()
        if self._step == 0:
            self._callbacks.on_epoch_begin(self._done)
            self.loop.reset()
        self.loop.shuffle(row_order(self.seed, number, self.rows))
        self._train(number)
        metrics = self.loop.metrics()
        metrics |= {f"val_{name}": value for name, value in self._validate().items()}
        self.recorder.epoch(
            Epoch(
                at=time.time(),
                epoch=number,
                step=number * self.loop.steps,
                seconds=self._epoch_seconds(),
                metrics=metrics,
                learning_rate=self._rate,
            )
        )
        self.recorder.learning_rate(self._learning_rate())
        self._done, self._step, self._spent_on_epoch = number, 0, 0.0
        self._callbacks.on_epoch_end(number - 1, dict(metrics))
        self.best.consider(number, metrics.get(self.monitor))
        self.after_epoch(number)

    def _train(self, number: int) -> None:
        """Run the steps of an epoch in calls of fitting size."""
        steps = self.loop.steps
        while self._step < steps:
            stop = min(steps, self._step + self._pace.steps, self._next_effect())
            begun = time.perf_counter()
            bad = self.loop.train(self._step, stop)
            seconds = time.perf_counter() - begun
            self._pace.took(stop - self._step, seconds)
            if bad >= 0:
                raise NotFinite(number, bad + 1)
            rate: float | None = (stop - self._step) * self.batch_size / max(seconds, 1e-9)
            self._step = stop
            if not self._is_warm:
                self._is_warm, rate = True, None
                self.recorder.warmed_up(stop, seconds)
            if stop == steps:
                self._rate = self._learning_rate()  # what is set from here on is for the next epoch
            self.recorder.progress(number, stop, steps, self.loop.metrics, rate)
            if self.snapshots.is_due(epoch_complete=False):
                self.snapshot()
            self.steering.heed(self._place)

    def _validate(self) -> dict[str, float]:
        """Measure the network on the validation rows in calls of fitting size."""
        # A snapshot from within has the epoch's means, and goes on with validating from its start.
        self._means = lasting.capture_metrics(self.model)
        self.loop.reset()
        done, steps = 0, self.loop.val_steps
        while done < steps:
            stop = min(steps, done + self._validation_pace.steps)
            begun = time.perf_counter()
            self.loop.evaluate(done, stop)
            self._validation_pace.took(stop - done, time.perf_counter() - begun)
            done = stop
            if done < steps:
                self.recorder.validating(done, steps)
            self.steering.heed(self._place)
        self._means = None
        return self.loop.metrics()

    def _next_effect(self) -> int:
        """Return the step of this epoch at which something has to be set; far away if none has."""
        base = self._done * self.loop.steps
        step = self.steering.next_effect(base + self._step)
        return self.loop.steps if step is None else step - base

    def _learning_rate(self) -> float:
        return float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))

    def _epoch_seconds(self) -> float:
        return self._spent_on_epoch + time.perf_counter() - self._epoch_since

    def _take_patience(self) -> None:
        """Go on although early stopping had ended the training: it begins to wait anew."""
        self.model.stop_training = False
        for callback in self.callbacks:
            if isinstance(callback, keras.callbacks.EarlyStopping):
                callback.wait = 0
                self.recorder.notice(
                    f"Early stopping had ended the training; its patience of {callback.patience} "
                    "epochs begins anew."
                )

    def _capture(self) -> Tree:
        return {
            **lasting.capture_model(self.model),
            "means": lasting.capture_metrics(self.model) if self._means is None else self._means,
            "callbacks": lasting.capture_callbacks(self.callbacks),
            "best": self.best.capture(),
            "chance": lasting.capture_chance(),
            "rate": self._rate,
            "epochs": self.epochs,
            "is_stopped": bool(self.model.stop_training),
            "seconds": self.seconds,
            "epoch_seconds": self._epoch_seconds() if self._step else 0.0,
        }

    def _restore(self, resumption: Resumption) -> None:
        entry, tree = resumption.entry, resumption.tree
        try:
            lasting.restore_model(self.model, tree)
            lasting.assign(self.model.metrics_variables, tree["means"])
            lasting.restore_callbacks(self.callbacks, tree["callbacks"])
        except lasting.Unfitting as error:
            raise Problem(
                f"The snapshot cannot be used: {error}",
                "It was taken with another version of the recipe; train it anew.",
            ) from None
        self.best.restore(tree["best"])
        lasting.restore_chance(tree["chance"])
        self._done, self._step = entry.epoch, entry.step - entry.epoch * self.loop.steps
        self.epochs, self._rate = tree["epochs"], tree["rate"]
        self.model.stop_training = tree["is_stopped"]
        self._spent, self._spent_on_epoch = tree["seconds"], tree["epoch_seconds"]
        self._saved = (self._place, self._settings)
        self.recorder.replan(self.epochs)


def row_order(seed: int, epoch: int, rows: int) -> np.ndarray:
    """Return the order of rows of an epoch: ``(rows,)`` indices, each once."""
    return np.random.default_rng((seed, epoch)).permutation(rows)

"""What a person asks of a running worker, and when the worker heeds it.

Wishes arrive in a thread (command files) or a signal (SIGTERM); they are heeded where the training
stands still, between two compiled calls of training or validation. While nothing is trained yet, or
nothing any more, waiting for such a place would make no sense: there a stop interrupts at once, and
every other wish waits for the training to begin or is refused because it is over.

What a wish has set (epochs, learning rate) is written with its place before it is acknowledged. A
worker that goes on from an earlier snapshot sets it again at that place, so that a kill loses
nothing of it.
"""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NamedTuple, NoReturn, Protocol

from engine.errors import Problem
from engine.run.commands import (
    CullTrial,
    FixValue,
    GoOn,
    Inbox,
    Pause,
    Request,
    SetEpochs,
    SetLearningRate,
    SetTrials,
    SnapshotNow,
    StopAfterEpoch,
    StopNow,
    words,
)
from engine.run.recorder import Recorder
from engine.run.records import Applied

_LOOK_SECONDS = 0.05  # between two looks for the end of a pause


class StopRequested(BaseException):
    """Ends what the worker is doing. Not an ``Exception``: no library may swallow it."""


class Place(NamedTuple):
    """A place in a training; places compare in the order in which training comes by.

    Attributes:
        step: Training steps done since the beginning of the run.
        epoch: Complete epochs. At the same step, what is heeded while validating comes before what
            is heeded after the epoch's end.
    """

    step: int
    epoch: int


BEGINNING = Place(0, 0)


class Training(Protocol):
    """What a wish can be carried out on."""

    def set_epochs(self, epochs: int) -> None:
        """Train to another number of epochs in all."""

    def set_learning_rate(self, value: float) -> None:
        """Make steps of another length; raise Problem where a schedule decides about it."""

    def snapshot(self) -> None:
        """Write what is needed to go on from here, unless the last snapshot is just that."""

    def stood_still(self, seconds: float) -> None:
        """Do not count so many seconds as training."""


class Steering:
    """Collects wishes and carries them out at the right moment.

    Args:
        inbox: Where command files are read.
        recorder: Where receipt and effect are acknowledged.
        effects: What wishes have set beyond the snapshot that this worker goes on from.
        place: Where it goes on.
    """

    def __init__(
        self,
        inbox: Inbox,
        recorder: Recorder,
        effects: Iterable[Applied] = (),
        place: Place = BEGINNING,
    ) -> None:
        self._inbox = inbox
        self._recorder = recorder
        self._effects = sorted(effects, key=lambda each: Place(each.step, each.epoch))
        self._arrived: list[Request] = []
        self._after_epoch: list[Request] = []
        self._lock = threading.Lock()
        self._signalled = False
        self._paused = False
        self._stopping = False
        self._training: Training | None = None
        self._place = place

    def listen(self) -> None:
        """Take SIGTERM as the wish to stop now. To be called in the main thread."""
        signal.signal(signal.SIGTERM, self._on_signal)

    def poll(self) -> None:
        """Read new commands and acknowledge them; called a few times a second by a thread."""
        for request in self._inbox.take():
            self._recorder.received(request.id, words(request.command))
            with self._lock:
                self._arrived.append(request)
                is_training = self._training is not None
            if isinstance(request.command, StopNow) and not is_training and not self._stopping:
                # Interrupts the main thread wherever it is; see _on_signal.
                os.kill(os.getpid(), signal.SIGTERM)

    @contextmanager
    def training(self, training: Training) -> Iterator[None]:
        """Within this, wishes wait for :meth:`heed` and :meth:`between_epochs`.

        Args:
            training: What they are carried out on.

        Raises:
            StopRequested: On leaving, if a wish to stop now came too late for either.
        """
        with self._lock:
            self._training = training
        try:
            yield
        finally:
            with self._lock:
                self._training = None
        if self._signalled or any(isinstance(each.command, StopNow) for each in self._arrived):
            self._stop()

    def finish(self) -> None:
        """Let nothing interrupt the last words any more, and answer every wish that is left."""
        self._stopping = True
        for request in [*self._after_epoch, *self._take()]:
            if isinstance(request.command, StopNow):
                self._applied(request)
            else:
                self._refuse(request, "The training is over.")

    def next_effect(self, step: int) -> int | None:
        """Return the first step beyond ``step`` at which something has to be set again."""
        return next((each.step for each in self._effects if each.step > step), None)

    def heed(self, place: Place) -> None:
        """Carry out what cannot wait for the end of the epoch; return when a pause is over.

        Raises:
            StopRequested: A person wants the run to stop now; a snapshot is written.
        """
        self._place = place
        self._set_again()
        while True:
            for request in self._take():
                self._carry_out(request)
            if self._signalled:
                self._controls.snapshot()
                self._stop()
            if not self._paused:
                return
            time.sleep(_LOOK_SECONDS)

    def between_epochs(self, place: Place) -> bool:
        """Carry out what waits for the end of the epoch; say whether training is to end here.

        Raises:
            StopRequested: As in :meth:`heed`.
        """
        self.heed(place)
        ending, self._after_epoch = self._after_epoch, []
        for request in ending:
            self._applied(request)
        return bool(ending)

    @property
    def _controls(self) -> Training:
        assert self._training is not None  # wishes are heeded within training() only
        return self._training

    def _carry_out(self, request: Request) -> None:
        match request.command:
            case StopNow():
                self._controls.snapshot()
                self._applied(request)
                self._stop()
            case StopAfterEpoch():
                self._after_epoch.append(request)
                self._end_pause()
            case Pause() if self._paused:
                self._refuse(request, "It is paused already.")
            case Pause():
                self._controls.snapshot()
                self._applied(request)
                self._paused = True
                self._recorder.pause()
            case GoOn() if not self._paused:
                self._refuse(request, "It is not paused.")
            case GoOn():
                self._applied(request)
                self._end_pause()
            case SnapshotNow():
                self._controls.snapshot()
                self._applied(request)
            case SetEpochs() | SetLearningRate():
                self._set(request, request.command)
            case SetTrials() | CullTrial() | FixValue():
                self._refuse(request, "This is a training, not a search.")

    def _set(self, request: Request, command: SetEpochs | SetLearningRate) -> None:
        try:
            if isinstance(command, SetEpochs):
                effect = self._effect(request, epochs=command.epochs)
            else:
                effect = self._effect(request, learning_rate=command.learning_rate)
            self._put(effect)
        except Problem as problem:
            self._refuse(request, problem.what)
            return
        # What a person says now outweighs what was said, in an earlier life, for later.
        self._effects = [each for each in self._effects if not _is_superseded(each, effect)]
        self._recorder.applied(effect)

    def _put(self, effect: Applied) -> None:
        if effect.epochs is not None:
            if effect.epochs < 1:
                raise Problem(f"Expected 1 or more epochs, got {effect.epochs}.")
            self._controls.set_epochs(effect.epochs)
        if effect.learning_rate is not None:
            if not (math.isfinite(effect.learning_rate) and effect.learning_rate > 0):
                raise Problem(f"Expected a learning rate above 0, got {effect.learning_rate:g}.")
            self._controls.set_learning_rate(effect.learning_rate)

    def _set_again(self) -> None:
        """Set what wishes had set at this place, or before it, in an earlier generation."""
        while self._effects and Place(self._effects[0].step, self._effects[0].epoch) <= self._place:
            self._put(self._effects.pop(0))

    def _end_pause(self) -> None:
        if self._paused:
            self._paused = False
            self._controls.stood_still(self._recorder.go_on())

    def _take(self) -> list[Request]:
        with self._lock:
            taken, self._arrived = self._arrived, []
        return taken

    def _effect(
        self, request: Request, epochs: int | None = None, learning_rate: float | None = None
    ) -> Applied:
        return Applied(
            at=time.time(),
            command=request.id,
            action=words(request.command),
            epoch=self._place.epoch,
            step=self._place.step,
            epochs=epochs,
            learning_rate=learning_rate,
        )

    def _applied(self, request: Request) -> None:
        self._recorder.applied(self._effect(request))

    def _refuse(self, request: Request, why: str) -> None:
        self._recorder.refused(request.id, words(request.command), why)

    def _stop(self) -> NoReturn:
        # From here on the network is saved and the last word written: asking twice must not hurt.
        self._stopping = True
        raise StopRequested

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._training is not None:
            self._signalled = True
        elif not self._stopping:
            self._stop()


def effects_beyond(applied: Iterable[Applied], place: Place) -> list[Applied]:
    """Return what has to be set again by a worker that goes on from a snapshot.

    Args:
        applied: Every applied command of the run, in the order of the journal.
        place: The snapshot's. What was set just there may have been set after it was taken, and
            setting it twice does no harm.
    """
    found: list[Applied] = []
    for each in applied:
        if each.epochs is None and each.learning_rate is None:
            continue
        found = [earlier for earlier in found if not _is_superseded(earlier, each)]
        found.append(each)
    return [each for each in found if Place(each.step, each.epoch) >= place]


def _is_superseded(earlier: Applied, later: Applied) -> bool:
    """Say whether a wish that was written later makes an earlier one void."""
    same = (earlier.epochs is None) == (later.epochs is None)
    return same and Place(earlier.step, earlier.epoch) >= Place(later.step, later.epoch)

"""One training of a trial: a run that is started, followed, and taken up again where it is lost.

What promises that nothing is lost or done twice is the run's own folder. Whoever follows a training
needs to know no more than its folder and to how many epochs it is to be trained; a coordinator that
takes a search up again begins by looking.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from engine.errors import Problem, nearest
from engine.insight.search_plan import HALVING
from engine.process.launch import Start, prepare, prepare_again
from engine.run import going_on
from engine.run.commands import Command, GoOn, StopNow, send
from engine.run.evidence import gather
from engine.run.folder import RunFolder
from engine.run.identity import Identity
from engine.run.lock import is_held
from engine.run.search_records import SearchSpec
from engine.run.view import RunView

MOST_LOSSES = 2
"""So often a training that is lost is taken up again; what ends it then is no accident."""

_UNLOADING_SECONDS = 10.0


class Stage(Enum):
    """Where a training is."""

    WAITING = auto()
    """It was not begun, or not taken up again."""
    UNDERWAY = auto()
    OVER = auto()


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a training.

    Attributes:
        score: The best value of the objective over its epochs; None where there is none.
        best_epoch: The epoch with that value.
        epochs: Complete epochs in all.
        trained: Epochs trained for this trial.
        seconds: What they took.
        outcome: ``completed``, ``failed`` or ``stopped``.
        reason: Of a failure, as in an ``ended`` record.
        cause: What happened, in a sentence.
        remedy: What to do about it.
    """

    score: float | None
    best_epoch: int
    epochs: int
    trained: int
    seconds: float
    outcome: str
    reason: str = ""
    cause: str = ""
    remedy: str = ""


class Training:
    """One training of a trial.

    Args:
        folder: Its run; need not exist yet.
        search: What the search was asked for.
        epochs: To how many epochs in all it is to be trained.
        from_epoch: How many of them an earlier trial had trained.
        place: Makes its folder.

    Attributes:
        stage: Where it is.
        result: What came of it, once it is over.
        note: Why it did not go on exactly, where it was taken up and did not.
    """

    def __init__(
        self,
        folder: RunFolder,
        search: SearchSpec,
        epochs: int,
        from_epoch: int,
        place: Callable[[], RunFolder],
    ) -> None:
        self.folder = folder
        self.stage = Stage.WAITING
        self.result: Result | None = None
        self.note = ""
        self._search = search
        self._epochs = epochs
        self._from_epoch = from_epoch
        self._place = place
        self._losses = 0
        self._stopped_generation = 0
        self._over_since = 0.0
        self._view = RunView(folder)

    @property
    def view(self) -> RunView:
        """What is known of its run."""
        return self._view

    @property
    def trained(self) -> int:
        """Epochs trained so far for this trial."""
        return max(0, len(self._view.epochs) - self._from_epoch)

    def begin(self, start: Callable[[Start], None]) -> None:
        """Start it, or take it up where it was left; a training that goes on by itself is followed.

        Args:
            start: Starts the process of a prepared run.

        Raises:
            Problem: Its folder cannot be made.
        """
        self.stage = Stage.UNDERWAY
        self._over_since = 0.0
        if not self.folder.spec.is_file():
            # A coordinator that is killed while it makes a folder leaves a part of one.
            shutil.rmtree(self.folder.path, ignore_errors=True)
            self._place()
        self._view.refresh()
        if self._began() and not self._failed_at_once() and self._settle():
            return
        try:
            start(self._prepared())
        except Problem as problem:
            if is_held(self.folder.lock):
                return  # somebody else has just taken it up
            self._view.refresh()
            # What was asked for cannot be: the run says so, or a resume was refused.
            self._fail("settings", problem.what, problem.remedy)

    def look(self, start: Callable[[Start], None]) -> None:
        """Look how it is; take it up again where it was lost, and settle it where it is over.

        Args:
            start: Starts the process of a prepared run.
        """
        if self.stage is not Stage.UNDERWAY:
            return
        self._view.refresh()
        if self._view.verdict.live or self._keeps_its_device() or self._settle():
            return
        if self._view.verdict.state == "stopped":
            self._finish("stopped", self._view.verdict.why)
            return
        self._losses += 1
        if self._losses > MOST_LOSSES:
            self._fail("defect", self._view.verdict.why, self._view.verdict.remedy)
        else:
            self.begin(start)

    def send(self, make: Callable[[int], Command]) -> None:
        """Ask its worker for something, if there is one.

        Args:
            make: Makes the command for a generation.
        """
        if self._view.verdict.live and self._view.status is not None:
            send(self.folder.commands, make(self._view.status.generation))

    def stop(self) -> None:
        """Have its worker stop now; to be called until nobody is at it, since one may be coming."""
        status = self._view.status
        if status is not None and self._stopped_generation != status.generation:
            self.send(StopNow)
            self._stopped_generation = status.generation

    def is_live(self) -> bool:
        """Look whether somebody is at it."""
        self._view.refresh()
        return self._view.verdict.live

    def _keeps_its_device(self) -> bool:
        """Say whether a worker that has said its last word still unloads what it had on a GPU.

        The next training would have to wait for that device, in a process that imports everything.
        """
        started = self._view.started
        if started is None or not started.device.startswith("gpu"):
            return False
        self._over_since = self._over_since or time.monotonic()
        worker = Identity(started.host, started.boot_id, started.pid, started.start_ticks)
        patient = time.monotonic() - self._over_since < _UNLOADING_SECONDS
        return patient and worker.is_local() and bool(worker.is_alive())

    def _began(self) -> bool:
        """Say whether a worker has begun it, now or earlier."""
        return self._view.started is not None or is_held(self.folder.lock)

    def _failed_at_once(self) -> bool:
        """Say whether it failed before its first epoch: what it lacked may be there by now."""
        return self._view.verdict.state == "failed" and not self._view.epochs

    def _prepared(self) -> Start:
        most = self._search.epochs
        done = len(self._view.epochs)
        if self._view.started is None or self._failed_at_once():
            return prepare(self.folder, epochs=self._epochs if self._epochs < most else None)
        # What was set once lasts; only a promotion, or what a kill kept from being set, is new.
        wanted = self._epochs if done < self._epochs and self._is_rung() else None
        if differs := going_on.differences(self.folder):
            self.note = f"{self.folder.path.name} did not go on exactly: {'; '.join(differs)}."
        # Whoever takes up a search elsewhere has said that the other machine is out of the game.
        return prepare_again(self.folder, epochs=wanted, inexact=True, elsewhere=True)

    def _is_rung(self) -> bool:
        """Say whether trials of this search are ever trained to other numbers of epochs."""
        return self._search.method in HALVING

    def _settle(self) -> bool:
        """Find out what came of a training that nobody is at; say whether that is known.

        False also stands for one that somebody is at, and for one that has to be taken up.
        """
        view, verdict = self._view, self._view.verdict
        if verdict.live:
            if view.status is not None and view.status.phase == "paused":
                self.send(GoOn)  # paused by a search that is gone since
            return True
        if verdict.state == "failed" and view.ended is not None:
            self._fail(view.ended.reason, verdict.why, verdict.remedy)
            return True
        if verdict.state == "lost" and view.started is not None and _lacked_memory(view):
            self._fail("memory", verdict.why, verdict.remedy)
            return True
        if verdict.state == "done" and (len(view.epochs) >= self._epochs or self._ended_early()):
            self._complete()
            return True
        return False

    def _ended_early(self) -> bool:
        """Say whether early stopping has ended it before its last epoch."""
        return len(self._view.epochs) not in (self._from_epoch, self._epochs)

    def _complete(self) -> None:
        objective = self._search.objective
        if not self._values():
            known = sorted({name for each in self._view.epochs[-1:] for name in each.metrics})
            self._fail(
                "settings",
                f"The objective {objective!r} is none of its metrics: {', '.join(known)}.",
                nearest(objective, known),
            )
        else:
            self._finish("completed")

    def _fail(self, reason: str, cause: str, remedy: str = "") -> None:
        self._finish("failed", cause, reason, remedy)

    def _finish(self, outcome: str, cause: str = "", reason: str = "", remedy: str = "") -> None:
        sign = -1.0 if self._search.direction == "max" else 1.0
        value, epoch = min(
            ((sign * value, epoch) for epoch, value in self._values().items()),
            default=(math.nan, 0),
        )
        mine = self._view.epochs[self._from_epoch :]
        self.result = Result(
            score=None if math.isnan(value) else sign * value,
            best_epoch=epoch,
            epochs=len(self._view.epochs),
            trained=len(mine),
            seconds=sum(each.seconds for each in mine),
            outcome=outcome,
            reason=reason,
            cause=cause,
            remedy=remedy,
        )
        self.stage = Stage.OVER

    def _values(self) -> dict[int, float]:
        """Return the objective after each epoch, where it is a number."""
        found = {
            each.epoch: each.metrics.get(self._search.objective, math.nan)
            for each in self._view.epochs[: self._epochs]
        }
        return {epoch: value for epoch, value in found.items() if not math.isnan(value)}


def _lacked_memory(view: RunView) -> bool:
    """Say whether a worker that is gone was killed for want of memory, or died of it."""
    evidence = gather(view.folder)
    said = evidence.last_output
    return evidence.killed_for_memory or (said is not None and said.reason == "memory")

"""A search going on: trials asked for and trained, wishes heeded, until one of its ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from engine.dimensions import settings
from engine.errors import Problem
from engine.run.commands import (
    Command,
    CullTrial,
    FixValue,
    GoOn,
    Pause,
    Request,
    SetTrials,
    StopAfterEpoch,
    StopNow,
    words,
)
from engine.run.folder import RunFolder
from engine.run.records import JOURNAL_DECODER, Applied, Started
from engine.run.remedies import resume
from engine.run.search_records import SearchSpec, SearchValue, TrialAsked, TrialEnded
from engine.run.search_view import SearchView
from engine.run.tail import Tail
from engine.search.clearing import clear
from engine.search.consultation import Consultation
from engine.search.launcher import Launcher
from engine.search.ledger import Ledger, Standing
from engine.search.oracles import Answer
from engine.search.setting import Settings
from engine.search.training import Training
from engine.search.trial import OpenTrial
from engine.search.weighing import Weighing
from engine.search.wishes import Wishes

_LOOK_SECONDS = 0.1
_NEXT_WORD_SECONDS = 15.0  # an oracle may think for a while, and nothing else is heard then
_SNAPSHOTS_SECONDS = 120.0  # after a wish to stop now, for the trainings to write theirs


class Ending(NamedTuple):
    """How a search ended; see :class:`engine.run.records.Ended`."""

    outcome: str
    cause: str
    reason: str = ""
    remedy: str = ""


class Searching:
    """One coordinator's share of a search.

    Args:
        folder: The search.
        consultation: Its oracle and ledger.
        ledger: The ledger, for everything else that is told.
        wishes: What a person asks for.
        settings: Makes the trainings' folders.
        launcher: Starts them.
    """

    def __init__(
        self,
        folder: RunFolder,
        consultation: Consultation,
        ledger: Ledger,
        wishes: Wishes,
        settings: Settings,
        launcher: Launcher,
    ) -> None:
        self._folder = folder
        self._consultation = consultation
        self._ledger = ledger
        self._wishes = wishes
        self._settings = settings
        self._launcher = launcher
        self._view = SearchView(folder)
        self._weighing = Weighing(folder, consultation.search)
        self._open: dict[int, OpenTrial] = {}
        self._is_paused = False
        self._last: str = ""  # why no trial is begun any more
        self._ending: Ending | None = None
        self._after_trials: list[Request] = []
        self._failures_from = 0  # failures in a row that a person knows of
        self._earlier_seconds = 0.0
        self._begun = time.monotonic()

    @property
    def _search(self) -> SearchSpec:
        return self._consultation.search

    def run(self) -> Ending:
        """Search; return how it ended."""
        self._take_up()
        self._ledger.phase("searching", next_word=_NEXT_WORD_SECONDS)
        while self._ending is None:
            self._heed()
            self._launcher.attend()
            self._follow()
            if not self._is_paused and self._ending is None:
                self._ask()
                self._begin()
                if not self._open and self._ending is None:
                    self._ending = self._over()
            self._stand()
            if self._ending is None:
                time.sleep(_LOOK_SECONDS)
        return self._end(self._ending)

    def _take_up(self) -> None:
        """Come to where the earlier coordinator was."""
        records = Tail(self._folder.journal, JOURNAL_DECODER).read().records
        begun = last = 0.0
        for record in records:
            if isinstance(record, Started):
                self._earlier_seconds += last - begun
                begun = record.at
            last = record.at
        culled = self._consultation.take_up(records)
        self._failures_from = self._consultation.failed_last
        for number, asked in self._consultation.asked.items():
            if number not in self._consultation.ended:
                self._open_trial(asked, is_culled=number in culled)
        self._view.refresh()

    # Trials.

    def _ask(self) -> None:
        """Ask for trials as long as somebody could train one."""
        while not self._last and self._has_room():
            self._last = self._spent()
            if self._last:
                return
            said = self._consultation.ask()
            if isinstance(said, Answer):
                # One that waits for nothing will wait for ever.
                if said is Answer.OVER or not self._open:
                    self._last = self._complete()
                return
            self._open_trial(said)

    def _has_room(self) -> bool:
        """Say whether fewer trainings go on or wait than may go on at once."""
        count = sum(len(each.waiting) + len(each.underway) for each in self._open.values())
        return count < self._search.parallel

    def _open_trial(self, asked: TrialAsked, *, is_culled: bool = False) -> None:
        if (earlier := self._consultation.repeats(asked)) is not None:
            self._tell(_repeated(asked, earlier))
            return
        trial = OpenTrial(asked, self._trainings(asked))
        trial.is_culled = is_culled
        self._open[asked.trial] = trial

    def _trainings(self, asked: TrialAsked) -> list[Training]:
        def placing(name: str, fold: int) -> Callable[[], RunFolder]:
            return lambda: self._settings.place(name, asked.values, fold)

        return [
            Training(
                RunFolder(self._folder.trials / name),
                self._search,
                asked.epochs,
                asked.from_epoch,
                placing(name, fold if self._search.folds else 0),
            )
            for fold, name in enumerate(asked.runs, start=1)
        ]

    def _begin(self) -> None:
        """Begin trainings that wait, as many as may go on at once."""
        if not self._launcher.is_ready:
            return
        underway = sum(len(each.underway) for each in self._open.values())
        for trial in self._open.values():
            for training in trial.waiting:
                if underway >= self._search.parallel:
                    return
                training.begin(self._launcher.start)
                if training.note:
                    self._ledger.notice(training.note, "warning")
                underway += 1

    def _follow(self) -> None:
        """Look at the trainings under way; end the trials that are over."""
        for number, trial in list(self._open.items()):
            for training in trial.underway:
                training.look(self._launcher.start)
            failure = trial.failure
            if failure is not None and self._is_fatal(failure.reason):
                self._ending = Ending("failed", failure.cause, failure.reason, failure.remedy)
                return
            if failure is not None or trial.is_culled:
                for training in trial.underway:
                    training.stop()
            if trial.is_over:
                del self._open[number]
                self._tell(trial.ended())

    def _is_fatal(self, reason: str) -> bool:
        """Say whether what one trial failed of would befall all others as well."""
        completed = any(each.score is not None for each in self._consultation.ended.values())
        return reason == "data" or (reason == "settings" and not completed)

    def _tell(self, record: TrialEnded) -> None:
        """Tell what became of a trial, and see what follows from it."""
        self._consultation.tell(record)
        self._view.refresh()
        self._weighing.weigh(self._view)
        clear(self._view, final=False)
        count = self._consultation.failed_last - self._failures_from
        more_comes = bool(self._open) or not self._consultation.is_complete
        if count >= self._search.failures > 0 and more_comes:
            self._failures_from = self._consultation.failed_last
            self._ledger.notice(
                f"{count} trials in a row have failed, so the search pauses. The last one, trial "
                f"{record.trial}: {record.cause}",
                "warning",
            )
            self._pause()
        elif record.outcome != "failed":
            self._failures_from = 0

    # Ends.

    def _spent(self) -> str:
        """Say which budget is spent; empty where none is."""
        search = self._search
        if not self._consultation.is_limited:
            return ""
        epochs = sum(each.trained for each in self._consultation.ended.values())
        epochs += sum(each.epochs for each in self._open.values())
        if search.budget_epochs and epochs >= search.budget_epochs:
            return f"The budget of {search.budget_epochs} epochs is spent."
        seconds = self._earlier_seconds + time.monotonic() - self._begun
        if search.budget_minutes and seconds >= 60 * search.budget_minutes:
            return f"The budget of {search.budget_minutes:g} minutes is spent."
        return ""

    def _complete(self) -> str:
        """Say why the oracle proposes no trial any more."""
        asked, plan = self._consultation.asked, self._consultation.plan
        tried = sum(each.parent is None for each in asked.values())
        there_are = settings(self._search.space)
        if tried >= plan.settings:
            return f"Plan complete: {_trials(len(asked))}."
        if there_are is not None and tried >= there_are:
            return (
                f"Space exhausted after {_trials(len(asked))}: all {there_are} settings were tried."
            )
        return f"No setting is left to try after {_trials(len(asked))} of {plan.trials}."

    def _over(self) -> Ending | None:
        """Return how the search ended, where no trial is under way and none will come."""
        if not self._last:
            return None
        if self._after_trials:
            return Ending("stopped", self._last, remedy=f"{resume(self._folder.name)} goes on.")
        return Ending("done", self._last)

    def _end(self, ending: Ending) -> Ending:
        """See to it that nobody is at a training any more, and tidy up."""
        underway = [each for trial in self._open.values() for each in trial.underway]
        deadline = time.monotonic() + _SNAPSHOTS_SECONDS
        while time.monotonic() < deadline:
            live = [each for each in underway if each.is_live()]
            if not live:
                break
            for training in live:
                training.stop()
            self._stand()
            time.sleep(_LOOK_SECONDS)
        self._weighing.finish(self._view)
        if ending.outcome == "done":
            clear(self._view, final=True)
        for request in self._after_trials:
            self._applied(request)
        for request in self._wishes.take():
            self._refuse(request, "The search is over.")
        self._stand(last=True)
        return ending

    # Wishes.

    def _heed(self) -> None:
        """Carry out what a person asks for."""
        if self._wishes.is_ended:
            self._stop()
        for request in self._wishes.take():
            self._carry_out(request)

    def _carry_out(self, request: Request) -> None:
        match request.command:
            case StopNow():
                self._applied(request)
                self._stop()
            case StopAfterEpoch():
                self._after_trials.append(request)
                self._last = "Stopped on request after the trials under way."
                self._go_on()
            case Pause() if self._is_paused:
                self._refuse(request, "It is paused already.")
            case Pause():
                self._applied(request)
                self._pause()
            case GoOn() if not self._is_paused:
                self._refuse(request, "It is not paused.")
            case GoOn():
                self._applied(request)
                self._go_on()
            case SetTrials(trials=trials):
                self._set(request, trials=trials)
            case FixValue(name=name, value=value):
                self._set(request, fixed={name: value})
            case CullTrial(trial=number) if number not in self._open:
                self._refuse(request, f"Trial {number} is not under way.")
            case CullTrial(trial=number):
                self._set(request, culled=number)
                self._open[number].is_culled = True
            case _:
                self._refuse(request, "A search has no such thing; ask it of one of its trials.")

    def _set(
        self,
        request: Request,
        *,
        trials: int | None = None,
        fixed: dict[str, SearchValue] | None = None,
        culled: int | None = None,
    ) -> None:
        effect = self._effect(request, trials=trials, fixed=fixed or {}, culled=culled)
        try:
            self._consultation.apply(effect)
        except Problem as problem:
            self._refuse(request, problem.what)
            return
        if trials is not None and not self._after_trials:
            self._last = ""

    def _stop(self) -> None:
        self._ending = self._ending or Ending(
            "stopped", "Stopped on request.", remedy=f"{resume(self._folder.name)} goes on."
        )

    def _pause(self) -> None:
        self._is_paused = True
        self._send_all(Pause)
        self._ledger.pause()

    def _go_on(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self._begun += self._ledger.go_on()
            self._send_all(GoOn)

    def _send_all(self, make: Callable[[int], Command]) -> None:
        for trial in self._open.values():
            for training in trial.underway:
                training.send(make)

    def _effect(
        self,
        request: Request,
        *,
        trials: int | None = None,
        fixed: dict[str, SearchValue] | None = None,
        culled: int | None = None,
    ) -> Applied:
        return Applied(
            at=time.time(),
            command=request.id,
            action=words(request.command),
            epoch=self._trained(),
            step=len(self._consultation.ended),
            trials=trials,
            fixed=fixed or {},
            culled=culled,
        )

    def _applied(self, request: Request) -> None:
        self._ledger.applied(self._effect(request))

    def _refuse(self, request: Request, why: str) -> None:
        self._ledger.refused(request.id, words(request.command), why)

    # How far it is.

    def _trained(self) -> int:
        ended = sum(each.trained for each in self._consultation.ended.values())
        return ended + sum(each.trained for each in self._open.values())

    def _stand(self, *, last: bool = False) -> None:
        """Say how far the search is."""
        best = self._view.best()
        planned, trained = self._consultation.plan.epochs, self._trained()
        per_epoch = self._epoch_seconds()
        left = None
        if per_epoch is not None and not last:
            left = max(0, planned - trained) * per_epoch / self._search.parallel
        self._ledger.stand(
            Standing(
                trials=len(self._consultation.ended),
                planned_trials=max(self._consultation.plan.trials, len(self._consultation.asked)),
                epochs=trained,
                planned_epochs=max(planned, trained),
                epoch_seconds=per_epoch,
                left_seconds=left,
                best=(best.score, best.number) if best and best.score is not None else None,
                underway=tuple(self._open),
            ),
            self._search.objective,
        )

    def _epoch_seconds(self) -> float | None:
        """Return what an epoch took on the average; None before there was one."""
        ended = self._consultation.ended.values()
        epochs = sum(each.trained for each in ended)
        if epochs:
            return sum(each.seconds for each in ended) / epochs
        live = [
            each.seconds
            for trial in self._open.values()
            for training in trial.trainings
            for each in training.view.epochs
        ]
        return sum(live) / len(live) if live else None


def _trials(count: int) -> str:
    return f"{count} trial{'' if count == 1 else 's'}"


def _repeated(asked: TrialAsked, earlier: TrialEnded) -> TrialEnded:
    return TrialEnded(
        at=time.time(),
        trial=asked.trial,
        outcome="repeated",
        score=earlier.score,
        scores=earlier.scores,
        spread=earlier.spread,
        best_epoch=earlier.best_epoch,
        epochs=earlier.epochs,
        cause=f"The same setting as that of trial {earlier.trial}.",
    )

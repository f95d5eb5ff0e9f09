"""A search going on: trials asked for and trained, wishes heeded, until one of its ends."""

from __future__ import annotations

import time

from engine.dimensions import settings
from engine.run.folder import RunFolder
from engine.run.recorder import STATUS_INTERVAL
from engine.run.records import JOURNAL_DECODER, Started
from engine.run.search_records import SearchSpec, TrialAsked, TrialEnded
from engine.run.search_view import SearchView
from engine.run.tail import Tail
from engine.search.clearing import clear
from engine.search.consultation import Consultation
from engine.search.controls import Controls, Ending
from engine.search.launcher import Launcher
from engine.search.ledger import Ledger, Standing
from engine.search.open_trials import OpenTrials
from engine.search.oracle import Answer
from engine.search.setting import Settings
from engine.search.weighing import Weighing
from engine.search.wishes import Wishes

_LOOK_SECONDS = 0.1
_NEXT_WORD_SECONDS = 15.0  # an oracle may think for a while, and nothing else is heard then
_SNAPSHOTS_SECONDS = 120.0  # after a wish to stop now, for the trainings to write theirs


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
        self._launcher = launcher
        self._view = SearchView(folder)
        self._weighing = Weighing(folder, consultation.search)
        self._open = OpenTrials(
            folder, settings, launcher, lambda note: ledger.notice(note, "warning")
        )
        self._controls = Controls(folder.name, consultation, ledger, wishes, self._open)
        self._failures_from = 0  # failures in a row that a person knows of
        self._earlier_seconds = 0.0
        self._stood_at = -STATUS_INTERVAL
        self._begun = time.monotonic()

    @property
    def _search(self) -> SearchSpec:
        return self._consultation.search

    def run(self) -> Ending:
        """Search; return how it ended."""
        self._take_up()
        self._ledger.phase("searching", next_word=_NEXT_WORD_SECONDS)
        controls = self._controls
        while controls.ending is None:
            controls.heed()
            self._launcher.attend()
            self._follow()
            if not controls.is_paused and controls.ending is None:
                self._ask()
                self._open.begin(self._search.parallel)
                controls.end_if_over()
            self._stand()
            if controls.ending is None:
                time.sleep(_LOOK_SECONDS)
        self._end(controls.ending)
        return controls.ending

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
        while not self._controls.last and self._open.unfinished < self._search.parallel:
            self._controls.last = self._spent()
            if self._controls.last:
                return
            said = self._consultation.ask()
            if isinstance(said, Answer):
                # One that waits for nothing will wait for ever.
                if said is Answer.OVER or not self._open:
                    self._controls.last = self._complete()
                return
            self._open_trial(said)

    def _open_trial(self, asked: TrialAsked, *, is_culled: bool = False) -> None:
        if (earlier := self._consultation.repeats(asked)) is not None:
            self._tell(_repeated(asked, earlier))
            return
        self._open.add(asked, self._search, is_culled=is_culled)

    def _follow(self) -> None:
        """Look at the trials under way; tell of those that are over."""
        for trial in self._open.follow():
            failure = trial.failure
            if failure is not None and self._is_fatal(failure.reason):
                self._controls.ending = Ending(
                    "failed", failure.cause, failure.reason, failure.remedy
                )
                return
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
            self._controls.pause()
        elif record.outcome != "failed":
            self._failures_from = 0

    # Ends.

    def _spent(self) -> str:
        """Say which budget is spent; empty where none is."""
        search = self._search
        if not self._consultation.is_limited:
            return ""
        epochs = self._consultation.trained + self._open.epochs
        if search.budget_epochs and epochs >= search.budget_epochs:
            return f"The budget of {search.budget_epochs} epochs is spent."
        seconds = self._earlier_seconds + time.monotonic() - self._begun
        seconds -= self._controls.stood_still
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

    def _end(self, ending: Ending) -> None:
        """See to it that nobody is at a training any more, and tidy up."""
        underway = self._open.underway
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
        self._controls.finish()
        self._stand(last=True)

    # How far it is.

    def _stand(self, *, last: bool = False) -> None:
        """Say how far the search is, as often as the status is written."""
        now = time.monotonic()
        if now - self._stood_at < STATUS_INTERVAL and not last:
            return
        self._stood_at = now
        best = self._view.best()
        planned = self._consultation.plan.epochs
        trained = self._consultation.trained + self._open.trained
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
                underway=self._open.numbers,
            ),
            self._search.objective,
        )

    def _epoch_seconds(self) -> float | None:
        """Return what an epoch took on the average; None before there was one."""
        ended = self._consultation.ended.values()
        epochs = sum(each.trained for each in ended)
        if epochs:
            return sum(each.seconds for each in ended) / epochs
        return self._open.epoch_seconds()


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

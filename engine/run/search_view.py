"""A search as a console sees it: its ledger read again and again, each time only what is new."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from engine import hyperband
from engine.errors import Problem
from engine.run.evidence import read_status
from engine.run.folder import RunFolder
from engine.run.records import JournalRecord, Status
from engine.run.search_records import OracleSaid, SearchSpec, TrialAsked, TrialEnded
from engine.run.view import RunView


@dataclass
class Trial:
    """One trial of a search.

    Attributes:
        asked: What the oracle proposed.
        ended: What became of it; None while it is under way.
        child: The number of the trial that goes on from it, where it was promoted.
        is_out: Whether it is decided that it will not be promoted.
        asked_by_then: How many trials had been begun when it ended.
    """

    asked: TrialAsked
    ended: TrialEnded | None = None
    child: int | None = None
    is_out: bool = False
    asked_by_then: int = 0

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return self.asked.trial

    @property
    def score(self) -> float | None:
        """Its score; None before there is one."""
        return self.ended.score if self.ended is not None else None

    @property
    def state(self) -> str:
        """What has become of it, in a word.

        ``open``, ``promoted``, ``out`` (not promoted), ``completed``, ``failed``, ``culled`` (by a
        person) or ``repeated``.
        """
        if self.ended is None:
            return "open"
        if self.ended.outcome != "completed":
            return self.ended.outcome
        if self.child is not None:
            return "promoted"
        return "out" if self.is_out else "completed"


@dataclass(frozen=True)
class Underway:
    """What the trainings of an open trial are doing.

    Attributes:
        phase: As in :class:`~engine.run.records.Status`, of the training that is furthest behind
            among those that have begun; ``waiting`` where none has.
        epoch: Complete epochs, the mean over folds, the part of the one under way counted.
        value: The objective at present, the mean over the folds that have one.
    """

    phase: str
    epoch: float
    value: float | None


class SearchView(RunView):
    """Everything a screen shows of one search.

    Attributes:
        trials: Every trial by its number, in the order of numbers.
    """

    def __init__(self, folder: RunFolder) -> None:
        super().__init__(folder)
        self.trials: dict[int, Trial] = {}
        self._is_over = False  # whether the oracle has no trial any more

    @property
    def search(self) -> SearchSpec | None:
        """What was asked for; None where ``run.json`` is damaged or of no search."""
        return self.spec.search if self.spec is not None else None

    def apply(self, records: list[JournalRecord], anew: bool = False) -> bool:
        """See :meth:`RunView.apply`."""
        if anew:
            self.trials, self._is_over = {}, False
        news = False
        for record in records:
            if isinstance(record, TrialAsked):
                self.trials[record.trial] = Trial(record)
                parent = self.trials.get(record.parent or 0)
                if parent is not None:
                    parent.child = record.trial
                news = True
            elif isinstance(record, TrialEnded) and record.trial in self.trials:
                self.trials[record.trial].ended = record
                self.trials[record.trial].asked_by_then = len(self.trials)
                news = True
            elif isinstance(record, OracleSaid):
                self._is_over = record.answer == "over"
                news = True
        if news:
            self._decide()
        return super().apply(records, anew)

    @property
    def begun(self) -> int:
        """How many trials were begun, as their number is set: of halving, the settings alone."""
        halves = self.search is not None and self.search.method == "halving"
        return sum(not halves or each.asked.parent is None for each in self.trials.values())

    def runs(self, trial: Trial) -> list[RunFolder]:
        """Return the folders of a trial's trainings, one for each fold; they may not exist yet."""
        # A name that leads elsewhere is cut down to its last part.
        return [RunFolder(self.folder.trials / Path(name).name) for name in trial.asked.runs]

    def best(self) -> Trial | None:
        """Return the trial with the best score; of equal ones the earlier."""
        return min(self.scored(), key=self.rank, default=None)

    def scored(self) -> list[Trial]:
        """Return the trials whose score is a number, in the order in which they were begun."""
        return [
            each
            for each in self.trials.values()
            if each.score is not None and math.isfinite(each.score)
        ]

    def rank(self, trial: Trial) -> float:
        """Return a trial's score so that less is better; beyond all others where there is none."""
        score = trial.score
        if score is None or math.isnan(score):
            return math.inf
        return -score if self.search is not None and self.search.direction == "max" else score

    def best_so_far(self) -> list[tuple[int, float]]:
        """Return how the best score came about: epochs trained by the whole search, and the score.

        One point for each trial that ended, in the order in which they did.
        """
        points: list[tuple[int, float]] = []
        trained, best = 0, math.inf
        sign = -1.0 if self.search is not None and self.search.direction == "max" else 1.0
        ended = [each for each in self.trials.values() if each.ended is not None]
        for trial in sorted(ended, key=lambda each: each.ended.at if each.ended else 0.0):
            trained += trial.ended.trained if trial.ended else 0
            best = min(best, self.rank(trial))
            if math.isfinite(best):
                points.append((trained, sign * best))
        return points

    def underway(self, trial: Trial) -> Underway:
        """Look what the trainings of an open trial are doing; reads their status files."""
        statuses = [read_status(each) for each in self.runs(trial)]
        objective = self.search.objective if self.search is not None else ""
        return _underway([each for each in statuses if each is not None], len(statuses), objective)

    def rungs(self) -> dict[tuple[int, int, int], list[Trial]]:
        """Return the trials of each rung by iteration, bracket and rung."""
        found: dict[tuple[int, int, int], list[Trial]] = {}
        for each in self.trials.values():
            if each.asked.bracket is not None and each.asked.rung is not None:
                key = (each.asked.iteration, each.asked.bracket, each.asked.rung)
                found.setdefault(key, []).append(each)
        return found

    def _decide(self) -> None:
        """Find out which trials will not be promoted."""
        if self.search is None or self.search.method not in ("hyperband", "halving"):
            return
        rungs = self.rungs()
        # Halving promotes at once: who is followed by a new setting was not promoted.
        latest = max((n for n, each in self.trials.items() if each.asked.parent is None), default=0)
        for (iteration, bracket, rung), trials in rungs.items():
            above = rungs.get((iteration, bracket, rung + 1), [])
            for each in trials:
                if self.search.method == "halving":
                    decided = latest > each.asked_by_then
                else:
                    decided = len(above) >= self._promotions(bracket, rung)
                is_last = each.asked.epochs >= self.search.epochs
                each.is_out = (
                    each.ended is not None
                    and each.child is None
                    and not is_last
                    and (decided or self._is_over)
                )

    def _promotions(self, bracket: int, rung: int) -> int:
        """Return how many trials a rung of Hyperband promotes."""
        assert self.search is not None  # asked of a Hyperband only
        if rung >= bracket:
            return 0
        return hyperband.size(self.search.epochs, self.search.factor, bracket, rung + 1)


def _underway(statuses: Iterable[Status], folds: int, objective: str) -> Underway:
    begun = list(statuses)
    epochs = [each.epoch + (each.step / each.steps if each.steps else 0.0) for each in begun]
    values = [each.metrics[objective] for each in begun if objective in each.metrics]
    live = [each for each in begun if each.phase != "ended"]
    return Underway(
        phase=live[0].phase if live else ("waiting" if not begun else begun[-1].phase),
        epoch=sum(epochs) / folds if folds else 0.0,
        value=fmean(values) if values else None,
    )


def view_of(folder: RunFolder) -> RunView:
    """Return what reads a run as what it is: as a search, or as a training."""
    try:
        is_search = folder.read_spec().search is not None
    except Problem:
        is_search = False
    return SearchView(folder) if is_search else RunView(folder)


def trainings(folder: RunFolder) -> list[RunFolder]:
    """Return the trainings that a run stands for: itself, or a search's in the order of trials."""
    view = view_of(folder)
    if not isinstance(view, SearchView):
        return [folder]
    view.refresh()
    found = {run.path: run for trial in view.trials.values() for run in view.runs(trial)}
    return [run for run in found.values() if run.path.is_dir()]

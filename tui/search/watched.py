"""A search as it is followed: read in a thread, and handed out whole.

What panels draw is one :class:`Seen` at a time, which nothing changes any more, so that they may
draw while the next look is under way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.errors import Problem
from engine.run.importance import Importance, read_importance
from engine.run.records import Applied, RunSpec, Status
from engine.run.search_records import SearchSpec, SearchValue
from engine.run.search_view import SearchView, Trial, Underway
from engine.run.state import Verdict
from tui.charts.compared_run import ComparedRun
from tui.charts.style import PALETTE
from tui.search.rungs import RungRow, rungs_of
from tui.search.trial_rows import TrialRow, rows_of

if TYPE_CHECKING:
    from engine.insight.search_plan import Plan
    from engine.run.folder import RunFolder

_MOST_CURVES = 40
"""Trainings whose curves are followed: those under way, the best, and the latest."""

_UNKNOWN = Verdict("starting", True, "")

_ROLES = [name for name in PALETTE if name.startswith("other-")]


@dataclass(frozen=True)
class Seen:
    """What one look at a search brought.

    Attributes:
        spec: What ``run.json`` says.
        verdict: What the search is doing.
        status: What its coordinator last said.
        rows: Its trials: those under way, then the others, the best first.
        rungs: Its rungs; none where its method has none.
        plan: What was planned; None where that cannot be said.
        points: How the best score came about: epochs trained by the whole search, and the score.
        scores: Epochs trained by the whole search when each trial ended, and its score.
        importance: What mattered, as far as that can be said.
        fixed: What is varied no more, and the value it has.
        begun: How many trials were begun, as their number is set.
    """

    spec: RunSpec | None = None
    verdict: Verdict = _UNKNOWN
    status: Status | None = None
    rows: tuple[TrialRow, ...] = ()
    rungs: tuple[RungRow, ...] = ()
    plan: Plan | None = None
    points: tuple[tuple[int, float], ...] = ()
    scores: tuple[tuple[int, float], ...] = ()
    importance: Importance | None = None
    fixed: tuple[tuple[str, SearchValue], ...] = ()
    begun: int = 0

    @property
    def search(self) -> SearchSpec | None:
        """What was asked for; None where ``run.json`` is damaged."""
        return self.spec.search if self.spec is not None else None

    @property
    def best(self) -> TrialRow | None:
        """The trial with the best score."""
        return next((each for each in self.rows if each.is_best), None)

    @property
    def open(self) -> list[TrialRow]:
        """The trials under way."""
        return [each for each in self.rows if each.is_open]

    @property
    def ended(self) -> int:
        """How many trials are over."""
        return sum(not each.is_open for each in self.rows)

    @property
    def planned(self) -> int:
        """How many trials there will be; 0 where nobody can tell."""
        told = self.status.steps if self.status is not None else 0
        return told or (self.plan.trials if self.plan is not None else 0)

    @property
    def epochs(self) -> tuple[int, int]:
        """Epochs that were trained in all, and those planned."""
        done, whole = (self.status.epoch, self.status.epochs) if self.status else (0, 0)
        return done, whole or (self.plan.epochs if self.plan is not None else 0)


class WatchedSearch:
    """Follows a search.

    Args:
        folder: Its folder.

    Attributes:
        view: What is read of it; only :meth:`look` refreshes it.
        seen: What the last look brought.
        curves: The trainings whose curves are followed, by folder.
        number_of: The trial of each of these, by folder.
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.view = SearchView(folder)
        self.seen = Seen()
        self.curves: dict[Path, ComparedRun] = {}
        self.number_of: dict[Path, int] = {}
        self._plan: Plan | None = None
        self._planned_trials: int | None = -1
        self._importance: Importance | None = None
        self._importance_stamp = 0
        self._underway: dict[int, Underway] = {}
        self._read: set[Path] = set()

    def look(self) -> bool:
        """Read what is new; say whether anything is. Runs in a thread, by one at a time."""
        view = self.view
        changed = view.refresh()
        changed |= self._look_for_importance()
        changed |= self._look_for_plan()
        open_ones = [each for each in view.trials.values() if each.ended is None]
        underway = {each.number: view.underway(each) for each in open_ones}
        changed |= underway != self._underway
        self._underway = underway
        changed |= self._look_at_curves(open_ones)
        if changed:
            self.seen = self._seen(open_ones)
        return changed

    def _seen(self, open_ones: Sequence[Trial]) -> Seen:
        view = self.view
        rows = rows_of(view, self._underway, {each.number: self._curve(each) for each in open_ones})
        return Seen(
            spec=view.spec,
            verdict=view.verdict,
            status=view.status,
            rows=rows,
            rungs=rungs_of(rows, self._plan),
            plan=self._plan,
            points=tuple(view.best_so_far()),
            scores=_scores(view),
            importance=self._importance,
            fixed=_fixed(view.applied.values()),
            begun=view.begun,
        )

    def _curve(self, trial: Trial) -> Sequence[float]:
        """Return the objective after each epoch of an open trial's first training."""
        run = self.curves.get(self.view.runs(trial)[0].path)
        search = self.view.search
        if run is None or search is None:
            return ()
        metric, parts = split(search.objective)
        found = run.series(metric, "epoch", parts, "")
        return found[0].y.tolist() if found else ()

    def _look_at_curves(self, open_ones: Sequence[Trial]) -> bool:
        """Follow the trainings under way, and read once those that are over."""
        best = self.view.best()
        wanted: dict[Path, int] = {}
        latest = sorted(self.view.trials.values(), key=lambda each: -each.number)
        for trial in (*open_ones, *([best] if best is not None else []), *latest):
            for folder in self.view.runs(trial):
                if len(wanted) < _MOST_CURVES:
                    wanted.setdefault(folder.path, trial.number)
        live = {folder.path for each in open_ones for folder in self.view.runs(each)}
        changed = False
        curves: dict[Path, ComparedRun] = {}
        for path, number in wanted.items():
            run = self.curves.get(path)
            if run is None:
                run = ComparedRun(type(self.folder)(path), _ROLES[number % len(_ROLES)])
            if path in live or path not in self._read:
                changed |= run.look()
                self._read.add(path)
            if path in live:
                self._read.discard(path)  # once more when it is over
            curves[path] = run
        self.curves, self.number_of = curves, wanted
        return changed

    def _look_for_plan(self) -> bool:
        """Plan, and plan anew when a person has set another number of trials."""
        search = self.view.search
        told = [each.trials for each in self.view.applied.values() if each.trials is not None]
        trials = told[-1] if told else None
        if search is None or trials == self._planned_trials:
            return False
        self._planned_trials = trials
        self._plan = _plan(search, trials)
        return True

    def _look_for_importance(self) -> bool:
        try:
            stamp = self.folder.importance.stat().st_mtime_ns
        except OSError:
            stamp = 0
        if stamp == self._importance_stamp:
            return False
        self._importance_stamp = stamp
        self._importance = read_importance(self.folder)
        return True


def split(objective: str) -> tuple[str, str]:
    """Return a metric without ``val_``, and of which part it is: ``val`` or ``train``."""
    metric = objective.removeprefix("val_")
    return metric, "train" if metric == objective else "val"


def _plan(search: SearchSpec, trials: int | None) -> Plan | None:
    """Return what a search plans; None where that cannot be said of what ``run.json`` says.

    Args:
        search: What was asked for.
        trials: The number of trials that a person has set since.
    """
    from engine.insight.search_plan import plan

    try:
        if trials is not None and search.method == "hyperband":
            once = plan(msgspec.structs.replace(search, iterations=1)).trials
            search = msgspec.structs.replace(search, iterations=-(-trials // once))
        elif trials is not None:
            search = msgspec.structs.replace(search, trials=trials)
        return plan(search)
    except (Problem, ValueError, ArithmeticError, LookupError):  # a damaged file says anything
        return None


def _scores(view: SearchView) -> tuple[tuple[int, float], ...]:
    """Return when, in epochs trained by the whole search, each trial ended, and its score."""
    ended = [each.ended for each in view.trials.values() if each.ended is not None]
    trained = 0
    found = []
    for each in sorted(ended, key=lambda one: one.at):
        trained += each.trained
        if each.score is not None:
            found.append((trained, each.score))
    return tuple(found)


def _fixed(applied: Iterable[Applied]) -> tuple[tuple[str, SearchValue], ...]:
    found: dict[str, SearchValue] = {}
    for each in applied:
        found.update(each.fixed)
    return tuple(found.items())

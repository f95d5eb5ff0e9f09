"""Searches that are killed: the coordinator, a trial, or both, at random moments.

However often that happens, a search that is resumed ends with the table of an untouched one: the
same trials in the same rungs with the same settings, scores and curves, and the same weights kept.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.catalog import Catalog
from engine.errors import Problem
from engine.process.launch import launch, resume
from engine.process.order import Order
from engine.process.searching import SearchOrder
from engine.run.folder import RunFolder, list_folders
from engine.run.search_records import SearchValue
from engine.run.search_view import SearchView, Trial
from engine.run.view import RunView
from tests.marked import Marked

VICTIMS = ("coordinator", "trial", "both")
"""Who is killed, in turn."""

_LOOK_SECONDS = 0.05
_LONGEST_PAUSE = 4.0
"""Seconds at most until somebody resumes; meanwhile a trial that was not killed goes on alone."""

# What makes it hard to go on exactly: chance in every step, and epochs of half a second.
_HARD = {"batch_size": 1, "units": (64,)}
_SPACE = {"dropout": "0.1..0.5", "optimizer": "adam,rmsprop,sgd", "learning_rate": "1e-4..1e-2"}

KINDS: Mapping[str, Mapping[str, Any]] = {
    # 14 trials in three brackets, six of them promoted.
    "hyperband": {"method": "hyperband", "epochs": 4, "factor": 2},
    # Its draws depend on all scores and on each earlier draw; two trainings a trial.
    "bayesian": {"method": "bayesian", "epochs": 2, "trials": 8, "folds": 2},
}
"""The searches that are killed: what differs from a usual order."""


@dataclass(frozen=True)
class Line:
    """A trial as it stands in the final table, less what depends on the clock.

    Attributes:
        place: The trial it goes on from, its iteration, bracket and rung.
        values: Its setting.
        outcome: What became of it.
        scores: The mean over folds, that of each fold, the spread.
        epochs: The best epoch, those in all, and those trained for this trial.
        curves: Each epoch's metrics, of each of its trainings.
        weights: Which of its trainings keep some.
    """

    place: tuple[Any, ...]
    values: dict[str, SearchValue]
    outcome: str
    scores: tuple[Any, ...]
    epochs: tuple[int, int, int]
    curves: list[list[dict[str, float]]]
    weights: list[str]

    @classmethod
    def of(cls, view: SearchView, trial: Trial) -> Line:
        """Read it off a search that has ended."""
        asked, ended = trial.asked, trial.ended
        assert ended is not None, f"trial {trial.number} has not ended"
        return cls(
            (asked.parent, asked.iteration, asked.bracket, asked.rung, asked.from_epoch),
            asked.values,
            ended.outcome,
            (ended.score, ended.scores, ended.spread),
            (ended.best_epoch, ended.epochs, ended.trained),
            [_curve(folder) for folder in view.runs(trial)],
            [f.path.name for f in view.runs(trial) if f.best.exists() or f.model.exists()],
        )


class Search:
    """One kind of search, made again and again.

    Args:
        runs: Where the searches go.
        backend: Keras' backend.
        **search: Fields of the order.
    """

    def __init__(self, runs: Path, backend: str, **search: Any) -> None:
        self._runs = runs
        self._order = SearchOrder(
            order=Order(
                entry=Catalog.load().find("mnist"),
                data="sample",
                backend=backend,
                device="cpu",
                threads=1,
                snapshots="epoch",
                changes=_HARD,
            ),
            space=_SPACE,
            **search,
        )

    def untouched(self) -> tuple[list[Line], float]:
        """Search without a kill; return the table, and the seconds it took."""
        folder, begun = self._order.place(self._runs), time.monotonic()
        _finish(folder, launch(folder))
        return table(folder), time.monotonic() - begun

    def killed(self, victim: str, moment: float, pause: float) -> tuple[list[Line], str]:
        """Search with a kill, then to the end; return the table, and in words what was killed.

        Args:
            victim: One of :data:`VICTIMS`.
            moment: Seconds after the launch; a trial is killed then or when next there is one.
            pause: Seconds until somebody resumes.
        """
        folder = self._order.place(self._runs)
        with Marked() as marked:
            try:
                process = launch(folder)
                words = _kill(folder, process, marked, victim, moment)
                if victim != "trial" and process.wait() != 0:
                    time.sleep(pause)
                    process = resume(folder)
                _finish(folder, process)
            finally:
                marked.kill()
        return table(folder), words


def torture(runs: Path, backend: str, kind: str, kills: int, chance: random.Random) -> int:
    """Kill searches of a kind; print a line for each, and return how many did not end alike."""
    search = Search(runs, backend, **KINDS[kind])
    untouched, seconds = search.untouched()
    print(f"search, {kind}: {len(untouched)} trials, {seconds:.1f} s", flush=True)
    bad = 0
    for number in range(kills):
        victim, moment = VICTIMS[number % len(VICTIMS)], chance.uniform(0, seconds)
        pause = chance.uniform(0, _LONGEST_PAUSE)
        try:
            found, words = search.killed(victim, moment, pause)
            differences = _differences(untouched, found)
        except (AssertionError, Problem) as error:  # it did not get to its end
            words, differences = "", str(error).splitlines()
        bad += bool(differences)
        what = f"{victim} after {moment:.2f} s"
        print(f"  {'NOT ALIKE' if differences else 'alike':<10}{what:<34} {words}", flush=True)
        for difference in differences:
            print(f"    {difference}", flush=True)
    return bad


def table(folder: RunFolder) -> list[Line]:
    """Return the final table of a search."""
    view = _view(folder)
    return [Line.of(view, trial) for trial in view.trials.values()]


def _differences(untouched: list[Line], found: list[Line]) -> list[str]:
    """Say in what two tables differ, a line for each trial."""
    said = []
    if len(untouched) != len(found):
        said.append(f"{len(found)} trials instead of {len(untouched)}")
    for number, (line, other) in enumerate(zip(untouched, found, strict=False), start=1):
        was, now = asdict(line), asdict(other)
        differing = [name for name in was if was[name] != now[name]]
        if differing:
            shown = "; ".join(f"{n}: {now[n]} instead of {was[n]}" for n in differing)
            said.append(f"trial {number}: {shown[:300]}")
    return said


def _kill(
    folder: RunFolder,
    process: subprocess.Popen[bytes],
    marked: Marked,
    victim: str,
    moment: float,
) -> str:
    """Kill at a moment who is the victim; say in words what was going on."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(moment)
    trials = {} if victim == "coordinator" else _workers(folder, process, marked)
    if process.poll() is not None:
        return "had ended"
    ended = sum(each.ended is not None for each in _view(folder).trials.values())
    for pid in [*([] if victim == "trial" else [process.pid]), *trials.values()]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return f"{ended} trials had ended" + (f"; killed {', '.join(trials)}" if trials else "")


def _workers(folder: RunFolder, process: subprocess.Popen[bytes], marked: Marked) -> dict[str, int]:
    """Return the workers at the search's trials, by run; waits until there is one."""
    while process.poll() is None:
        ours = {each.pid for each in marked.processes()}  # nobody else is killed by a stale number
        found = {}
        for run in list_folders(folder.trials):
            view = RunView(run)
            view.refresh()
            if view.started is not None and view.ended is None and view.started.pid in ours:
                found[run.path.name] = view.started.pid
        if found:
            return found
        time.sleep(_LOOK_SECONDS)
    return {}


def _finish(folder: RunFolder, process: subprocess.Popen[bytes]) -> None:
    code = process.wait()
    assert code == 0, f"{folder.console_log.read_text()}\n{_view(folder).verdict.why}"


def _view(folder: RunFolder) -> SearchView:
    view = SearchView(folder)
    view.refresh()
    return view


def _curve(folder: RunFolder) -> list[dict[str, float]]:
    view = RunView(folder)
    view.refresh()
    return [each.metrics for each in view.epochs]

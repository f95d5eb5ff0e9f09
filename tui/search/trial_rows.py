"""A search's trials as rows: their state in a word, what happened to them in a few. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.run.folder import RunFolder
from engine.run.search_records import SearchValue
from engine.run.search_view import SearchView, Trial, Underway
from tui.format import Tone, tone
from tui.words import ordinal

TONES = {
    "promoted": Tone("▲", "good"),
    "out": Tone("▽", "muted"),
    "completed": Tone("✓", ""),
    "failed": Tone("✗", "bad"),
    "culled": Tone("■", "warn"),
    "repeated": Tone("=", "muted"),
    "waiting": Tone("○", "muted"),
}
"""How the states of trials are shown that no run has."""

Place = tuple[int, int, int]
"""Iteration, bracket and rung."""


@dataclass(frozen=True)
class TrialRow:
    """One trial, as it is shown.

    Attributes:
        number: Its number.
        state: What it is called: of an open one, what its training is doing.
        is_open: Whether it is under way.
        is_best: Whether it has the best score of all.
        score: Its score; of an open one, the objective at present.
        rank: The same so that less is better; beyond all others where there is none.
        spread: The standard deviation over folds.
        epochs: Epochs its training has behind it.
        whole: To how many it is trained.
        values: What is varied.
        happened: What happened to it, in a few words.
        curve: The objective after each epoch so far, of an open one.
        seconds: What training took.
        runs: Its trainings, one for each fold.
        place: Iteration, bracket and rung, where it has them.
    """

    number: int
    state: str
    is_open: bool
    is_best: bool
    score: float | None
    rank: float
    spread: float | None
    epochs: float
    whole: int
    values: Mapping[str, SearchValue]
    happened: str
    seconds: float | None
    runs: tuple[RunFolder, ...]
    place: Place | None
    curve: tuple[float, ...] = field(default=())

    @property
    def tone(self) -> Tone:
        """How its state is shown."""
        return TONES.get(self.state) or tone(self.state)


def rows_of(
    view: SearchView,
    underway: Mapping[int, Underway],
    curves: Mapping[int, Sequence[float]],
) -> tuple[TrialRow, ...]:
    """Return the trials: those under way, then the others, the best first.

    Args:
        view: The search; nobody refreshes it meanwhile.
        underway: What the open trials are doing, by number.
        curves: The objective after each of their epochs, by number.
    """
    best = view.best()
    places = _places(view)
    rows = [
        _row(view, each, underway.get(each.number), curves.get(each.number, ()), best, places)
        for each in view.trials.values()
    ]
    return tuple(sorted(rows, key=lambda row: (not row.is_open, row.rank, row.number)))


def _row(
    view: SearchView,
    trial: Trial,
    doing: Underway | None,
    curve: Sequence[float],
    best: Trial | None,
    places: Mapping[int, str],
) -> TrialRow:
    asked, ended = trial.asked, trial.ended
    state = trial.state
    score, done = trial.score, float(ended.epochs if ended is not None else 0)
    if state == "open":
        state = doing.phase if doing is not None else "waiting"
        score, done = (doing.value, doing.epoch) if doing is not None else (None, 0.0)
        state = "waiting" if state == "ended" else state  # one that is over waits for its folds
    place = None
    if asked.bracket is not None and asked.rung is not None:
        place = (asked.iteration, asked.bracket, asked.rung)
    return TrialRow(
        number=trial.number,
        state=state,
        is_open=ended is None,
        is_best=best is trial,
        score=score,
        rank=view.rank(trial),
        spread=ended.spread if ended is not None else None,
        epochs=done,
        whole=asked.epochs,
        values=asked.values,
        happened=_happened(trial, best is trial, places.get(trial.number, "")),
        seconds=ended.seconds if ended is not None else None,
        runs=tuple(view.runs(trial)),
        place=place,
        curve=tuple(curve),
    )


def _happened(trial: Trial, is_best: bool, place: str) -> str:
    """Say what happened to a trial beyond what its state says."""
    asked, ended = trial.asked, trial.ended
    parts = ["the best"] if is_best else []
    if ended is not None and ended.cause and ended.outcome != "completed":
        parts.append(ended.cause)
    elif ended is not None and 0 < ended.epochs < asked.epochs:
        parts.append(f"early stopping after {ended.epochs} epochs")
    if place:
        parts.append(place)
    if asked.parent is not None:
        parts.append(
            f"goes on from {asked.parent}" if ended is None else f"went on from {asked.parent}"
        )
    if trial.child is not None:
        parts.append(f"promoted as {trial.child}")
    return ", ".join(parts)


def _places(view: SearchView) -> dict[int, str]:
    """Return by number which place each scored trial has in its rung."""
    found = {}
    for trials in view.rungs().values():
        scored = sorted((each for each in trials if each.score is not None), key=view.rank)
        if len(trials) > 1:
            for place, each in enumerate(scored, start=1):
                found[each.number] = f"{ordinal(place)} of {len(trials)}"
    return found

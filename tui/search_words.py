"""What searches are told with, in the console and by the commands alike. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.space import plain
from tui import figures

if TYPE_CHECKING:
    from engine.run.search_records import SearchSpec, SearchValue
    from engine.run.search_view import SearchView, Trial

METHODS = {
    "random": "random search",
    "grid": "grid search",
    "bayesian": "Bayesian search",
    "hyperband": "Hyperband",
    "halving": "asynchronous successive halving",
}
"""What the methods are called in a sentence."""

_DIGITS = 4
"""Of a number that was drawn from a range: enough to tell settings apart."""


def value_text(value: SearchValue) -> str:
    """Write a value as it can be typed, short: ``0.1378``, ``512,256``, ``yes``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return plain(float(f"{value:.{_DIGITS}g}")) if isinstance(value, float) else str(value)


def setting_text(values: Mapping[str, SearchValue]) -> str:
    """Write a setting: ``batch_size=100 dropout=0.1378 optimizer=adam``."""
    return " ".join(f"{name}={value_text(value)}" for name, value in values.items())


def score_text(trial: Trial) -> str:
    """Write a trial's score, and its spread over folds: ``0.0691 ± 0.0030``; empty without one."""
    ended = trial.ended
    if ended is None or ended.score is None:
        return ""
    spread = "" if ended.spread is None else f" ± {figures.metric(ended.spread)}"
    return f"{figures.metric(ended.score)}{spread}"


def happened(trial: Trial) -> str:
    """Say what is remarkable about a trial; empty where nothing is."""
    told = []
    if trial.asked.parent is not None:
        told.append(f"goes on from {trial.asked.parent}")
    if trial.child is not None:
        told.append(f"goes on as {trial.child}")
    if trial.ended is not None and trial.ended.outcome != "completed" and trial.ended.cause:
        told.append(trial.ended.cause)
    return ", ".join(told)


def asked_for(search: SearchSpec) -> str:
    """Say how is searched: ``Hyperband, at most 9 epochs, factor 3, 3 folds, 2 at once``."""
    parts = [METHODS.get(search.method, search.method)]
    halves = search.method in ("hyperband", "halving")
    if search.method != "hyperband":
        parts.append(f"{figures.count(search.trials)} trials" if search.trials else "all settings")
    parts.append(f"{'at most ' if halves else ''}{_many(search.epochs, 'epoch')}")
    if halves:
        parts.append(f"factor {search.factor}")
    if search.iterations > 1:
        parts.append(f"{search.iterations} times through all brackets")
    if search.folds:
        parts.append(f"{search.folds} folds")
    if search.parallel > 1:
        parts.append(f"{search.parallel} at once")
    if search.budget_epochs:
        parts.append(f"no more than {_many(search.budget_epochs, 'epoch')}")
    if search.budget_minutes:
        parts.append(f"no more than {figures.span(60 * search.budget_minutes)}")
    return ", ".join(parts)


def objective_text(search: SearchSpec) -> str:
    """Say what is to become best: ``the lowest val_loss``."""
    return f"the {'lowest' if search.direction == 'min' else 'highest'} {search.objective}"


def counted(view: SearchView) -> str:
    """Say how many trials have ended, of how many: ``7/23``."""
    ended = sum(each.ended is not None for each in view.trials.values())
    planned = view.status.steps if view.status is not None else 0
    return f"{ended}/{max(planned, ended)}" if planned else f"{ended}"


def _many(number: int, thing: str) -> str:
    return f"{figures.count(number)} {thing}{'' if number == 1 else 's'}"

"""The lines of the search form that do not come from a recipe's settings: how it is searched.

A line is named as the option of the command line that says the same, so that none is mistaken for
a setting of a recipe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.process import searching
from engine.process.searching import SearchOrder
from engine.space import Hyperparameter, plain
from tui.form.fields import CHOICE, NUMBER, TEXT, Field

METHOD, OBJECTIVE, TRIALS, EPOCHS = "--method", "--objective", "--trials", "--epochs"
FACTOR, ITERATIONS, FOLDS, PARALLEL = "--factor", "--iterations", "--folds", "--parallel"
NAME = "--name"

ALL = "all"
"""What stands for every combination of a grid."""

METHODS = {
    "random": "Settings drawn at random: hard to beat, and any number of them will do.",
    "grid": "Every combination, one after the other. A range needs a number of values, as in "
    "0.1..0.5/5.",
    "bayesian": "Each setting is chosen by what the ones before have shown.",
    "hyperband": "Many settings for a few epochs each; the best of a rung train on, exactly where "
    "they stood, the others are out.",
    "halving": "As a bracket of Hyperband, without waiting for a rung to be complete: who is among "
    "its best so far trains on.",
}
"""What each method does, in a sentence."""

_ASKED: Mapping[str, Sequence[str]] = {
    "random": (TRIALS, EPOCHS),
    "grid": (TRIALS, EPOCHS),
    "bayesian": (TRIALS, EPOCHS),
    "hyperband": (EPOCHS, FACTOR, ITERATIONS),
    "halving": (TRIALS, EPOCHS, FACTOR),
}
"""What else each method has to be told."""

NUMBERS: Mapping[str, Hyperparameter[Any]] = {
    f"--{name.replace('_', '-')}": number for name, number in searching.NUMBERS.items()
}
"""What the lines that say a number take."""

_LABELS = {EPOCHS: "epochs", FOLDS: "folds", PARALLEL: "at once"}
_HINTS = {
    TRIALS: "settings to try",
    FOLDS: "0: the validation part",
    "--budget-epochs": "0: no limit",
    "--budget-minutes": "0: no limit",
    "--rate": "0: nobody said",
    "--failures": "in a row: then it pauses",
    "--keep": "of the best, with their weights",
    EPOCHS: "each trial",
    PARALLEL: "trainings beside each other",
}
_LIMITS = {
    "--budget-epochs": "budget, epochs",
    "--budget-minutes": "budget, minutes",
    "--failures": "failures",
    "--keep": "keep",
    "--rate": "cost an hour",
    "--search-seed": "search seed",
}

USUAL = {
    METHOD: SearchOrder.method,
    **{name: plain(each.default) for name, each in NUMBERS.items()},
}
"""What the lines say where nobody says otherwise; those that depend on others aside."""


def head_fields(method: str, objectives: Sequence[str], direction: str) -> list[Field]:
    """Return the fields that say how it is searched.

    Args:
        method: A key of :data:`METHODS`.
        objectives: The metrics that can be gone by.
        direction: ``min`` or ``max``: which way the present one is better.
    """
    better = "higher is better" if direction == "max" else "lower is better"
    return [
        Field(
            METHOD,
            "method",
            CHOICE,
            hint=" · ".join(METHODS),
            help="How settings are chosen.",
            options=tuple(METHODS),
        ),
        Field(
            OBJECTIVE,
            "objective",
            CHOICE,
            hint=better,
            help=f"What trials are compared by: {', '.join(objectives)}.",
            options=tuple(objectives),
        ),
        *(_number(name, "", _label(name, method)) for name in _ASKED.get(method, ())),
        *(_number(name, "", _LABELS[name]) for name in (FOLDS, PARALLEL)),
    ]


def limit_fields() -> list[Field]:
    """Return the fields that say when it ends, what it keeps and what it is called."""
    return [
        *(_number(name, "limits", label) for name, label in _LIMITS.items()),
        Field(
            NAME,
            "name",
            TEXT,
            "limits",
            "empty: made up from recipe and method",
            "What the search is called: letters, digits and . _ + -",
        ),
    ]


def _label(name: str, method: str) -> str:
    if name == EPOCHS and method in ("hyperband", "halving"):
        return "most epochs"
    return _LABELS.get(name, name.removeprefix("--"))


def _number(name: str, group: str, label: str) -> Field:
    takes = NUMBERS[name]
    return Field(
        name,
        label,
        NUMBER,
        group,
        _HINTS.get(name, takes.range_text()),
        takes.help,
        takes.expects(),
    )

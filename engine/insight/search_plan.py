"""What a search will do, before it does anything: trials, epochs, brackets and rungs.

Hyperband's plan is that of KerasTuner's oracle, which rounds up where the paper rounds down; a test
drives the oracle and compares. Successive halving decides about each trial when it arrives, so its
plan is what is to be expected of scores that come in any order.

References:
    Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, "Hyperband: A Novel Bandit-Based Approach to
    Hyperparameter Optimization", JMLR 18 (185), 2018.
    Li, Jamieson, Rostamizadeh, Gonina, Ben-tzur, Hardt, Recht, Talwalkar, "A System for Massively
    Parallel Hyperparameter Tuning", MLSys 2020 (asynchronous successive halving).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from engine import hyperband
from engine.dimensions import Dimension, describe, settings
from engine.errors import Problem, nearest
from engine.hyperband import paper_trials
from engine.run.search_records import SearchSpec

__all__ = [
    "HALVING",
    "METHODS",
    "Plan",
    "Rung",
    "halving_epochs",
    "initial_points",
    "paper_trials",
    "plan",
    "seconds",
]

METHODS = ("random", "grid", "bayesian", "hyperband", "halving")
"""How a search chooses its settings."""

HALVING = frozenset({"hyperband", "halving"})
"""The methods that train only the best of many settings further."""

MOST_GRID_VALUES = 10_000
"""Values of one hyperparameter in a grid; nobody waits for more, and each is held in memory."""


_IN_THE_LOSS = frozenset({"l1", "l2", "label_smoothing", "class_weights", "loss"})
"""Hyperparameters that change what the loss is: penalties are part of it."""


_DECIDES_TIME = frozenset({"batch_size", "units"})
"""Hyperparameters by which an epoch takes several times as long."""


@dataclass(frozen=True)
class Rung:
    """Trials that are trained equally far, and then compared.

    Attributes:
        iteration: Which time through all brackets, from 0.
        bracket: Its number as KerasTuner counts: how often a bracket halves; 0 where nothing does.
        rung: Its place within the bracket, from 0.
        trials: How many trials.
        epochs: To how many epochs in all each is trained.
        from_epoch: How many of them it has behind it when it comes here.
    """

    iteration: int
    bracket: int
    rung: int
    trials: int
    epochs: int
    from_epoch: int


@dataclass(frozen=True)
class Plan:
    """What a search will do.

    Attributes:
        rungs: In the order in which they are begun.
        trials: Of all rungs; one that is promoted counts at each.
        settings: Different settings among them.
        epochs: Trained in all, folds counted; what a promoted trial has behind it is not trained
            again.
        folds: How often each setting is trained; 0 for once, on the validation part.
        notes: What a person should know before it is launched, a sentence each.
    """

    rungs: tuple[Rung, ...]
    trials: int
    settings: int
    epochs: int
    folds: int
    notes: tuple[str, ...] = ()


def plan(search: SearchSpec) -> Plan:
    """Work out what a search will do if nobody stops it, no trial fails and no budget ends it.

    Raises:
        Problem: There is no such method, or a number of it makes no plan.
    """
    _check(search)
    there_are = settings(search.space)
    if search.method == "hyperband":
        rungs = _hyperband(search)
    elif search.method == "halving":
        rungs = _halving(search, _wanted(search, there_are))
    else:
        rungs = (Rung(0, 0, 0, _wanted(search, there_are), search.epochs, 0),)
    epochs = sum(each.trials * (each.epochs - each.from_epoch) for each in rungs)
    planned = Plan(
        rungs=rungs,
        trials=sum(each.trials for each in rungs),
        settings=sum(each.trials for each in rungs if each.rung == 0),
        epochs=epochs * max(1, search.folds),
        folds=search.folds,
    )
    return replace(planned, notes=tuple(_notes(search, planned, there_are)))


def seconds(plan: Plan, epoch_seconds: float, start_seconds: float, parallel: int) -> float:
    """Estimate how long a plan takes.

    Args:
        plan: The plan.
        epoch_seconds: Seconds of one epoch, while so many trainings run at once.
        start_seconds: Seconds that each training takes besides, its start and its report; a
            promoted trial starts anew.
        parallel: Trainings at once.

    Returns:
        Seconds: the work shared out evenly, but no less than one setting takes that goes through
        all rungs of its bracket, which nothing can hurry.
    """
    work = 0.0
    chains: dict[tuple[int, int], float] = {}
    for rung in plan.rungs:
        one = start_seconds + (rung.epochs - rung.from_epoch) * epoch_seconds
        work += rung.trials * max(1, plan.folds) * one
        key = (rung.iteration, rung.bracket)
        # With folds beside each other a setting takes as long as so many rounds of them.
        rounds = math.ceil(max(1, plan.folds) / max(1, parallel))
        chains[key] = chains.get(key, 0.0) + rounds * one
    return max(work / max(1, parallel), max(chains.values(), default=0.0))


def initial_points(search: SearchSpec) -> int:
    """Return how many settings a Bayesian search draws at random before it learns from them.

    KerasTuner's three for each dimension (a list of layers counts as two, their number and their
    units), but at most half of the trials: otherwise a short search would be a random one.
    """
    dimensions = sum(_coordinates(each) for each in search.space)
    usual = max(3 * dimensions, 3)
    return min(usual, max(3, search.trials // 2)) if search.trials else usual


def halving_epochs(search: SearchSpec) -> tuple[int, ...]:
    """Return to how many epochs the rungs of a successive halving train, the first rung first."""
    halvings = hyperband.brackets(search.epochs, search.factor) - 1
    return tuple(
        hyperband.epochs(search.epochs, search.factor, halvings, rung)
        for rung in range(halvings + 1)
    )


def _check(search: SearchSpec) -> None:
    if search.method not in METHODS:
        raise Problem(
            f"There is no search method {search.method!r}.", nearest(search.method, METHODS)
        )
    if not search.space:
        raise Problem("The space is empty: nothing is varied.", "Say what to search.")
    for number, least, what in (
        (search.epochs, 1, "epochs of a trial"),
        (search.factor, 2, "factor"),
        (search.iterations, 1, "iterations"),
        (search.parallel, 1, "trainings at once"),
        (search.trials, 0, "trials"),
    ):
        if number < least:
            raise Problem(f"{what}: expected {least} or more, got {number}.")
    if search.folds == 1 or search.folds < 0:
        raise Problem(
            f"folds: expected 2 or more, or 0 for none, got {search.folds}.",
            "One fold would leave nothing to learn from.",
        )
    if search.method in {"random", "bayesian", "halving"} and search.trials < 1:
        raise Problem(f"A {search.method} search needs a number of trials.", "Example: 20 trials.")
    if search.method == "grid":
        _check_grid(search.space)


def _check_grid(space: list[Dimension]) -> None:
    for each in space:
        many = settings([msgspec.structs.replace(each, only={})])
        if many is None:
            raise Problem(
                f"{each.name}: a grid has no end over real numbers ({describe(each)}).",
                f"Name the values or how many of the range, as in {_divided(each)}.",
            )
        if many > MOST_GRID_VALUES:
            raise Problem(
                f"{each.name}: {many} values are too many for a grid, {MOST_GRID_VALUES} at most.",
                f"Name the values or how many of the range, as in {_divided(each)}.",
            )


def _divided(dimension: Dimension) -> str:
    """Say how a range could be named value by value."""
    if dimension.layers is not None:
        return f"{dimension.name}=64|128|128,64"
    return f"{dimension.name}={describe(dimension).partition(',')[0].replace(' … ', '..')}/5"


def _wanted(search: SearchSpec, there_are: int | None) -> int:
    """Return how many settings are tried: what was asked for, or all there are."""
    if there_are is None:
        return search.trials
    return min(search.trials, there_are) if search.trials else there_are


def _hyperband(search: SearchSpec) -> tuple[Rung, ...]:
    most, factor = search.epochs, search.factor
    brackets = hyperband.brackets(most, factor)
    return tuple(
        Rung(
            iteration=iteration,
            bracket=bracket,
            rung=rung,
            trials=hyperband.size(most, factor, bracket, rung),
            epochs=hyperband.epochs(most, factor, bracket, rung),
            from_epoch=hyperband.epochs(most, factor, bracket, rung - 1) if rung else 0,
        )
        for iteration in range(search.iterations)
        for bracket in range(brackets - 1, -1, -1)
        for rung in range(bracket + 1)
    )


def _halving(search: SearchSpec, wanted: int) -> tuple[Rung, ...]:
    """Return what is to be expected where scores come in any order.

    The n-th trial at a rung goes on if it is among the best ⌊n/factor⌋ so far, or simply the best
    where that is none; of exchangeable scores that has the probability max(1, ⌊n/factor⌋) / n.
    """
    rungs: list[Rung] = []
    expected = wanted
    behind = 0
    for rung, epochs in enumerate(halving_epochs(search)):
        rungs.append(Rung(0, 0, rung, expected, epochs, behind))
        promoted = sum(max(1, n // search.factor) / n for n in range(1, expected + 1))
        expected, behind = max(1, round(promoted)), epochs
    return tuple(rungs)


def _coordinates(dimension: Dimension) -> int:
    """Return by how many numbers a dimension's value is described to the oracle."""
    if dimension.layers is None:
        return 1
    fewest, most = dimension.layers
    return int(fewest < most) + int((dimension.low or 0) < (dimension.high or 0))


def _notes(search: SearchSpec, planned: Plan, there_are: int | None) -> Iterator[str]:
    if search.method == "hyperband":
        ours = planned.trials // search.iterations
        paper = paper_trials(search.epochs, search.factor)
        each = " for each iteration" if search.iterations > 1 else ""
        if ours != paper:
            yield (
                f"{ours} trials{each} as KerasTuner counts (it rounds up); the paper's arithmetic "
                f"(Li et al. 2018, rounding down) gives {paper}."
            )
    if search.method == "halving":
        yield (
            "How many trials reach each rung is an expectation: each is decided about when it "
            "arrives, against those before it."
        )
    if search.method in HALVING and search.epochs < search.factor:
        yield (
            f"{search.epochs} epochs are fewer than the factor {search.factor}: every trial is "
            "trained to its end, none is promoted."
        )
    if search.method == "bayesian":
        first = min(initial_points(search), planned.trials)
        yield f"The first {first} settings are drawn at random, to learn from."
    yield from _unlike(search)
    yield from _uneven(search)
    yield from _limits(search, planned, there_are)


def _uneven(search: SearchSpec) -> Iterator[str]:
    """Say where what is varied decides how long an epoch takes."""
    names = [each.name for each in search.space if each.name in _DECIDES_TIME]
    if names:
        yield (
            f"The time is that of the setting's own {' and '.join(names)}: smaller batches and "
            "larger networks take longer."
        )


def _unlike(search: SearchSpec) -> Iterator[str]:
    """Say where what is varied changes the measure itself."""
    names = [each.name for each in search.space if each.name in _IN_THE_LOSS]
    if names and search.objective.removeprefix("val_") == "loss":
        are = "is" if len(names) == 1 else "are"
        yield (
            f"{search.objective} has in it what {' and '.join(names)} {are} about, so that unlike "
            "numbers are compared; another objective compares alike."
        )


def _limits(search: SearchSpec, planned: Plan, there_are: int | None) -> Iterator[str]:
    """Say what may end the search before its plan does."""
    asked = planned.settings if search.method == "hyperband" else search.trials
    if there_are is not None and there_are < asked:
        has = f"{there_are} setting" if there_are == 1 else f"{there_are} settings"
        if search.method == "hyperband":
            yield (
                f"The space has {has}, fewer than the {asked} that the plan would try: it will end "
                "early."
            )
        else:
            yield f"The space has {has}, fewer than the {asked} asked for: all are tried."
    if search.folds:
        yield (
            f"Each setting is trained {search.folds} times, once for each fold: "
            f"{planned.trials * search.folds} trainings."
        )
    if 0 < search.budget_epochs < planned.epochs:
        yield (
            f"The budget of {search.budget_epochs} epochs ends it before the plan is complete: "
            f"that takes {planned.epochs}."
        )

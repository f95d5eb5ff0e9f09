"""What a person asks of a search, made into one.

A :class:`SearchOrder` is a training that is asked for, and what is varied of it, how, and for how
long. The form and the command line share it, as they share :class:`~engine.process.order.Order`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

import msgspec

from engine.dimensions import dimensions, raw
from engine.errors import Problem, nearest
from engine.insight.search_plan import METHODS, Plan, plan
from engine.process.order import Order
from engine.recipe import Recipe
from engine.run.folder import RunFolder, check_name, create, readable_name
from engine.run.records import RunSpec
from engine.run.search_records import Dimension, SearchSpec
from engine.space import Float, Int, Value, plain

DEFAULT_TRIALS = 10
"""Settings that a method tries which could go on for ever, as KerasTuner does."""

_MOST_TRIALS = 1_000_000
_LONGEST = 1e9  # minutes, and any currency
_SEED_LIMIT = 2**31 - 1

NUMBERS: Mapping[str, Int | Float] = {
    "trials": Int(
        default=DEFAULT_TRIALS, low=1, high=_MOST_TRIALS, help="How many settings are tried."
    ),
    "epochs": Int(
        default=1, low=1, high=100_000, help="Passes over the training rows in each trial."
    ),
    "factor": Int(default=3, low=2, high=100, help="One of so many trials goes on at each rung."),
    "iterations": Int(
        default=1, low=1, high=1000, help="How many times all brackets are gone through."
    ),
    "folds": Int(
        default=0,
        low=0,
        high=100,
        help="Train each setting once for each fold and score it by the mean; 0 scores by the "
        "validation part alone.",
    ),
    "parallel": Int(
        default=1, low=1, high=64, help="Trainings at once: one a GPU, or cores shared out."
    ),
    "search_seed": Int(
        default=1, low=0, high=_SEED_LIMIT, help="Decides which settings are tried."
    ),
    "budget_epochs": Int(
        default=0,
        low=0,
        high=_SEED_LIMIT,
        help="Begin no trial after so many epochs of training; 0 sets no limit.",
    ),
    "budget_minutes": Float(
        default=0.0,
        low=0,
        high=_LONGEST,
        help="Begin no trial after so many minutes; 0 sets no limit.",
    ),
    "keep": Int(
        default=3,
        low=0,
        high=_MOST_TRIALS,
        help="The best so many trials keep their weights; of others the records stay.",
    ),
    "failures": Int(
        default=3,
        low=1,
        high=_MOST_TRIALS,
        help="After so many failed trials in a row the search pauses.",
    ),
    "rate": Float(
        default=0.0,
        low=0,
        high=_LONGEST,
        help="What an hour of the machine costs, in any currency: turns time into money.",
    ),
}
"""The numbers that say how it is searched, by the attribute of :class:`SearchOrder`: one
declaration for the form, the command line and for checking."""


@dataclass(frozen=True, kw_only=True)
class SearchOrder:
    """A search that is asked for.

    Attributes:
        order: The setting that stays, where nothing is varied, and all else a training needs. What
            is changed in it is not varied.
        method: See :class:`~engine.run.search_records.SearchSpec`.
        space: What is varied: a text as :func:`engine.dimensions.parse` reads it for each
            hyperparameter. Empty means what the recipe says.
        objective: See :class:`~engine.run.search_records.SearchSpec`; empty means the metric by
            which the setting chooses its best epoch.
        trials: How many settings to try; None is all of a grid, and :data:`DEFAULT_TRIALS`
            elsewhere. Hyperband counts its own.
        epochs: Epochs of a trial that is trained to its end; None means the setting's own.
        factor: See :class:`~engine.run.search_records.SearchSpec`.
        iterations: Likewise.
        folds: Likewise.
        parallel: Likewise.
        search_seed: Decides which settings are tried.
        budget_epochs: See :class:`~engine.run.search_records.SearchSpec`.
        budget_minutes: Likewise.
        keep: Likewise.
        failures: Likewise.
        rate: Likewise.
    """

    order: Order
    method: str = "random"
    space: Mapping[str, str] = field(default_factory=dict)
    objective: str = ""
    trials: int | None = None
    epochs: int | None = None
    factor: int = 3
    iterations: int = 1
    folds: int = 0
    parallel: int = 1
    search_seed: int = 1
    budget_epochs: int = 0
    budget_minutes: float = 0.0
    keep: int = 3
    failures: int = 3
    rate: float = 0.0

    @property
    def queue(self) -> bool:
        """Whether its trainings wait while the device is busy; else it is shared at once."""
        return self.order.queue

    def plan(self) -> Plan:
        """Return what the search would do; raise :class:`Problem` as :meth:`spec` does."""
        return plan(self.search())

    def search(self) -> SearchSpec:
        """Return what the search would be told; raise :class:`Problem` as :meth:`spec` does."""
        return self._asked()[1]

    def command(self) -> str:
        """Return the command line that asks for the same."""
        # What is varied, and how, stands first: it is what the line is about.
        recipe, *others = self.order.words()
        words = ["dlconsole", "search", recipe]
        for name, text in self.space.items():
            words += ["--search", f"{name}={text}" if text else name]
        flags: list[tuple[str, str | float, str | float]] = [
            ("--method", self.method, "random"),
            ("--objective", self.objective, ""),
            ("--trials", self.trials or 0, 0),
            ("--epochs", self.epochs or 0, 0),
            ("--factor", self.factor, 3),
            ("--iterations", self.iterations, 1),
            ("--folds", self.folds, 0),
            ("--parallel", self.parallel, 1),
            ("--search-seed", self.search_seed, 1),
            ("--budget-epochs", self.budget_epochs, 0),
            ("--budget-minutes", self.budget_minutes, 0.0),
            ("--keep", self.keep, 3),
            ("--failures", self.failures, 3),
            ("--rate", self.rate, 0.0),
        ]
        for flag, asked, default in flags:
            if asked != default:
                words += [flag, asked if isinstance(asked, str) else plain(asked)]
        return shlex.join([*words, *others])

    def place(self, runs: Path) -> RunFolder:
        """Check the order and make the search's folder.

        Raises:
            Problem: Something in it is not allowed, or the runs folder cannot be written.
        """
        code = self.order.code()
        return create(runs, self.spec(code), code)

    def spec(self, code: Mapping[str, bytes] | None = None) -> RunSpec:
        """Check the order and return what ``run.json`` is to say.

        Args:
            code: The sources that are a person's own, by file name.

        Raises:
            Problem: Something in it is not allowed.
        """
        values, search = self._asked()
        spec = self.order.spec(code)
        space = self.order.entry.recipe.space
        # What is varied cannot be read from the name, and all else is the preset's mostly.
        name = self.order.name or readable_name(
            spec.recipe, f"{spec.preset}-{self.method}", space, values, values
        )
        check_name(name)
        shared = spec.threads if self.order.threads else max(1, spec.threads // self.parallel)
        return msgspec.structs.replace(
            spec,
            name=name,
            values={each: raw(value) for each, value in values.items()},
            threads=shared,
            monitor=search.objective,
            monitor_mode=search.direction,
            command=self.command(),
            search=search,
        )

    def _asked(self) -> tuple[dict[str, Value], SearchSpec]:
        """Check the order; return the setting that stays, and what is varied of it, and how."""
        recipe = self.order.entry.recipe
        self._check_numbers()
        changes = dict(self.order.changes)
        if self.epochs is not None:
            changes["epochs"] = self.epochs
        values = replace(self.order, changes=changes).values()
        space, single = dimensions(recipe, self.space, self.order.changes, values)
        values.update(single)
        epochs = values.get("epochs")
        if not isinstance(epochs, int):
            raise Problem(
                f"The recipe {recipe.name} has no setting 'epochs'.",
                "A search says how long its trials are trained.",
            )
        if self.folds and values.get("validation") == "test":
            raise Problem(
                "Folds are dealt from training and validation rows, but this setting validates on "
                "the test set.",
                "Add --set validation=apart, or leave the folds out.",
            )
        objective = self._objective(values)
        self._check_comparable(space, objective)
        return values, SearchSpec(
            method=self.method,
            space=space,
            objective=objective,
            direction=recipe.mode(objective),
            trials=self._trials(),
            epochs=epochs,
            factor=self.factor,
            iterations=self.iterations,
            folds=self.folds,
            parallel=self.parallel,
            seed=self.search_seed,
            budget_epochs=self.budget_epochs,
            budget_minutes=self.budget_minutes,
            keep=self.keep,
            failures=self.failures,
            rate=self.rate,
        )

    def _objective(self, values: Mapping[str, Value]) -> str:
        recipe = self.order.entry.recipe
        objective = self.objective or str(values.get("monitor", recipe.monitor))
        known = objectives(recipe)
        if objective not in known:
            raise Problem(f"There is no metric {objective!r} to go by.", nearest(objective, known))
        return objective

    def _check_comparable(self, space: list[Dimension], objective: str) -> None:
        """Raise :class:`Problem` where the objective is not the same thing in each trial."""
        if objective.removeprefix("val_") == "loss" and any(e.name == "loss" for e in space):
            others = [
                each for each in objectives(self.order.entry.recipe) if not each.endswith("loss")
            ]
            raise Problem(
                f"With another loss {objective} is another measure: trials cannot be compared.",
                f"Go by another metric: --objective {others[0]}" if others else "",
            )

    def _trials(self) -> int:
        if self.method == "hyperband":
            if self.trials is not None:
                raise Problem(
                    "Hyperband counts its trials itself.",
                    "Set its epochs, factor or iterations instead.",
                )
            return 0
        if self.trials is None:
            return 0 if self.method == "grid" else DEFAULT_TRIALS
        return self.trials

    def _check_numbers(self) -> None:
        if self.method not in METHODS:
            raise Problem(
                f"Expected a method of {', '.join(METHODS)}, got {self.method!r}.",
                nearest(self.method, METHODS),
            )
        if self.method == "halving" and find_spec("optuna") is None:
            raise Problem(
                "Successive halving needs Optuna, which is not installed.",
                "pip install 'dlconsole[optuna]', or --method hyperband.",
            )
        for name, number in NUMBERS.items():
            asked = getattr(self, name)
            if asked is None:
                continue  # the setting's own, or all there are
            try:
                number.check(asked)
            except Problem as problem:
                raise Problem(f"{name.replace('_', '-')}: {problem.what}") from None
        if self.folds == 1:
            raise Problem(
                "folds: expected 2 or more, or 0 for none, got 1.",
                "One fold would leave nothing to learn from.",
            )


def objectives(recipe: Recipe) -> list[str]:
    """Return the metrics that a search can go by, those of the validation part first.

    They are those by which a training of the recipe can choose its best epoch, on the validation
    part and on the training part.
    """
    monitors = getattr(recipe.space.get("monitor"), "options", ())
    known = dict.fromkeys(["val_loss", recipe.monitor, *monitors])
    return list(dict.fromkeys([*known, *(each.removeprefix("val_") for each in known)]))

"""KerasTuner's oracles, driven directly: random, grid, Bayesian, Hyperband.

Only what they choose is theirs. Nothing of them is written to disk or printed, no trial is theirs
to run, and where their ways would surprise a person they are mended here, each with its reason.
"""

from __future__ import annotations

import math
import random
import warnings
from typing import Any

import numpy as np
from keras_tuner.src.engine import objective, oracle, trial
from keras_tuner.src.tuners.bayesian import BayesianOptimizationOracle
from keras_tuner.src.tuners.gridsearch import GridSearchOracle
from keras_tuner.src.tuners.hyperband import HyperbandOracle
from keras_tuner.src.tuners.randomsearch import RandomSearchOracle

from engine.dimensions import meaningful, settings
from engine.errors import Problem
from engine.insight.search_plan import initial_points, plan
from engine.run.search_records import SearchSpec, SearchValue
from engine.search.encoding import Encoding, Values
from engine.search.oracle import Answer, Oracle, Proposal

_RUNNING = trial.TrialStatus.RUNNING

_MOST_LISTED = 50_000
"""Settings that are listed to find those not tried yet; a draw rarely repeats one of more."""

_NEVER = 10**9
"""So many failures in a row stop KerasTuner's oracle; when to stop is not its business here."""


class KerasTuner(Oracle):
    """An oracle of KerasTuner behind the door that all have.

    Args:
        search: What the search was asked for.
    """

    def __init__(self, search: SearchSpec) -> None:
        self._search = search
        self._encoding = Encoding(search.space, every_value=search.method == "grid")
        self._oracle = _made(search, self._encoding)
        self._fixed: dict[str, SearchValue] = {}
        self._proposals: list[Proposal] = []
        self._ids: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._asked = 0

    def ask(self) -> Proposal | Answer:
        """See :meth:`Oracle.ask`."""
        while True:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # how well a process was fitted, old names
                made = self._oracle.create_trial(f"asked {self._asked}")
            if made.status != _RUNNING:
                over = made.status == trial.TrialStatus.STOPPED
                return Answer.OVER if over else Answer.WAIT
            self._asked += 1
            parent = made.hyperparameters.values.get("tuner/trial_id")
            if parent is not None and not math.isfinite(self._oracle.trials[parent].score):
                # So many have failed that only they are left to be promoted; nothing of them can
                # be trained further, and the bracket goes on without.
                self._end(made.trial_id, None)
                continue
            return self._proposal(made, parent)

    def tell(self, number: int, score: float | None) -> None:
        """See :meth:`Oracle.tell`."""
        self._end(self._ids[number], score)

    def set_trials(self, trials: int) -> None:
        """See :meth:`Oracle.set_trials`."""
        if self._search.method == "hyperband":
            self._set_iterations(trials)
            return
        if trials < max(1, len(self._proposals)):
            raise Problem(
                f"{len(self._proposals)} trials were begun already, {trials} are fewer.",
                "To try no more, stop the search.",
            )
        self._oracle.max_trials = trials

    def fix(self, name: str, value: SearchValue) -> None:
        """See :meth:`Oracle.fix`."""
        self._fixed[name] = value
        self._oracle.fix(self._encoding.encode(name, value) or {})

    def _proposal(self, made: Any, parent: str | None) -> Proposal:
        number = len(self._proposals) + 1
        self._ids[number] = made.trial_id
        self._numbers[made.trial_id] = number
        if parent is None:
            values = self._encoding.decode(made.hyperparameters.values)
            if self._fixed:
                # What the oracle could not take in itself: a value beyond the options, a grid's.
                fixed = {name: each for name, each in self._fixed.items() if name in values}
                values = meaningful(self._search.space, {**values, **fixed})
        else:
            values = dict(self._proposals[self._numbers[parent] - 1].values)
        proposal = Proposal(number, values, self._search.epochs)
        if self._search.method == "hyperband":
            told = made.hyperparameters.values
            bracket, rung = self._oracle.place(made.trial_id)
            proposal = proposal._replace(
                epochs=int(told["tuner/epochs"]),
                from_epoch=int(told["tuner/initial_epoch"]),
                parent=self._numbers[parent] if parent is not None else None,
                iteration=bracket["iteration"],
                bracket=bracket["bracket_num"],
                rung=rung,
            )
        self._proposals.append(proposal)
        return proposal

    def _end(self, trial_id: str, score: float | None) -> None:
        is_score = score is not None and math.isfinite(score)
        ended = self._oracle.trials[trial_id]
        if ended.status != _RUNNING:
            raise ValueError(f"trial {trial_id} has ended already")
        if is_score or self._search.method == "hyperband":
            # A failed trial of Hyperband has the worst of scores. KerasTuner would wait for ever
            # for one more to fill the rung, and so cut its bracket short.
            worst = math.inf if self._search.direction == "min" else -math.inf
            ended.status = trial.TrialStatus.COMPLETED
            self._oracle.update_trial(
                trial_id, {self._search.objective: score if is_score else worst}
            )
        else:
            ended.status = trial.TrialStatus.FAILED
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._oracle.end_trial(ended)

    def _set_iterations(self, trials: int) -> None:
        once = sum(each.trials for each in plan(self._search).rungs if each.iteration == 0)
        iterations, rest = divmod(trials, once)
        begun = self._oracle._current_iteration + 1
        if rest or iterations < begun:
            first = ", ".join(str(once * count) for count in range(begun, begun + 3))
            raise Problem(
                f"Hyperband goes through all its brackets or not at all: {once} trials each time, "
                f"got {trials}.",
                f"Possible here: {first}, ...",
            )
        self._oracle.hyperband_iterations = iterations


class _Quiet(oracle.Oracle):  # type: ignore[misc]
    """What is the same for all of KerasTuner's oracles here: silent, nothing on the disk.

    Args:
        encoding: The space.
        finite: Whether all its settings can be listed.
        options: What KerasTuner's oracle takes besides.
    """

    def __init__(self, encoding: Encoding, finite: bool, **options: Any) -> None:
        self._encoding = encoding
        self._finite = finite
        self._fixed: Values = {}
        super().__init__(
            hyperparameters=encoding.hyperparameters,
            allow_new_entries=False,
            tune_new_entries=False,
            max_consecutive_failed_trials=_NEVER,
            **options,
        )
        self.verbose = 0

    def fix(self, values: Values) -> None:
        """Give settings that begin from here on these values."""
        self._fixed.update(values)

    def save(self) -> None:
        """Write nothing: the ledger is what lasts."""

    def _save_trial(self, trial: Any) -> None:
        """Write nothing."""

    def _random_values(self) -> Values | None:
        """Draw a setting that was not tried; KerasTuner gives up while there still are some.

        Its own way is to draw until one is new, twenty times at most. Of a small space those that
        are left are listed instead, so that a search ends only when all were tried.
        """
        for _ in range(self._max_collisions):
            values = self._encoding.complete(self._sample, self._fixed)
            if not self._duplicate(values):
                return values
        if not self._finite:
            return None
        left = [each for each in self._encoding.all(self._fixed) if not self._duplicate(each)]
        self._seed_state += 1
        return random.Random(self._seed_state).choice(left) if left else None

    def _sample(self, hyperparameter: Any) -> Any:
        value = hyperparameter.random_sample(self._seed_state)
        self._seed_state += 1
        return value


class _Random(_Quiet, RandomSearchOracle):  # type: ignore[misc]
    pass


class _Grid(_Quiet, GridSearchOracle):  # type: ignore[misc]
    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Return the next setting of the grid without waiting for the last one to end.

        KerasTuner waits, because a trial may name new hyperparameters while it is built; here all
        are known, and trials beside each other would be trained one by one.
        """
        found: dict[str, Any] = super().populate_space(trial_id)
        if found["status"] == _RUNNING and trial_id not in self._populate_next:
            self._populate_next.append(trial_id)
        return found


class _Bayesian(_Quiet, BayesianOptimizationOracle):  # type: ignore[misc]
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._random_state = _Starts(self)

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Return what promises most, or a random setting where that was tried already.

        KerasTuner would train the same setting again, from which nothing is learned here: the same
        seed gives the same score.
        """
        found: dict[str, Any] = super().populate_space(trial_id)
        if found["status"] == _RUNNING and self._duplicate(found["values"]):
            found = self._random_populate_space()
        return found

    def _vector_to_values(self, vector: Any) -> Values:
        at = {each.name: place for place, each in enumerate(self._nonfixed_space())}
        return self._encoding.complete(
            lambda each: each.prob_to_value(float(vector[at[each.name]])), self._fixed
        )


class _Starts:
    """Where the climb to what promises most begins: at the best of many points.

    KerasTuner climbs from fifty points at random, which for seven dimensions takes 7 s a trial. The
    few best of a thousand, all predicted at once, lead as high in an eighth of that.

    Args:
        oracle: Whose process predicts.
    """

    _POINTS = 1000
    _STARTS = 6

    def __init__(self, oracle: _Bayesian) -> None:
        self._oracle = oracle
        self._rng = np.random.RandomState(oracle.seed)

    def uniform(self, low: Any, high: Any, size: tuple[int, int]) -> Any:
        """Return starts, ``(starts, dimensions)``; KerasTuner asks for them by this name."""
        points = self._rng.uniform(low, high, size=(self._POINTS, size[1]))
        mean, deviation = self._oracle.gpr.predict(points, return_std=True)
        promise = mean - self._oracle.beta * deviation
        return points[np.argsort(promise, kind="stable")[: self._STARTS]]


class _Hyperband(_Quiet, HyperbandOracle):  # type: ignore[misc]
    def _start_new_bracket(self) -> None:
        super()._start_new_bracket()
        self._brackets[-1]["iteration"] = self._current_iteration

    def place(self, trial_id: str) -> tuple[dict[str, Any], int]:
        """Return the bracket and rung of a trial that was just made.

        Where it stands, not what its ``tuner/bracket`` says: with several trials at once a promoted
        one is given the number of the bracket begun last.
        """
        for bracket in self._brackets:
            for rung, trials in enumerate(bracket["rounds"]):
                if any(each["id"] == trial_id for each in trials):
                    return bracket, rung
        raise LookupError(trial_id)


def _made(search: SearchSpec, encoding: Encoding) -> Any:
    there_are = settings(search.space)
    options: dict[str, Any] = {
        "encoding": encoding,
        "finite": there_are is not None and there_are <= _MOST_LISTED,
        "objective": objective.Objective(search.objective, search.direction),
        # KerasTuner takes 0 for none and draws one; NumPy takes 32 bits without a sign.
        "seed": search.seed % (2**32 - 1) or 2**32 - 1,
    }
    if search.method == "hyperband":
        return _Hyperband(
            max_epochs=search.epochs,
            factor=search.factor,
            hyperband_iterations=search.iterations,
            **options,
        )
    options["max_trials"] = search.trials or None
    if search.method == "grid":
        return _Grid(**options)
    if search.method == "bayesian":
        return _Bayesian(num_initial_points=initial_points(search), **options)
    return _Random(**options)

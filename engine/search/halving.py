"""Asynchronous successive halving: Optuna decides who goes on, KerasTuner draws the settings.

Each trial is decided about as soon as it arrives at a rung, against those that came there before
it: nothing waits. Who is not among the best then never goes on.

References:
    Li, Jamieson, Rostamizadeh, Gonina, Ben-tzur, Hardt, Recht, Talwalkar, "A System for Massively
    Parallel Hyperparameter Tuning", MLSys 2020; Optuna's ``SuccessiveHalvingPruner``.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import msgspec

from engine.errors import Problem
from engine.insight.search_plan import halving_epochs
from engine.run.search_records import SearchSpec, SearchValue
from engine.search.kerastuner import KerasTuner
from engine.search.oracle import Answer, Oracle, Proposal

try:
    import optuna
except ImportError:
    raise Problem(
        "Successive halving needs Optuna, which is not installed.",
        "pip install 'dlconsole[optuna]'",
    ) from None


class Halving(Oracle):
    """Asynchronous successive halving.

    Args:
        search: What the search was asked for.
    """

    def __init__(self, search: SearchSpec) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._search = search
        self._epochs = halving_epochs(search)
        self._settings = KerasTuner(msgspec.structs.replace(search, method="random"))
        self._study = optuna.create_study(
            direction="minimize" if search.direction == "min" else "maximize",
            sampler=optuna.samplers.RandomSampler(seed=0),  # draws nothing: it is never asked to
            pruner=optuna.pruners.SuccessiveHalvingPruner(
                min_resource=1, reduction_factor=search.factor
            ),
        )
        self._proposals: list[Proposal] = []
        self._trials: dict[int, Any] = {}
        self._promoted: deque[tuple[Proposal, Any]] = deque()

    def ask(self) -> Proposal | Answer:
        """See :meth:`Oracle.ask`: who is promoted goes first."""
        number = len(self._proposals) + 1
        if self._promoted:
            proposal, trial = self._promoted.popleft()
            proposal = proposal._replace(number=number)
        else:
            drawn = self._settings.ask()
            if not isinstance(drawn, Proposal):
                # One that is under way may still be promoted.
                return Answer.WAIT if self._trials else Answer.OVER
            proposal = Proposal(number, drawn.values, self._epochs[0], bracket=0, rung=0)
            trial = self._study.ask()
        self._trials[number] = trial
        self._proposals.append(proposal)
        return proposal

    def tell(self, number: int, score: float | None) -> None:
        """See :meth:`Oracle.tell`."""
        trial = self._trials.pop(number)
        proposal = self._proposals[number - 1]
        rung = proposal.rung or 0
        is_score = score is not None and math.isfinite(score)
        worst = math.inf if self._search.direction == "min" else -math.inf
        value = score if score is not None and is_score else worst
        is_last = rung + 1 == len(self._epochs)
        # Optuna's rungs are at 1, factor, factor², ... of what it calls steps; ours are rounded up
        # so that the last is at all the epochs, so it is told the rung instead.
        trial.report(value, self._search.factor**rung)
        if trial.should_prune() or is_last or not is_score:
            pruned = optuna.trial.TrialState.PRUNED
            self._study.tell(trial, value if is_last else None, None if is_last else pruned)
            return
        further = proposal._replace(
            epochs=self._epochs[rung + 1],
            from_epoch=proposal.epochs,
            parent=number,
            rung=rung + 1,
        )
        self._promoted.append((further, trial))

    def set_trials(self, trials: int) -> None:
        """See :meth:`Oracle.set_trials`."""
        self._settings.set_trials(trials)

    def fix(self, name: str, value: SearchValue) -> None:
        """See :meth:`Oracle.fix`."""
        self._settings.fix(name, value)

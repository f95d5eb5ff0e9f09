"""The coordinator's pen: a run's, and what only a search has to say."""

from __future__ import annotations

from dataclasses import dataclass

from engine.run.recorder import Recorder
from engine.run.records import Metrics
from engine.run.search_records import OracleSaid, TrialAsked, TrialEnded


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a search is.

    Attributes:
        trials: Trials that have ended.
        planned_trials: Trials in all.
        epochs: Epochs trained, those of trials under way counted.
        planned_epochs: Epochs in all.
        epoch_seconds: What an epoch takes on the average; None before one was timed.
        left_seconds: Expected until the search ends.
        best: The best score so far, and its trial.
        underway: The trials under way.
    """

    trials: int
    planned_trials: int
    epochs: int
    planned_epochs: int
    epoch_seconds: float | None
    left_seconds: float | None
    best: tuple[float, int] | None
    underway: tuple[int, ...]


class Ledger(Recorder):
    """Writes a search's records; see :class:`Recorder` for its arguments."""

    def tell(self, record: TrialAsked | OracleSaid | TrialEnded) -> None:
        """Write what the oracle was asked or told; it lasts when this returns."""
        with self._lock:
            self._write(record, durable=True)

    def stand(self, standing: Standing, objective: str) -> None:
        """Say how far the search is."""
        with self._lock:
            status = self._status
            status.step, status.steps = standing.trials, standing.planned_trials
            status.epoch, status.epochs = standing.epochs, standing.planned_epochs
            status.epoch_seconds = standing.epoch_seconds
            status.left_seconds = standing.left_seconds
            if standing.best is not None:
                metrics: Metrics = {objective: standing.best[0]}
                status.best, status.metrics = standing.best[0], metrics
            if status.phase == "searching":
                status.detail = _detail(standing)
            self.write_status_if_due()


def _detail(standing: Standing) -> str:
    numbers = ", ".join(map(str, standing.underway))
    if not numbers:
        return ""
    return f"{'trials' if len(standing.underway) > 1 else 'trial'} {numbers}"

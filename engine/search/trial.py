"""A trial under way: its trainings, one for each fold, and the score they come to."""

from __future__ import annotations

import time
from statistics import fmean, stdev

from engine.run.search_records import TrialAsked, TrialEnded
from engine.search.training import Result, Stage, Training


class OpenTrial:
    """A trial that has been proposed and has not ended.

    Args:
        asked: What was proposed.
        trainings: One for each fold, in that order.

    Attributes:
        asked: The same.
        trainings: The same.
        is_culled: Whether a person wants it ended.
    """

    def __init__(self, asked: TrialAsked, trainings: list[Training]) -> None:
        self.asked = asked
        self.trainings = trainings
        self.is_culled = False

    @property
    def waiting(self) -> list[Training]:
        """The trainings that are still to be begun; none once one of them has failed."""
        if self.is_culled or self._bad() is not None:
            return []
        return [each for each in self.trainings if each.stage is Stage.WAITING]

    @property
    def underway(self) -> list[Training]:
        """The trainings that somebody is at."""
        return [each for each in self.trainings if each.stage is Stage.UNDERWAY]

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return not self.waiting and not self.underway

    @property
    def trained(self) -> int:
        """Epochs trained so far, all folds together."""
        return sum(each.trained for each in self.trainings)

    @property
    def epochs(self) -> int:
        """Epochs it takes, all folds together."""
        return (self.asked.epochs - self.asked.from_epoch) * len(self.trainings)

    @property
    def failure(self) -> Result | None:
        """What came of the first training that failed."""
        return next((each for each in self._results() if each.outcome == "failed"), None)

    def ended(self) -> TrialEnded:
        """Return the record of its end."""
        results, bad = self._results(), self._bad()
        scores = [each.score for each in results if each.score is not None]
        is_whole = len(scores) == len(self.trainings)
        outcome = "completed"
        if self.is_culled or (bad is not None and bad.outcome == "stopped"):
            outcome = "culled"
        elif bad is not None:
            outcome = "failed"
        return TrialEnded(
            at=time.time(),
            trial=self.asked.trial,
            outcome=outcome,
            score=fmean(scores) if is_whole and outcome == "completed" else None,
            scores=scores,
            spread=stdev(scores) if is_whole and len(scores) > 1 else None,
            best_epoch=results[0].best_epoch if results else 0,
            epochs=results[0].epochs if results else 0,
            trained=sum(each.trained for each in results),
            seconds=sum(each.seconds for each in results),
            reason=bad.reason if bad else "",
            cause=bad.cause if bad else "",
        )

    def _results(self) -> list[Result]:
        return [each.result for each in self.trainings if each.result is not None]

    def _bad(self) -> Result | None:
        """Return what came of the first training that keeps it from being scored."""
        return next((each for each in self._results() if each.outcome != "completed"), None)

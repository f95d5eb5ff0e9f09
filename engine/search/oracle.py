"""What an oracle is: it proposes settings to try, and learns from how well they did.

An oracle answers the same to the same words in the same order, whatever happens around it. That is
how a search is taken up again: by saying everything once more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import NamedTuple

from engine.run.search_records import SearchValue


class Proposal(NamedTuple):
    """A trial that an oracle wants to have trained.

    Attributes:
        number: The trial's, from 1 on in the order of asking.
        values: What is varied, as far as it means anything with the other values.
        epochs: To how many epochs in all it is trained.
        from_epoch: How many of them the trial it goes on from has behind it.
        parent: The number of the trial it goes on from: that one was promoted.
        iteration: Hyperband: which time through all brackets, from 0.
        bracket: Hyperband: its bracket's number; halving: 0.
        rung: Hyperband, halving: its rung, from 0.
    """

    number: int
    values: dict[str, SearchValue]
    epochs: int
    from_epoch: int = 0
    parent: int | None = None
    iteration: int = 0
    bracket: int | None = None
    rung: int | None = None


class Answer(StrEnum):
    """What an oracle says when it proposes nothing."""

    WAIT = "wait"
    """It wants to know first what becomes of trials under way."""
    OVER = "over"
    """There will be none any more, unless trials are added."""


class Oracle(ABC):
    """Chooses what a search tries next."""

    @abstractmethod
    def ask(self) -> Proposal | Answer:
        """Return the next trial, or why there is none."""

    @abstractmethod
    def tell(self, number: int, score: float | None) -> None:
        """Say what became of a trial.

        Args:
            number: The trial's.
            score: Its score; None (or not a finite number) where it failed or was culled: then it
                is never promoted, and nothing is learned from it but that it was tried.
        """

    @abstractmethod
    def set_trials(self, trials: int) -> None:
        """Try another number of trials in all: for halving, of settings.

        Raises:
            Problem: Fewer than were begun; or of Hyperband anything but whole iterations.
        """

    @abstractmethod
    def fix(self, name: str, value: SearchValue) -> None:
        """Give a hyperparameter one value in all settings that are begun from here on.

        Trials that are promoted keep theirs. What means nothing with the value is left out.
        """

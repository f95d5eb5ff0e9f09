"""What a task is: how one kind of problem is loaded, trained, measured and asked.

A worker calls :meth:`Task.load` before Keras is imported, so that a mistake in the data is told
within a second or two, then :meth:`~Task.build`, :meth:`~Task.train` and :meth:`~Task.report`.
Modules of tasks therefore import Keras within methods only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from engine.tasks.job import Job
from engine.tasks.saved import Saved
from engine.tasks.trained import Trained


class Task(ABC):
    """One kind of problem, at work on one run."""

    imports: ClassVar[tuple[str, ...]] = ()
    """Modules that its methods import when they come to it; a standby imports them ahead."""

    def __init__(self, job: Job) -> None:
        self.job = job

    @abstractmethod
    def load(self) -> None:
        """Read, check and split the data; fit what prepares it on the training rows alone.

        Raises:
            Problem: The data cannot be used; the sentence says where it is wrong.
        """

    @abstractmethod
    def build(self) -> None:
        """Build and compile the network, and describe it and the data in the journal."""

    def epoch_seconds(self) -> float | None:
        """Return how long an epoch takes here, measured; None where that cannot be told.

        To be called after :meth:`build`. What was built is trained a little by it, so nothing else
        may be done with it.
        """
        return None

    @abstractmethod
    def preview(self) -> dict[str, Any]:
        """Say what is in the data, without :meth:`load` and whatever else the form says.

        Returns:
            What :func:`engine.data.preview.preview` returns; ``problem`` is what keeps the data
            from being learned from, though it can be read.

        Raises:
            Problem: It cannot be read at all.
        """

    @abstractmethod
    def train(self) -> bool:
        """Train; say whether a person ended it after an epoch."""

    @abstractmethod
    def save(self) -> None:
        """Write the network as it is to ``model.keras``."""

    @abstractmethod
    def report(self) -> None:
        """Measure the network and the baselines and write ``report.json``."""

    @staticmethod
    @abstractmethod
    def trained(saved: Saved) -> Trained:
        """Return a network of a run, to be asked; raise Problem where it lacks something."""

"""A trained network that is asked again and again: loaded once, at the first question."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.data.given import Given
from engine.tasks.saved import Saved

if TYPE_CHECKING:
    import keras


class Trained(ABC):
    """A network with what makes raw input ready for it.

    Args:
        saved: Where it lies.

    Raises:
        Problem: What makes input ready is missing or damaged.
    """

    def __init__(self, saved: Saved) -> None:
        self.saved = saved

    @property
    @abstractmethod
    def shapes(self) -> tuple[tuple[int, ...], int]:
        """The shape of one input, and how many numbers the network says of it."""

    @abstractmethod
    def predict(self, given: Given, *, explain: bool = False) -> Iterator[dict[str, Any]]:
        """Yield what the network says about raw input, one after another.

        Args:
            given: The input, in the form in which this kind of problem has it. Where it holds the
                right answers as well, each row has them under ``actual``. Of what is streamed no
                answer waits for the input after it.
            explain: Whether to say as well what moved it.

        Yields:
            ``predicted``, and before it what a person finds the input by: ``row`` in a table,
            ``input`` otherwise. A classifier adds ``probability`` and ``probabilities`` (by class).
            An input that cannot be read is ``input`` and ``problem`` alone; what is to be known of
            one that can is its ``note``. Explained, it has ``moved_by``: by word or column what it
            added, the strongest first; of a picture what was seen of it, ``seen``.

        Raises:
            Problem: There is no input, or it is of another form.
        """

    @cached_property
    def model(self) -> keras.Model:
        """The network; raises Problem where it cannot be read."""
        return self.saved.load(*self.shapes)

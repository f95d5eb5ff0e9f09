"""Raw input that a person wants predictions for, as it was asked for and before it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STDIN = "-"
"""The path that means standard input."""


@dataclass(frozen=True)
class Given:
    """Raw input that a person wants predictions for.

    Attributes:
        paths: Files and folders; ``-`` is standard input.
        texts: Typed.
        lines: Whether each line of a text file is a text of its own.
    """

    paths: Sequence[str] = ()
    texts: Sequence[str] = ()
    lines: bool = False

    @property
    def is_streamed(self) -> bool:
        """Whether it comes in while it is being answered, so that no answer may be held back."""
        return STDIN in self.paths

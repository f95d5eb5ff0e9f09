"""Raw input that a person wants predictions for, as it was asked for and before it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

STDIN = "-"
"""The path that means standard input."""


@dataclass(frozen=True)
class Given:
    """Raw input that a person wants predictions for.

    Attributes:
        paths: Files and folders; ``-`` is standard input.
        texts: Typed.
        lines: Whether each line of a text file is a text of its own.
        cells: One row of a table, typed: each cell by the name of its column.
        pictures: Drawn; each as a picture file has it.
        invert: Whether to turn pictures round, light for dark: for ink on paper where the training
            pictures are light on dark.
    """

    paths: Sequence[str] = ()
    texts: Sequence[str] = ()
    lines: bool = False
    cells: Mapping[str, str] = field(default_factory=dict)
    pictures: Sequence[bytes] = ()
    invert: bool = False

    @property
    def is_streamed(self) -> bool:
        """Whether it comes in while it is being answered, so that no answer may be held back."""
        return STDIN in self.paths

"""A confusion matrix laid out in cells, for the console and for the commands. Pure functions.

It is shown where it fits and can be read; where it does not, the most confused pairs say more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

MOST_CLASSES = 20
"""Classes of a matrix that a person can still read."""
RIGHT = -1
"""The level of a count on the diagonal."""
LEVELS = 4
"""Levels of the other counts: 0 for none, this for the highest there is."""

_LABEL_CELLS = 20
_HEAD_CELLS = 12
_NOTHING = "."


class Count(NamedTuple):
    """A cell of the matrix."""

    text: str
    level: int
    """How much it is: :data:`RIGHT`, or from 0 to :data:`LEVELS`."""


class Matrix(NamedTuple):
    """A matrix that fits."""

    label_cells: int
    """What the names down the side take."""
    cells: int
    """What each column takes, the gap before it included."""
    heads: list[str]
    """Above the columns: names, or numbers that stand in the labels where names are too long."""
    labels: list[str]
    """Down the side; a long one is to be cut."""
    rows: list[list[Count]]
    """By actual class (down) and predicted one (across)."""


def lay_out(
    names: Sequence[str],
    counts: Sequence[Sequence[int]],
    room: int,
    width: Callable[[str], int],
) -> Matrix | None:
    """Lay out a matrix in so many cells; None where it does not fit.

    Args:
        names: The classes, printable.
        counts: By actual and predicted class; what a damaged report holds may be of any shape.
        room: Cells of a line.
        width: Returns the cells that a text takes.
    """
    size = len(names)
    if not 2 <= size <= MOST_CLASSES or [len(row) for row in counts] != [size] * size:
        return None
    digits = max(len(str(count)) for row in counts for count in row)
    numbers = [str(number) for number in range(1, size + 1)]
    numbered = [f"{number} {name}" for number, name in zip(numbers, names, strict=True)]
    for heads, labels in ((list(names), list(names)), (numbers, numbered)):
        widest = max(map(width, heads))
        if widest > max(_HEAD_CELLS, digits):
            continue
        label = min(max(map(width, labels)), _LABEL_CELLS)
        for gap in (2, 1):
            cells = max(widest, digits) + gap
            if label + size * cells <= room:
                return Matrix(label, cells, heads, labels, _counts(counts))
    return None


def _counts(counts: Sequence[Sequence[int]]) -> list[list[Count]]:
    most = max(
        (count for y, row in enumerate(counts) for x, count in enumerate(row) if x != y), default=0
    )
    return [
        [
            Count(str(count) if count else _NOTHING, RIGHT if x == y else level(count, most))
            for x, count in enumerate(row)
        ]
        for y, row in enumerate(counts)
    ]


def level(count: int, most: int) -> int:
    """Return how much a count is beside the highest one, from 0 (none) to :data:`LEVELS`."""
    return -(-LEVELS * count // most) if count > 0 and most > 0 else 0

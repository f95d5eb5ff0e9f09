"""How what a search varies becomes columns of numbers, as a forest of trees wants them.

A tree asks of a column only on which side of a bound a value lies. So a number is one column, and a
word is one for each option, 1 for the one it is: between words there is no order to be cut in two.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

from engine.run.search_records import Dimension, SearchValue

Numbers = npt.NDArray[np.float64]

GRID = 12
"""Values of a range at which its dependence is told; of layers, numbers times widths."""

_WIDTHS = 4
_LEAST = 1e-300  # what is fixed later may lie outside a range, where there is no logarithm


class Columns(ABC):
    """The columns of one dimension.

    Args:
        dimension: What is varied, and within what.
        met: The values that trials had.
    """

    def __init__(self, dimension: Dimension, met: Sequence[SearchValue]) -> None:
        self.dimension = dimension
        self.met = met

    @property
    @abstractmethod
    def width(self) -> int:
        """How many columns there are."""

    @abstractmethod
    def encode(self, value: SearchValue) -> Sequence[float]:
        """Return what stands in them for a value: ``(width,)``."""

    @abstractmethod
    def grid(self) -> list[SearchValue]:
        """Return some values, in order, at which a person wants to know what is expected."""

    def table(self, values: Sequence[SearchValue | None]) -> Numbers:
        """Return the columns of several trials: ``(len(values), width)``.

        Where a value is missing, because it means nothing with the trial's other values, the middle
        of those that were met stands: by a mark of its own a tree could tell what the others are,
        and this dimension would get the credit for what they do.
        """
        found = np.zeros((len(values), self.width))
        there = [row for row, value in enumerate(values) if value is not None]
        if there:
            known = [self.encode(value) for value in values if value is not None]
            found[:] = np.median(known, axis=0)
            found[there] = known
        return found


class _Range(Columns):
    """A range of numbers: one column, by its logarithm where it is searched so."""

    @property
    def width(self) -> int:
        return 1

    def encode(self, value: SearchValue) -> Sequence[float]:
        return (_scaled(_number(value), self.dimension.log),)

    def grid(self) -> list[SearchValue]:
        return _between(self.dimension, GRID)


class _Layers(Columns):
    """Layers that are all alike: how many there are, and how wide."""

    @property
    def width(self) -> int:
        return 2

    def encode(self, value: SearchValue) -> Sequence[float]:
        members = cast("list[int]", value)
        return len(members), _scaled(sum(members) / len(members), self.dimension.log)

    def grid(self) -> list[SearchValue]:
        least, greatest = cast("tuple[int, int]", self.dimension.layers)
        most = GRID // _WIDTHS
        numbers = sorted({round(n) for n in np.linspace(least, greatest, most)})
        widths = [int(_number(width)) for width in _between(self.dimension, _WIDTHS)]
        return [[width] * number for number in numbers for width in widths]


class _Numbers(Columns):
    """A few numbers to choose from: one column, in their order."""

    @property
    def width(self) -> int:
        return 1

    def encode(self, value: SearchValue) -> Sequence[float]:
        return (_number(value),)

    def grid(self) -> list[SearchValue]:
        return sorted(_distinct(self.met), key=_number)


class _Words(Columns):
    """A few words, switches or lists to choose from: a column for each."""

    def __init__(self, dimension: Dimension, met: Sequence[SearchValue]) -> None:
        super().__init__(dimension, met)
        # What was fixed later need not be one of the options.
        self._options = _distinct([*dimension.options, *met])

    @property
    def width(self) -> int:
        return len(self._options)

    def encode(self, value: SearchValue) -> Sequence[float]:
        return [float(_key(value) == _key(option)) for option in self._options]

    def grid(self) -> list[SearchValue]:
        met = {_key(value) for value in self.met}
        return [option for option in self._options if _key(option) in met]

    def table(self, values: Sequence[SearchValue | None]) -> Numbers:
        found = super().table(values)
        # No option is the middle one.
        found[[row for row, value in enumerate(values) if value is None]] = 1 / max(self.width, 1)
        return found


def columns(dimension: Dimension, met: Sequence[SearchValue]) -> Columns:
    """Return the columns for a dimension.

    Args:
        dimension: What is varied, and within what.
        met: The values that trials had.
    """
    kind: type[Columns] = _Range
    if dimension.layers is not None:
        kind = _Layers
    elif dimension.low is None:
        kind = _Numbers if all(_is_number(each) for each in dimension.options) else _Words
    return kind(dimension, met)


def _between(dimension: Dimension, points: int) -> list[SearchValue]:
    low, high = cast("float", dimension.low), cast("float", dimension.high)
    space = np.geomspace if dimension.log and low > 0 else np.linspace
    inner = space(low, high, points)[1:-1]
    if dimension.whole or dimension.layers is not None:
        return [int(each) for each in sorted({round(low), *map(round, inner), round(high)})]
    return [low, *(float(f"{each:.4g}") for each in inner), high] if low < high else [low]


def _scaled(number: float, log: bool) -> float:
    return math.log(max(number, _LEAST)) if log else number


def _distinct(values: Iterable[SearchValue]) -> list[SearchValue]:
    return list({_key(value): value for value in values}.values())


def _key(value: SearchValue) -> Hashable:
    return tuple(value) if isinstance(value, list) else value


def _is_number(value: SearchValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: SearchValue) -> float:
    return float(cast("float", value))

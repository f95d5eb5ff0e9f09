"""Values of hyperparameters as a search shows them, and where they lie within what is varied."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui.figures import UNKNOWN
from tui.search_words import value_text

if TYPE_CHECKING:
    from engine.run.search_records import Dimension, SearchValue


def heading(name: str) -> str:
    """Return what a hyperparameter is called."""
    return name.replace("_", " ")


def written(value: SearchValue | None) -> str:
    """Write a value: ``0.001``, ``512,256``, ``yes``; one that means nothing there is a hyphen."""
    return UNKNOWN if value is None else value_text(value)


def setting(values: Mapping[str, SearchValue]) -> str:
    """Write a setting in a line: ``batch size 100 · dropout 0.23``."""
    return " · ".join(f"{heading(name)} {written(value)}" for name, value in values.items())


def key(value: SearchValue | None) -> object:
    """Return what a value is sorted by: a list by its sum, so that larger networks come last."""
    return sum(value) if isinstance(value, list) else value


def share(dimension: Dimension, value: SearchValue | None) -> float:
    """Return where a value lies within what is varied: 0 at the low end, 1 at the high end.

    A value beyond the ends, as one that a person fixed may be, lies at the end; one that means
    nothing there is NaN.
    """
    if value is None:
        return math.nan
    if dimension.options:
        if value not in dimension.options:
            return math.nan
        return dimension.options.index(value) / max(len(dimension.options) - 1, 1)
    number = key(value)
    if isinstance(value, list):
        number = sum(value) / len(value) if value else math.nan
    if not isinstance(number, int | float) or dimension.low is None or dimension.high is None:
        return math.nan
    low, high, place = dimension.low, dimension.high, float(number)
    if dimension.log and low > 0:
        low, high, place = math.log(low), math.log(high), math.log(max(place, low))
    return min(max((place - low) / (high - low), 0.0), 1.0) if high > low else 0.5


def ends(dimension: Dimension) -> tuple[str, str]:
    """Return what stands at the low and at the high end of what is varied."""
    if dimension.options:
        return written(dimension.options[0]), written(dimension.options[-1])
    low, high = dimension.low or 0.0, dimension.high or 0.0
    if dimension.whole or dimension.layers is not None:
        return f"{low:.0f}", f"{high:.0f}"
    return written(float(low)), written(float(high))

"""A search's dimensions as KerasTuner's hyperparameters, and its values as ours.

Options become whole numbers, their places in the list, so that lists, truth values and mixed
numbers can be options as well. A list of layers becomes two numbers, how many and how wide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from keras_tuner.src.engine import conditions, hyperparameters

from engine.run.search_records import Dimension, SearchValue

Values = dict[str, Any]
"""KerasTuner's values by its hyperparameters' names; only what is active."""

_DIGITS = 4
"""Significant digits of a real value: as exact as a setting has to be, and short enough to read."""

_LAYERS = "#layers"


class Encoding:
    """Translates between a search's space and KerasTuner's.

    Args:
        space: What is varied.
        every_value: Whether ranges of whole numbers are lists of their values, as a grid needs
            them (KerasTuner's grid takes ten of a logarithmic range).

    Attributes:
        hyperparameters: KerasTuner's, parents before those that depend on them.
    """

    def __init__(self, space: list[Dimension], every_value: bool = False) -> None:
        self._space = {each.name: each for each in space}
        self._options = {each.name: _options(each, every_value) for each in space}
        self.hyperparameters = hyperparameters.HyperParameters()
        for dimension in _parents_first(self._space):
            self.hyperparameters.merge(self._declared(dimension))

    @property
    def space(self) -> list[Any]:
        """KerasTuner's hyperparameters, parents before those that depend on them."""
        found: list[Any] = self.hyperparameters.space
        return found

    def complete(self, value_of: Callable[[Any], Any], fixed: Mapping[str, Any]) -> Values:
        """Return a setting: a value for each hyperparameter that is active with those before it.

        Args:
            value_of: Returns a value for one of KerasTuner's hyperparameters.
            fixed: Values that stand, by its names.
        """
        values: Values = {}
        for each in self.space:
            if all(condition.is_active(values) for condition in each.conditions):
                known = each.name in fixed
                values[each.name] = fixed[each.name] if known else _tidy(each, value_of(each))
        return values

    def all(self, fixed: Mapping[str, Any]) -> Iterator[Values]:
        """Go through all settings; every range has to be one of whole numbers."""
        yield from self._all(0, {}, fixed)

    def decode(self, values: Mapping[str, Any]) -> dict[str, SearchValue]:
        """Return a setting as trials have it."""
        found: dict[str, SearchValue] = {}
        for name, dimension in self._space.items():
            options = self._options[name]
            if options:
                if name in values:
                    found[name] = options[values[name]]
            elif dimension.layers is not None:
                if self._is_active(dimension, values):
                    fewest, low = dimension.layers[0], int(dimension.low or 0)
                    units = int(values.get(name, low))
                    found[name] = [units] * int(values.get(name + _LAYERS, fewest))
            elif name in values:
                found[name] = int(values[name]) if dimension.whole else float(values[name])
        return found

    def encode(self, name: str, value: SearchValue) -> Values | None:
        """Return one value in KerasTuner's words; None where it is none of the dimension's."""
        dimension, options = self._space[name], self._options[name]
        if options:
            return {name: options.index(value)} if value in options else None
        low, high = dimension.low or 0.0, dimension.high or 0.0
        if dimension.layers is not None:
            fewest, most = dimension.layers
            if not isinstance(value, list) or not fewest <= len(value) <= most:
                return None
            if len(set(value)) > 1 or not low <= value[0] <= high:
                return None
            return {name: value[0], name + _LAYERS: len(value)}
        if not isinstance(value, int | float) or not low <= value <= high:
            return None
        return {name: int(value) if dimension.whole else float(value)}

    def _all(self, place: int, values: Values, fixed: Mapping[str, Any]) -> Iterator[Values]:
        if place == len(self.space):
            yield dict(values)
            return
        each = self.space[place]
        if not all(condition.is_active(values) for condition in each.conditions):
            yield from self._all(place + 1, values, fixed)
            return
        for value in [fixed[each.name]] if each.name in fixed else _all_values(each):
            yield from self._all(place + 1, {**values, each.name: value}, fixed)

    def _is_active(self, dimension: Dimension, values: Mapping[str, Any]) -> bool:
        return all(each.is_active(values) for each in self._conditions(dimension))

    def _conditions(self, dimension: Dimension) -> list[Any]:
        found = []
        for name, allowed in dimension.only.items():
            if name in self._space:
                encoded = [self.encode(name, each) for each in allowed]
                found.append(conditions.Parent(name, [each[name] for each in encoded if each]))
        return found

    def _declared(self, dimension: Dimension) -> list[Any]:
        name, when = dimension.name, self._conditions(dimension)
        options = self._options[name]
        if options:
            return [hyperparameters.Choice(name, list(range(len(options))), conditions=when)]
        low, high = dimension.low or 0.0, dimension.high or 0.0
        sampling = "log" if dimension.log else "linear"
        if not dimension.whole:
            return [hyperparameters.Float(name, low, high, sampling=sampling, conditions=when)]
        found = []
        if low < high:
            found.append(
                hyperparameters.Int(name, int(low), int(high), sampling=sampling, conditions=when)
            )
        if dimension.layers is not None and dimension.layers[0] < dimension.layers[1]:
            fewest, most = dimension.layers
            found.append(hyperparameters.Int(name + _LAYERS, fewest, most, conditions=when))
        return found


def _options(dimension: Dimension, every_value: bool) -> list[SearchValue]:
    if dimension.options or not every_value or not dimension.whole:
        return list(dimension.options)
    numbers = range(int(dimension.low or 0), int(dimension.high or 0) + 1)
    if dimension.layers is None:
        return list(numbers)
    fewest, most = dimension.layers
    return [[units] * many for many in range(fewest, most + 1) for units in numbers]


def _parents_first(space: Mapping[str, Dimension]) -> list[Dimension]:
    found: dict[str, Dimension] = {}

    def add(dimension: Dimension) -> None:
        for name in dimension.only:
            if name in space and name not in found:
                add(space[name])
        found.setdefault(dimension.name, dimension)

    for each in space.values():
        add(each)
    return list(found.values())


def _all_values(hyperparameter: Any) -> list[Any]:
    if isinstance(hyperparameter, hyperparameters.Choice):
        return list(hyperparameter.values)
    return list(range(hyperparameter.min_value, hyperparameter.max_value + 1))


def _tidy(hyperparameter: Any, value: Any) -> Any:
    """Return a value with the digits that matter, and within the range.

    At its upper end KerasTuner's logarithmic whole numbers are one too large, and real ones may be
    so by rounding.
    """
    if isinstance(hyperparameter, hyperparameters.Choice):
        return value
    low, high = hyperparameter.min_value, hyperparameter.max_value
    if isinstance(hyperparameter, hyperparameters.Float):
        rounded = float(f"{value:.{_DIGITS}g}")
        # A range so narrow that rounding would show is left as it is.
        value = rounded if abs(rounded - value) < 1e-2 * (high - low) else value
    return min(max(value, low), high)

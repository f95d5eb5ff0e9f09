"""What a search varies: chosen for a recipe, held against conditions, counted.

The language in which it is said is :mod:`engine.dimension_texts`; its functions are here as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, Protocol

import msgspec

from engine.dimension_texts import EXAMPLE, bounds, describe, parse, raw, text, word
from engine.errors import Problem
from engine.run.search_records import Dimension, SearchValue
from engine.space import Hyperparameter, Space, Value

__all__ = [
    "Dimension",
    "condition",
    "describe",
    "dimensions",
    "meaningful",
    "parse",
    "raw",
    "settings",
    "text",
    "value",
]


class Searchable(Protocol):
    """What is needed of a recipe here (:class:`engine.recipe.Recipe` checks itself with this)."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def space(self) -> Space:
        """Everything that may be set."""

    @property
    def searched(self) -> Mapping[str, str]:
        """What a search varies unless a person says otherwise."""

    def values(self, preset: str | None, changes: Mapping[str, object]) -> dict[str, Value]:
        """Return every hyperparameter's value."""


def dimensions(
    recipe: Searchable,
    texts: Mapping[str, str],
    fixed: Mapping[str, Value],
    setting: Mapping[str, Value] | None = None,
) -> tuple[list[Dimension], dict[str, Value]]:
    """Work out what a search of a recipe varies.

    Args:
        recipe: The recipe.
        texts: What a person wants varied, in the language of
            :mod:`engine.dimension_texts`, by name; where it is
            empty, the recipe's own :attr:`~engine.recipe.Recipe.searched` counts.
        fixed: What a person set: never varied.
        setting: Every value of the setting that stays; by default the recipe's first preset with
            what is fixed. Decides about conditions on what is not varied.

    Returns:
        The dimensions, in the order of the texts, and the values of texts that name just one.

    Raises:
        Problem: A text is wrong; something is both fixed and varied; a hyperparameter means nothing
            with any of the others' values; or nothing is left to vary.
    """
    asked = dict(texts) or {
        name: words for name, words in recipe.searched.items() if name not in fixed
    }
    varied: dict[str, Dimension] = {}
    single: dict[str, Value] = {}
    for name, words in asked.items():
        read = parse(recipe.space, name, words)
        if not isinstance(read, Dimension):
            single[name] = read
        elif name in fixed:
            shown = recipe.space[name].format(fixed[name])
            raise Problem(
                f"{name} is both fixed at {shown} and varied over {describe(read)}.",
                "Leave one of the two out.",
            )
        else:
            varied[name] = read
    stays = {**(recipe.values(None, fixed) if setting is None else setting), **fixed, **single}
    for name in list(varied):
        conditions = _conditions(recipe.space[name], varied, stays)
        if isinstance(conditions, Problem):
            if texts:
                raise Problem(f"{name} {conditions.what}", conditions.remedy)
            del varied[name]  # the recipe's own wish; a person fixed what it depends on
        else:
            varied[name] = msgspec.structs.replace(varied[name], only=conditions)
    if not varied:
        raise Problem(
            f"The space is empty: nothing of {recipe.name} is left to vary.",
            f"Say what to search. {EXAMPLE}",
        )
    return list(varied.values()), single


def value(space: Space, name: str, raw: object) -> Value:
    """Return a value as JSON has it in its hyperparameter's own type.

    Raises:
        Problem: There is no such hyperparameter, or the value is not allowed.
    """
    return space.check({name: raw})[name]


def condition(dimension: Dimension) -> str:
    """Say where a dimension means anything: ``with optimizer sgd or rmsprop``; empty: anywhere."""
    told = [
        f"{name.replace('_', ' ')} {' or '.join(word(each) for each in options)}"
        for name, options in dimension.only.items()
    ]
    return f"with {' and '.join(told)}" if told else ""


def settings(dimensions: Sequence[Dimension]) -> int | None:
    """Count the settings there are; ``None`` where there is no end, as of real numbers.

    What means nothing with the other values makes no difference: momentum is counted for sgd alone.
    """
    if any(_values(each) is None for each in dimensions):
        return None
    by_name = {each.name: each for each in dimensions}
    parents = [by_name[name] for name in _parents(dimensions)]
    # Of what conditions ask for, only the values they name have to be told apart.
    classes = [_classes(each, dimensions) for each in parents]
    total = 0
    for chosen in product(*classes):
        picked: dict[str, SearchValue | None] = {
            parent.name: option for parent, (option, _) in zip(parents, chosen, strict=True)
        }
        # A parent that means nothing here has no values of its own: count it once, not with each.
        active = {each.name for each in dimensions if _holds(each, picked, by_name)}
        first = {
            parent.name: options[0][0] for parent, options in zip(parents, classes, strict=True)
        }
        if any(name not in active and picked[name] != first[name] for name in picked):
            continue
        ways = 1
        for each in dimensions:
            if each.name not in active:
                continue
            if each.name in picked:
                ways *= next(
                    many
                    for parent, (_, many) in zip(parents, chosen, strict=True)
                    if parent.name == each.name
                )
            else:
                ways *= _values(each) or 1
        total += ways
    return total


def meaningful(
    dimensions: Iterable[Dimension], values: Mapping[str, SearchValue]
) -> dict[str, SearchValue]:
    """Return of a setting's values those that mean anything with the others."""
    by_name = {each.name: each for each in dimensions}
    return {
        name: each
        for name, each in values.items()
        if name not in by_name or _holds(by_name[name], values, by_name)
    }


def _conditions(
    known: Hyperparameter[Any], varied: Mapping[str, Dimension], stays: Mapping[str, Value]
) -> dict[str, list[SearchValue]] | Problem:
    """Return the conditions on what is varied; those on what stays hold, or nothing ever does."""
    conditions: dict[str, list[SearchValue]] = {}
    for name, allowed in known.only.items():
        wanted = " or ".join(word(raw(each)) for each in allowed)
        if name not in varied:
            if stays.get(name) not in allowed:
                return Problem(
                    f"means nothing with {name} {word(raw(stays.get(name, '')))}.",
                    f"It needs {name} {wanted}: set that, vary {name} too, or leave it out.",
                )
            continue
        possible = [raw(each) for each in allowed if _can_be(varied[name], raw(each))]
        if not possible:
            return Problem(
                f"means nothing with {name} {describe(varied[name])}.",
                f"It needs {name} {wanted}: add that, or leave it out.",
            )
        if not _always(varied[name], possible):
            conditions[name] = possible
    return conditions


def _can_be(dimension: Dimension, option: SearchValue) -> bool:
    if dimension.options:
        return option in dimension.options
    if isinstance(option, str | list) or dimension.layers is not None:
        return False
    low, high = bounds(dimension)
    return low <= option <= high


def _always(dimension: Dimension, options: Sequence[SearchValue]) -> bool:
    """Return whether a dimension has no other values than these."""
    return bool(dimension.options) and all(each in options for each in dimension.options)


def _values(dimension: Dimension) -> int | None:
    """Return how many values a dimension has; ``None``: no end."""
    if dimension.options:
        return len(dimension.options)
    if not dimension.whole:
        return None
    low, high = bounds(dimension)
    fewest, most = dimension.layers or (1, 1)
    return int(high - low + 1) * (most - fewest + 1)


def _parents(dimensions: Iterable[Dimension]) -> list[str]:
    """Return the names that conditions ask for, each once."""
    return list(dict.fromkeys(name for each in dimensions for name in each.only))


def _classes(
    parent: Dimension, dimensions: Iterable[Dimension]
) -> list[tuple[SearchValue | None, int]]:
    """Return the values of a parent that conditions name, and how many others there are."""
    named: list[SearchValue] = []
    for each in dimensions:
        named += [one for one in each.only.get(parent.name, []) if one not in named]
    others = (_values(parent) or 0) - len(named)
    found: list[tuple[SearchValue | None, int]] = [(each, 1) for each in named]
    return [*found, (None, others)] if others > 0 else found


def _holds(
    dimension: Dimension,
    values: Mapping[str, Any],
    by_name: Mapping[str, Dimension],
) -> bool:
    """Return whether a dimension means anything with these values of the others."""
    for name, allowed in dimension.only.items():
        if values.get(name) not in allowed:
            return False
        if name in by_name and not _holds(by_name[name], values, by_name):
            return False
    return True

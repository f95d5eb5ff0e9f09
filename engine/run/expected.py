"""What a run's network takes and says, as ``preprocessing.json`` has it.

Written by the worker before it trains (:mod:`engine.data.preparations`,
:mod:`engine.data.preprocessing`); read here by a side that has neither NumPy nor pandas at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from engine.errors import Problem
from engine.run.folder import RunFolder


@dataclass(frozen=True)
class Column:
    """A column of the table that was learned from.

    Attributes:
        name: Its heading.
        usual: The median of the training rows, or their most frequent category.
        levels: The categories with an input of their own; empty for numbers.
        low: The lowest number of the training rows; None where it is not known.
        high: The highest, likewise.
        std: Their standard deviation; 0 for categories.
    """

    name: str
    usual: str
    levels: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    std: float = 0.0


@dataclass(frozen=True)
class Rows:
    """Rows of a table, from which a number is predicted.

    Attributes:
        columns: What a row holds.
        target: What is predicted.
        mean: Of the target in the training rows.
        low: The lowest target of the training rows; None where it is not known.
        high: The highest, likewise.
    """

    columns: tuple[Column, ...]
    target: str
    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Pictures:
    """Pictures, of which a class is predicted.

    Attributes:
        classes: Their names.
        width: In pixels.
        height: In pixels.
        colour: Whether the network sees colours.
        ground: What most training pictures are on: ``dark``, ``light``, or nothing.
    """

    classes: tuple[str, ...]
    width: int
    height: int
    colour: bool
    ground: str


@dataclass(frozen=True)
class Texts:
    """Texts, of which a class is predicted.

    Attributes:
        classes: Their names.
        length: Words that are read, the last ones of a text.
    """

    classes: tuple[str, ...]
    length: int


Expected = Rows | Pictures | Texts


def read_expected(folder: RunFolder) -> Expected:
    """Return what a run's network takes.

    Raises:
        Problem: It is not written yet, or damaged.
    """
    try:
        return _expected(msgspec.json.decode(folder.preprocessing.read_bytes()))
    except FileNotFoundError:
        raise Problem(
            f"What {folder.name} takes is not known yet: it has not read its data so far.",
            "Wait until it trains.",
        ) from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Problem(
            f"The run {folder.name} has no preprocessing.json that can be used.",
            "Without it raw input cannot be made ready; train it anew.",
        ) from None


def _expected(stored: dict[str, Any]) -> Expected:
    form = stored.get("form", "table")
    if form == "pictures":
        sides = (int(stored["width"]), int(stored["height"]))
        if min(sides) < 1:
            raise ValueError(sides)
        colour = int(stored["channels"]) != 1
        return Pictures(_texts(stored["classes"]), *sides, colour, str(stored["ground"]))
    if form == "texts":
        return Texts(_texts(stored["classes"]), int(stored["length"]))
    target = stored["target"]
    return Rows(
        columns=tuple(_column(each) for each in stored["columns"]),
        target=str(target["name"]),
        mean=float(target["mean"]),
        low=_known(target.get("low")),
        high=_known(target.get("high")),
    )


def _column(stored: dict[str, Any]) -> Column:
    name = str(stored["name"])
    if stored["kind"] == "category":
        levels = _texts(stored["levels"])
        return Column(name, levels[0] if levels else "", levels)
    low, high = _known(stored.get("low")), _known(stored.get("high"))
    usual = format(float(stored["median"]), ".6g")
    return Column(name, usual, (), low, high, float(stored["std"]))


def _known(value: float | None) -> float | None:
    return None if value is None else float(value)


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(str(each) for each in values)

"""Which runs fit what a person typed into a filter.

A filter is words with spaces between them, all of which have to fit. A word is a regular
expression, looked for in a run's name and note; or it asks for a fact by name:

    lr=3e-4          a number that is the same, however it is written
    optimizer=adam   a text that is matched by the expression, the whole of it
    val_loss<0.2     also > <= >= and != (which takes runs without that fact, too)
    state=done       facts are settings, metrics, state, device and what else a list shows

Upper and lower case are the same. Facts have the names that ``--set`` takes; a setting may also be
called by what stands for it in the names of runs, as ``lr``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from engine.run.facts import Fact, facts, written
from engine.run.listing import Summary
from engine.space import Space

_ABOUT = re.compile(r"([\w.-]+?)(<=|>=|!=|=|<|>)(.*)")

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


class Filter:
    """What runs have to fit.

    Args:
        text: What was typed; an empty one is fitted by every run.
        abbreviations: The names of settings by what may stand for them.

    Raises:
        re.error: A word is no regular expression.
    """

    def __init__(self, text: str, abbreviations: Mapping[str, str] | None = None) -> None:
        self._words: Sequence[_Word] = [_word(word, abbreviations or {}) for word in text.split()]

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked of a run at all."""
        return bool(self._words)

    def fits(self, run: Summary) -> bool:
        """Say whether a run fits."""
        if not self._words:
            return True
        known: dict[str, list[Fact]] = {}
        for name, value in facts(run):
            known.setdefault(name.lower(), []).append(value)
        return all(word(known) for word in self._words)


def abbreviations(spaces: Iterable[Space]) -> dict[str, str]:
    """Return the names of settings by what stands for them in the names of runs.

    Args:
        spaces: What recipes let a person set.
    """
    return {
        (each.short or name.replace("_", "")).lower(): name
        for space in spaces
        for name, each in space.items()
    }


_Word = Callable[[Mapping[str, Sequence[Fact]]], bool]
"""Says whether facts by name, in lower case, fit one word of a filter."""


def _word(word: str, abbreviations: Mapping[str, str]) -> _Word:
    about = _ABOUT.fullmatch(word)
    if about is None:
        return _named(word)
    name, relation, wanted = about.groups()
    name = name.lower().replace("-", "_")
    name = abbreviations.get(name, name).lower()
    if relation in _COMPARED:
        return _compared(name, _COMPARED[relation], wanted)
    fits = _equal(wanted)

    def equals(known: Mapping[str, Sequence[Fact]]) -> bool:
        is_so = any(value is not None and fits(value) for value in known.get(name, ()))
        return is_so is (relation == "=")

    return equals


def _named(word: str) -> _Word:
    pattern = re.compile(word, re.IGNORECASE)

    def named(known: Mapping[str, Sequence[Fact]]) -> bool:
        return any(
            pattern.search(written(value)) for name in ("name", "note") for value in known[name]
        )

    return named


def _compared(name: str, holds: Callable[[float, float], bool], wanted: str) -> _Word:
    bound = _number(wanted)

    def compared(known: Mapping[str, Sequence[Fact]]) -> bool:
        numbers = (_number(value) for value in known.get(name, ()))
        return any(
            number is not None and (bound is None or holds(number, bound)) for number in numbers
        )

    return compared


def _equal(wanted: str) -> Callable[[Fact], bool]:
    """Return what says whether a fact is what is wanted; where nothing is yet, any will do."""
    if not wanted:
        return lambda value: True
    number = _number(wanted)
    pattern = re.compile(wanted, re.IGNORECASE)

    def fits(value: Fact) -> bool:
        if number is not None and _number(value) == number:
            return True
        return pattern.fullmatch(written(value)) is not None

    return fits


def _number(value: Fact) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except ValueError:
        return None

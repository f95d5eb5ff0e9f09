"""What one column of a table holds: numbers, categories, dates, free text or nothing.

What it promises: every cell is looked at, not a sample, in whole-column operations; a cell that
does not belong is found with its position; nothing is turned into a missing value that a person
did not mean so. Pure functions on Arrow columns: no file is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.csv_format import COMMA_NUMBER, DATE, NUMBER

MISSING = ("", "na", "n/a", "nan", "null", "-", "?", "#n/a", "<na>")
"""How a missing value is spelled, in lower case. ``none`` is not among them: it is a category."""

MOSTLY = 0.8
"""Share of numbers from which a column is meant as one of numbers, and text in it as a mistake."""

DATED = 0.95
"""Share of dates from which a column is one of dates."""

FEW_TEXTS = 10
"""So many different texts are categories in a table of any length."""

LONGEST_SHOWN = 40
"""Characters of a cell that a sentence can bear."""

_FINITE_OR_NOT = rf"{NUMBER}|[+-]?(?i:inf|infinity)"

Texts = Any
"""A ``pyarrow.ChunkedArray`` of strings (pyarrow comes without types)."""


class Kind(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    CATEGORY = "category"
    DATE = "date"
    FREE_TEXT = "free text"
    EMPTY = "empty"
    OTHER = "other"


@dataclass(frozen=True)
class Stray:
    """What in a column of texts is no number.

    Attributes:
        record: The first row with such a cell, from 0.
        cell: What stands there.
        count: How many cells are so.
        numbers: How many cells are numbers.
    """

    record: int
    cell: str
    count: int
    numbers: int

    @property
    def mistaken(self) -> bool:
        """Whether the column is meant as one of numbers."""
        return self.numbers >= MOSTLY * (self.numbers + self.count)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column, read.

    Attributes:
        kind: What it holds.
        values: Numbers as ``int64`` where all are whole and none is missing, else as ``float64``
            with NaN; everything else as text, missing where it was spelled so; ``None`` for
            :attr:`Kind.OTHER`.
        missing: How many cells are missing, infinite ones included.
        infinite: How many numbers were infinite; they are missing in ``values``.
        distinct: How many different values there are, missing ones not counted.
        comma: Whether the numbers have decimal commas.
        stray: For a column of texts, what in it is no number.
        stored: What a Parquet file calls the type of a column of kind OTHER.
    """

    kind: Kind
    values: pd.Series | None
    missing: int = 0
    infinite: int = 0
    distinct: int = 0
    comma: bool = False
    stray: Stray | None = None
    stored: str = ""


@dataclass(frozen=True)
class Numbers:
    """Texts as numbers.

    Attributes:
        values: ``float64 (rows,)``; NaN where a cell is missing or no number.
        stray: ``bool (rows,)``; where a cell is there and no number.
        comma: Whether decimal commas were read.
    """

    values: npt.NDArray[np.float64]
    stray: npt.NDArray[np.bool_]
    comma: bool = False


def read_column(cells: Any, commas: bool) -> Column:
    """Find out what a column holds and read it so.

    Args:
        cells: A ``pyarrow.ChunkedArray`` of any type.
        commas: Whether texts such as ``0,27`` may be numbers.
    """
    kind = cells.type
    if pa.types.is_dictionary(kind):
        return read_column(cells.cast(kind.value_type), commas)
    if pa.types.is_null(kind):
        return Column(kind=Kind.EMPTY, values=None, missing=len(cells))
    if pa.types.is_boolean(kind):
        return _number_column(_floats(cells.cast(pa.int8())))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _number_column(_floats(cells))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or str(kind) == "string_view":
        return _text_column(cells.cast(pa.string()), commas)
    if pa.types.is_temporal(kind):
        return Column(kind=Kind.DATE, values=None, missing=cells.null_count, stored=str(kind))
    return Column(kind=Kind.OTHER, values=None, missing=cells.null_count, stored=str(kind))


def without_missing(cells: Texts) -> Texts:
    """Trim texts and make a null of each that says that the value is missing."""
    trimmed = pc.utf8_trim_whitespace(cells)
    spelled = pc.is_in(pc.utf8_lower(trimmed), value_set=pa.array(MISSING, pa.string()))
    return pc.if_else(spelled, pa.scalar(None, pa.string()), trimmed)


def to_numbers(present: Texts, commas: bool) -> Numbers:
    """Read texts as numbers, with points or, if that fits better, with decimal commas.

    Args:
        present: Texts as :func:`without_missing` leaves them.
        commas: Whether decimal commas may be considered at all.
    """
    try:
        return Numbers(_floats(pc.cast(present, pa.float64())), np.zeros(len(present), bool))
    except pa.ArrowInvalid:
        pass  # Some cell is no number: now they are told apart, which takes longer.
    points = _matching(present, _FINITE_OR_NOT, present)
    if not (commas and points.stray.any()):
        return points
    changed = pc.replace_substring(present, ",", ".")
    with_commas = _matching(present, COMMA_NUMBER, changed)
    if with_commas.stray.sum() < points.stray.sum():
        return Numbers(with_commas.values, with_commas.stray, comma=True)
    return points


def _matching(present: Texts, pattern: str, readable: Texts) -> Numbers:
    matches = pc.match_substring_regex(present, rf"\A(?:{pattern})\z")
    values = pc.cast(pc.if_else(matches, readable, pa.scalar(None, pa.string())), pa.float64())
    return Numbers(_floats(values), _flags(pc.invert(matches)))


def _text_column(cells: Texts, commas: bool) -> Column:
    try:
        # Most columns are clean numbers, and this takes a third of the time of what follows.
        return _number_column(_floats(pc.cast(cells, pa.float64())))
    except pa.ArrowInvalid:
        pass
    present = without_missing(cells)
    count = len(present) - present.null_count
    if count == 0:
        return Column(kind=Kind.EMPTY, values=_texts(present), missing=len(present))
    numbers = to_numbers(present, commas)
    strays = int(numbers.stray.sum())
    if strays == 0:
        return _number_column(numbers.values, comma=numbers.comma)
    as_truths = truths(present)
    if as_truths is not None:
        return _number_column(as_truths)
    record = int(np.argmax(numbers.stray))
    distinct = pc.count_distinct(present).as_py()
    return Column(
        kind=_text_kind(present, count, distinct),
        values=_texts(present),
        missing=present.null_count,
        distinct=distinct,
        stray=Stray(record, present[record].as_py(), strays, count - strays),
    )


def _text_kind(present: Texts, count: int, distinct: int) -> Kind:
    """Tell dates from free text (hardly a value comes twice) and from categories."""
    dates = pc.sum(pc.match_substring_regex(present, rf"\A(?:{DATE})\z")).as_py() or 0
    if dates >= DATED * count:
        return Kind.DATE
    return Kind.FREE_TEXT if distinct > FEW_TEXTS and distinct > count / 2 else Kind.CATEGORY


def truths(present: Texts) -> npt.NDArray[np.float64] | None:
    """Return 1 for true and 0 for false; ``None`` if there are other texts.

    Args:
        present: Texts as :func:`without_missing` leaves them; missing ones give NaN.
    """
    words = pc.utf8_lower(present)
    if pc.count_distinct(pc.drop_null(words)).as_py() > 2:
        return None
    if set(pc.unique(pc.drop_null(words)).to_pylist()) - {"true", "false"}:
        return None
    return _floats(pc.cast(pc.equal(words, "true"), pa.int8()))


def _number_column(values: npt.NDArray[np.float64], comma: bool = False) -> Column:
    infinite = np.isinf(values)
    if infinite.any():
        values = np.where(infinite, np.nan, values)
    present = values[~np.isnan(values)]
    whole = len(present) == len(values) and bool(
        (np.abs(present) < 2**53).all() and (present == np.rint(present)).all()
    )
    return Column(
        kind=Kind.NUMBER if len(present) else Kind.EMPTY,
        values=pd.Series(values.astype(np.int64) if whole else values),
        missing=len(values) - len(present),
        infinite=int(infinite.sum()),
        distinct=len(pd.unique(present)),
        comma=comma,
    )


def shown(cell: object) -> str:
    """Write a cell for a person: quoted, control characters spelled out, not too long."""
    text = str(cell)
    return repr(text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…")


def _floats(cells: Any) -> npt.NDArray[np.float64]:
    """Return Arrow numbers as ``float64 (rows,)`` of our own, NaN for null."""
    return np.array(cells.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def _flags(cells: Any) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(cells, False).to_numpy(), dtype=np.bool_)


def _texts(present: Texts) -> pd.Series:
    series: pd.Series = present.to_pandas()
    return series

"""How one column of a table becomes inputs of a network.

What it promises: a column is learned from its training rows and then encoded the same way, bit for
bit, wherever; raw cells are taken (numbers, or texts as a file or a form has them); every spelling
of a missing value means the same as when training.

A column of numbers becomes ``(x - mean) / std`` with missing values at the median, and, where
training rows have missing values, a second input that is 1 for these. A column of categories
becomes one input a level, 1 for the row's own. Levels beyond the :data:`MOST_LEVELS` most frequent
share the input ``other``, and so does whatever is new when predicting. Where no training row falls
under ``other`` there is no such input (its weights would stay at their random start and speak as
soon as something new came): a new level is then 0 everywhere. Missing categories have an input of
their own where training rows have any, and count as new otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from engine.data.columns import shown, to_numbers, truths, without_missing
from engine.errors import Problem

MOST_LEVELS = 50
"""Levels of one column that get an input of their own."""

ROUNDING = 8 * float(np.finfo(np.float64).eps)
"""Spread relative to the mean below which values differ by rounding alone."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class NumberColumn:
    """How a column of numbers becomes inputs.

    Attributes:
        name: Of the column.
        median: What stands in for a missing value.
        mean: Of the training rows, missing values filled in.
        std: Their population standard deviation; 0 if all are equal, and there is no such input.
        indicator: Whether missing values are shown in an input of their own.
        low: The lowest value of the training rows; None where it was not noted.
        high: The highest, likewise.
    """

    name: str
    median: float
    mean: float
    std: float
    indicator: bool
    low: float | None = None
    high: float | None = None

    def input_names(self) -> list[str]:
        """Return the names of the inputs it becomes."""
        return [self.name] * (self.std > 0) + [f"{self.name} missing"] * self.indicator

    def encode(self, column: pd.Series) -> list[Floats]:
        """Return each input as ``float64 (rows,)``."""
        values = numbers_of(column, self.name)
        missing = np.isnan(values)
        inputs = []
        if self.std > 0:
            inputs.append((np.where(missing, self.median, values) - self.mean) / self.std)
        if self.indicator:
            inputs.append(missing.astype(np.float64))
        return inputs


@dataclass(frozen=True, kw_only=True)
class CategoryColumn:
    """How a column of categories becomes inputs.

    Attributes:
        name: Of the column.
        levels: The categories with an input of their own, the most frequent first.
        other: Whether the remaining ones have an input together.
        indicator: Whether missing ones have an input.
    """

    name: str
    levels: tuple[str, ...]
    other: bool
    indicator: bool

    def input_names(self) -> list[str]:
        """Return the names of the inputs it becomes."""
        names = [f"{self.name} = {level}" for level in self.levels]
        return (
            names
            + [f"{self.name} other"] * self.other
            + [f"{self.name} missing"] * (self.indicator)
        )

    def encode(self, column: pd.Series) -> list[Floats]:
        """Return each input as ``float64 (rows,)``."""
        texts = texts_of(column)
        missing = texts.isna().to_numpy()
        inputs = [(texts == level).to_numpy().astype(np.float64) for level in self.levels]
        if self.other:
            known = texts.isin(self.levels).to_numpy()
            inputs.append((~known & ~(missing & self.indicator)).astype(np.float64))
        if self.indicator:
            inputs.append(missing.astype(np.float64))
        return inputs


def fit_column(train: pd.Series, name: str) -> NumberColumn | CategoryColumn:
    """Learn a column from its training rows.

    What comes back has no inputs if the column says nothing, because all its rows are the same.
    """
    if pd.api.types.is_numeric_dtype(train):
        return _fit_numbers(numbers_of(train, name), name)
    texts = texts_of(train)
    # Equally frequent levels in the order of the alphabet: the same inputs on every machine.
    counts = sorted(texts.value_counts().items(), key=lambda item: (-item[1], str(item[0])))
    levels = tuple(str(level) for level, _ in counts[:MOST_LEVELS])
    missing = bool(texts.isna().any())
    if len(levels) == 1 and not missing:
        levels = ()
    return CategoryColumn(
        name=name,
        levels=levels,
        other=len(counts) > MOST_LEVELS,
        indicator=missing and bool(levels),
    )


def _fit_numbers(values: Floats, name: str) -> NumberColumn:
    missing = np.isnan(values)
    if missing.all():
        return NumberColumn(name=name, median=0.0, mean=0.0, std=0.0, indicator=False)
    median = float(np.median(values[~missing]))
    mean, std = mean_and_std(np.where(missing, median, values), name)
    return NumberColumn(
        name=name,
        median=median,
        mean=mean,
        std=std,
        indicator=bool(missing.any()),
        low=float(np.nanmin(values)),
        high=float(np.nanmax(values)),
    )


def mean_and_std(values: Floats, name: str) -> tuple[float, float]:
    """Return mean and population standard deviation; exactly 0 where values are all equal.

    Raises:
        Problem: They are too large to calculate with.
    """
    with np.errstate(over="ignore"):
        mean, std = float(values.mean()), float(values.std())
    if not np.isfinite([mean, std]).all():
        raise Problem(
            f"Column {name!r} has values up to {np.abs(values).max():.3g}, too large to calculate "
            "with.",
            "Give it in another unit, or leave it out.",
        )
    equal = values.min() == values.max() or std <= ROUNDING * abs(mean)
    return mean, 0.0 if equal else std


def numbers_of(column: pd.Series, name: str) -> Floats:
    """Read a column as ``float64 (rows,)``; missing and infinite values are NaN.

    Raises:
        Problem: There is text in it that is no number; the sentence names row and cell.
    """
    if pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy(np.float64, na_value=np.nan)
    else:
        present = without_missing(_arrow_texts(column))
        read = to_numbers(present, commas=False)
        as_truths = truths(present) if read.stray.any() else None
        if as_truths is not None:
            return as_truths
        if read.stray.any():
            row = int(np.argmax(read.stray))
            found = shown(column.iloc[row])
            raise Problem(
                f"Row {row + 1}, column {name!r}: expected a number, found {found}.",
                "Correct the cell, or empty it if the value is not known.",
            )
        values = read.values
    return np.where(np.isinf(values), np.nan, values)


def texts_of(column: pd.Series) -> pd.Series:
    """Read a column as categories; missing values are missing, 3.0 is ``3``."""
    return pd.Series(without_missing(_arrow_texts(column)).to_pandas()).reset_index(drop=True)


def _arrow_texts(column: pd.Series) -> Any:
    if isinstance(column.dtype, pd.StringDtype):
        return pa.chunked_array([pa.array(column, pa.string(), from_pandas=True)])
    cells = [None if pd.isna(cell) else _text(cell) for cell in column.tolist()]
    return pa.chunked_array([pa.array(cells, pa.string())])


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)

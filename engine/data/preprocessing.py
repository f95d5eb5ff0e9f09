"""From a table's columns to the numbers a network takes, and back.

What it promises: everything is learned from the training rows alone; what was learned is plain JSON
and gives the same numbers, bit for bit, in another process; raw values are taken, so that a person
can predict with what stands in their file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.inputs import (
    CategoryColumn,
    Floats,
    NumberColumn,
    fit_column,
    mean_and_std,
    numbers_of,
)
from engine.errors import Problem, nearest

FORMAT = 1
"""Version of what :meth:`TablePreprocessing.to_json` writes."""

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class TablePreprocessing:
    """What was learned from the training rows of a table.

    Attributes:
        columns: How each column becomes inputs, in the order of the table.
        target: The name of the column to be predicted.
        target_mean: Of its training rows, in its own unit.
        target_std: Their population standard deviation, in its own unit.
        target_low: The lowest of its training rows; None where it was not noted.
        target_high: The highest, likewise.
        notes: What was left out, a sentence each.
    """

    columns: tuple[NumberColumn | CategoryColumn, ...]
    target: str
    target_mean: float
    target_std: float
    target_low: float | None = None
    target_high: float | None = None
    notes: list[str] = field(default_factory=list)

    @classmethod
    def fit(
        cls, frame: pd.DataFrame, target: str, rows: npt.NDArray[np.int64]
    ) -> TablePreprocessing:
        """Learn from the training rows.

        Args:
            frame: The whole table, as :class:`engine.data.tables.Table` holds it.
            target: The column to be predicted; every other one becomes inputs.
            rows: Positions of the training rows in ``frame``.

        Raises:
            Problem: The target is not usable, or no column says anything.
        """
        train = frame.iloc[rows]
        goal = _goal(train[target], target)
        mean, std = mean_and_std(goal, target)
        if std == 0:
            raise Problem(
                f"The target column {target!r} has the same value in every training row.",
                "Choose another target, or add rows.",
            )
        columns: list[NumberColumn | CategoryColumn] = []
        dropped = []
        for name in frame.columns:
            if name == target:
                continue
            column = fit_column(train[name], name)
            if column.input_names():
                columns.append(column)
            else:
                dropped.append(name)
        if not columns:
            raise Problem(
                "No input column has different values in the training rows.",
                "Add columns, or rows in which they differ.",
            )
        notes = []
        if dropped:
            notes.append(f"Left out, the same in every training row: {', '.join(dropped)}.")
        return cls(
            columns=tuple(columns),
            target=target,
            target_mean=mean,
            target_std=std,
            target_low=float(goal.min()),
            target_high=float(goal.max()),
            notes=notes,
        )

    @property
    def input_names(self) -> list[str]:
        """What each input of the network is, in order."""
        return [name for column in self.columns for name in column.input_names()]

    @property
    def number_names(self) -> list[str]:
        """The columns that have to hold numbers."""
        return [each.name for each in self.columns if isinstance(each, NumberColumn)]

    @property
    def category_names(self) -> list[str]:
        """The columns that are taken as texts."""
        return [each.name for each in self.columns if isinstance(each, CategoryColumn)]

    def transform(self, frame: pd.DataFrame) -> Array:
        """Return the inputs, ``float32 (rows, inputs)``.

        Args:
            frame: Raw values. Further columns, and their order, do not matter; numbers may be
                texts, as they come from a form or a file.

        Raises:
            Problem: A column is missing, or a cell is no number where one is needed.
        """
        absent = [column.name for column in self.columns if column.name not in frame.columns]
        if absent:
            named = ", ".join(repr(name) for name in absent[:6])
            more = f" and {len(absent) - 6} more" if len(absent) > 6 else ""
            hint = nearest(absent[0], [str(name) for name in frame.columns])
            raise Problem(
                f"Expected the columns that the network was trained on, missing: {named}{more}.",
                f"Add the column {absent[0]!r}, with empty cells where it is not known."
                if not hint.startswith("Did")
                else f"The table has a column of a similar name. {hint}",
            )
        inputs = np.empty((len(frame), len(self.input_names)), np.float32)
        # Beyond what float32 can hold a value would become infinite, and the prediction NaN.
        limit = float(np.finfo(np.float32).max)
        position = 0
        for column in self.columns:
            for values in column.encode(frame[column.name]):
                inputs[:, position] = np.clip(values, -limit, limit)
                position += 1
        return inputs

    def transform_target(self, series: pd.Series) -> Array:
        """Return targets in standard deviations from the mean, ``float32 (rows, 1)``.

        Raises:
            Problem: A cell is missing or no number.
        """
        values = (_goal(series, self.target) - self.target_mean) / self.target_std
        return values.astype(np.float32)[:, np.newaxis]

    def restore_target(self, array: npt.ArrayLike) -> Floats:
        """Return what a network says in the target's own unit, ``float64`` in the same shape."""
        return np.asarray(array, np.float64) * self.target_std + self.target_mean

    def to_json(self) -> dict[str, Any]:
        """Return everything as dictionaries, lists, texts and finite numbers."""
        return {
            "format": FORMAT,
            "target": {
                "name": self.target,
                "mean": self.target_mean,
                "std": self.target_std,
                "low": self.target_low,
                "high": self.target_high,
            },
            "columns": [_plain(each) for each in self.columns],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> TablePreprocessing:
        """Read what :meth:`to_json` wrote.

        Raises:
            Problem: It is something else.
        """
        try:
            if stored["format"] != FORMAT:
                raise Problem(
                    f"Expected preprocessing in format {FORMAT}, got {stored['format']!r}.",
                    "Use the version of dlconsole that trained the network.",
                )
            target = stored["target"]
            return cls(
                columns=tuple(_column(dict(each)) for each in stored["columns"]),
                target=str(target["name"]),
                target_mean=float(target["mean"]),
                target_std=float(target["std"]),
                target_low=_known(target.get("low")),
                target_high=_known(target.get("high")),
                notes=[str(note) for note in stored["notes"]],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Problem(
                f"The stored preprocessing cannot be read ({type(error).__name__}: {error}).",
                "Train the network again.",
            ) from error


def _goal(series: pd.Series, name: str) -> Floats:
    values = numbers_of(series, name)
    missing = np.isnan(values)
    if missing.any():
        raise Problem(
            f"Row {int(np.argmax(missing)) + 1} has no value in the target column {name!r}.",
            "Fill it in, or leave the row out.",
        )
    return values


def _known(value: float | None) -> float | None:
    return None if value is None else float(value)


def _plain(column: NumberColumn | CategoryColumn) -> dict[str, Any]:
    if isinstance(column, NumberColumn):
        return {"kind": "number", **asdict(column)}
    return {"kind": "category", **asdict(column), "levels": list(column.levels)}


def _column(stored: dict[str, Any]) -> NumberColumn | CategoryColumn:
    kind = stored.pop("kind")
    if kind == "number":
        return NumberColumn(**stored)
    if kind == "category":
        return CategoryColumn(**{**stored, "levels": tuple(stored["levels"])})
    raise ValueError(f"a column of kind {kind!r}")

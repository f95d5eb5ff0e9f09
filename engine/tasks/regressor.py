"""What a trained regression says of rows of a person's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.given import Given
from engine.data.inputs import NumberColumn, numbers_of
from engine.data.preprocessing import TablePreprocessing
from engine.data.tables import read_inputs
from engine.errors import Problem
from engine.tasks.saved import Saved
from engine.tasks.trained import Trained

if TYPE_CHECKING:
    import keras
    import pandas as pd

_ROWS = 4096  # of a batch
_COLUMNS_TOLD = 8


class Regressor(Trained):
    """Predicts a column of a table. ``moved_by`` is in the unit of the target.

    A column's share is what the prediction loses where the column says what is usual in the
    training rows: the median of numbers, the most frequent category.
    """

    def __init__(self, saved: Saved) -> None:
        super().__init__(saved)
        try:
            stored = json.loads(saved.folder.preprocessing.read_bytes())
        except (OSError, ValueError):
            raise Problem(
                f"The run {saved.folder.name} has no preprocessing.json that can be used.",
                "Without it raw input cannot be made ready; train it anew.",
            ) from None
        self._preprocessing = TablePreprocessing.from_json(stored)

    @property
    def shapes(self) -> tuple[tuple[int, ...], int]:
        """See :attr:`Trained.shapes`."""
        return (len(self._preprocessing.input_names),), 1

    def predict(self, given: Given, *, explain: bool = False) -> Iterator[dict[str, Any]]:
        """See :meth:`Trained.predict`."""
        target = self._preprocessing.target
        frame = self._rows(given)
        inputs = self._preprocessing.transform(frame)
        predicted = self._say(inputs)
        actual = numbers_of(frame[target], target) if target in frame.columns else None
        moved = self._moved_by(frame, predicted) if explain else None
        for row, value in enumerate(predicted):
            answer: dict[str, Any] = {"row": row + 1, "predicted": float(value)}
            if actual is not None:
                answer["actual"] = float(actual[row])
            if moved is not None:
                answer["moved_by"] = moved[row]
            yield answer

    def _rows(self, given: Given) -> pd.DataFrame:
        import pandas as pd

        if given.cells:
            cells = {name: [text.strip() or None] for name, text in given.cells.items()}
            return pd.DataFrame(cells, dtype="string")
        if len(given.paths) != 1 or given.texts or given.pictures:
            raise Problem("Expected one table.", "Name one CSV or Parquet file.")
        preprocessing = self._preprocessing
        return read_inputs(
            Path(given.paths[0]),
            [*preprocessing.number_names, preprocessing.target],
            preprocessing.category_names,
        )

    def _say(self, inputs: np.ndarray) -> np.ndarray:
        """Return the predictions in the target's own unit, ``float64 (rows,)``."""
        return self._preprocessing.restore_target(forward_rows(self.model, inputs)).ravel()

    def _moved_by(self, frame: pd.DataFrame, predicted: np.ndarray) -> list[dict[str, float]]:
        shares = {}
        for column in self._preprocessing.columns:
            usual = column.median if isinstance(column, NumberColumn) else column.levels[0]
            inputs = self._preprocessing.transform(frame.assign(**{column.name: str(usual)}))
            shares[column.name] = predicted - self._say(inputs)
        found = []
        for row in range(len(predicted)):
            own = {name: float(each[row]) for name, each in shares.items()}
            strongest = sorted(own, key=lambda name: -abs(own[name]))[:_COLUMNS_TOLD]
            found.append({name: own[name] for name in strongest})
        return found


def forward_rows(model: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """Return the network's outputs ``(rows, 1)`` for ``(rows, inputs)``."""
    # Called directly: predict() would compile a function for every shape it meets.
    return np.concatenate(
        [
            np.asarray(model(inputs[begin : begin + _ROWS], training=False))
            for begin in range(0, len(inputs), _ROWS)
        ]
        or [np.empty((0, 1), np.float32)]
    )

"""What a trained classifier says of pictures and texts of a person's own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.data.examples import Item
from engine.data.given import Given
from engine.data.preparations import read_preparation
from engine.errors import Problem
from engine.tasks.forward import ROWS, probabilities
from engine.tasks.moved import moved_by
from engine.tasks.saved import Saved
from engine.tasks.trained import Trained

_AT_ONCE = 32
"""Inputs in a batch."""

_WORDS_TOLD = 8


class Classifier(Trained):
    """Tells classes apart. ``moved_by`` is in logarithms of the odds of the predicted class."""

    def __init__(self, saved: Saved) -> None:
        super().__init__(saved)
        self._preparation = read_preparation(saved.folder)

    @property
    def shapes(self) -> tuple[tuple[int, ...], int]:
        """See :attr:`Trained.shapes`."""
        classes = len(self._preparation.classes)
        return self._preparation.input_shape, 1 if classes == 2 else classes

    def predict(self, given: Given, *, explain: bool = False) -> Iterator[dict[str, Any]]:
        """See :meth:`Trained.predict`."""
        if given.cells:
            raise Problem("Expected pictures or texts, got a row of a table.")
        items = self._preparation.read(given)
        at_once = 1 if given.is_streamed else _AT_ONCE
        while batch := list(itertools.islice(items, at_once)):
            yield from self._answers(batch, explain)

    def _answers(self, batch: list[Item], explain: bool) -> Iterator[dict[str, Any]]:
        readable = [item.ready for item in batch if item.ready is not None]
        said = iter(
            probabilities(self.model, np.stack(readable), _AT_ONCE) if readable else np.empty(0)
        )
        classes = self._preparation.classes
        for item in batch:
            if item.ready is None:
                yield {"input": item.name, "problem": item.problem}
                continue
            row = next(said)
            predicted = int(np.argmax(row))
            answer: dict[str, Any] = {
                "input": item.name,
                "predicted": classes[predicted],
                "probability": float(row[predicted]),
                "probabilities": dict(zip(classes, map(float, row), strict=True)),
            }
            if item.actual:
                answer["actual"] = item.actual
            if item.note:
                answer["note"] = item.note
            if explain:
                answer |= self._explained(item.ready, predicted)
            yield answer

    def _explained(self, ready: np.ndarray, predicted: int) -> dict[str, Any]:
        from engine.data.text_preparation import FIRST_WORD, UNKNOWN, TextPreparation

        preparation = self._preparation
        if not isinstance(preparation, TextPreparation):
            return {"seen": _seen(ready)}
        found = moved_by(
            lambda variants: probabilities(self.model, variants),
            ready[np.newaxis],
            [predicted],
            FIRST_WORD,
            UNKNOWN,
            most=_WORDS_TOLD,
            tried=ROWS - 1,  # with the text itself one batch
        )
        return {"moved_by": {preparation.word(word): share for word, share in found[0]}}


def _seen(ready: np.ndarray) -> dict[str, Any]:
    """Return a picture as it was given to the network, in grey: two hexadecimal digits a pixel."""
    height, width = ready.shape[:2]
    grey = np.round(ready.mean(axis=2)).astype(np.uint8)
    return {"width": width, "height": height, "grey": grey.tobytes().hex()}

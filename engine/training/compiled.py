"""Chooses the compiled loop that fits the backend Keras runs on."""

from __future__ import annotations

import keras
import numpy as np

from engine.errors import Problem
from engine.training.loop import Loop


def compiled_loop(
    model: keras.Model,
    train: tuple[np.ndarray, ...],
    val: tuple[np.ndarray, ...],
    batch_size: int,
) -> Loop:
    """Return the loop of the backend that Keras runs on.

    Args:
        model: Built and compiled.
        train: Inputs ``(rows, ...)``, targets ``(rows, ...)`` and, where not all rows count the
            same, what each counts for ``(rows,)``.
        val: Likewise.
        batch_size: Rows a step.

    Raises:
        Problem: There is no loop for the backend.
    """
    match keras.backend.backend():
        case "tensorflow":
            from engine.training.loop_tensorflow import TensorflowLoop

            return TensorflowLoop(model, train, val, batch_size)
        case "jax":
            from engine.training.loop_jax import JaxLoop

            return JaxLoop(model, train, val, batch_size)
        case other:
            raise Problem(
                f"There is no training loop for the backend {other!r}.",
                "Choose tensorflow or jax.",
            )

"""Compiled loops: many training steps in one call, on data that lies where the network does.

``model.fit`` returns to Python after every batch, and on small networks that costs several times
what the step itself does. Here a call runs any number of steps of Keras' own ``train_step`` inside
one compiled loop, gathering each batch by index from arrays that were placed on the device once.
How many steps a call runs is an argument of the compiled function, not a constant of it, so the
caller can size calls by the clock without compiling anew.

The order of rows is an argument as well: the loop draws nothing, and can be begun at any step.
"""

from __future__ import annotations

from typing import Protocol

import keras
import numpy as np


class Loop(Protocol):
    """What a backend offers. Steps count from 0 within an epoch.

    Attributes:
        steps: Batches in an epoch; the last may be smaller than the others.
        val_steps: Batches of the validation rows.
    """

    steps: int
    val_steps: int

    def shuffle(self, order: np.ndarray) -> None:
        """Set the order of rows for the coming epoch: ``(rows,)`` indices."""

    def train(self, start: int, stop: int) -> int:
        """Run steps ``start`` to ``stop`` (excluded).

        Returns:
            The first step whose loss is not finite, or -1.
        """

    def metrics(self) -> dict[str, float]:
        """Return the running means since the last :meth:`reset`."""

    def reset(self) -> None:
        """Begin the running means anew."""

    def evaluate(self, start: int, stop: int) -> None:
        """Take the validation batches ``start`` to ``stop`` (excluded) into the running means."""


VAL_ROWS = 256
"""Rows of a validation batch, at least: nothing is learned from them, so only speed decides."""


def prepare(model: keras.Model, inputs: np.ndarray, targets: np.ndarray) -> None:
    """Create every variable of model, optimizer and metrics, so that compiling creates none.

    Args:
        model: Compiled.
        inputs: At least one row.
        targets: Likewise.
    """
    # A test step creates the metrics' variables and changes no weight.
    model.test_on_batch(inputs[:1], targets[:1])
    model.optimizer.build(model.trainable_variables)
    model.reset_metrics()


def as_floats(results: dict[str, object]) -> dict[str, float]:
    """Return metric results as plain numbers; nested ones get their outer name as a prefix."""
    plain: dict[str, float] = {}
    for name, value in results.items():
        if isinstance(value, dict):
            plain |= {f"{name}_{key}": each for key, each in as_floats(value).items()}
        else:
            plain[name] = float(value)  # type: ignore[arg-type]
    return plain

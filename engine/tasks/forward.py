"""A network's outputs, a batch at a time, always of the same number of rows.

Libraries compute the same row in another order in a batch of another size, which shows in the last
digits. So batches are filled up, and what a network says of an input does not depend on what it is
asked beside it, nor on how many inputs there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

ROWS = 256
"""Of a batch."""


def forward(model: keras.Model, inputs: np.ndarray, rows: int = ROWS) -> np.ndarray:
    """Return the network's outputs, ``float32 (rows, outputs)``.

    Args:
        model: The network.
        inputs: ``(rows, ...)``.
        rows: Of a batch.
    """
    outputs = []
    for begin in range(0, len(inputs), rows):
        batch = inputs[begin : begin + rows]
        count = len(batch)
        if count < rows:
            batch = np.concatenate([batch, np.zeros((rows - count, *batch.shape[1:]), batch.dtype)])
        # Called directly: predict() would compile a function for each process that asks.
        outputs.append(np.asarray(model(batch, training=False))[:count])
    return np.concatenate(outputs or [np.empty((0, *model.output_shape[1:]), np.float32)])


def probabilities(model: keras.Model, inputs: np.ndarray, rows: int = ROWS) -> np.ndarray:
    """Return a probability for each class, ``float32 (rows, classes)``.

    Args:
        model: Its output is one probability a class, or that of the second of two.
        inputs: ``(rows, ...)``.
        rows: Of a batch.
    """
    outputs = forward(model, inputs, rows)
    return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

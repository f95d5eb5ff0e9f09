"""What the plain scripts share: seconds of each epoch, and seeds of initial weights."""

from __future__ import annotations

import time
from collections.abc import Iterator

import keras


class Clock(keras.callbacks.Callback):
    """Takes the time of each epoch, validation included."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self._begun = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.seconds.append(time.perf_counter() - self._begun)


def beginnings(seed: int) -> Iterator[keras.initializers.Initializer]:
    """Yield an initializer for each layer.

    Only the initial weights are seeded, not the order of rows: after keras.utils.set_random_seed,
    fit on TensorFlow goes through arrays in one and the same order in every epoch.
    """
    return (keras.initializers.GlorotUniform(1000 * seed + layer) for layer in range(100))

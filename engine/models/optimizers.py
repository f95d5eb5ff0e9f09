"""Optimizers by the names that recipes use."""

from __future__ import annotations

from collections.abc import Mapping

import keras


def optimizer(settings: Mapping[str, object], steps: int) -> keras.optimizers.Optimizer:
    """Return the optimizer that ``optimizer``, ``learning_rate`` and ``schedule`` describe.

    Args:
        settings: The hyperparameters.
        steps: Training steps that are planned: a cosine falls to nothing over just these.
    """
    kinds = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
        "adadelta": keras.optimizers.Adadelta,
    }
    rate = settings["learning_rate"]
    if settings.get("schedule") == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(rate, steps)
    return kinds[str(settings["optimizer"])](learning_rate=rate)

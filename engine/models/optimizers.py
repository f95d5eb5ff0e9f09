"""Optimizers by the names that recipes use."""

from __future__ import annotations

from collections.abc import Mapping

import keras


def optimizer(settings: Mapping[str, object]) -> keras.optimizers.Optimizer:
    """Return the optimizer that ``optimizer`` and ``learning_rate`` describe."""
    kinds = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
        "adadelta": keras.optimizers.Adadelta,
    }
    return kinds[str(settings["optimizer"])](learning_rate=settings["learning_rate"])

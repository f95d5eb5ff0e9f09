"""Optimizers by the names that recipes use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

_KINDS = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
    "adadelta": keras.optimizers.Adadelta,
}
_OWN = {
    "adam": ("beta_1", "beta_2"),
    "adamw": ("beta_1", "beta_2"),
    "rmsprop": ("momentum",),
    "sgd": ("momentum",),
    "adadelta": (),
}
"""Settings that only some optimizers take."""


def optimizer(settings: Mapping[str, Any], steps: int) -> keras.optimizers.Optimizer:
    """Return the optimizer that the settings describe.

    Args:
        settings: ``optimizer``, ``learning_rate``; if there, ``schedule``, ``momentum``,
            ``beta_1``, ``beta_2``, ``weight_decay`` and ``clip_norm``, of which 0 leaves the last
            two to the optimizer.
        steps: Training steps that are planned: a cosine falls to nothing over just these.
    """
    name = str(settings["optimizer"])
    rate = settings["learning_rate"]
    if settings.get("schedule") == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(rate, steps)
    given = {each: settings[each] for each in _OWN[name] if each in settings}
    if settings.get("weight_decay"):
        given["weight_decay"] = settings["weight_decay"]
    if settings.get("clip_norm"):
        given["global_clipnorm"] = settings["clip_norm"]
    return _KINDS[name](learning_rate=rate, **given)

"""The Keras callbacks that hyperparameters of the usual names ask for."""

from __future__ import annotations

from collections.abc import Mapping

import keras

_PLATEAU_EPOCHS = 10
_PLATEAU_FACTOR = 0.5


def usual_callbacks(
    settings: Mapping[str, object], monitor: str, mode: str
) -> list[keras.callbacks.Callback]:
    """Return what ``patience`` and ``schedule`` ask for.

    Args:
        settings: ``patience`` (epochs without a better value after which training stops; 0 never)
            and ``schedule`` (``plateau`` halves the learning rate after ten such epochs).
        monitor: The metric that is meant.
        mode: ``min`` or ``max``: which way it is better.
    """
    callbacks: list[keras.callbacks.Callback] = []
    if settings.get("schedule") == "plateau":
        callbacks.append(
            keras.callbacks.ReduceLROnPlateau(
                monitor, factor=_PLATEAU_FACTOR, patience=_PLATEAU_EPOCHS, mode=mode
            )
        )
    if settings["patience"]:
        callbacks.append(
            keras.callbacks.EarlyStopping(
                monitor, patience=settings["patience"], mode=mode, restore_best_weights=True
            )
        )
    return callbacks

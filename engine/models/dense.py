"""Dense networks: layers of units, each connected to all of the layer before.

References:
    Bernico, Deep Learning Quick Reference, ch. 2 (regression) and ch. 3 (broken symmetry).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

CONSTANT = 0.1
"""What the initializer ``constant`` sets every weight of a kernel to."""


def regressor(
    *, input_shape: tuple[int, ...], outputs: int, settings: Mapping[str, Any]
) -> keras.Model:
    """Build a network that predicts real numbers.

    Args:
        input_shape: ``(inputs,)``.
        outputs: Numbers predicted for each row.
        settings: Those of :func:`engine.hyperparameters.hidden_layers`.

    Returns:
        An uncompiled model from ``(batch_size, inputs)`` to ``(batch_size, outputs)``; the last
        layer is linear.
    """
    model = keras.Sequential([keras.Input(input_shape)], name="regressor")
    add_hidden(model, settings)
    model.add(
        keras.layers.Dense(
            outputs, kernel_initializer=initializer(settings), dtype="float32", name="output"
        )
    )
    return model


def picture_classifier(
    *, input_shape: tuple[int, ...], outputs: int, settings: Mapping[str, Any]
) -> keras.Model:
    """Build a network that takes a picture as one long row of pixels.

    Args:
        input_shape: ``(height, width, channels)``; pixels are whole numbers from 0 to 255.
        outputs: Classes; 1 stands for two of them, and is the probability of the second.
        settings: Those of :func:`engine.hyperparameters.hidden_layers`.

    Returns:
        An uncompiled model from ``(batch_size, height, width, channels)`` to probabilities
        ``(batch_size, outputs)``.
    """
    model = keras.Sequential(
        [
            keras.Input(input_shape, dtype="uint8"),
            keras.layers.Rescaling(1 / 255, name="to_unit"),
            keras.layers.Flatten(name="flatten"),
        ],
        name="picture_classifier",
    )
    add_hidden(model, settings)
    add_probabilities(model, outputs, settings)
    return model


def add_hidden(model: keras.Sequential, settings: Mapping[str, Any]) -> None:
    """Add the hidden layers that ``settings`` describe (see :func:`regressor`)."""
    l1, l2 = settings.get("l1", 0.0), settings["l2"]
    penalty = keras.regularizers.L1L2(l1=l1, l2=l2) if l1 or l2 else None
    for number, units in enumerate(settings["units"], start=1):
        model.add(
            keras.layers.Dense(
                units,
                use_bias=not settings["batch_norm"],  # batch normalisation brings a bias of its own
                kernel_initializer=initializer(settings),
                kernel_regularizer=penalty,
                name=f"hidden_{number}",
            )
        )
        if settings["batch_norm"]:
            model.add(keras.layers.BatchNormalization(name=f"norm_{number}"))
        model.add(keras.layers.Activation(settings["activation"], name=f"activation_{number}"))
        if settings["dropout"]:
            model.add(keras.layers.Dropout(settings["dropout"], name=f"dropout_{number}"))


def add_probabilities(model: keras.Sequential, outputs: int, settings: Mapping[str, Any]) -> None:
    """Add the last layer of a classifier: one probability a class, or one for two classes."""
    model.add(
        keras.layers.Dense(
            outputs,
            activation="sigmoid" if outputs == 1 else "softmax",
            kernel_initializer=initializer(settings),
            # Probabilities near 0 and 1 need all the digits, whatever the rest computes in.
            dtype="float32",
            name="output",
        )
    )


def initializer(settings: Mapping[str, Any]) -> keras.initializers.Initializer:
    """Return what kernels begin as."""
    name = settings["initializer"]
    return (
        keras.initializers.Constant(CONSTANT)
        if name == "constant"
        else keras.initializers.get(name)
    )

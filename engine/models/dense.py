"""Dense networks: layers of units, each connected to all of the layer before.

References:
    Bernico, Deep Learning Quick Reference, ch. 2 (regression) and ch. 3 (broken symmetry).
"""

from __future__ import annotations

from collections.abc import Mapping

import keras

CONSTANT = 0.1
"""What the initializer ``constant`` sets every weight of a kernel to."""


def regressor(
    *, input_shape: tuple[int, ...], outputs: int, settings: Mapping[str, object]
) -> keras.Model:
    """Build a network that predicts real numbers.

    Args:
        input_shape: ``(inputs,)``.
        outputs: Numbers predicted for each row.
        settings: ``units`` (of each hidden layer), ``activation``, ``initializer``, ``dropout``,
            ``l2`` and ``batch_norm``.

    Returns:
        An uncompiled model from ``(batch_size, inputs)`` to ``(batch_size, outputs)``; the last
        layer is linear.
    """
    model = keras.Sequential([keras.Input(input_shape)], name="regressor")
    add_hidden(model, settings)
    model.add(keras.layers.Dense(outputs, kernel_initializer=initializer(settings), name="output"))
    return model


def add_hidden(model: keras.Sequential, settings: Mapping[str, object]) -> None:
    """Add the hidden layers that ``settings`` describe (see :func:`regressor`)."""
    l2, dropout = float(settings["l2"]), float(settings["dropout"])  # type: ignore[arg-type]
    for number, units in enumerate(settings["units"], start=1):  # type: ignore[arg-type, var-annotated]
        model.add(
            keras.layers.Dense(
                units,
                use_bias=not settings["batch_norm"],  # batch normalisation brings a bias of its own
                kernel_initializer=initializer(settings),
                kernel_regularizer=keras.regularizers.L2(l2) if l2 else None,
                name=f"hidden_{number}",
            )
        )
        if settings["batch_norm"]:
            model.add(keras.layers.BatchNormalization(name=f"norm_{number}"))
        model.add(keras.layers.Activation(settings["activation"], name=f"activation_{number}"))
        if dropout:
            model.add(keras.layers.Dropout(dropout, name=f"dropout_{number}"))


def initializer(settings: Mapping[str, object]) -> keras.initializers.Initializer:
    """Return what kernels begin as."""
    name = settings["initializer"]
    return (
        keras.initializers.Constant(CONSTANT)
        if name == "constant"
        else keras.initializers.get(name)
    )

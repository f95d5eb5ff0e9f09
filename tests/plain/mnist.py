"""What a person would write without dlconsole: the digits as a plain Keras script.

The counterpart of benchmarks and of ``make verify``: arrays of floats, dense layers and
``model.fit`` the way Keras' own examples have them. Run as
``python -m tests.plain.mnist NPZ SETTINGS SEED`` with the settings as JSON; prints one JSON object.
"""

from __future__ import annotations

import json
import sys


def main(path: str, settings: str, seed: str) -> None:
    """Train, measure, print."""
    import keras
    import numpy as np

    from tests.plain.clock import Clock, beginnings

    values = json.loads(settings)
    with np.load(path) as archive:
        x, y = archive["x_train"].astype("float32") / 255, archive["y_train"]
        x_test, y_test = archive["x_test"].astype("float32") / 255, archive["y_test"]
    y, y_test = keras.utils.to_categorical(y), keras.utils.to_categorical(y_test)
    if values["validation"] == "test":
        train, val = (x, y), (x_test, y_test)
    else:
        train, val = (x[:55_000], y[:55_000]), (x[55_000:], y[55_000:])
    begin, clock = beginnings(int(seed)), Clock()
    penalty = keras.regularizers.L2(values["l2"]) if values["l2"] else None
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
    for width in values["units"]:
        model.add(
            keras.layers.Dense(
                width, "relu", kernel_initializer=next(begin), kernel_regularizer=penalty
            )
        )
        if values["dropout"]:
            model.add(keras.layers.Dropout(values["dropout"]))
    model.add(keras.layers.Dense(10, "softmax", kernel_initializer=next(begin)))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    stop = [keras.callbacks.EarlyStopping(patience=values["patience"], restore_best_weights=True)]
    model.fit(
        *train,
        batch_size=values["batch_size"],
        epochs=values["epochs"],
        validation_data=val,
        callbacks=[clock, *(stop if values["patience"] else [])],
        verbose=0,
    )
    parts = {"train": train, "val": val, "test": (x_test, y_test)}
    accuracy, loss = {}, {}
    for name, rows in parts.items():
        predicted = model.predict(rows[0], batch_size=256, verbose=0)
        accuracy[name] = float((predicted.argmax(1) == rows[1].argmax(1)).mean())
        # Without what penalties add.
        loss[name] = float(keras.losses.categorical_crossentropy(rows[1], predicted).numpy().mean())
    print(json.dumps({"epoch_seconds": clock.seconds, "accuracy": accuracy, "loss": loss}))


if __name__ == "__main__":
    main(*sys.argv[1:])

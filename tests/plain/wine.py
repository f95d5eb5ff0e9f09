"""What a person would write without dlconsole: the wine network as a plain Keras script.

The counterpart of benchmarks and of ``make verify``. It is a script on purpose: pandas,
scikit-learn and ``model.fit`` the way their manuals show them, on the same rows in the same parts.
Run as
``python -m tests.plain_keras CSV UNITS EPOCHS BATCH SEED``; prints one JSON object.
"""

from __future__ import annotations

import json
import sys
import time


def main(path: str, units: str, epochs: str, batch_size: str, seed: str) -> None:
    """Train, measure, print."""
    import keras
    import pandas as pd
    from sklearn.preprocessing import StandardScaler

    from engine.data.splits import split_rows

    table = pd.read_csv(path, sep=";")
    x = table.drop(columns=["alcohol", "quality"]).to_numpy("float32")
    y = table[["alcohol"]].to_numpy("float32")
    split = split_rows(len(table))
    x_scaler, y_scaler = StandardScaler().fit(x[split.train]), StandardScaler().fit(y[split.train])
    parts = {
        name: (x_scaler.transform(x[rows]), y_scaler.transform(y[rows]))
        for name, rows in (("train", split.train), ("val", split.val), ("test", split.test))
    }
    # The initial weights are seeded, the order of rows is not: after keras.utils.set_random_seed,
    # fit on TensorFlow goes through arrays in one and the same order in every epoch.
    begin = (keras.initializers.GlorotUniform(1000 * int(seed) + layer) for layer in range(100))
    model = keras.Sequential([keras.Input((x.shape[1],))])
    for width in units.split(","):
        model.add(keras.layers.Dense(int(width), "relu", kernel_initializer=next(begin)))
    model.add(keras.layers.Dense(1, kernel_initializer=next(begin)))
    model.compile("adam", "mae", metrics=["mae", keras.metrics.RootMeanSquaredError(name="rmse")])
    seconds: list[float] = []

    class Clock(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            self.begun = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            seconds.append(time.perf_counter() - self.begun)

    model.fit(
        *parts["train"],
        batch_size=int(batch_size),
        epochs=int(epochs),
        validation_data=parts["val"],
        callbacks=[Clock()],
        verbose=0,
    )
    errors = {
        name: float(abs(model.predict(inputs, verbose=0) - targets).mean())
        for name, (inputs, targets) in parts.items()
    }
    print(json.dumps({"epoch_seconds": seconds, "mae": errors}))


if __name__ == "__main__":
    main(*sys.argv[1:])

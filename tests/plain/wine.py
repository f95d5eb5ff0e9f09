"""What a person would write without dlconsole: the wine network as a plain Keras script.

The counterpart of benchmarks and of ``make verify``. It is a script on purpose: pandas,
scikit-learn and ``model.fit`` the way their manuals show them, on the same rows in the same parts.
Run as
``python -m tests.plain.wine CSV SETTINGS SEED`` with the settings as JSON; prints one JSON object.
"""

from __future__ import annotations

import json
import sys


def main(path: str, settings: str, seed: str) -> None:
    """Train, measure, print."""
    import keras
    import pandas as pd
    from sklearn.preprocessing import StandardScaler

    from engine.data.splits import split_rows
    from tests.plain.clock import Clock, beginnings

    values = json.loads(settings)
    table = pd.read_csv(path, sep=";")
    x = table.drop(columns=["alcohol", "quality"]).to_numpy("float32")
    y = table[["alcohol"]].to_numpy("float32")
    split = split_rows(len(table))
    x_scaler, y_scaler = StandardScaler().fit(x[split.train]), StandardScaler().fit(y[split.train])
    parts = {
        name: (x_scaler.transform(x[rows]), y_scaler.transform(y[rows]))
        for name, rows in (("train", split.train), ("val", split.val), ("test", split.test))
    }
    begin, clock = beginnings(int(seed)), Clock()
    model = keras.Sequential([keras.Input((x.shape[1],))])
    for width in values["units"]:
        model.add(keras.layers.Dense(width, "relu", kernel_initializer=next(begin)))
    model.add(keras.layers.Dense(1, kernel_initializer=next(begin)))
    model.compile("adam", "mae", metrics=["mae", keras.metrics.RootMeanSquaredError(name="rmse")])
    model.fit(
        *parts["train"],
        batch_size=values["batch_size"],
        epochs=values["epochs"],
        validation_data=parts["val"],
        callbacks=[clock],
        verbose=0,
    )
    errors = {
        name: float(abs(model.predict(inputs, verbose=0) - targets).mean())
        for name, (inputs, targets) in parts.items()
    }
    print(json.dumps({"epoch_seconds": clock.seconds, "mae": errors}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What a person would write without dlconsole: a search on the digits with KerasTuner itself.

The counterpart of a benchmark: a grid, a network that is built for each setting, and
``Tuner.search()``, the way KerasTuner's guides have them. Run as
``python -m tests.plain.mnist_search NPZ SETTINGS GRID FOLDER`` with settings, and the options of
those that are varied, as JSON; KerasTuner keeps its trials in the folder. Prints one JSON object:
the candidates with their scores.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(path: str, settings: str, grid: str, folder: str) -> None:
    """Search, print."""
    import keras
    import keras_tuner
    import numpy as np

    values, options = json.loads(settings), json.loads(grid)
    with np.load(path) as archive:
        x, y = archive["x_train"].astype("float32") / 255, archive["y_train"]
    y = keras.utils.to_categorical(y)

    def build(hp: Any) -> keras.Model:
        chosen = {**values, **{name: hp.Choice(name, of) for name, of in options.items()}}
        model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
        for width in chosen["units"]:
            model.add(keras.layers.Dense(width, "relu"))
            model.add(keras.layers.Dropout(chosen["dropout"]))
        model.add(keras.layers.Dense(10, "softmax"))
        model.compile(chosen["optimizer"], "categorical_crossentropy", metrics=["accuracy"])
        return model

    # Without TensorBoard installed every trial of KerasTuner fails, asked for or not.
    keras_tuner.Tuner._configure_tensorboard_dir = lambda *_: None
    tuner = keras_tuner.GridSearch(
        build, objective="val_loss", max_trials=None, directory=folder, project_name="digits"
    )
    tuner.search(
        x[:55_000],
        y[:55_000],
        validation_data=(x[55_000:], y[55_000:]),
        epochs=values["epochs"],
        batch_size=values["batch_size"],
        verbose=0,
    )
    trials = tuner.oracle.trials.values()
    print(json.dumps([[trial.hyperparameters.values, trial.score] for trial in trials]))


if __name__ == "__main__":
    main(*sys.argv[1:])

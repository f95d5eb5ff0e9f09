"""What a person would write without dlconsole: the film reviews as a plain Keras script.

The counterpart of benchmarks and of ``make verify``. ``keras.datasets.imdb`` refuses an archive
that was packed anew, so its steps (shuffle, start and unknown words) are done here. Run as
``python -m tests.plain.imdb NPZ SETTINGS SEED`` with the settings as JSON; prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(path: str, settings: str, seed: str) -> None:
    """Train, measure, print."""
    import keras
    import numpy as np

    from tests.plain.clock import Clock, beginnings

    values = json.loads(settings)
    rng = np.random.RandomState(113)

    def part(archive: Any, name: str) -> tuple[Any, Any]:
        texts, labels = archive[f"x_{name}"], archive[f"y_{name}"]
        order = np.arange(len(texts))
        rng.shuffle(order)
        known = [
            [1, *(word + 3 if word + 3 < values["words"] else 2 for word in texts[row])]
            for row in order
        ]
        padded = keras.utils.pad_sequences(known, maxlen=values["length"])
        return padded, labels[order].astype("float32")[:, None]

    with np.load(path, allow_pickle=True) as archive:
        train, test = part(archive, "train"), part(archive, "test")
    begin, clock = beginnings(int(seed)), Clock()
    model = keras.Sequential(
        [
            keras.Input((values["length"],), dtype="int32"),
            keras.layers.Embedding(values["words"], values["embedding"]),
            keras.layers.Flatten(),
        ]
    )
    for width in values["units"]:
        model.add(keras.layers.Dense(width, "relu", kernel_initializer=next(begin)))
    model.add(keras.layers.Dense(1, "sigmoid", kernel_initializer=next(begin)))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(
        *train,
        batch_size=values["batch_size"],
        epochs=values["epochs"],
        validation_data=test,
        callbacks=[clock],
        verbose=0,
    )
    accuracy, loss = {}, {}
    for name, rows in {"train": train, "val": test, "test": test}.items():
        predicted = model.predict(rows[0], batch_size=256, verbose=0)
        accuracy[name] = float(((predicted > 0.5) == rows[1]).mean())
        loss[name] = float(keras.losses.binary_crossentropy(rows[1], predicted).numpy().mean())
    print(json.dumps({"epoch_seconds": clock.seconds, "accuracy": accuracy, "loss": loss}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A classification as a worker leaves it: its report and its predictions, made up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.insight.classification import details, measure
from engine.run.files import replace
from engine.run.folder import RunFolder
from engine.run.predictions import Predictions, write_predictions
from engine.run.records import encode
from engine.run.report import Report, Score

TWO = ("neg", "pos")
TEN = tuple("0123456789")


def predictions(rows: int, classes: int, seed: int = 0) -> Predictions:
    """Return predictions that are right more often than not."""
    chance = np.random.default_rng(seed)
    labels = chance.integers(classes, size=rows)
    scores = chance.normal(size=(rows, classes))
    scores[np.arange(rows), labels] += 2.5
    odds = np.exp(scores)
    probabilities = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
    return Predictions(probabilities, labels, np.arange(rows) + 1000)


def classify(
    folder: RunFolder,
    classes: Sequence[str] = TWO,
    parts: dict[str, Predictions] | None = None,
    **changes: object,
) -> Report:
    """Write the report and the predictions of a run and return the report.

    Args:
        folder: The run.
        classes: Names of the classes.
        parts: What the network said of ``val`` and ``test``.
        changes: Fields of the report that are to be otherwise.
    """
    count = len(classes)
    parts = parts or {"val": predictions(300, count, 1), "test": predictions(500, count, 2)}
    test = parts["test"]
    measured = {part: measure(each.probabilities, each.labels) for part, each in parts.items()}
    guessed = {part: {**each, "accuracy": 1 / count} for part, each in measured.items()}
    settings: dict[str, object] = {
        "run": folder.name,
        "recipe": "wine",
        "preset": "mlp",
        "task": "classification",
        "data": "made-up rows",
        "rows": {"train": 1000, **{part: len(each.labels) for part, each in parts.items()}},
        "target": "class",
        "seed": 1,
        "split_seed": 0,
        "epochs": 3,
        "seconds": 1.5,
        "parameters": 385,
        "best_epoch": 3,
        "best": 0.1,
        "monitor": "val_loss",
        "headline": "accuracy",
        "lower_is_better": False,
        "scores": [
            Score(name="network", parts=measured, seconds=1.5),
            Score(name="majority", parts=guessed, seconds=0.01),
        ],
        "classification": details(
            test.probabilities,
            test.labels,
            classes,
            "test",
            lambda row: (f"row {test.rows[row]}", {"text": f"the words of {test.rows[row]}"}),
        ),
        **changes,
    }
    report = Report(**settings)  # type: ignore[arg-type]
    replace(folder.report, encode(report))
    write_predictions(folder, classes, parts)
    return report

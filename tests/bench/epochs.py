"""Seconds per epoch, everything recorded, against plain Keras scripts with the same settings."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.catalog import Catalog
from engine.data.fetch import fetch
from engine.process.launch import launch
from engine.process.order import Order
from engine.run.view import RunView
from engine.settings import Settings
from tests.bench.row import Row, paired

_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Contest:
    """One comparison.

    Attributes:
        what: In words.
        recipe: Its name, and that of the script.
        changes: Hyperparameters other than those of the first preset.
        warm_up: Epochs left out: the first compiles, on both sides.
        epochs: Epochs counted.
        pairs: How often.
        promised: The most that the ratio may be.
    """

    what: str
    recipe: str
    changes: dict[str, Any]
    warm_up: int
    epochs: int
    pairs: int
    promised: float


CONTESTS = {
    "epoch": Contest("wine mlp, an epoch at batch 32", "wine", {}, 5, 35, 5, 0.67),
    "mnist-30": Contest("mnist plain, an epoch at batch 30", "mnist", {}, 1, 3, 3, 0.67),
    "mnist-128": Contest(
        "mnist plain, an epoch at batch 128", "mnist", {"batch_size": 128}, 1, 4, 3, 1.0
    ),
    "imdb": Contest("imdb embedding, an epoch at batch 128", "imdb", {}, 1, 4, 3, 1.0),
}


def measure(name: str) -> Iterator[Row]:
    """Compare epochs, in turns."""
    contest = CONTESTS[name]
    data = official_data(contest.recipe)
    with tempfile.TemporaryDirectory() as runs:
        ours, plain = [], []
        for _ in range(contest.pairs):
            ours.append(_ours(contest, Path(runs)))
            plain.append(_plain(contest, data))
    yield paired(contest.what, ours, plain, contest.promised)


def official_data(recipe: str) -> Path:
    """Return the first file of a recipe's real data, fetched if need be."""
    settings = Settings.load()
    file = Catalog.load().find(recipe).recipe.official.files[0]
    return fetch(file, settings.data_search, settings.data, lambda done, size: None).path


def _ours(contest: Contest, runs: Path) -> float:
    """Train until there are enough epochs; the report is not what is measured."""
    last = contest.warm_up + contest.epochs
    entry = Catalog.load().find(contest.recipe)
    folder = Order(entry=entry, device="cpu", changes={**contest.changes, "epochs": last}).place(
        runs
    )
    process = launch(folder)
    view = RunView(folder)
    while len(view.epochs) < last:
        try:
            code = process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        view.refresh()
        if code is not None and len(view.epochs) < last:
            raise SystemExit(folder.console_log.read_text())
    process.kill()
    process.wait()
    return statistics.median(each.seconds for each in view.epochs[contest.warm_up :])


def _plain(contest: Contest, data: Path) -> float:
    recipe = Catalog.load().find(contest.recipe).recipe
    last = contest.warm_up + contest.epochs
    values = recipe.values(None, {**contest.changes, "epochs": last})
    done = subprocess.run(
        [
            *(sys.executable, "-m", f"tests.plain.{contest.recipe}"),
            *(str(data), json.dumps(values), "1"),
        ],
        capture_output=True,
        check=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
    )
    seconds: list[float] = json.loads(done.stdout)["epoch_seconds"]
    return statistics.median(seconds[contest.warm_up :])

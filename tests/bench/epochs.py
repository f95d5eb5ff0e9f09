"""Seconds per epoch of ``wine``, everything recorded, against a plain Keras script."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.catalog import Catalog
from engine.data.fetch import fetch
from engine.process.launch import launch
from engine.process.order import Order
from engine.run.view import RunView
from engine.settings import Settings
from tests.bench.row import Row, paired

_PAIRS = 5
_EPOCHS = 40
_WARM_UP = 5  # epochs that compile, and the first few after


def measure() -> Iterator[Row]:
    """Compare epochs at batch 32, in turns."""
    csv = wine_csv()
    with tempfile.TemporaryDirectory() as runs:
        ours, plain = [], []
        for _ in range(_PAIRS):
            ours.append(_ours(Path(runs)))
            plain.append(_plain(csv))
    yield paired("wine mlp, an epoch at batch 32", ours, plain, 0.67)


def wine_csv() -> Path:
    """Return the real wine table, fetched if need be."""
    settings = Settings.load()
    file = Catalog.load().find("wine").recipe.official.files[0]
    return fetch(file, settings.data_search, settings.data, lambda done, size: None).path


def _ours(runs: Path) -> float:
    order = Order(entry=Catalog.load().find("wine"), changes={"epochs": _EPOCHS})
    folder = order.place(runs)
    if launch(folder).wait() != 0:
        raise SystemExit(folder.console_log.read_text())
    view = RunView(folder)
    view.refresh()
    return statistics.median(each.seconds for each in view.epochs[_WARM_UP:])


def _plain(csv: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "tests.plain_keras", str(csv), "32", str(_EPOCHS), "32", "1"],
        capture_output=True,
        check=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    seconds: list[float] = json.loads(done.stdout)["epoch_seconds"]
    return statistics.median(seconds[_WARM_UP:])

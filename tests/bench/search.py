"""A search beside KerasTuner's own, and what its coordinator takes while it goes on.

Both try the same settings of the same network, on the same rows, for the same epochs; the time is
from the start of a process that has imported nothing to its end. KerasTuner keeps the best weights
of each trial; ours keeps all that a run has, and its first trial has a report with baselines.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.catalog import Catalog
from engine.process.launch import launch
from engine.process.order import Order
from engine.process.searching import SearchOrder
from engine.run.folder import RunFolder
from engine.run.search_view import SearchView
from tests.bench.epochs import official_data
from tests.bench.row import Row

# The batch size that the documents' search found best; some 20 s a trial for KerasTuner.
_CHANGES = {"batch_size": 40}
_EPOCHS = 3
_GRID: dict[str, list[Any]] = {"dropout": [0.2, 0.3, 0.5], "optimizer": ["adam", "rmsprop"]}


def measure() -> Iterator[Row]:
    """Search with KerasTuner, with ours one trial at a time, and with ours two at once."""
    data = official_data("mnist")
    with tempfile.TemporaryDirectory() as runs:
        _remember_baselines(Path(runs))
        theirs, settings = _keras_tuner(data)
        for what, parallel, promised in (("serial", 1, 1.15), ("two at once", 2, 0.7)):
            ours, tried = _ours(Path(runs), parallel)
            if tried != settings:
                raise SystemExit(f"Not the same settings: {tried} and {settings}.")
            yield Row(
                f"search of mnist, {what}",
                f"{ours:.1f} s",
                f"{theirs:.1f} s",
                ours / theirs,
                promised,
            )


def _ours(runs: Path, parallel: int) -> tuple[float, list[str]]:
    """Return the seconds from an order to the end of its coordinator, and what was tried."""
    order = SearchOrder(
        order=Order(entry=Catalog.load().find("mnist"), device="cpu", changes=_CHANGES),
        method="grid",
        space={name: ",".join(map(str, options)) for name, options in _GRID.items()},
        epochs=_EPOCHS,
        parallel=parallel,
    )
    begun = time.perf_counter()
    folder = order.place(runs)
    code = launch(folder).wait()
    seconds = time.perf_counter() - begun
    view = ended(folder, code)
    return seconds, sorted(_settings(each.asked.values) for each in view.scored())


def _keras_tuner(data: Path) -> tuple[float, list[str]]:
    """Return the seconds that the script takes, and what it tried."""
    entry = Catalog.load().find("mnist")
    values = entry.recipe.values(None, {**_CHANGES, "epochs": _EPOCHS})
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.plain.mnist_search"),
                *(str(data), json.dumps(values), json.dumps(_GRID), folder),
            ],
            capture_output=True,
            check=True,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
        )
        seconds = time.perf_counter() - begun
    tried = json.loads(done.stdout.splitlines()[-1])
    if any(score is None for _, score in tried):
        raise SystemExit(done.stderr.decode())
    return seconds, sorted(_settings(found) for found, _ in tried)


def ended(folder: RunFolder, code: int) -> SearchView:
    """Return what a search has come to; leave with what it said where it failed."""
    view = SearchView(folder)
    view.refresh()
    if code != 0 or any(each.state == "failed" for each in view.trials.values()):
        causes = [each.ended.cause for each in view.trials.values() if each.ended]
        raise SystemExit("\n".join([folder.console_log.read_text(), view.verdict.why, *causes]))
    return view


def _remember_baselines(runs: Path) -> None:
    """Train once on the same rows, as anybody has done before: KerasTuner measures no baselines."""
    changes = {"epochs": 1, "batch_size": 512}
    folder = Order(entry=Catalog.load().find("mnist"), device="cpu", changes=changes).place(runs)
    if launch(folder).wait() != 0:
        raise SystemExit(folder.console_log.read_text())


def _settings(values: Any) -> str:
    return json.dumps({name: values[name] for name in sorted(_GRID)})

"""What a long search takes: its coordinator's memory from trial to trial, and what it leaves."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from engine.catalog import Catalog
from engine.process.launch import launch
from engine.process.order import Order
from engine.process.searching import SearchOrder
from engine.run.search_view import SearchView
from tests.bench import load
from tests.bench.row import Row
from tests.bench.search import ended
from tests.marked import Marked

_TRIALS = 50
_FIRST = 10
"""Trials after which all that is imported once has been imported."""
_SPAN = 5  # trials over which the most is taken, early and late
_LOOK_SECONDS = 0.2
_LEAVING_SECONDS = 10.0


def measure() -> Iterator[Row]:
    """Search over fifty tiny trials, and look at its coordinator whenever one has ended."""
    order = SearchOrder(
        order=Order(
            entry=Catalog.load().find("wine"), data="sample", device="cpu", changes={"units": (4,)}
        ),
        space={"learning_rate": "1e-4..1e-1", "batch_size": "16..128"},
        trials=_TRIALS,
        epochs=1,
        parallel=2,
    )
    with tempfile.TemporaryDirectory() as runs, Marked() as marked:
        folder = order.place(Path(runs))
        process = launch(folder)
        view = SearchView(folder)
        took: dict[int, float] = {}
        while process.poll() is None:
            view.refresh()
            done = sum(each.ended is not None for each in view.trials.values())
            with suppress(psutil.Error):  # it may have ended just now
                took[done] = load.own_megabytes(process.pid)
            time.sleep(_LOOK_SECONDS)
        ended(folder, process.returncode)
        left = marked.left(_LEAVING_SECONDS)
        marked.kill()
    early, late = (
        max(megabytes for done, megabytes in took.items() if least <= done <= least + _SPAN)
        for least in (_FIRST, _TRIALS - _SPAN)
    )
    grown = (late - early) / (_TRIALS - _FIRST - _SPAN)
    # KerasTuner's own search grows by 6 to 10 MB a trial.
    yield Row("coordinator, MB more a trial", f"{late:.0f} MB", "", grown, 0.1)
    yield Row("processes left after 50 trials", f"{len(left)}", "", len(left), 0)

"""What going on exactly costs: snapshots and deterministic operations, in processor time."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.catalog import Catalog
from engine.process.launch import launch
from engine.process.order import Order
from engine.run.view import RunView
from tests.bench.row import Row

_PAIRS = 3
_EPOCHS = 3
# Ten seconds and more an epoch on two cores, and 32 MB of weights and optimizer to save.
_LONG = {"units": (1152, 1152, 1152), "batch_size": 2, "epochs": _EPOCHS}
_LOOK_SECONDS = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")


def measure() -> Iterator[Row]:
    """Compare epochs with both and without either, in turns."""
    with tempfile.TemporaryDirectory() as runs:
        costs, ours, plain = [], [], []
        for number in range(_PAIRS):
            # The first of a pair finds the machine as the second does not: in turns.
            order = (True, False) if number % 2 else (False, True)
            seconds = {exact: _processor_seconds(Path(runs), exact=exact) for exact in order}
            ours.append(seconds[True])
            plain.append(seconds[False])
            costs.append(seconds[True] / seconds[False] - 1)
    yield Row(
        "snapshots and determinism, an epoch",
        f"{statistics.median(ours):.2f} s",
        f"{statistics.median(plain):.2f} s",
        statistics.median(costs),
        0.03,
    )


def _processor_seconds(runs: Path, *, exact: bool) -> float:
    """Train; return the processor time of an epoch, the first left out because it compiles."""
    usual: dict[str, Any] = {"entry": Catalog.load().find("wine"), "changes": _LONG}
    without = {} if exact else {"snapshots": "off", "deterministic": False}
    folder = Order(**usual, **without, device="cpu").place(runs)
    process = launch(folder)
    view = RunView(folder)
    spent: list[float] = []
    while process.poll() is None:
        view.refresh()
        if len(view.epochs) > len(spent):
            spent.append(_spent_by(process.pid))
        time.sleep(_LOOK_SECONDS)
    if process.returncode != 0:
        raise SystemExit(folder.console_log.read_text())
    return (spent[-1] - spent[0]) / (len(spent) - 1)


def _spent_by(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS

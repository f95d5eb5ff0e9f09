"""How soon a launch trains with the standby, and what the standby costs while nobody asks."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from engine.catalog import Catalog
from engine.process import prompt
from engine.process.order import Order
from engine.process.standby import Standby
from tests.bench.epochs import official_data
from tests.bench.row import Row, paired

_PAIRS = 5
_IDLE_SECONDS = 10.0
_READY_SECONDS = 120.0

# The plain script, left at the end of its first batch.
_FIRST_BATCH = """
import os, sys
import keras
from tests.plain.wine import main

class Leave(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        os._exit(0)

fit = keras.Model.fit
keras.Model.fit = lambda self, *data, callbacks=(), **settings: fit(
    self, *data, callbacks=[*callbacks, Leave()], **settings
)
main(sys.argv[1], '{"units": [32], "epochs": 1, "batch_size": 32}', "1")
"""


def measure() -> Iterator[Row]:
    """Compare with a fresh process of a plain script, in turns; then wait and look."""
    if not Standby.is_possible():
        return
    csv = official_data("wine")
    standby = Standby("tensorflow")
    try:
        deadline = time.monotonic() + _READY_SECONDS
        while not standby.is_ready:
            if time.monotonic() > deadline:
                raise SystemExit(f"The standby is not ready: {standby.problem}")
            time.sleep(0.05)
        with tempfile.TemporaryDirectory() as runs:
            ours, plain = [], []
            for _ in range(_PAIRS):
                ours.append(_ours(Path(runs), standby))
                plain.append(_plain(csv))
        yield paired("launch to first batch, standby", ours, plain, 0.3)
        process = psutil.Process(standby.pid)
        before = process.cpu_times()
        time.sleep(_IDLE_SECONDS)
        after = process.cpu_times()
    finally:
        standby.close()
    spent = (after.user - before.user) + (after.system - before.system)
    share = 100 * spent / _IDLE_SECONDS
    yield Row("standby idle, % of a core", f"{share:.2f} %", "", share, 0.1)


def _ours(runs: Path, standby: Standby) -> float:
    """Return the seconds from an order to the first progress of its training."""
    order = Order(entry=Catalog.load().find("wine"), device="cpu", changes={"epochs": 100_000})
    begun = time.perf_counter()
    folder = order.place(runs)
    if prompt.launch(folder, standby) is not None:
        raise SystemExit("The standby was not there.")
    # Written after the first call of the compiled loop, which is one batch.
    while not (folder.progress.is_file() and folder.progress.stat().st_size):
        time.sleep(0.001)
        if time.perf_counter() - begun > _READY_SECONDS:
            raise SystemExit(folder.console_log.read_text())
    seconds = time.perf_counter() - begun
    workers = psutil.Process(standby.pid).children()
    for worker in workers:
        worker.kill()
    psutil.wait_procs(workers, timeout=10)
    return seconds


def _plain(csv: Path) -> float:
    """Return the seconds from the start of a plain script to the end of its first batch."""
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", _FIRST_BATCH, str(csv)],
        capture_output=True,
        check=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
    )
    return time.perf_counter() - begun

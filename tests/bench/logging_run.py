"""A run that logs three metrics ten times a second, written by a process of its own as by a worker.

``python -m tests.bench.logging_run RUNS`` makes the run, writes all points that are there from the
beginning, says so in a line, and goes on until it is killed. It holds the run's lock, says where
within the epoch it is, replaces the status and reads the devices, as a worker does; what it leaves
out is the training.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from engine.catalog import Catalog
from engine.devices.host import Host
from engine.process.order import Order
from engine.run.folder import RunFolder
from engine.run.identity import Identity
from engine.run.lock import RunLock
from engine.run.recorder import Recorder
from engine.run.records import Described, Devices, Epoch, Started
from tests.bench.walk import INTERVAL_SECONDS, POINTS, points

NAME = "logging"
_EPOCHS = 25_000
_STEPS = 12
_DEVICES_EVERY = 20  # points: two seconds


class LoggingRun:
    """The process that writes the run.

    Args:
        runs: The runs folder; the run in it is called :data:`NAME`.
    """

    def __init__(self, runs: Path) -> None:
        self.folder = RunFolder(runs / NAME)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.bench.logging_run", str(runs)],
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        if not self._process.stdout.readline():
            raise SystemExit("The process that writes the run has failed.")

    def __enter__(self) -> LoggingRun:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def begun(runs: Path, name: str, epochs: int) -> tuple[RunFolder, Recorder]:
    """Make a run and take it up as a worker does.

    Args:
        runs: The runs folder.
        name: The run's name.
        epochs: How many are planned.
    """
    order = Order(
        entry=Catalog.load().find("wine"), data="sample", name=name, changes={"epochs": epochs}
    )
    folder = order.place(runs)
    own = Identity.own()
    started = Started(
        at=time.time(),
        generation=1,
        pid=own.pid,
        start_ticks=own.start_ticks,
        boot_id=own.boot_id,
        host=own.host,
    )
    recorder = Recorder(folder, started, epochs, "loss", "min")
    recorder.describe(
        Described(
            at=time.time(),
            data="a table",
            rows={"train": 353, "val": 44, "test": 45},
            parameters=385,
            layers=[("Dense", "(batch, 32)", 352), ("Dense", "(batch, 1)", 33)],
            device="CPU",
            steps_per_epoch=_STEPS,
        )
    )
    with contextlib.redirect_stdout(io.StringIO()):  # a worker's goes to its console.log
        recorder.phase("training")
    return folder, recorder


def epoch(number: int, metrics: dict[str, float]) -> Epoch:
    """Return the record of a complete epoch."""
    return Epoch(
        at=time.time(),
        epoch=number,
        step=number * _STEPS,
        seconds=INTERVAL_SECONDS,
        metrics=metrics,
        learning_rate=1e-3,
    )


def _log(runs: Path) -> None:
    folder, recorder = begun(runs, NAME, _EPOCHS)
    lock = RunLock(folder.lock)  # held until the process is killed
    host = Host(os.getpid(), folder.path)
    due = time.monotonic()
    for number, metrics in enumerate(points(), start=1):
        recorder.epoch_begins()
        recorder.epoch(epoch(number, metrics))
        if number == POINTS:
            print(NAME, flush=True)
            due = time.monotonic()
        if number < POINTS:
            continue
        due += INTERVAL_SECONDS
        time.sleep(max(0.0, due - time.monotonic()))
        recorder.progress(number + 1, _STEPS, _STEPS, dict, 3500.0)
        if number % _DEVICES_EVERY == 0:
            recorder.devices(Devices(at=time.time(), host=host.read()))
    lock.release()


if __name__ == "__main__":
    _log(Path(sys.argv[1]))

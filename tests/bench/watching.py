"""What it costs to watch a run: ours beside W&B LEET, and next to nothing where nothing happens.

Both look at the same figures: three metrics that are logged ten times a second on top of 20,000
points. LEET is measured where it is installed (``pip install wandb``).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from engine.catalog import Catalog
from engine.process.launch import launch
from engine.process.order import Order
from engine.run.view import RunView
from tests.bench import load
from tests.bench.console import console, open_run
from tests.bench.leet import Leet
from tests.bench.logging_run import NAME, LoggingRun, begun, epoch
from tests.bench.row import Row
from tests.bench.terminal import Terminal
from tests.bench.walk import points

_SECONDS = 20.0
_SETTLE_SECONDS = 3.0
_QUIET_SECONDS = 10.0
_FINISHED_EPOCHS = 2000


def measure() -> Iterator[Row]:
    """Watch the run that logs, with ours and then with LEET."""
    with (
        tempfile.TemporaryDirectory() as runs,
        LoggingRun(Path(runs)),
        console(Path(runs)) as terminal,
    ):
        open_run(terminal, NAME)
        ours = _settled_load(terminal)
    theirs = _load_of_leet()
    for what, figure, promised in (
        ("watching, % of a core", "core_percent", 6),
        ("watching, kB a second", "kilobytes_per_second", 3),
        ("watching, memory in MB", "megabytes", 120),
    ):
        own = getattr(ours, figure)
        other = f"{getattr(theirs, figure):.2f}" if theirs is not None else ""
        yield Row(what, f"{own:.2f}", other, own, promised)


def _load_of_leet() -> load.Load | None:
    leet = Leet.find()
    if leet is None:
        return None
    with leet, leet.look() as terminal:
        terminal.until(leet.has_frame)
        return _settled_load(terminal)


def measure_quiet() -> Iterator[Row]:
    """Look at a run that has ended: nothing may be written."""
    with tempfile.TemporaryDirectory() as runs:
        folder, recorder = begun(Path(runs), "finished", _FINISHED_EPOCHS)
        for number, metrics in zip(range(1, _FINISHED_EPOCHS + 1), points(), strict=False):
            recorder.epoch(epoch(number, metrics))
        recorder.end("done")
        recorder.close()
        with console(Path(runs)) as terminal:
            open_run(terminal, folder.name)
            terminal.read_for(_SETTLE_SECONDS)
            written = terminal.read_for(_QUIET_SECONDS)
    yield Row("a finished run, bytes in 10 s", f"{written} bytes", "", written, 0)


def measure_training() -> Iterator[Row]:
    """Watch a real training of ``wine``, some thirty epochs a second."""
    with tempfile.TemporaryDirectory() as runs:
        order = Order(
            entry=Catalog.load().find("wine"),
            data="sample",
            changes={"epochs": 100_000, "batch_size": 8},
        )
        folder = order.place(Path(runs))
        worker = launch(folder)
        view = RunView(folder)
        try:
            while not view.epochs:
                view.refresh()
                if worker.poll() is not None:
                    raise SystemExit(folder.console_log.read_text())
                time.sleep(0.1)
            with console(Path(runs)) as terminal:
                open_run(terminal, folder.name[:12])
                found = _settled_load(terminal)
        finally:
            worker.kill()
            worker.wait()
    share, rate = found.core_percent, found.kilobytes_per_second
    yield Row("a real training, % of a core", f"{share:.1f} %", "", share, 6)
    # Some thirty epochs a second: curves, figures and samples are all others at every look.
    yield Row("a real training, kB a second", f"{rate:.2f} kB", "", rate, 6)


def _settled_load(terminal: Terminal) -> load.Load:
    terminal.read_for(_SETTLE_SECONDS)
    return load.measure(terminal, _SECONDS)

"""What it costs to watch: processor time and bytes of a console that shows a live training."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from engine.catalog import Catalog
from engine.process.launch import launch
from engine.process.order import Order
from engine.run.view import RunView
from tests.bench.row import Row
from tests.bench.terminal import Terminal

_SECONDS = 20.0
_CONSOLE = "import sys; from tui.cli import main; sys.argv = ['dlconsole']; sys.exit(main())"


def measure() -> Iterator[Row]:
    """Watch a real training of ``wine``, some thirty epochs a second, on its Run screen."""
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
            with Terminal(["-c", _CONSOLE], environment={"DLCONSOLE_RUNS": runs}) as terminal:
                # With a live run the console opens on the list of runs; Enter opens the run.
                name = folder.name.encode()
                terminal.until(lambda output: name[:12] in output)
                terminal.read_for(2)
                terminal.type("\r")
                terminal.until(lambda output: b"epoch" in output)
                terminal.read_for(3)
                process = psutil.Process(terminal.pid)
                before, begun = _cpu(process), time.perf_counter()
                written = terminal.read_for(_SECONDS)
                spent = _cpu(process) - before
                span = time.perf_counter() - begun
        finally:
            worker.kill()
            worker.wait()
    share = 100 * spent / span
    yield Row("console watching, % of a core", f"{share:.1f} %", "", share, 5)
    yield Row(
        "console watching, kB a second",
        f"{written / span / 1000:.1f} kB",
        "",
        written / span / 1000,
        60,
    )


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)

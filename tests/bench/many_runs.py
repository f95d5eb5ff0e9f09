"""A runs folder that has grown: a thousand runs of a thousand epochs, and one of very long epochs.

Measured in the terminal, from the key to what it asks for: the list, and a run.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.run.folder import RunFolder
from engine.run.records import Progress, encode
from tests.bench import load
from tests.bench.console import console
from tests.bench.logging_run import begun, epoch
from tests.bench.row import Row
from tests.bench.terminal import Terminal
from tests.bench.walk import points

_RUNS = 1000
_EPOCHS = 1000
_PROGRESS = 500_000
_LONG = "run-0000"
_OPENED = 10
"""Runs that are opened one after the other, the one of long epochs among them."""


def measure() -> Iterator[Row]:
    """Show the list, then open runs from it."""
    with tempfile.TemporaryDirectory() as name:
        runs = Path(name)
        _fill(runs)
        with console(runs) as terminal:
            terminal.until_shown("recipes")
            terminal.read_for(2)  # what it imports after the first frame is no part of this
            listed = _until(terminal, "o", f"{_RUNS} runs", f"run-{_RUNS - 1:04}", "1000/1000")
            opened = []
            for number in range(_OPENED):
                terminal.type("\x1b[B" * (number > 0))  # down
                terminal.read_for(0.5)
                opened.append(
                    _until(terminal, "\r", f"run-{_RUNS - 1 - number:04}", "Samples", "train")
                )
                _until(terminal, "\x1b", "state", f"{_RUNS} runs")
            terminal.type("\x1b[F")  # end
            terminal.until_shown(_LONG)
            terminal.read_for(0.5)
            long = _until(terminal, "\r", _LONG, "Samples", "train")
            terminal.read_for(1)
            memory = load.own_megabytes(terminal.pid)
    yield Row("list of 1,000 runs, seconds", f"{listed:.2f} s", "", listed, 1)
    middle, longest = statistics.median(opened), max(opened)
    yield Row("a run of them, seconds", f"{middle:.2f} s", "", longest, 0.5)
    yield Row("one of 500,000 progress records", f"{long:.2f} s", "", long, 0.5)
    yield Row("memory after that, in MB", f"{memory:.0f}", "", memory, 120)


def _until(terminal: Terminal, key: str, *words: str) -> float:
    """Press a key; return the seconds until words are on the screen."""
    begun_at = time.perf_counter()
    terminal.type(key)
    terminal.until_shown(*words)
    return time.perf_counter() - begun_at


def _fill(runs: Path) -> None:
    """Write a run, and copies of it under other names."""
    first, recorder = begun(runs, _LONG, _EPOCHS)
    for number, metrics in zip(range(1, _EPOCHS + 1), points(), strict=False):
        recorder.epoch(epoch(number, metrics))
    recorder.end("done")
    recorder.close()
    spec = first.read_spec()
    journal, status = first.journal.read_bytes(), first.status.read_bytes()
    for number in range(1, _RUNS):
        folder = RunFolder(runs / f"run-{number:04}")
        folder.path.mkdir()
        named = msgspec.structs.replace(spec, name=folder.path.name, created=spec.created + number)
        folder.spec.write_bytes(encode(named))
        folder.lock.touch()
        folder.journal.write_bytes(journal)
        folder.status.write_bytes(status)
        folder.progress.touch()
        folder.devices.touch()
    step = encode(Progress(at=time.time(), epoch=1, step=1, steps=1, metrics={"loss": 0.5}))
    first.progress.write_bytes((step + b"\n") * _PROGRESS)

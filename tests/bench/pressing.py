"""How soon keys are answered while a worker uses every core.

A key is answered when what it asks for is on the screen: the next run, another panel, another
scale, help.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil

from engine.catalog import Catalog
from engine.process.launch import launch
from engine.process.order import Order
from engine.run.view import RunView
from tests.bench.console import console
from tests.bench.logging_run import begun, epoch
from tests.bench.row import Row
from tests.bench.terminal import Terminal
from tests.bench.walk import points

_MOVES = 60  # in the list
_TURNS = {("gg", "(log"): 60, ("62", "weight_decay"): 60, ("?\x1b", "  keys  "): 20}
"""Pairs of keys, a word that the first shows and the second hides, and how many are pressed."""
_FINISHED = 61
_EPOCHS = 100
# Products of large matrices: both cores are at work nearly all the time.
_HEAVY = {"units": (2048, 2048), "batch_size": 256, "epochs": 100_000}
_PAUSE_SECONDS = 0.15
_WITHIN = 0.95

_Press = tuple[str, Callable[[str], bool]]
"""A key, and whether the text of the screen answers it."""


def measure() -> Iterator[Row]:
    """Press keys in the list, then on the screen of the run that trains."""
    with tempfile.TemporaryDirectory() as name:
        runs = Path(name)
        _finish(runs)
        cores = len(os.sched_getaffinity(0))
        order = Order(
            entry=Catalog.load().find("wine"),
            data="sample",
            name="heavy",
            changes=_HEAVY,
            threads=cores,
        )
        folder = order.place(runs)
        worker = launch(folder)
        view = RunView(folder)
        try:
            while not view.epochs:
                view.refresh()
                if worker.poll() is not None:
                    raise SystemExit(folder.console_log.read_text())
                time.sleep(0.1)
            with console(runs) as terminal:
                terminal.until_shown("heavy", "training")
                terminal.read_for(2)
                at_work = psutil.Process(worker.pid)
                at_work.cpu_percent()
                seconds = [_seconds(terminal, *press) for press in _in_the_list()]
                terminal.type("\x1b[H\r")
                terminal.until_shown("Samples", "train")
                terminal.read_for(2)
                seconds += [_seconds(terminal, *press) for press in _on_the_run()]
                used = at_work.cpu_percent()
        finally:
            worker.kill()
            worker.wait()
    slowest = sorted(seconds)[int(_WITHIN * len(seconds)) - 1]
    yield Row(
        f"95 % of {len(seconds)} keys, seconds",
        f"{slowest * 1000:.0f} ms",
        f"{used:.0f} % busy",
        slowest,
        0.1,
    )


def _in_the_list() -> Iterator[_Press]:
    for number in range(_MOVES):
        run = f"finished-{_FINISHED - 1 - number:02} · "
        yield "\x1b[B", partial(_agrees, run, True)


def _on_the_run() -> Iterator[_Press]:
    for (keys, word), many in _TURNS.items():
        for number in range(many):
            yield keys[number % 2], partial(_agrees, word, number % 2 == 0)


def _agrees(word: str, is_there: bool, text: str) -> bool:
    return (word in text) == is_there


def _seconds(terminal: Terminal, key: str, answers: Callable[[str], bool]) -> float:
    """Press a key; return how long it takes until the screen answers."""
    terminal.read_for(_PAUSE_SECONDS)
    begun_at = time.perf_counter()
    terminal.type(key)
    while not answers(terminal.screen.text):
        terminal.read(0.01)
        if time.perf_counter() - begun_at > 10:
            raise SystemExit(f"{key!r} was not answered:\n{terminal.screen.text}")
    return time.perf_counter() - begun_at


def _finish(runs: Path) -> None:
    for number in range(_FINISHED):
        _, recorder = begun(runs, f"finished-{number:02}", _EPOCHS)
        for place, metrics in zip(range(1, _EPOCHS + 1), points(), strict=False):
            recorder.epoch(epoch(place, metrics))
        recorder.end("done")
        recorder.close()

"""How soon the command and the console are there."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.console import console, has_frame
from tests.bench.leet import Leet
from tests.bench.row import Row, paired
from tests.bench.terminal import Terminal

_PAIRS = 9
_EMPTY_APP = "from textual.app import App; App().run()"


def measure_help() -> Iterator[Row]:
    """Time ``dlconsole --help`` beside a bare interpreter."""
    command = str(Path(sys.executable).with_name("dlconsole"))
    ours, bare = [], []
    for _ in range(_PAIRS + 1):
        ours.append(_seconds([command, "--help"]))
        bare.append(_seconds([sys.executable, "-c", "pass"]))
    ours, bare = ours[1:], bare[1:]  # the first read files from the disk
    middle = sorted(ours)[_PAIRS // 2]
    yield Row(
        "dlconsole --help, seconds",
        f"{middle * 1000:.0f} ms",
        f"{sorted(bare)[_PAIRS // 2] * 1000:.0f} ms",
        middle,
        0.25,
    )


def measure_frame() -> Iterator[Row]:
    """Time the console's first frame beside that of an empty Textual app, and of LEET."""
    leet = Leet.find()
    ours, empty, theirs = [], [], []
    with tempfile.TemporaryDirectory() as runs, leet or contextlib.nullcontext():
        for _ in range(_PAIRS + 1):
            ours.append(_first_frame(console(Path(runs)), has_frame))
            empty.append(_first_frame(Terminal(["-c", _EMPTY_APP]), has_frame))
            if leet is not None:
                theirs.append(_first_frame(leet.look(), leet.has_frame))
    yield paired("console, first frame", ours[1:], empty[1:], 1.4)
    if leet is not None:
        yield paired("console, first frame beside LEET", ours[1:], theirs[1:], 1.4)


def _first_frame(program: Terminal, is_drawn: Callable[[bytes], bool]) -> float:
    with program as terminal:
        return terminal.until(is_drawn)


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun

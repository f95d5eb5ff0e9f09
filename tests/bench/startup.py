"""How soon the command and the console are there."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.row import Row, paired
from tests.bench.terminal import Terminal

_PAIRS = 9
_EMPTY_APP = "from textual.app import App; App().run()"
_CONSOLE = "import sys; from tui.cli import main; sys.argv = ['dlconsole']; sys.exit(main())"
# A screen of 150 x 45 cells is at least this many bytes, blank or not.
_FRAME_BYTES = 3000


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
    """Time the console's first frame beside that of an empty Textual app."""
    ours, empty = [], []
    with tempfile.TemporaryDirectory() as runs:
        for _ in range(_PAIRS + 1):
            ours.append(_first_frame(_CONSOLE, {"DLCONSOLE_RUNS": runs}))
            empty.append(_first_frame(_EMPTY_APP, {}))
    yield paired("console, first frame", ours[1:], empty[1:], 1.4)


def _first_frame(program: str, environment: dict[str, str]) -> float:
    def painted(output: bytes) -> bool:
        _, entered, after = output.partition(b"\x1b[?1049h")
        return bool(entered) and len(after) >= _FRAME_BYTES

    with Terminal(["-c", program], environment=environment) as terminal:
        return terminal.until(painted)


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun

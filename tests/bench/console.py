"""The console in a terminal of 150 x 45 cells, as the benchmarks drive it."""

from __future__ import annotations

import os
from pathlib import Path

from tests.bench.terminal import Terminal

PROGRAM = "import sys; from tui.cli import main; sys.argv = ['dlconsole']; sys.exit(main())"

# A screen of 150 x 45 cells is at least this many bytes, blank or not.
_FRAME_BYTES = 3000


def has_frame(output: bytes) -> bool:
    """Say whether a program has drawn its first frame, by all that it has written."""
    _, entered, after = output.partition(b"\x1b[?1049h")
    return bool(entered) and len(after) >= _FRAME_BYTES


def console(runs: Path) -> Terminal:
    """Return a console over a runs folder, with nobody's preferences; it is being started."""
    environment = {"DLCONSOLE_RUNS": str(runs), "DLCONSOLE_SETTINGS": os.devnull}
    return Terminal(["-c", PROGRAM], environment=environment)


def open_run(terminal: Terminal, name: str) -> None:
    """Go from the first screen, whichever that is, to a run that the list begins with."""
    text = terminal.until_shown("dlconsole", "help")
    if "recipes" in text:
        terminal.type("o")
    terminal.until_shown(name, "state")
    terminal.type("\r")
    terminal.until_shown("Samples", name, "train")

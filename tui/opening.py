"""Opening the console, where there is a terminal for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.errors import Problem
from tui.streams import is_terminal

_ESCAPE_MILLISECONDS = "40"
"""How long an escape may be the beginning of another key; see :mod:`tui.quick_input`."""


def open_console(runs_dir: Path | None = None, recipe_file: Path | None = None) -> int:
    """Open the console and return its exit code when it is left.

    Args:
        runs_dir: What ``--runs-dir`` says.
        recipe_file: What ``--recipe-file`` says.

    Raises:
        Problem: There is no terminal.
    """
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise Problem(
            "The console needs a terminal, and this is none.",
            "Without one: dlconsole train wine --data sample; dlconsole --help lists all commands.",
        )
    os.environ.setdefault("ESCDELAY", _ESCAPE_MILLISECONDS)  # Textual reads it when imported
    from tui.running import run_console

    return run_console(runs_dir, recipe_file)

"""The terminal around the console: what it shows, whether it is there, how to leave it usable."""

from __future__ import annotations

import os
import sys
import termios
import threading
from contextlib import suppress
from typing import Any

from tui.streams import has_blocks

SHORT_WAY_SECONDS = 3.0
"""How long the orderly way out may take before the short one is taken."""

_MANY_COLORS = {"256color", "kitty"}
_MODES = (b"?1000l", b"?1003l", b"?1006l", b"?1004l", b"?2004l", b"<u", b"?1049l", b"?25h", b"?7h")
_RESET = b"".join(b"\x1b[" + mode for mode in _MODES)
"""Ends mouse, focus and paste reports and the other screen, and brings the cursor back."""


def is_ascii_only() -> bool:
    """Say whether block characters, or colours that tell curves apart, would be lost."""
    if os.environ.get("NO_COLOR"):
        return True
    stream = sys.__stderr__  # what Textual draws on
    return stream is not None and (
        not has_blocks(stream) or os.environ.get("TERM", "") in {"dumb", "vt100", "vt220", "ansi"}
    )


def has_few_colors() -> bool:
    """Say whether the terminal has sixteen colours or fewer, or none is wanted.

    It goes by what Rich goes by, which writes the colours: over SSH, where ``COLORTERM`` is rarely
    passed on, that is the end of ``TERM``.
    """
    if os.environ.get("NO_COLOR"):
        return True
    if os.environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}:
        return False
    return os.environ.get("TERM", "").strip().lower().rpartition("-")[2] not in _MANY_COLORS


def is_there() -> bool:
    """Say whether the terminal still exists; it does not after a connection was lost."""
    try:
        termios.tcgetattr(_input())
    except (termios.error, ValueError, OSError):
        return False
    return True


def leave_later(modes: list[Any] | None, code: int) -> None:
    """End the process if it is still there in a few seconds, the terminal's modes restored.

    The orderly way writes to the terminal and waits until it took everything, and one whose other
    end has gone silent takes nothing.

    Args:
        modes: What the terminal's modes were before, as ``termios.tcgetattr`` returned them.
        code: The exit code.
    """

    def end() -> None:
        with suppress(termios.error, ValueError, OSError):
            if modes is not None:
                termios.tcsetattr(_input(), termios.TCSANOW, modes)
        with suppress(OSError):
            os.set_blocking(2, False)
            os.write(2, _RESET)
        os._exit(code)

    timer = threading.Timer(SHORT_WAY_SECONDS, end)
    timer.daemon = True
    timer.start()


def _input() -> int:
    return sys.__stdin__.fileno() if sys.__stdin__ is not None else 0

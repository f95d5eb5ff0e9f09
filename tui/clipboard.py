r"""Copying: what a terminal is sent so that text gets onto the clipboard of who sits before it.

That is OSC 52, a control sequence which most terminals know, also across SSH (xterm's "Control
Sequences"; some ask for a permission first, and none says whether it took it). A terminal within
the terminal has to be told to pass it on: tmux (3.3 and later only with ``allow-passthrough on``)
and screen, each in its own wrapping. A tmux that we run in is given the text besides, as its own
buffer: that works however it is set up. Since nobody can know whether anything arrived, the text
is in a file as well.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from engine.errors import Problem
from engine.settings import APP

MOST_BYTES = 74_994
"""As UTF-8: what terminals take, at most 100,000 characters of base64 with the sequence around."""

_SCREEN_CHUNK = 256  # bytes that screen takes as one string for sure
_DEAF = {"linux", "dumb", "vt100", "vt220", "ansi"}
_TMUX_SECONDS = 2.0


def sequence(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return what the terminal is sent to copy a text; nothing where it cannot copy it.

    Args:
        text: What is copied.
        environment: Says what the terminal is (``TERM``, ``TMUX``, ``STY``).
    """
    content = text.encode(errors="replace")
    if len(content) > MOST_BYTES or environment.get("TERM", "dumb") in _DEAF:
        return ""
    plain = f"\x1b]52;c;{base64.b64encode(content).decode()}\x07"
    if environment.get("TMUX"):
        escaped = plain.replace("\x1b", "\x1b\x1b")
        # The one where it may speak to the terminal around it, the other where it is asked to.
        return f"{plain}\x1bPtmux;{escaped}\x1b\\"
    if environment.get("STY"):
        pieces = [
            plain[start : start + _SCREEN_CHUNK] for start in range(0, len(plain), _SCREEN_CHUNK)
        ]
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return plain


def give_tmux(text: str) -> bool:
    """Put a text into tmux' own buffer, and through it on the clipboard; say whether that worked.

    Not for an event loop.
    """
    if not os.environ.get("TMUX"):
        return False
    import subprocess

    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],
            input=text.encode(errors="replace"),
            capture_output=True,
            timeout=_TMUX_SECONDS,
            check=False,
        )
        return done.returncode == 0
    return False


def keep(text: str) -> Path:
    """Write a text where it can be taken from instead. Not for an event loop.

    Raises:
        Problem: It cannot be written.
    """
    import platformdirs

    from engine.run.files import PRIVATE_FOLDER, replace

    path = Path(platformdirs.user_state_dir(APP)) / "copied.txt"
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        replace(path, text.encode(errors="replace"), durable=False)
    except OSError as error:
        raise Problem(f"It cannot be written to {path}: {error.strerror}.") from error
    return path

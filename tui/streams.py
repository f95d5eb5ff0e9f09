"""Standard output and standard error: what they can show, and a line of narration on them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO

from tui.safe_text import printable


def is_terminal(stream: TextIO) -> bool:
    """Say whether a person looks at a stream."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def is_colourful(stream: TextIO) -> bool:
    """Say whether colour is welcome on a stream."""
    return (
        is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def has_blocks(stream: TextIO) -> bool:
    """Say whether a stream can show block characters and the like, beyond ASCII."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return (
        "utf" in (stream.encoding or "").lower()
        # Python makes UTF-8 of the C locale, but the terminal does not know that.
        and locale not in ("C", "POSIX")
        and os.environ.get("TERM") != "linux"
    )


def narrate(text: str) -> None:
    """Write a line to standard error; one that nobody reads any more is no reason to end."""
    try:
        sys.stderr.write(printable(text) + "\n")
        sys.stderr.flush()
    except OSError:
        return


def give_up_stdout() -> None:
    """Let what is still to be written to standard output go nowhere, since its reader has gone."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

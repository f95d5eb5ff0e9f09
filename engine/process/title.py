"""What ps and top call this process, for one that was forked and not started with words of its own.

A worker that was forked from the standby would be listed as a standby: somebody who tidies up would
end a training without knowing it.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from pathlib import Path

_STAT = Path("/proc/self/stat")
# Counted from the state, which follows the name in brackets; see proc_pid_stat(5).
_ARG_START, _ARG_END = 45, 46


def set_title(text: str) -> None:
    """Have the process listed under other words, as many of them as there is room for.

    The room is that of the words it was started with: they are overwritten where the kernel shows
    them from. Where that place is not known, nothing happens.
    """
    with suppress(OSError, IndexError, ValueError):
        fields = _STAT.read_bytes().rpartition(b") ")[2].split()
        start, end = int(fields[_ARG_START]), int(fields[_ARG_END])
        if 0 < start < end:
            room = end - start
            # The zero at the end stays: without it the kernel would look for more words behind it.
            ctypes.memmove(start, text.encode()[: room - 1].ljust(room, b"\0"), room)

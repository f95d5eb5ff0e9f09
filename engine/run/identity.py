"""Which process a worker is, in words that stay true after it is gone.

A pid alone is reused. Together with the boot of the machine and the tick at which the process began
it names one process for ever. A child that died and was not waited for (a zombie) counts as gone.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")


class Identity(NamedTuple):
    """A process on a machine in one boot of it."""

    host: str
    boot_id: str | None
    pid: int
    start_ticks: int | None

    @classmethod
    def own(cls) -> Identity:
        """Return the identity of the calling process."""
        pid = os.getpid()
        ticks, _ = _stat(pid)
        return cls(socket.gethostname(), boot_id(), pid, ticks)

    def is_local(self) -> bool:
        """Say whether it belongs to this boot of this machine."""
        return self.host == socket.gethostname() and self.boot_id == boot_id()

    def is_alive(self) -> bool:
        """Say whether it is running; only meaningful where :meth:`is_local` holds."""
        ticks, state = _stat(self.pid)
        if ticks is None:  # no /proc: macOS
            return _signalable(self.pid) if not _PROC.is_dir() else False
        return state not in {"Z", "X"} and (self.start_ticks is None or ticks == self.start_ticks)

    def is_suspended(self) -> bool:
        """Say whether it is stopped by a signal (SIGSTOP, Ctrl+Z) or a debugger."""
        ticks, state = _stat(self.pid)
        return state in {"T", "t"} and self.start_ticks in (None, ticks)

    def is_stalled(self) -> bool:
        """Say whether one of its threads waits for a disk or network file system just now.

        Every thread that reads or writes does so for moments; it means something only where
        nothing has been heard of the process for long.
        """
        tasks = _PROC / str(self.pid) / "task"
        try:
            threads = [int(name) for name in os.listdir(tasks)]  # noqa: PTH208 - numbers
        except (OSError, ValueError):
            return False
        return any(_state(tasks / str(thread) / "stat")[1] == "D" for thread in threads)


def boot_id() -> str | None:
    """Return the kernel's name for the current boot, or None where it has none."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None


def _stat(pid: int) -> tuple[int | None, str]:
    """Return start ticks and state letter of a process from ``/proc/<pid>/stat``."""
    return _state(_PROC / str(pid) / "stat")


def _state(path: Path) -> tuple[int | None, str]:
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return None, ""
    # The name stands in parentheses and may itself hold spaces and parentheses.
    fields = text.rpartition(")")[2].split()
    return int(fields[19]), fields[0]


def _signalable(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

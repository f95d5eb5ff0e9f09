"""The lock of a run: held by its worker for life, and so the best evidence that it lives.

The kernel lets go of it when the process ends, however it ends. Looking takes a shared lock for an
instant, so a worker that finds it taken tries again for a moment before it believes it.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from engine.errors import Problem
from engine.run.files import PRIVATE_FILE

_PATIENCE_SECONDS = 2.0
_RETRY_SECONDS = 0.02


class RunLock:
    """Holds a run for the calling process until it ends or :meth:`release` is called."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(self._handle)
                    raise Problem(
                        f"Another worker holds the run {path.parent.name}.",
                        "Watch it, or stop it first: dlconsole stop " + path.parent.name,
                    ) from None
                time.sleep(_RETRY_SECONDS)

    def release(self) -> None:
        """Let another worker have the run."""
        os.close(self._handle)


def is_held(path: Path) -> bool:
    """Say whether a worker holds the lock; False where there is no lock file."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks: no evidence either way
        return False
    finally:
        os.close(handle)
    return False

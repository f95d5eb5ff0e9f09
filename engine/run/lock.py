"""The lock of a run: held for life by whoever is at it, and so the best evidence that it lives.

The kernel lets go of it when the last process that has it open ends, however it ends. So a launcher
can take it and hand it on by letting the worker inherit the descriptor: of two launchers one is
refused, and at no moment is a run that is being started without evidence.

Looking takes a shared lock for an instant. Whoever finds the lock taken therefore looks closer
before believing it: behind a look a shared lock is to be had, behind a holder it is not.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from engine.errors import Problem
from engine.run.files import PRIVATE_FILE

_PATIENCE_SECONDS = 2.0
_RETRY_SECONDS = 0.01


class RunLock:
    """Holds a run for the calling process, and for those that inherit :attr:`descriptor`.

    Args:
        path: The lock's file; made if it is missing.

    Raises:
        Problem: Somebody else holds the run, or the disk knows no locks.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        except OSError as error:
            raise Problem(
                f"The run {path.parent.name} cannot be locked: {error.strerror}.",
                "A worker has to be able to write into the run's folder.",
            ) from None
        try:
            self._take(path)
        except BaseException:
            os.close(self._handle)
            raise

    @classmethod
    def adopt(cls, descriptor: int) -> RunLock:
        """Take over a lock that was inherited; later children do not inherit it.

        Args:
            descriptor: Open, and holding the lock.

        Raises:
            Problem: It is not a descriptor, or somebody else holds the lock.
        """
        lock = cls.__new__(cls)
        lock._handle = descriptor
        try:
            os.set_inheritable(descriptor, False)
            # Changes nothing if it is held.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Problem(
                f"The lock that should have been handed over is none: {error.strerror}."
            ) from None
        return lock

    @property
    def descriptor(self) -> int:
        """What a child has to inherit to hold the lock, too."""
        return self._handle

    def fileno(self) -> int:
        """Return :attr:`descriptor`."""
        return self._handle

    def release(self) -> None:
        """Let go; a process that has inherited the descriptor goes on holding."""
        # Closed and not unlocked: unlocking would take it from those who inherited it, too.
        os.close(self._handle)

    def _take(self, path: Path) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _try(self._handle, fcntl.LOCK_EX):
            if not _try(self._handle, fcntl.LOCK_SH) or time.monotonic() > deadline:
                raise Problem(
                    f"Another worker is at the run {path.parent.name}, or waits for its device.",
                    "Watch it, or stop it first: dlconsole stop " + path.parent.name,
                )
            # Somebody only looked. So did we, and two who want it must not go on seeing each other.
            fcntl.flock(self._handle, fcntl.LOCK_UN)
            time.sleep(_RETRY_SECONDS * os.urandom(1)[0] / 255)


def is_held(path: Path) -> bool:
    """Say whether somebody holds the lock; False where there is no lock file."""
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


def try_lock(handle: int, kind: int, what: str, remedy: str) -> bool:
    """Try to lock an open file; say whether that succeeded.

    Args:
        handle: Its descriptor.
        kind: ``fcntl.LOCK_EX`` or ``LOCK_SH``.
        what: What lies on its disk, for the message.
        remedy: What to do if the disk knows no locks.

    Raises:
        Problem: The disk knows no locks.
    """
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise Problem(
            f"The disk with the {what} cannot lock files: {error.strerror}.", remedy
        ) from None
    return True


def _try(handle: int, kind: int) -> bool:
    return try_lock(handle, kind, "run", "Keep runs on one that can: --runs-dir or DLCONSOLE_RUNS.")

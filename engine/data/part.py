"""The ``.part`` file of a download: locked, resumed and hashed, until it is the file itself.

What it promises: one process at a time has it; what it holds survives a kill; under the usual name
there is never anything but the whole. An empty part is not left behind.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

CHUNK = 1 << 16
"""Bytes read at a time: small enough for a lively progress bar on a slow line."""

POLL = 0.2
"""Seconds between two looks at a part that another process has. A blocking lock would be simpler,
but could not show the other's progress."""


class Part:
    """The bytes fetched so far: an open, locked file and its running hash.

    Used as a context: at its end the lock is gone, and so is the part if there is nothing in it.

    Attributes:
        path: Where the part lies.
        done: Bytes in it.
        sha256: Of these, hexadecimal.
        resumed: Whether its beginning is an earlier call's.
    """

    def __init__(self, descriptor: int, path: Path, final: Path) -> None:
        self.path = path
        self.resumed = False
        self._descriptor = descriptor
        self._final = final
        self._read()

    @classmethod
    def lock(cls, final: Path, waiting: Callable[[int], None]) -> Part | None:
        """Open the part of ``final``; ``None`` if ``final`` itself has arrived in the meantime.

        The lock is on the part itself, so that no side file is left. A part that was renamed or
        removed by the one who held it is another file than the one waited for: hence the loop.

        Args:
            final: The usual name of the file.
            waiting: Told the bytes in the part while another process has it.

        Raises:
            OSError: It cannot be created, written or locked.
        """
        path = final.with_name(final.name + ".part")
        while not final.is_file():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                while not _try_lock(descriptor):
                    waiting(os.fstat(descriptor).st_size)
                    time.sleep(POLL)
                if _lies_at(descriptor, path):
                    if not final.is_file():
                        part = cls(descriptor, path, final)
                        descriptor = -1
                        return part
                    path.unlink()  # Made by the open above, and needed no more.
            finally:
                if descriptor >= 0:
                    os.close(descriptor)
        return None

    @property
    def sha256(self) -> str:  # noqa: D102 - among the attributes
        return self._digest.hexdigest()

    def append(self, chunk: bytes) -> None:
        """Write and hash the next bytes."""
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._digest.update(chunk)
        self.done += len(chunk)

    def restart(self) -> None:
        """Throw away what is in it."""
        os.ftruncate(self._descriptor, 0)
        self._read()

    def publish(self) -> None:
        """Give it its usual name, for good."""
        os.fsync(self._descriptor)
        self.path.replace(self._final)
        folder = os.open(self._final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def __enter__(self) -> Part:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if not os.fstat(self._descriptor).st_size and _lies_at(self._descriptor, self.path):
                self.path.unlink()
        finally:
            os.close(self._descriptor)

    def _read(self) -> None:
        """Hash what is there, and stand behind it."""
        self._digest = hashlib.sha256()
        self.done = 0
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        while chunk := os.read(self._descriptor, CHUNK):
            self._digest.update(chunk)
            self.done += len(chunk)
        self.resumed = self.done > 0


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lies_at(descriptor: int, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)

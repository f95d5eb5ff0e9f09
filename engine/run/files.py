"""The two ways in which a run's files are written, so that a kill at any moment hurts none.

A file is either replaced whole (:func:`replace`) or appended to line by line (:class:`Appender`).
A reader therefore sees the old or the new content of the first kind, and of the second everything
up to the last line's end.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def replace(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Put ``content`` in the place of ``path``, whole or not at all.

    Args:
        path: The file; its folder exists.
        content: All of it.
        durable: Whether it must survive a power cut, at the price of waiting for the disk. What is
            replaced again within seconds need not.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    try:
        try:
            _write(handle, content)
            if durable:
                os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(aside, path)  # noqa: PTH105 - Path.replace is the same call with more work
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename within ``folder`` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Appender:
    """A file of lines that only grows.

    A last line that was torn by a kill is ended first, so that it spoils no line but itself.

    Args:
        path: The file; created, readable by its owner alone, if it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
        size = os.fstat(self._handle).st_size
        self._torn = size > 0 and os.pread(self._handle, 1, size - 1) != b"\n"

    def append(self, line: bytes, *, durable: bool = False) -> None:
        """Write one line in a single call; raise OSError if the disk takes no more."""
        self.extend((line,), durable=durable)

    def extend(self, lines: Iterable[bytes], *, durable: bool = False) -> None:
        """Write several lines in a single call."""
        content = b"".join(line + b"\n" for line in lines)
        if self._torn:
            content = b"\n" + content
        self._torn = True  # until all of it is on its way
        _write(self._handle, content)
        self._torn = False
        if durable:
            self.sync()

    def sync(self) -> None:
        """Wait until everything that was written is on the disk."""
        os.fsync(self._handle)

    def close(self) -> None:
        """Close the file. May be called twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _write(handle: int, content: bytes) -> None:
    """Write all of ``content``, in one call where the system takes it."""
    written = os.write(handle, content)
    while written < len(content):
        written += os.write(handle, content[written:])

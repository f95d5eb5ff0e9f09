"""Reading files of lines while they grow.

A :class:`Tail` remembers how far it has read and returns what came since, decoded. Only lines that
end in a newline are taken; whole lines that cannot be read are counted and skipped. A file that was
replaced or cut short (thinning, a rotated log) is noticed and read anew.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import msgspec

R = TypeVar("R")


class News(NamedTuple, Generic[R]):
    """What one look at a file brought.

    Attributes:
        records: What came since the last look, in order.
        anew: Whether the file was begun anew, so that what was read before no longer counts.
    """

    records: list[R]
    anew: bool


class Tail(Generic[R]):
    """Follows one file of records.

    Args:
        path: The file; it need not exist yet.
        decoder: Of one line.
        last: Begin no further back than this many bytes from the end; None reads all. A line cut
            by that beginning is passed over.

    Attributes:
        damaged: Whole lines that could not be read so far.
        grown_at: The file's modification time, seconds since 1970; 0 while it does not exist.
        fault: Why a file that is there cannot be read; empty where it can.
    """

    def __init__(
        self, path: Path, decoder: msgspec.json.Decoder[R], *, last: int | None = None
    ) -> None:
        self.damaged = 0
        self.grown_at = 0.0
        self.fault = ""
        self._path = path
        self._decode = decoder.decode
        self._last = last
        self._offset = 0
        self._inode: int | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    def read(self) -> News[R]:
        """Return what came since the last call. A file that cannot be opened brings nothing."""
        try:
            status = os.stat(self._path)  # noqa: PTH116 - called several times a second for each run
        except OSError as error:
            self.fault = "" if error.errno == errno.ENOENT else str(error.strerror)
            return News([], False)
        self.grown_at = status.st_mtime
        anew = self._inode is not None and (
            status.st_ino != self._inode or status.st_size < self._offset
        )
        first = self._inode is None or anew
        if first:
            self._inode = status.st_ino
            self.damaged = 0
            self._offset = max(0, status.st_size - self._last) if self._last else 0
        elif status.st_size == self._offset:
            return News([], False)
        return News(self._decoded(self._whole_lines(midway=first and self._offset > 0)), anew)

    def _whole_lines(self, *, midway: bool) -> list[bytes]:
        """Read on to the last line's end; ``midway`` passes over the line the offset stands in."""
        begin = self._offset - 1 if midway else self._offset
        try:
            with open(self._path, "rb") as file:  # noqa: PTH123 - see above
                file.seek(begin)
                content = file.read()
        except OSError as error:
            self.fault = str(error.strerror)
            return []
        self.fault = ""
        end = content.rfind(b"\n") + 1
        self._offset = begin + end
        # From one byte before the offset, so that a line which begins just there is kept.
        start = content.find(b"\n") + 1 if midway else 0
        return content[start:end].split(b"\n")

    def _decoded(self, lines: list[bytes]) -> list[R]:
        records: list[R] = []
        decode = self._decode
        for line in lines:
            if not line:
                continue
            try:
                records.append(decode(line))
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                self.damaged += 1
        return records

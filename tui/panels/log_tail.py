"""The end of a text file, followed while it grows.

Promises to read no more than the end of the file, to keep a bounded number of lines, and to show
escape sequences and carriage returns as text.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path

from tui.safe_text import printable

MOST_LINES = 2000
"""Lines that are kept."""
FIRST_BYTES = 128 * 1024
"""How far before its end a log is begun with."""
MOST_BYTES = 1024 * 1024
"""What is read at a time; of a log that grew more than that, the end."""
LONGEST = 1000
"""Characters of a line that are shown."""


class LogTail:
    """Follows a text file.

    Args:
        path: The file; it need not exist yet.

    Attributes:
        dropped: Lines that were read and are no longer kept, so that a line keeps its number.
    """

    def __init__(self, path: Path) -> None:
        self.dropped = 0
        self._lines: deque[str] = deque(maxlen=MOST_LINES)
        self._path = path
        self._offset = -1
        self._rest = b""

    def read(self) -> bool:
        """Take in what came since the last call; say whether that was anything."""
        try:
            size = self._path.stat().st_size
            if size == self._offset:
                return False
            if size < self._offset:  # it was cut, and begins anew
                self._take("(the log was cut here)")
                self._offset, self._rest = 0, b""
            first = self._offset < 0
            begin = max(self._offset, size - (FIRST_BYTES if first else MOST_BYTES), 0)
            with self._path.open("rb") as file:
                file.seek(begin)
                content = file.read(size - begin)
        except OSError:
            return False
        midway = begin > max(self._offset, 0)
        self._offset = begin + len(content)
        if midway:  # begun within a line: what is left of it says nothing
            content = content.partition(b"\n")[2]
            self._rest = b""
            self._take("(more stands before this, in the file)")
        *whole, self._rest = (self._rest + content).split(b"\n")
        self._rest = self._rest[-MOST_BYTES:]
        self._take(*map(_decoded, whole))
        return True

    def shown(self) -> list[str]:
        """Return the lines, the unfinished last one among them."""
        return [*self._lines, _decoded(self._rest)] if self._rest else list(self._lines)

    def _take(self, *lines: str) -> None:
        self.dropped += max(len(self._lines) + len(lines) - MOST_LINES, 0)
        self._lines.extend(lines)


def _decoded(line: bytes) -> str:
    text = line[: 4 * LONGEST].decode("utf-8", "replace").removesuffix("\r").expandtabs(4)
    return printable(text if len(text) <= LONGEST else f"{text[:LONGEST]} …")

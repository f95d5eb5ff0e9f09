"""Files of lines that stay small however long a run lasts.

Progress and device readings are looked at as a curve, so their past may be thinned: when a file has
grown to its limit, every other line of it goes, and the file is replaced whole. Each thinning
halves the density of what is old; what is recent stays as dense as it came.
"""

from __future__ import annotations

from pathlib import Path

from engine.run.files import Appender, replace


class BoundedLines:
    """An appender that thins its file.

    Args:
        path: The file.
        limit: The most lines it may hold, at least 2.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._appender = Appender(path)
        self._lines = sum(1 for _ in self._read())

    def append(self, line: bytes) -> None:
        """Write one line; now and then also thin what stands before it."""
        if self._lines >= self._limit:
            self._thin()
        self._appender.append(line)
        self._lines += 1

    def close(self) -> None:
        """Close the file."""
        self._appender.close()

    def _thin(self) -> None:
        kept = self._read()[1::2]
        self._appender.close()
        replace(self._path, b"".join(line + b"\n" for line in kept), durable=False)
        self._appender = Appender(self._path)
        self._lines = len(kept)

    def _read(self) -> list[bytes]:
        return [line for line in self._path.read_bytes().split(b"\n") if line]


def cut_log(path: Path, limit: int) -> None:
    """Keep a log that another handle appends to below twice ``limit`` bytes.

    Past the limit its content moves to ``<name>.1`` and the file is emptied in place, because the
    process (and the libraries in it) hold it open. What is written in between may be lost; what a
    crashing process writes last is not, which a pipe to a pump could not promise.
    """
    try:
        if path.stat().st_size <= limit:
            return
        replace(path.with_name(f"{path.name}.1"), path.read_bytes()[-limit:], durable=False)
        with path.open("r+b") as file:
            file.truncate(0)
    except OSError:
        return  # a log is no reason to end a training

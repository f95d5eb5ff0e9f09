"""Finds every process that was started from within a block, by whatever way.

Each inherits a mark in its environment; a session of its own or another parent hides nothing.
"""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from types import TracebackType

import psutil

_MARK = "DLCONSOLE_STARTED_FROM"  # kept even by what puts an environment back: see kept()


class Marked:
    """A block whose processes are known. Use it as a context."""

    def __enter__(self) -> Marked:
        self._value = secrets.token_hex(8)
        os.environ[_MARK] = self._value
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del os.environ[_MARK]

    def processes(self) -> list[psutil.Process]:
        """Return those that are there, zombies left out: they are nobody's memory."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(_MARK) == self._value and process.pid != os.getpid():
                    found.append(process)
        return found

    def left(self, seconds: float) -> list[psutil.Process]:
        """Return those that are still there after at most so many seconds of waiting."""
        deadline = time.monotonic() + seconds
        while (there := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return there

    def kill(self) -> None:
        """End all of them."""
        for process in self.processes():
            with suppress(psutil.Error):
                process.kill()

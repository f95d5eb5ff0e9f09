"""What a person or the system asks of a foreground command by signals, counted and not yet obeyed.

Within :class:`Interrupts` Ctrl+C, SIGTERM and SIGHUP raise nothing: the command looks when it is
ready to. A signal that was ignored when the command began (``nohup``, a background job of a script)
stays ignored.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class Interrupts:
    """Collects signals while it is entered.

    Attributes:
        stops: How often Ctrl+C or SIGTERM came.
        hung_up: Whether the terminal was closed.
    """

    def __init__(self) -> None:
        self.stops = 0
        self.hung_up = False
        self._news = threading.Event()
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Interrupts:
        for number, handler in (
            (signal.SIGINT, self._stop),
            (signal.SIGTERM, self._stop),
            (signal.SIGHUP, self._hang_up),
        ):
            if signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, handler)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def wait(self, seconds: float) -> bool:
        """Wait, but no longer than until a signal comes; say whether none came."""
        came = self._news.wait(seconds)
        self._news.clear()
        return not came

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stops += 1
        self._news.set()

    def _hang_up(self, number: int, frame: FrameType | None) -> None:
        self.hung_up = True
        self._news.set()

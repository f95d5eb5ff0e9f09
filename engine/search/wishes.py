"""What a person asks of a search, until its coordinator comes to it."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from engine.run.commands import Inbox, Request, words
from engine.run.recorder import Recorder


class Wishes:
    """Collects wishes in a thread; the coordinator takes them.

    Args:
        inbox: Where command files are read.
        recorder: Where receipt is acknowledged.

    Attributes:
        is_ended: Whether SIGTERM asked for the end.
    """

    def __init__(self, inbox: Inbox, recorder: Recorder) -> None:
        self._inbox = inbox
        self._recorder = recorder
        self._arrived: list[Request] = []
        self._lock = threading.Lock()
        self.is_ended = False

    def listen(self) -> None:
        """Take SIGTERM as the wish to stop now. To be called in the main thread."""
        signal.signal(signal.SIGTERM, self._on_signal)

    def poll(self) -> None:
        """Read new commands and acknowledge them; called a few times a second by a thread."""
        for request in self._inbox.take():
            self._recorder.received(request.id, words(request.command))
            with self._lock:
                self._arrived.append(request)

    def take(self) -> list[Request]:
        """Return what has come since the last call."""
        with self._lock:
            taken, self._arrived = self._arrived, []
        return taken

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.is_ended = True

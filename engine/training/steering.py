"""What a person asks of a running worker, and when the worker heeds it.

Wishes arrive in a thread (command files) or a signal (SIGTERM); they are heeded where the training
stands still, between two compiled calls. While nothing is trained yet, or nothing any more, waiting
for such a place would make no sense: there a stop interrupts at once.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from engine.run.commands import Inbox, Request
from engine.run.recorder import Recorder
from engine.run.records import StopAfterEpoch, StopNow


class StopRequested(BaseException):
    """Ends what the worker is doing. Not an ``Exception``: no library may swallow it."""


class Steering:
    """Collects wishes and hands them out at the right moment.

    Args:
        inbox: Where command files are read.
        recorder: Where receipt and effect are acknowledged.
    """

    def __init__(self, inbox: Inbox, recorder: Recorder) -> None:
        self._inbox = inbox
        self._recorder = recorder
        self._stop_now: list[Request] = []
        self._stop_after_epoch: list[Request] = []
        self._signalled = False
        self._training = False
        self._stopping = False
        self._step = 0
        self._lock = threading.Lock()

    def listen(self) -> None:
        """Take SIGTERM as the wish to stop now. To be called in the main thread."""
        signal.signal(signal.SIGTERM, self._on_signal)

    def poll(self) -> None:
        """Read new commands and acknowledge them; called a few times a second by a thread."""
        for request in self._inbox.take():
            self._recorder.received(request.id, _words(request))
            with self._lock:
                match request.command:
                    case StopNow():
                        self._stop_now.append(request)
                        if not self._training and not self._stopping:
                            # Interrupts the main thread wherever it is; see _on_signal.
                            os.kill(os.getpid(), signal.SIGTERM)
                    case StopAfterEpoch():
                        self._stop_after_epoch.append(request)

    @contextmanager
    def training(self) -> Iterator[None]:
        """Within this, wishes wait for :meth:`between_calls` and :meth:`between_epochs`.

        Raises:
            StopRequested: On leaving, if a wish to stop now came too late for either.
        """
        self._training = True
        try:
            yield
        finally:
            self._training = False
        if self._stop_now or self._signalled:
            self._stop()

    def finish(self) -> None:
        """Let nothing interrupt the last words any more, and acknowledge every wish to stop."""
        self._stopping = True
        self._acknowledge(self._stop_now, self._step)

    def between_calls(self, step: int) -> None:
        """Heed what cannot wait for the end of the epoch.

        Args:
            step: Training steps done since the beginning of the run.

        Raises:
            StopRequested: A person wants the run to stop now.
        """
        self._step = step
        if self._stop_now or self._signalled:
            self._acknowledge(self._stop_now, step)
            self._stop()

    def between_epochs(self, step: int) -> bool:
        """Heed what waits for the end of the epoch; say whether training is to end here.

        Raises:
            StopRequested: As in :meth:`between_calls`.
        """
        self.between_calls(step)
        ending = bool(self._stop_after_epoch)
        self._acknowledge(self._stop_after_epoch, step)
        return ending

    def _stop(self) -> NoReturn:
        # From here on the network is saved and the last word written: asking twice must not hurt.
        self._stopping = True
        raise StopRequested

    def _acknowledge(self, requests: list[Request], step: int) -> None:
        with self._lock:
            taken, requests[:] = list(requests), []
        for request in taken:
            self._recorder.applied(request.id, _words(request), step)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._training:
            self._signalled = True
        elif not self._stopping:
            self._stop()


def _words(request: Request) -> str:
    return str(request.command.__struct_config__.tag)

"""When something is due again that is done beside a training and must not slow it."""

from __future__ import annotations

import time


class Turns:
    """Says when something is due again that is done beside the training.

    Args:
        seconds: Between two turns, at least.
        share: Of all the time, at most, that the turns may take.
    """

    def __init__(self, seconds: float, share: float) -> None:
        self._seconds = seconds
        self._share = share
        self._next = 0.0
        self._begun = 0.0

    def is_due(self) -> bool:
        """Whether it is time for a turn."""
        return time.monotonic() >= self._next

    def __enter__(self) -> None:
        self._begun = time.monotonic()

    def __exit__(self, *_: object) -> None:
        now = time.monotonic()
        self._next = now + max(self._seconds, (now - self._begun) / self._share)

"""How long a run's files have been silent, as far as possible by the reader's own monotonic clock.

The dates of files are those of a clock that can be set, and on a network file system of another
machine's. So they are asked only once, at a reader's first look; from then on what counts is when
the reader itself has seen the files change.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import NamedTuple

_SKEW_SECONDS = 60.0
"""So far may a date lie in the future and still mean "just now": clocks differ a little."""


class Age(NamedTuple):
    """For how long something has been as it is.

    Attributes:
        seconds: How long; 0 where it is not known.
        known: False where all there is to go by is a date in the future.
    """

    seconds: float
    known: bool


class Silence:
    """What a reader who looks again and again knows of a run's silence.

    A reader keeps one for each run; one that looks only once makes one for that look.

    Args:
        clock: Seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._mark: Hashable = None
        self._since = 0.0
        self._known = False
        self._looked: float | None = None
        self._created: float | None = None

    def measure(self, mark: Hashable, ago: float) -> Age:
        """Return since when the files have been silent.

        Args:
            mark: Differs as soon as one of the files has been written.
            ago: Since when, by the files' dates and the clock of this machine.
        """
        now, looked = self._clock(), self._looked
        by_date = now - max(0.0, ago)
        if looked is None:
            self._since, self._known = by_date, ago > -_SKEW_SECONDS
        elif mark != self._mark:
            # Somewhere between the two looks.
            self._since, self._known = max(looked, by_date), True
        self._mark, self._looked = mark, now
        return Age(now - self._since, self._known or now - self._since > _SKEW_SECONDS)

    def since_creation(self, ago: float) -> float:
        """Return for how many seconds the run has existed.

        Args:
            ago: The same by date and clock.
        """
        now = self._clock()
        if self._created is None:
            self._created = now - max(0.0, ago)
        return now - self._created

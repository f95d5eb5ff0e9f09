"""The console's standby: one while somebody is at the form or tries a network out.

It is for one backend. It takes seconds of a processor to get ready and then some hundred megabytes
of memory, so there is never more than one, and none for a console that only watches.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.errors import Problem

if TYPE_CHECKING:
    from engine.process.standby import Standby

_AGAIN_SECONDS = 60.0
"""Between two attempts where one has failed: what killed it would kill the next as well."""

KEPT_SECONDS = 600.0
"""For so long it is kept for somebody who has left and may come back."""


class StandingBy:
    """Keeps a standby that fits.

    Args:
        is_wanted: Whether there is to be one at all.
    """

    def __init__(self, *, is_wanted: bool = True) -> None:
        self._is_wanted = is_wanted
        self._standby: Standby | None = None
        self._leaving: list[Standby] = []
        self._begun_at = -_AGAIN_SECONDS
        self._needed_by: set[object] = set()
        self._left_at = 0.0

    @property
    def is_wanted(self) -> bool:
        """Whether questions can be asked at all."""
        from engine.process.standby import Standby

        return self._is_wanted and Standby.is_possible()

    def fit(self, backend: str) -> Standby:
        """Return a standby for a backend; it may have to import first.

        Raises:
            Problem: There is none.
        """
        from engine.process.standby import Standby, State

        if not self.is_wanted:
            raise Problem("There is no standby.", "Launching works without it.")
        standby, now = self._standby, time.monotonic()
        if (
            standby is not None
            and standby.backend == backend
            and (standby.state is not State.GONE or now - self._begun_at < _AGAIN_SECONDS)
        ):
            return standby
        self.dismiss()
        self._standby, self._begun_at, self._left_at = Standby(backend), now, now
        return self._standby

    def need(self, who: object) -> None:
        """Keep it for as long as somebody is there who asks it."""
        self._needed_by.add(who)

    def release(self, who: object) -> None:
        """Take note that somebody is no longer there."""
        self._needed_by.discard(who)
        self._left_at = time.monotonic()

    @property
    def current(self) -> Standby | None:
        """The standby there is, in whatever state."""
        return self._standby

    def dismiss(self) -> None:
        """Let it go; the workers that it has become go on."""
        if self._standby is not None:
            self._standby.close()
            self._leaving.append(self._standby)
            self._standby = None

    def attend(self) -> None:
        """Take leave of those that have ended or that nobody has come back to, now and then."""
        if not self._needed_by and time.monotonic() - self._left_at > KEPT_SECONDS:
            self.dismiss()
        self._leaving = [each for each in self._leaving if not each.has_ended()]
        if self._standby is not None:
            self._standby.has_ended()

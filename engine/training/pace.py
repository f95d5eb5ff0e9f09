"""How many steps a compiled call may run, so that it lasts about as long as a person may wait.

Pure: it is told how long calls took and answers with a number of steps.
"""

from __future__ import annotations

CALL_SECONDS = 0.2
"""What a call should last: commands are heeded, and progress is said, in between."""
_GROWTH = 4  # at most, from one call to the next: one quick call is no proof


class Pace:
    """Sizes calls by what the earlier ones took."""

    def __init__(self) -> None:
        self._steps = 1
        self._compiled = False

    @property
    def steps(self) -> int:
        """Steps for the next call; at least 1."""
        return self._steps

    def took(self, steps: int, seconds: float) -> None:
        """Tell how long a call took.

        Args:
            steps: How many steps it ran.
            seconds: Wall time. The first call's is not counted, since it compiles.
        """
        if not self._compiled:
            self._compiled = True
            return
        fitting = int(CALL_SECONDS * steps / max(seconds, 1e-9))
        self._steps = max(1, min(fitting, self._steps * _GROWTH))

"""How long a screen rests between two looks at the disk."""

from __future__ import annotations

_LONGEST_SECONDS = 3.0
"""A single look that a busy machine or a slow disk made long must not leave a screen stale."""


def rest_after(took: float, *, least: float, share: float) -> float:
    """Return how long to rest after a look, so that looks take at most a share of the time.

    Args:
        took: Seconds that the look took.
        least: Seconds to rest at least.
        share: Of a core, what looks may take.
    """
    return max(least, min(took / share, _LONGEST_SECONDS))

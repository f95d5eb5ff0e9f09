"""The three metrics that a watched run logs: seeded noisy decays, the same on both sides.

It imports the standard library alone, so that the counterpart's interpreter can run it, too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

POINTS = 20_000
"""Logged at once, before anybody looks."""
INTERVAL_SECONDS = 0.1
"""Between two points from then on."""
_SEED = 7
_METRICS = {"loss": 1000.0, "mae": 1500.0, "rmse": 2000.0}
"""By name, after how many points each has halved."""
_NOISE = 0.02


def points() -> Iterator[dict[str, float]]:
    """Yield what is logged, point after point, without an end."""
    draws = random.Random(_SEED)
    number = 0
    while True:
        number += 1
        yield {
            name: 1 / (1 + number / half) + draws.gauss(0.0, _NOISE)
            for name, half in _METRICS.items()
        }

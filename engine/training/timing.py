"""How long an epoch takes here, found out by running a little of one.

The compiled loop itself is run, on the data and with the batch size that are meant, until the clock
has seen enough of it. What is measured is thrown away: the network it was run on is not to be
trained.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from engine.training.loop import Loop
from engine.training.pace import Pace

BUDGET = 0.6
"""Seconds of training that are enough for a figure; compiling comes on top."""
_VALIDATION_BUDGET = 0.2


def epoch_seconds(loop: Loop, rows: int) -> float:
    """Return the seconds that an epoch takes, validation included.

    Args:
        loop: The compiled loop, of a network that nobody needs afterwards.
        rows: Training rows.
    """
    loop.shuffle(np.random.default_rng(0).permutation(rows))
    loop.reset()
    return _seconds(loop.train, loop.steps, BUDGET) + _seconds(
        loop.evaluate, loop.val_steps, _VALIDATION_BUDGET
    )


def _seconds(run: Callable[[int, int], object], steps: int, budget: float) -> float:
    """Return what all the steps take, seen from some of them.

    The fastest rate counts: whatever else the machine does only ever adds to it.
    """
    run(0, 1)  # compiles
    if steps == 1:
        return _clock(run, 0, 1)
    pace, best = Pace(), float("inf")
    pace.took(1, 0.0)
    spent, done = 0.0, 0
    while spent < budget:
        # Round and round within the epoch: a short one is over before the clock has seen enough.
        start = done if done < steps else 0
        done = min(steps, start + pace.steps)
        seconds = _clock(run, start, done)
        pace.took(done - start, seconds)
        best = min(best, seconds / (done - start))
        spent += seconds
    return best * steps


def _clock(run: Callable[[int, int], object], start: int, stop: int) -> float:
    begun = time.perf_counter()
    run(start, stop)
    return time.perf_counter() - begun

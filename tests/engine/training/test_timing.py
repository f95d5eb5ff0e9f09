"""How long an epoch takes, seen from a little of it."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.training.timing import BUDGET, epoch_seconds


class Sleeper:
    """A loop whose every step takes so long, and whose first call takes longer."""

    def __init__(self, steps: int, val_steps: int, seconds: float) -> None:
        self.steps, self.val_steps = steps, val_steps
        self.ran: list[tuple[int, int]] = []
        self.order = np.empty(0)
        self._seconds = seconds

    def shuffle(self, order: np.ndarray) -> None:
        self.order = order

    def train(self, start: int, stop: int) -> int:
        assert 0 <= start < stop <= self.steps
        time.sleep((0.2 if not self.ran else 0) + (stop - start) * self._seconds)
        self.ran.append((start, stop))
        return -1

    def metrics(self) -> dict[str, float]:
        return {}

    def reset(self) -> None:
        """Do nothing."""

    def evaluate(self, start: int, stop: int) -> None:
        assert 0 <= start < stop <= self.val_steps
        time.sleep((stop - start) * self._seconds)


@pytest.mark.parametrize(
    ("steps", "seconds"), [(10_000, 0.001), (40, 0.02), (1, 0.05), (5, 0.3), (2, 1.0)]
)
def test_an_epoch_is_timed_from_a_part_of_it(steps, seconds):
    loop = Sleeper(steps, 2, seconds)
    begun = time.perf_counter()
    found = epoch_seconds(loop, rows=17)
    spent = time.perf_counter() - begun
    assert (steps + 2) * seconds * 0.9 <= found <= (steps + 2) * seconds * 1.6
    # One call too many is all that the budget is overrun by, and compiling comes on top.
    assert spent < 0.2 + BUDGET + 6 * max(seconds, 0.25)
    assert sorted(loop.order) == list(range(17))

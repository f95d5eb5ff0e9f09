"""Workers that are there at once: forked from a process that has Keras imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.torture.stable import Stable
from tests.torture.trial import Trial


@pytest.fixture(scope="session")
def stable() -> Iterator[Stable]:
    """Fork workers on TensorFlow."""
    stable = Stable()
    yield stable
    stable.close()


@pytest.fixture
def trial(stable: Stable, runs_dir: Path) -> Callable[..., Trial]:
    """Make kinds of runs on ``wine``; keyword arguments are hyperparameters."""
    return lambda **changes: Trial(runs_dir, stable, **changes)

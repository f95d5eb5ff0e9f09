"""Kinds of runs that are made again and again, and compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.torture.stable import Stable
from tests.torture.trial import Trial


@pytest.fixture
def trial(stable: Stable, runs_dir: Path) -> Callable[..., Trial]:
    """Make kinds of runs on ``wine``; keyword arguments are hyperparameters."""
    return lambda **changes: Trial(runs_dir, stable, **changes)

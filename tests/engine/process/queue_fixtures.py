"""Pretended devices, runs for them, and what takes them: fixtures of the queue's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from queue_support import Holder, process_of

from engine.catalog import Catalog
from engine.process.order import Order
from engine.run.folder import RunFolder


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return what pretends so many GPUs."""
    return lambda count: monkeypatch.setenv("DLCONSOLE_PRETEND_GPUS", str(count))


@pytest.fixture
def place(runs_dir: Path) -> Iterator[Callable[..., RunFolder]]:
    """Return what makes a run; what is at one of them after the test is killed."""
    placed: list[RunFolder] = []

    def place(name: str, device: str = "gpu:0", **changes: int) -> RunFolder:
        order = Order(
            entry=Catalog.load().find("wine"),
            data="sample",
            changes={"epochs": 2, **changes},
            device=device,
            threads=1,
            name=name,
        )
        placed.append(order.place(runs_dir))
        return placed[-1]

    yield place
    # Again and again: for one that is killed while it waits the others start another.
    while processes := [found for each in placed if (found := process_of(each)) is not None]:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
                process.wait(10)


@pytest.fixture
def holder(place: Callable[..., RunFolder]) -> Iterator[Holder]:
    """Return what takes devices."""
    holder = Holder(place)
    yield holder
    holder.release_all()

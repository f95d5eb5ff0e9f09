"""What charts cost at their worst: three of 100,000 points each, all of them scrolling.

``python -m tests.bench.scrolling`` shows them, to be looked at by hand.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from textual.app import ComposeResult
from textual.screen import Screen

from engine.settings import Settings
from tests.bench import load
from tests.bench.row import Row
from tests.bench.terminal import Terminal
from tui.app import ConsoleApp
from tui.charts.grid import ChartGrid
from tui.charts.style import Plot, Series

POINTS = 100_000
"""In view of each chart."""
_TITLES = ("loss", "accuracy", "reward")
_NEWS_SECONDS = 0.1
_NEW_POINTS = 200  # each time: half a cell between two drawings
_WAY = 400_000  # points of a walk, after which it is walked again
_SETTLE_SECONDS, _SECONDS = 4.0, 20.0


class _Scrolling(Screen[None]):
    """Shows walks that go on ten times a second."""

    def __init__(self) -> None:
        super().__init__()
        draws = np.random.default_rng(7)
        steps = draws.normal(size=(len(_TITLES), _WAY))
        self._walks = steps.cumsum(axis=1) + draws.normal(scale=20.0, size=steps.shape)
        self._at = 0

    def compose(self) -> ComposeResult:
        yield ChartGrid(ascii_only=False, axis="step")

    def on_mount(self) -> None:
        self.set_interval(_NEWS_SECONDS, self._go_on)

    def _go_on(self) -> None:
        self._at = (self._at + _NEW_POINTS) % (_WAY - POINTS)
        view = slice(self._at, self._at + POINTS)
        x = np.arange(view.start, view.stop, dtype=np.float64)
        self.query_one(ChartGrid).show(
            [
                Plot(title, (Series("walk", x, walk[view], "train"),))
                for title, walk in zip(_TITLES, self._walks, strict=True)
            ]
        )


class _App(ConsoleApp):
    """The console with nothing but charts in it."""

    def get_default_screen(self) -> Screen[None]:
        """Open on the charts."""
        return _Scrolling()


def measure() -> Iterator[Row]:
    """Let the charts scroll in a terminal of 150 x 45 cells."""
    with Terminal(["-m", "tests.bench.scrolling"]) as terminal:
        terminal.until_shown(*_TITLES, "walk")
        terminal.read_for(_SETTLE_SECONDS)
        taken = load.measure(terminal, _SECONDS)
    core, kilobytes = taken.core_percent, taken.kilobytes_per_second
    yield Row("charts scrolling, % of a core", f"{core:.1f} %", "", core, 8)
    yield Row("charts scrolling, kB a second", f"{kilobytes:.1f} kB", "", kilobytes, 60)
    yield Row("charts scrolling, memory", f"{taken.megabytes:.0f} MB", "", taken.megabytes, 120)


def show() -> int:
    """Show the charts until somebody quits."""
    with tempfile.TemporaryDirectory() as runs:
        app = _App(Settings.load(Path(runs)), has_standby=False)
        app.run()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(show())

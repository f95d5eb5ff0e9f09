"""The screen of a search that really runs, from its launch to its end, in a small terminal."""

from __future__ import annotations

import re

from engine.catalog import Catalog
from engine.process.launch import launch
from engine.process.order import Order
from engine.process.searching import SearchOrder
from tests.tui.screen_support import NARROW, line_with, opened, text_of, until, until_shown
from tui.screens.search import SearchScreen


async def test_a_small_search_is_watched_paused_and_shown_to_its_end(runs_dir):
    order = Order(
        entry=Catalog.load().find("wine"),
        data="sample",
        changes={"units": (4,)},
        name="wine-small",
    )
    search = SearchOrder(
        order=order, method="random", space={"learning_rate": "1e-3..1e-1"}, trials=3, epochs=2
    )
    folder = search.place(runs_dir)
    coordinator = launch(folder)
    try:
        async with opened(runs_dir, NARROW) as pilot:
            pilot.app.open_run(folder)
            await until_shown(pilot, "● searching", "trial 0/3", seconds=60)
            await until_shown(pilot, "● training", seconds=60)
            await pilot.press("p")
            await until_shown(pilot, "◐ paused", "pause: applied", seconds=60)
            await pilot.press("p")
            await until_shown(pilot, "✓ done", "Plan complete: 3 trials.", seconds=120)
            shown = text_of(pilot.app)
            assert re.search(r"3/3 trials +6/6 epochs", shown)
            assert len(re.findall(r"✓ completed", shown)) == 3
            assert re.match(r" ★ [\d.]+ +trial \d +learning rate", shown.splitlines()[1])
            screen = pilot.app.screen
            assert isinstance(screen, SearchScreen)
            await until(pilot, lambda: len(screen.watched.curves) == 3)
            await pilot.press("enter")
            await until_shown(pilot, "wine-small/t00", "2/2")
            assert "val" in line_with(pilot.app, "val")
    finally:
        coordinator.kill()
        coordinator.wait()

"""A search of which a file is damaged, or says odd things, is shown as far as it makes sense."""

from __future__ import annotations

import math

import pytest

from engine.run.search_records import TrialAsked, TrialEnded
from tests.searches import WrittenSearch, hyperband
from tests.tui.garbage import DAMAGES, HOSTILE, LONG
from tests.tui.screen_support import NARROW, WIDE, opened, text_of, until_shown
from tui.safe_text import UNSAFE

FILES = ("run.json", "status.json", "journal.jsonl", "importance.json", "label.json")
PANELS = "123456"


async def go_through(pilot, name: str) -> None:
    """Look at every panel; the screen stays, and shows nothing that a terminal would obey."""
    for key in PANELS:
        await pilot.press(key)
        await pilot.pause()
        shown = text_of(pilot.app)
        assert name[:12] in shown
        assert not UNSAFE.search(shown.replace("\n", ""))


@pytest.mark.parametrize("damage", ["cut short", "wrong types", "huge"])
async def test_a_damaged_file_costs_what_it_says_and_nothing_else(runs_dir, damage):
    written = hyperband(runs_dir, ended=12).matter()
    (written.folder.path / "label.json").write_text("{}")
    async with opened(runs_dir, WIDE) as pilot:
        pilot.app.open_run(written.folder)
        await until_shown(pilot, "1 Trials", "trial 12/23")
        for file in FILES:
            path = written.folder.path / file
            whole = path.read_bytes()
            path.write_bytes(DAMAGES[damage](whole))
            await pilot.pause(0.6)
            await go_through(pilot, written.folder.path.name)
            path.write_bytes(whole)
        await until_shown(pilot, "trial 12/23")


@pytest.mark.parametrize("size", [NARROW, (20, 5)])
async def test_odd_values_are_shown_somehow(runs_dir, size):
    written = WrittenSearch(runs_dir, "odd-search", trials=0, method="halving", objective="loss")
    odd = (math.nan, math.inf, -math.inf, 10**18, -5, 1e-320)
    for number, value in enumerate(odd, start=1):
        written.write(
            TrialAsked(
                at=float(number),
                trial=number,
                values={"dropout": value, "optimizer": HOSTILE, HOSTILE: LONG},
                epochs=number,
                parent=number,  # itself
                bracket=-number,
                rung=number,
                runs=["../../etc", "t001"] if number % 2 else [],
            ),
            TrialEnded(
                at=1.0,
                trial=number,
                outcome=HOSTILE if number == 3 else "completed",
                score=value,
                scores=[value] * number,
                spread=value,
                epochs=-1,
                seconds=value,
                cause=HOSTILE + LONG,
            ),
        )
    written.status(epoch=-3, epochs=0, step=9, steps=-1, left_seconds=math.inf, best=math.nan)
    async with opened(runs_dir, size) as pilot:
        pilot.app.open_run(written.folder)
        await pilot.pause(1.0)
        await go_through(pilot, "odd-search" if size == NARROW else "")

"""The networks kept with a run, on its screen."""

from __future__ import annotations

import pytest

from engine.run.checkpoints import file_name
from tests.tui.screen_support import (
    NARROW,
    WIDE,
    WrittenRun,
    opened,
    until,
    until_gone,
    until_shown,
)
from tests.tui.test_screen_run import to_panel, watching

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])


@pytest.fixture
def kept(runs_dir):
    """Return a finished run with two checkpoints."""
    run = WrittenRun(runs_dir, "wine-a").describe().train(7)
    run.folder.checkpoints.mkdir()
    for epoch, value in ((3, 0.5), (7, 0.25)):
        (run.folder.checkpoints / file_name(epoch, "val_loss", value)).write_bytes(b"%d" % epoch)
    run.folder.model.write_bytes(b"end")
    return run


@SIZES
async def test_a_checkpoint_is_restored_after_asking_and_the_end_is_kept(runs_dir, kept, size):
    kept.end("done")
    async with opened(runs_dir, size) as pilot:
        await watching(pilot, kept)
        await until_shown(pilot, "✓ done")
        await to_panel(pilot, "checkpoints")
        shown = await until_shown(pilot, "best  epoch-00007-val_loss-0.25.keras", "enter restore")
        assert shown.index("epoch-00007") < shown.index("epoch-00003")  # the latest first
        await pilot.press("down", "enter")
        await until_shown(pilot, "Make epoch-00003-val_loss-0.5.keras the network")
        await pilot.press("n")
        await until_gone(pilot, "Make epoch-00003")
        assert kept.folder.model.read_bytes() == b"end"
        await pilot.press("enter")
        await until_shown(pilot, "Make epoch-00003")
        await pilot.press("y")
        await until_shown(pilot, "the network of the end")
        assert kept.folder.model.read_bytes() == b"3"
        await pilot.press("end", "up", "up", "up", "enter")
        await until_shown(pilot, "Make final.keras")
        await pilot.press("y")
        await until(pilot, lambda: kept.folder.model.read_bytes() == b"end")


async def test_a_live_run_keeps_its_network(runs_dir, kept):
    async with opened(runs_dir) as pilot:
        await watching(pilot, kept)
        await to_panel(pilot, "checkpoints")
        await until_shown(pilot, "epoch-00007")
        await pilot.press("enter")
        await until_shown(pilot, "Stop it first")
        assert kept.folder.model.read_bytes() == b"end"


async def test_no_checkpoints_is_said(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(1)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await to_panel(pilot, "checkpoints")
        await until_shown(pilot, "No checkpoints yet")
        await pilot.press("enter", "up", "down")

"""Going on with a run from its screen: what is asked first, and what is told."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.errors import Problem
from tests.tui.screen_support import (
    NARROW,
    WIDE,
    WrittenRun,
    nobody,
    opened,
    until,
    until_gone,
    until_shown,
)
from tests.tui.test_screen_run import to_panel, watching

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])


@pytest.fixture
def resumed(monkeypatch):
    """Take the place of the launcher; return what was asked of it."""
    asked: list[dict[str, object]] = []

    def resume(folder, **options):
        asked.append(options)
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr("engine.process.launch.resume", resume)
    return asked


@SIZES
async def test_r_goes_on_with_a_lost_run_and_its_process_is_looked_after(runs_dir, resumed, size):
    run = WrittenRun(runs_dir, "wine-a", pid=nobody()).describe().train(7)
    async with opened(runs_dir, size) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "? lost", "r resume")
        await pilot.press("r")
        await until_shown(pilot, "wine-a goes on.")
        nothing = {"epochs": None, "learning_rate": None, "inexact": False, "elsewhere": False}
        assert resumed == [nothing]
        await until(pilot, lambda: not pilot.app._workers_launched)  # it has ended and was reaped


@SIZES
async def test_a_finished_run_is_asked_to_how_many_epochs_it_is_to_be_trained(
    runs_dir, resumed, size
):
    run = WrittenRun(runs_dir, "wine-a").describe().train(20).end("done")
    run.folder.snapshots.mkdir()
    async with opened(runs_dir, size) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "✓ done")
        await pilot.press("r")
        await until_shown(pilot, "is done after 20 epochs", " 40 ", "at least 21")
        await pilot.press("2", "0", "enter")
        await until_shown(pilot, "at least 21, got '20'")
        await pilot.press("escape")
        await until_gone(pilot, "is done after 20 epochs")
        assert not resumed


@SIZES
async def test_a_loss_that_became_nan_is_gone_on_from_with_a_smaller_learning_rate(
    runs_dir, resumed, size
):
    run = WrittenRun(runs_dir, "wine-a").describe().train(7)
    run.recorder.learning_rate(1e-3)
    run.end("failed", "nan", "The loss became NaN at step 41.", "Lower learning_rate.")
    async with opened(runs_dir, size) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "✗ failed", "r resume")
        await pilot.press("r")
        await until_shown(pilot, "The loss became NaN at step 41. With which", "It was 0.001.")
        await pilot.press("enter")
        await until_shown(pilot, "wine-a goes on.")
        assert resumed[0]["learning_rate"] == 3e-4


async def test_what_keeps_a_run_from_going_on_is_told(runs_dir, resumed):
    run = WrittenRun(runs_dir, "wine-a").describe().train(20).end("done")
    async with opened(runs_dir, WIDE) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "✓ done")
        await pilot.press("r")
        await until_shown(pilot, "is done after 20 epochs")
        await pilot.press("enter")
        await until_shown(pilot, "kept no snapshot to go on from")
        assert not resumed


@SIZES
async def test_differences_are_shown_and_asked_about(runs_dir, resumed, monkeypatch, size):
    monkeypatch.setattr(
        "engine.run.going_on.differences", lambda _: ["keras 3.15.1, then 3.14.0", "python 3.12"]
    )
    run = WrittenRun(runs_dir, "wine-a", pid=nobody()).describe().train(7)
    async with opened(runs_dir, size) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "? lost")
        await pilot.press("r")
        await until_shown(pilot, "cannot go on exactly: keras 3.15.1, then", "3.14.0; python 3.12.")
        await pilot.press("n")
        await until_gone(pilot, "cannot go on exactly")
        assert not resumed
        await pilot.press("r")
        await until_shown(pilot, "cannot go on exactly")
        await pilot.press("y")
        await until_shown(pilot, "wine-a goes on.")
        assert resumed[0]["inexact"] is True


async def test_a_launch_that_is_refused_is_told(runs_dir, monkeypatch):
    def resume(*_, **__):
        raise Problem("The run wine-a is being worked on.", "Watch it.")

    monkeypatch.setattr("engine.process.launch.resume", resume)
    run = WrittenRun(runs_dir, "wine-a", pid=nobody()).describe().train(7)
    async with opened(runs_dir, WIDE) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "? lost")
        await pilot.press("r")
        await until_shown(pilot, "is being worked on. Watch it.")


async def test_how_a_later_worker_went_on_stands_in_notices(runs_dir):
    run = WrittenRun(runs_dir, "wine-a", pid=nobody()).describe().train(7)
    run.recorder.close()
    later = WrittenRun.taken_up(run.folder, generation=2, from_epoch=7, from_step=84)
    later.train(1)
    async with opened(runs_dir) as pilot:
        await watching(pilot, later)
        await to_panel(pilot, "notices")
        await until_shown(pilot, "went on from epoch 7 (step 84) as generation 2, exactly")

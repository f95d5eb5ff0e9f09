"""Steering runs from the list of them: pausing, going on, the device queue."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from engine.catalog import Catalog
from engine.process.launch import launch, prepare
from engine.process.order import Order
from engine.process.queue import Queue
from engine.run.state import examine
from tests.tui.screen_support import (
    NARROW,
    WIDE,
    WrittenRun,
    commands_in,
    line_with,
    nobody,
    opened,
    text_of,
    until,
    until_shown,
)
from tests.tui.test_screen_runs import go_to, to_runs

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])


def footer(pilot) -> str:
    """Return the last line of the screen."""
    return text_of(pilot.app).splitlines()[-1]


@SIZES
async def test_p_pauses_and_goes_on(runs_dir, size):
    run = WrittenRun(runs_dir, "wine-a").train(7)
    async with opened(runs_dir, size) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "● training", "p pause", "s stop", "x stop now")
        assert "r resume" not in footer(pilot)
        await pilot.press("p")
        await until(pilot, lambda: commands_in(run.folder))
        assert '"pause"' in commands_in(run.folder)[0]
        run.recorder.pause()
        await until_shown(pilot, "◐ paused", "p go on")
        assert " 39 s" not in line_with(pilot.app, "wine-a ")
        await pilot.press("p")
        await until(pilot, lambda: len(commands_in(run.folder)) == 2)
        assert '"go on"' in commands_in(run.folder)[1]


@SIZES
async def test_r_goes_on_with_a_lost_run(runs_dir, monkeypatch, size):
    asked = []

    def resume(folder, **options):
        asked.append((folder.name, options["epochs"]))
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr("engine.process.launch.resume", resume)
    WrittenRun(runs_dir, "wine-a", pid=nobody()).train(7)
    async with opened(runs_dir, size) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "? lost", "r resume", "d remove")
        assert "p pause" not in footer(pilot)
        await pilot.press("r")
        await until_shown(pilot, "wine-a goes on.")
        assert asked == [("wine-a", None)]
        await pilot.press("p")
        await until_shown(pilot, "It has ended already. r goes on")


async def test_r_asks_a_finished_run_for_epochs(runs_dir):
    WrittenRun(runs_dir, "wine-a").train(20).end("done")
    async with opened(runs_dir) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "✓ done", "r resume")
        await pilot.press("r")
        await until_shown(pilot, "wine-a is done after 20 epochs", "at least 21")
        await pilot.press("escape")
        await until_shown(pilot, "✓ done")


async def test_r_on_a_live_run_says_that_there_is_nothing_to_resume(runs_dir):
    WrittenRun(runs_dir, "wine-a").train(7)
    async with opened(runs_dir) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "● training")
        await pilot.press("r")
        await until_shown(pilot, "It is training")


async def test_many_epochs_have_room(runs_dir):
    WrittenRun(runs_dir, "wine-a", epochs=90_000).train(1)
    for size in (NARROW, WIDE):
        async with opened(runs_dir, size) as pilot:
            await to_runs(pilot)
            await until_shown(pilot, "1/90000")


@pytest.fixture
def queued(monkeypatch, runs_dir):
    """Return three runs: the first has the only device, the others wait for it."""
    monkeypatch.setenv("DLCONSOLE_PRETEND_GPUS", "1")
    entry = Catalog.load().find("wine")
    folders = []
    for name in ("wine-one", "wine-two", "wine-three"):
        folders.append(Order(entry=entry, data="sample", device="gpu:0", name=name).place(runs_dir))
        time.sleep(0.01)  # listed by when they were asked for
    first = prepare(folders[0])  # as its worker would have it
    waiters = [launch(each) for each in folders[1:]]
    yield folders
    for each in Queue().entries():
        if each.place:
            Queue().remove(each.ticket.folder)
    for each in waiters:
        each.wait(20)
    first.close()


@SIZES
async def test_runs_that_wait_are_shown_with_their_place_and_reordered(runs_dir, queued, size):
    async with opened(runs_dir, size) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-three")
        await go_to(pilot, "wine-three")
        await until_shown(
            pilot, "◔ queued", "queued · 2nd for gpu:0", "< earlier", "> later", "x off the queue"
        )
        await pilot.press("less_than_sign")
        await until_shown(pilot, "wine-three is 1st now.")  # gone again after a while
        await until_shown(pilot, "queued · 1st for gpu:0")
        assert [each.place for each in Queue().entries()] == [0, 1, 2]
        assert Queue().entries()[1].ticket.folder.name == "wine-three"
        await pilot.press("less_than_sign")  # there is nothing before the first
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "wine-three is 2nd now.")  # gone again after a while
        await until_shown(pilot, "queued · 2nd for gpu:0")
        await pilot.press("x")
        await until_shown(pilot, "Take wine-three off the queue?")
        await pilot.press("y")
        await until(pilot, lambda: examine(queued[2]).state == "stopped")
        await until_shown(pilot, "■ stopped", "r resume")


async def test_a_run_with_its_device_is_not_moved(runs_dir):
    WrittenRun(runs_dir, "wine-a").train(7)
    async with opened(runs_dir) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "● training")
        assert "earlier" not in footer(pilot)
        await pilot.press("less_than_sign", "greater_than_sign")
        await pilot.pause()
        assert pilot.app.is_running

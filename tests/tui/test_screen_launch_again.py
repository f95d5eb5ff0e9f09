"""Launching from an earlier run's settings, and what the form says of a busy device."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.catalog import Catalog
from engine.process.order import Order
from engine.run.folder import list_folders
from tests.tui.screen_support import NARROW, WIDE, WrittenRun, line_with, opened, until, until_shown
from tests.tui.test_screen_launch import at_form
from tests.tui.test_screen_runs import to_runs
from tui.form.draft import Draft
from tui.screens.launch import LaunchScreen
from tui.screens.run import RunScreen

WINE = Catalog.load().find("wine")


@pytest.fixture
def launched(monkeypatch):
    """Start processes that end at once in the place of workers; return what was asked for."""
    asked = []

    def launch(folder, standby=None, *, queue=True):
        asked.append((folder.read_spec(), queue))
        return subprocess.Popen([sys.executable, "-c", "pass"])

    monkeypatch.setattr("engine.process.prompt.launch", launch)
    return asked


def place(runs_dir, tmp_path) -> None:
    """Place a run with settings, data and a place of its own."""
    table = tmp_path / "mine.csv"
    table.write_text("a,b\n1,2\n")
    Order(
        entry=WINE,
        preset="deep",
        changes={"learning_rate": 3e-4, "units": (64, 32)},
        data=str(table),
        target="b",
        seed=7,
        split_seed=3,
        snapshots="off",
        queue=False,
        name="first",
    ).place(runs_dir)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_fills_the_form_in_with_what_a_run_was_asked_for(
    runs_dir, tmp_path, launched, size
):
    place(runs_dir, tmp_path)
    async with opened(runs_dir, size) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "first")
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, LaunchScreen))
        await until_shown(pilot, "As first was asked for")
        assert "deep" in line_with(pilot.app, "preset")
        await pilot.press("down", "down", "down", "down")
        await until(pilot, lambda: "64,32 " in line_with(pilot.app, "units"))
        await pilot.press(*"16,8", "enter", "l")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
    (spec, queue), old = launched[0], list_folders(runs_dir)
    assert len(old) == 2
    assert spec.preset == "deep"
    assert spec.values["units"] == [16, 8]
    assert spec.values["learning_rate"] == 3e-4
    assert spec.data.path == str(tmp_path / "mine.csv")
    assert (spec.data.target, spec.seed, spec.split_seed) == ("b", 7, 3)
    assert spec.snapshots == "off"
    assert queue is False


async def test_the_run_screen_asks_again_too(runs_dir):
    WrittenRun(runs_dir, "wine-a").train(2).end("done")
    async with opened(runs_dir, WIDE) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-a")
        await pilot.press("enter")
        await until_shown(pilot, "dlconsole › runs › wine-a")
        await pilot.press("a")
        await until_shown(pilot, "As wine-a was asked for")
        assert isinstance(pilot.app.screen, LaunchScreen)
        assert "sample" in line_with(pilot.app, " data ")


async def test_a_recipe_that_is_gone_is_told(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").train(1).end("done")
    run.folder.spec.write_text(run.folder.spec.read_text().replace('"wine"', '"gone"'))
    async with opened(runs_dir, WIDE) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-a")
        await pilot.press("a")
        await until_shown(pilot, "The recipe 'gone' of wine-a is not installed here")


async def test_a_damaged_run_cannot_be_asked_for_again(runs_dir):
    folder = runs_dir / "garbage"
    folder.mkdir(parents=True)
    (folder / "run.json").write_bytes(b"\xff{")
    async with opened(runs_dir, WIDE) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "garbage")
        await pilot.press("a")
        await until_shown(pilot, "its run.json makes no sense")


async def test_the_form_says_what_to_do_while_the_device_is_busy(runs_dir, launched):
    async with opened(runs_dir, WIDE) as pilot:
        await at_form(pilot, "queue")
        assert "‹ wait ›" in line_with(pilot.app, "if it is busy")
        await pilot.press("right")
        await until(pilot, lambda: "‹ share ›" in line_with(pilot.app, "if it is busy"))
        await until_shown(pilot, "--no-queue")
        await at_sample(pilot)
        await pilot.press("l")
        await until(pilot, lambda: launched)
        assert launched[0][1] is False


async def at_sample(pilot) -> None:
    """Choose the built-in data, which is always there."""
    draft = pilot.app.screen._draft
    draft.type("source", "sample")


def test_a_reset_forgets_what_the_form_has_no_field_for():
    draft = Draft.like(Order(entry=WINE, data="sample", threads=3, split_seed=2), ("auto", "cpu"))
    assert "--threads 3" in draft.command()
    draft.reset()
    assert draft.command() == "dlconsole train wine --data sample"

"""The search form behind Launch, by what is on it and what it does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.run.folder import list_folders
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    opened,
    paste,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tests.tui.test_screen_foresight import LAST, NETWORK, Played, played
from tests.tui.test_screen_launch import at_form
from tui.form.plan_page import PlanPage
from tui.form.search_page import SearchPage
from tui.screens.launch import LaunchScreen
from tui.screens.search_form import SearchFormScreen

__all__ = ["played"]


async def at_search(pilot, recipe: str = "mnist") -> SearchPage:
    """Open the search form of a recipe by keys."""
    await until_shown(pilot, recipe, "TensorFlow")
    if recipe == "mnist":
        await pilot.press("down")
        await until_shown(pilot, "70,000 handwritten digits")
    await pilot.press("S")
    await until(pilot, lambda: isinstance(pilot.app.screen, SearchFormScreen))
    page = pilot.app.screen.query_one(SearchPage)
    await until(pilot, lambda: page.has_focus)
    await until_shown(pilot, f"dlconsole search {recipe}")
    return page


def row(app, label: str) -> str:
    """Return the line of the form that a label begins."""
    lines = (
        line[: app.screen.query_one(SearchPage).size.width] for line in text_of(app).split("\n")
    )
    return next((line for line in lines if line[3:].startswith(label)), "")


@pytest.fixture
def started(monkeypatch):
    """Start processes that end at once in the place of coordinators; return the folders."""
    folders = []

    def launch(folder, standby=None, *, queue=True):
        folders.append(folder)
        return subprocess.Popen([sys.executable, "-c", "pass"])

    monkeypatch.setattr("engine.process.prompt.launch", launch)
    return folders


@pytest.mark.parametrize("size", [WIDE, HUGE])
async def test_form_and_plan_stand_beside_each_other(runs_dir, size):
    async with opened(runs_dir, size) as pilot:
        page = await at_search(pilot)
        shown = text_of(pilot.app)
        assert "‹ random ›" in shown
        assert "Settings drawn at random" in shown
        assert "10 of 75 there are" in shown
        assert "10 trials · 500 epochs" in shown
        assert "plain · official data" in shown
        assert "◆ 0.1..0.5/5" in row(pilot.app, "dropout ")
        await pilot.press("right", "right", "right")
        shown = await until_shown(pilot, "‹ hyperband ›", "trained to", "bracket 3")
        assert "dlconsole search mnist --method hyperband" in shown
        page.go_to("--epochs")
        await pilot.press("8", "1", "enter")
        await until_shown(pilot, "211, of which 68 are promoted ones", "it will end early")


async def test_where_room_is_short_form_and_plan_take_turns(runs_dir):
    async with opened(runs_dir, NARROW) as pilot:
        page = await at_search(pilot)
        shown = text_of(pilot.app)
        assert "‹ random ›" in shown
        assert "10 trials · 500 epochs" in shown
        assert "10 of 75 there are" not in shown
        await pilot.press("tab")
        shown = await until_shown(pilot, "10 of 75 there are", "what is varied", "tab form")
        assert "‹ random ›" not in shown
        assert "10 trials · 500 epochs" in shown
        await pilot.resize_terminal(120, 36)
        await until_shown(pilot, "10 of 75 there are", "‹ random ›")
        await pilot.resize_terminal(80, 24)
        await until_gone(pilot, "‹ random ›")
        await pilot.press("escape")
        await until_shown(pilot, "‹ random ›", "tab plan")
        assert page.has_focus
        assert not pilot.app.screen.query_one(PlanPage).display
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, LaunchScreen))


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_what_is_varied_is_typed_and_errors_stand_beside_it(runs_dir, size):
    async with opened(runs_dir, size) as pilot:
        page = await at_search(pilot)
        page.go_to("learning_rate")
        await paste(pilot, "1e-4..3", "enter")
        line = row(pilot.app, "learning rate ")
        assert "◆ 1e-4..3" in line
        assert "expected a number" in line
        assert "--search learning_rate" not in text_of(pilot.app)
        assert "10 trials" not in text_of(pilot.app)
        page.go_to("learning_rate")
        await pilot.press("enter", "ctrl+u")
        await paste(pilot, "1e-4..1e-1", "enter")
        assert "1e-4 … 0.1, log" in row(pilot.app, "learning rate ")
        assert "--search learning_rate=1e-4..1e-1" in page.draft.command()
        assert "10 trials · 500 epochs" in text_of(pilot.app)


async def test_a_key_frees_and_fixes_at_once(runs_dir):
    async with opened(runs_dir, WIDE) as pilot:
        page = await at_search(pilot)
        page.go_to("dropout")
        for key in ("v", "down", "v"):  # without waiting in between
            pilot.app.simulate_key(key)
        await until(pilot, lambda: "◆ 0..1" in row(pilot.app, "l1 "))
        assert "◆" not in row(pilot.app, "dropout ")
        assert page.draft.text("dropout") == "0"
        page.go_to("validation")
        await pilot.press("v")
        await until_shown(pilot, "validation cannot be varied")
        page.go_to("dropout")
        await pilot.press("backspace")
        assert "◆ 0.1..0.5/5" in row(pilot.app, "dropout ")


async def test_the_form_keeps_what_was_typed_and_launch_keeps_its_own(runs_dir):
    async with opened(runs_dir, WIDE) as pilot:
        page = await at_search(pilot)
        page.go_to("--folds")
        await pilot.press("3", "enter", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, LaunchScreen))
        assert "--folds" not in text_of(pilot.app)
        await at_form(pilot, "dropout")
        await pilot.press("0", ".", "2", "enter", "S")
        shown = await until_shown(pilot, "dlconsole search mnist --folds 3 --set dropout=0.2")
        assert "1,500, 3 folds a trial" in shown
        assert "0.2" in row(pilot.app, "dropout ")
        await pilot.press("y")
        assert pilot.app.clipboard == "dlconsole search mnist --folds 3 --set dropout=0.2"
        await pilot.press("r")
        await until_shown(pilot, "dlconsole search mnist --set dropout=0.2")


async def test_time_disk_and_money_are_told_once_an_epoch_is_timed(runs_dir, played: Played):
    async with opened(runs_dir, WIDE) as pilot:
        page = await at_search(pilot)
        page.go_to("--rate")
        await pilot.press("2", "enter")
        before = len(played.asked)
        await until(pilot, lambda: played.asked and not played.asked[-1].is_cancelled)
        said = played.asked[-1]
        said.say({"absent": [], "bytes": 0}, NETWORK, LAST, None)
        shown = await until_shown(pilot, "about 25 m", "3.0 s an epoch here", "of disk")
        assert "at 2 an hour" in shown
        assert "costs 0.8" in shown
        # Which settings are tried makes no difference to an epoch: it is not timed again.
        await pilot.press("down")
        page.go_to("--trials")
        await pilot.press("2", "0", "enter")
        await until_shown(pilot, "20 trials · 1,000 epochs · about 51 m")
        assert len(played.asked) <= before + 1


async def test_launching_places_a_search_and_goes_to_it(runs_dir, started):
    async with opened(runs_dir) as pilot:
        page = await at_search(pilot, "wine")
        page.go_to("--name")
        await paste(pilot, "q-l-search", "enter")
        assert page.at == "launch"
        await pilot.press("enter")
        await until(pilot, lambda: started)
        await until(pilot, lambda: not isinstance(pilot.app.screen, SearchFormScreen))
        (folder,) = started
        spec = folder.read_spec()
        assert spec.name == "q-l-search"
        assert spec.search is not None
        assert spec.search.method == "random"
        assert spec.command == "dlconsole search wine --name q-l-search"
        await until_shown(pilot, "q-l-search")


async def test_what_is_wrong_keeps_a_search_from_being_started(runs_dir, started):
    async with opened(runs_dir) as pilot:
        page = await at_search(pilot)
        page.go_to("--method")
        await pilot.press("right")  # a grid
        page.go_to("learning_rate")
        await pilot.press("v")
        page.go_to("--folds")
        await pilot.press("l")
        shown = await until_shown(pilot, "learning_rate: a grid has no end")
        assert page.at == "learning_rate"
        await pilot.press("v")
        await until_gone(pilot, "a grid has no end")
        for name in ("dropout", "optimizer", "batch_size"):
            page.go_to(name)
            await pilot.press("v")
        await pilot.press("l")
        await until_shown(pilot, "Nothing is varied.")
        assert not started
        assert not list_folders(runs_dir)
        assert "Traceback" not in shown


async def test_a_runs_folder_that_cannot_be_written_is_told_on_the_form(tmp_path, started):
    blocked = tmp_path / "file"
    blocked.write_text("")
    async with opened(blocked / "runs") as pilot:
        await at_search(pilot)
        await pilot.press("l")
        await until_shown(pilot, "The runs folder", "--runs-dir")
        assert isinstance(pilot.app.screen, SearchFormScreen)
        assert not started

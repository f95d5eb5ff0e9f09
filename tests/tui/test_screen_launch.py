"""The Launch screen, by what is on it and what it does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.errors import Problem
from engine.run.folder import list_folders
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    line_with,
    opened,
    paste,
    text_of,
    until,
    until_shown,
)
from tui.form.recipe_page import RecipePage
from tui.screens.run import RunScreen

BROKEN = "RECIPE = 1 / 0\n"


async def at_form(pilot, field: str = "preset") -> RecipePage:
    """Wait for the form and go to a field by keys."""
    await until_shown(pilot, "wine", "TensorFlow")
    await pilot.press("tab")
    page = pilot.app.screen.query_one(RecipePage)
    await until(pilot, lambda: page.has_focus)
    for _ in range(40):
        if page.at == field:
            return page
        await pilot.press("down")
    raise AssertionError(f"there is no field {field}")


@pytest.fixture
def started(monkeypatch):
    """Start processes that end at once in the place of workers; return the folders."""
    folders = []

    def launch(folder, standby=None, *, queue=True):
        folders.append(folder)
        return subprocess.Popen([sys.executable, "-c", "pass"])

    monkeypatch.setattr("engine.process.prompt.launch", launch)
    return folders


async def test_the_story_presets_and_ranges_are_shown(runs_dir):
    async with opened(runs_dir, HUGE) as pilot:
        shown = await until_shown(pilot, "4,898 Portuguese white wines", "TensorFlow")
        assert "prediction" in shown
        assert "mlp · deep · broken" in shown
        assert "one hidden layer of 32 units" in shown
        assert "UCI Wine Quality" in shown
        assert "264 kB, not here yet" in shown
        assert "1e-6 … 1, log" in line_with(pilot.app, "learning rate")
        assert "1 … 8192" in line_with(pilot.app, "batch size")
        assert "dlconsole train wine" in shown


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_an_error_stands_beside_the_field_while_typing(runs_dir, size):
    async with opened(runs_dir, size) as pilot:
        await at_form(pilot, "dropout")
        await pilot.press("2")
        line = line_with(pilot.app, " dropout ")
        assert "expected a number" in line
        assert "got" in text_of(pilot.app)
        assert "--set dropout" not in text_of(pilot.app)
        await pilot.press("backspace", *"0.25")
        line = line_with(pilot.app, " dropout ")
        assert "expected" not in line
        assert "•" in line
        assert "--set dropout=0.25" in text_of(pilot.app)


async def test_escape_leaves_a_value_as_it_was(runs_dir):
    async with opened(runs_dir) as pilot:
        page = await at_form(pilot, "units")
        await pilot.press(*"64,x", "escape")
        assert not page.editing
        assert page.has_focus
        line = line_with(pilot.app, " units ")
        assert "32" in line
        assert "•" not in line


async def test_a_digit_typed_right_after_an_arrow_lands_in_the_next_field(runs_dir):
    async with opened(runs_dir) as pilot:
        page = await at_form(pilot, "l1")
        for key in ("down", "0", ".", "5", "enter"):  # without waiting in between
            pilot.app.simulate_key(key)
        await until(pilot, lambda: "0.5" in line_with(pilot.app, " l2 "))
        assert page.draft is not None
        assert page.draft.text("l1") == "0"
        assert page.at == "batch_norm"


async def test_choices_are_turned_and_reset(runs_dir):
    async with opened(runs_dir, WIDE) as pilot:
        await at_form(pilot, "optimizer")
        await pilot.press("right")
        assert "‹ adamw ›" in line_with(pilot.app, "optimizer")
        await pilot.press("left", "left")
        assert "‹ adadelta ›" in line_with(pilot.app, "optimizer")
        assert "--set optimizer=adadelta" in text_of(pilot.app)
        await pilot.press("backspace")
        assert "‹ adam ›" in line_with(pilot.app, "optimizer")
        await pilot.press("space", "r")
        assert "‹ adam ›" in line_with(pilot.app, "optimizer")
        assert "--set" not in text_of(pilot.app)


async def test_a_preset_fills_the_form_and_keeps_what_was_changed(runs_dir):
    async with opened(runs_dir, WIDE) as pilot:
        page = await at_form(pilot, "dropout")
        await pilot.press(*"0.3", "enter")
        page.go_to("preset")
        await pilot.press("right")
        assert "32,32,32,32,16" in line_with(pilot.app, " units ")
        assert "0.3" in line_with(pilot.app, " dropout ")
        assert "dlconsole train wine --preset deep --set dropout=0.3" in text_of(pilot.app)


async def test_data_of_ones_own_asks_for_a_path_and_says_what_is_wrong_with_it(runs_dir, tmp_path):
    table = tmp_path / "my table.csv"
    table.write_text("a,b\n1,2\n")
    async with opened(runs_dir, WIDE) as pilot:
        page = await at_form(pilot, "source")
        await pilot.press("left")
        assert "‹ my own ›" in text_of(pilot.app)
        page.go_to("path")
        await paste(pilot, "/nowhere.csv", "enter")
        assert "There is no file '/nowhere.csv'" in text_of(pilot.app)
        page.go_to("path")
        await pilot.press("enter", "ctrl+u")
        await paste(pilot, str(table), "enter")
        assert "There is no file" not in text_of(pilot.app)
        await pilot.press(*"label", "enter")
        assert page.draft is not None
        assert page.draft.command().endswith(f"--data '{table}' --target label")


async def test_launching_places_a_run_and_goes_to_it(runs_dir, started):
    async with opened(runs_dir) as pilot:
        page = await at_form(pilot, "source")
        await pilot.press("right")
        page.go_to("name")
        await pilot.press(*"q-l-trial", "enter")  # letters that are keys elsewhere
        assert page.at == "launch"
        await pilot.press("enter")
        await until_shown(pilot, "q-l-trial", "starting")
        assert isinstance(pilot.app.screen, RunScreen)
        (folder,) = started
        spec = folder.read_spec()
        assert (spec.name, spec.data.kind, spec.preset) == ("q-l-trial", "sample", "mlp")
        assert spec.command == "dlconsole train wine --data sample --name q-l-trial"
        # An ended worker is waited for, so that it leaves no zombie behind.
        await until(pilot, lambda: not pilot.app._workers_launched)


@pytest.mark.parametrize("key", ["l", "ctrl+s"])
async def test_a_wrong_field_keeps_a_training_from_being_started(runs_dir, started, key):
    async with opened(runs_dir) as pilot:
        page = await at_form(pilot, "epochs")
        await pilot.press("0", "enter", key)
        await until_shown(pilot, "epochs: expected a whole number")
        assert page.at == "epochs"
        assert not started
        assert not list_folders(runs_dir)


async def test_a_runs_folder_that_cannot_be_written_is_told_on_the_form(tmp_path, started):
    blocked = tmp_path / "file"
    blocked.write_text("")
    async with opened(blocked / "runs") as pilot:
        await at_form(pilot)
        await pilot.press("l")
        await until_shown(pilot, "The runs folder", "Not a directory", "--runs-dir")
        assert not started


async def test_a_worker_that_cannot_be_started_is_told_on_the_form(runs_dir, monkeypatch):
    def launch(folder, standby=None, *, queue=True):
        raise Problem("The worker cannot be started: no room.")

    monkeypatch.setattr("engine.process.prompt.launch", launch)
    async with opened(runs_dir) as pilot:
        await at_form(pilot)
        await pilot.press("l")
        await until_shown(pilot, "The worker cannot be started: no room.")


async def test_recipes_of_ones_own_are_listed_and_broken_ones_are_a_notice(
    runs_dir, tmp_path, monkeypatch
):
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    (recipes / "broken.py").write_text(BROKEN)
    (recipes / "leaving.py").write_text("import sys\nsys.exit(3)\n")
    (recipes / "mine.py").write_text(
        "from dataclasses import replace\n"
        "from recipes.wine import RECIPE as WINE\n"
        "RECIPE = replace(WINE, name='mine', title='[b]my\\x1b[31m wine', family='zzz [/b]')\n"
    )
    monkeypatch.setenv("DLCONSOLE_RECIPES", str(recipes))
    async with opened(runs_dir, WIDE) as pilot:
        shown = await until_shown(pilot, "mine", "TensorFlow")
        assert "zzz [/b]" in shown
        assert "broken.py cannot be used" in shown.replace("\n", "")
        assert "ZeroDivisionError" in shown
        assert "(and 1 more)" in shown
        assert "! leaving.py" in shown
        await pilot.press("down", "down", "down")
        await until_shown(pilot, "mine · [b]my\\x1b[31m wine")
        await pilot.press("end")
        await until_shown(pilot, "cannot be used ─")


async def test_a_recipe_file_is_what_the_form_begins_with(runs_dir, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(
        "from dataclasses import replace\n"
        "from recipes.wine import RECIPE as WINE\n"
        "RECIPE = replace(WINE, name='zebra', title='stripes')\n"
    )
    async with opened(runs_dir, WIDE, recipe_file=file) as pilot:
        shown = await until_shown(pilot, "zebra · stripes")
        assert "dlconsole train zebra --recipe-file" in shown
        assert file.name in shown


async def test_the_command_is_copied(runs_dir):
    async with opened(runs_dir) as pilot:
        await at_form(pilot)
        await pilot.press("y")
        assert pilot.app.clipboard == "dlconsole train wine"


async def test_a_real_training_is_launched_and_watched_to_its_report(runs_dir):
    async with opened(runs_dir, WIDE) as pilot:
        page = await at_form(pilot, "source")
        await pilot.press("right")
        page.go_to("epochs")
        await pilot.press("3", "enter", "l")
        await until_shown(pilot, "✓ done", "linear regression", seconds=120)
        shown = text_of(pilot.app)
        assert "train" in shown
        assert "3/3" in shown
        await pilot.press("escape")
        await until_shown(pilot, "✓ done", "val loss")

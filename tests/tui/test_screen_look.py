"""A look at pictures and texts by class, and how the form asks for one's own."""

from __future__ import annotations

import re

import pytest

from engine.process.questions import Preview
from tests.tui.made_answers import labelled
from tests.tui.screen_support import (
    NARROW,
    WIDE,
    opened,
    paste,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tests.tui.test_screen_foresight import Played, Said
from tui import data_seen
from tui.form.recipe_page import RecipePage
from tui.screens.launch import LaunchScreen
from tui.screens.look import LookScreen
from tui.widgets.painted import LOOKS


@pytest.fixture
def played(monkeypatch) -> Played:
    """Replace the standby of every console by one that the test plays."""
    played = Played()
    monkeypatch.setattr("tui.app.StandingBy", lambda **_: played)
    return played


@pytest.fixture
def recipe(tmp_path):
    """Return a function that writes a recipe file, which the form begins with."""

    def write(name: str):
        file = tmp_path / "mine.py"
        file.write_text(
            f"from dataclasses import replace\nfrom recipes.{name} import RECIPE as GIVEN\n"
            "RECIPE = replace(GIVEN, name='mine')\n"
        )
        return file

    return write


async def look(pilot, played: Played, answer: object) -> None:
    """Ask for a look at the data and let it be answered."""
    await until_shown(pilot, "dlconsole train mine")
    await pilot.press("p")

    def asked() -> list[Said]:
        return [each for each in played.asked if isinstance(each.question, Preview)]

    await until(pilot, asked)
    asked()[-1].say(answer, None)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_pictures_are_shown_with_their_classes(runs_dir, played, recipe, size):
    async with opened(runs_dir, size, recipe_file=recipe("mnist")) as pilot:
        await look(pilot, played, labelled())
        await until_shown(
            pilot,
            "photos, 1,300 pictures",
            "The classes are very unequal.",
            "12 of the test rows are in train as well",
            "1 file could not be read: cats/broken.jpg.",
        )
        await pilot.press("end")
        shown = await until_shown(pilot, "▀" * 16, "dogs/1.jpg")
        assert r"cats/1\x1b[2J.j" in shown
        await pilot.press("home", *["down"] * 5)
        await until_shown(pilot, "cats      1,200   92.3 %    960         120   120", "originals")
        assert "dogs        100    7.7 %" in text_of(pilot.app)
        assert re.search(r"together +1,300 +1,040 +130 +130", text_of(pilot.app))
        assert "originals" in text_of(pilot.app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, LaunchScreen))


async def test_texts_are_shown_as_they_are(runs_dir, played, recipe):
    async with opened(runs_dir, WIDE, recipe_file=recipe("imdb")) as pilot:
        answer = labelled("texts", synthetic=True, problem="Too few examples.", remedy="Add some.")
        await look(pilot, played, answer)
        await until_shown(pilot, "photos, 1,300 pictures · generated data")
        assert "Too few examples. Add some." in text_of(pilot.app)
        await pilot.press("end")
        await until_shown(pilot, "A [b]fine[/b] film. Truly.")
        assert isinstance(pilot.app.screen, LookScreen)


def test_every_sentence_has_a_look_that_exists():
    """A look that is not known would be an error while the page is drawn."""
    answer = labelled(validates_on_test=True)
    assert {look for _, look in data_seen.sentences(answer)} <= set(LOOKS)


async def test_the_form_says_what_a_folder_of_pictures_is_and_checks_the_path(
    runs_dir, played, recipe, tmp_path
):
    folder, file = tmp_path / "photos", tmp_path / "photo.png"
    folder.mkdir()
    file.write_bytes(b"x")
    async with opened(runs_dir, WIDE, recipe_file=recipe("mnist")) as pilot:
        page = await own_data(pilot)
        assert "a folder with a folder of pictures for each class" in text_of(pilot.app)
        assert "target" not in text_of(pilot.app)  # folders are the classes
        await paste(pilot, str(file), "enter")
        await until_shown(pilot, "This is a file. Expected a folder with a folder of pictures")
        page.go_to("path")
        await pilot.press("enter", "ctrl+u")
        await paste(pilot, str(folder), "enter")
        await until_gone(pilot, "This is a file.")
        await until(pilot, lambda: str(folder) in page.draft.command())


async def test_the_form_takes_files_and_folders_of_texts_and_a_column(
    runs_dir, played, recipe, tmp_path
):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts.csv").write_text("text,label\na,b\n")
    async with opened(runs_dir, WIDE, recipe_file=recipe("imdb")) as pilot:
        page = await own_data(pilot)
        await until_shown(pilot, "empty: found by its name")
        for name in ("texts", "texts.csv"):
            page.go_to("path")
            await pilot.press("enter", "ctrl+u")
            await paste(pilot, str(tmp_path / name), "enter")
            assert page.draft is not None
            assert page.draft.error("path") == ""
            assert page.draft.command().endswith(f"--data {tmp_path / name}")


async def own_data(pilot) -> RecipePage:
    """Go to the path of one's own data."""
    await until_shown(pilot, "dlconsole train mine")
    await pilot.press("tab")
    page = pilot.app.screen.query_one(RecipePage)
    await until(pilot, lambda: page.has_focus)
    page.go_to("source")
    await pilot.press("left")
    await until_shown(pilot, "‹ my own ›")
    page.go_to("path")
    return page

"""The palette: everything that can be done, by name."""

from __future__ import annotations

import pytest

from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    commands_in,
    line_with,
    nobody,
    opened,
    paste,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tui.preferences import save
from tui.screens.palette import Offer, PaletteScreen, offers
from tui.screens.runs import RunsScreen


async def open_palette(pilot) -> str:
    await pilot.press("ctrl+p")
    return await until_shown(pilot, "what to do")


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_it_offers_what_the_present_screen_does_with_its_keys(runs_dir, size):
    run = WrittenRun(runs_dir, "wine-a").describe().train(5)
    async with opened(runs_dir, size) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "p pause")
        await open_palette(pilot)
        await until_shown(pilot, "let the run stand still")
        assert " p " in line_with(pilot.app, "let the run stand still").partition("go on")[2]
        assert "resume" not in text_of(pilot.app)  # as things stand, there is nothing to resume
        names = [offer.name for offer in offers(pilot.app.screen_stack[-2])]
        assert {"stop now", "rate", "help", "settings", "runs", "theme terminal"} <= set(names)
        assert names.index("pause") < names.index("help")


async def test_what_is_chosen_is_done(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(5)
    async with opened(runs_dir, WIDE) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "p pause")
        await open_palette(pilot)
        await paste(pilot, "stand still", "enter")
        await until(pilot, lambda: commands_in(run.folder))
        assert "pause" in commands_in(run.folder)[0]
        assert "what to do" not in text_of(pilot.app)


async def test_runs_are_found_by_name_and_opened(runs_dir):
    for name in ("wine-a", "wine-b[/b]"):
        WrittenRun(runs_dir, name.partition("[")[0], pid=nobody()).train(1).end("done")
    runs = sorted(runs_dir.glob("wine-*"))
    (runs[1] / "label.json").write_text('{"name":"tasty [/b] grapes"}')
    async with opened(runs_dir, WIDE) as pilot:
        await until_shown(pilot, "recipes")
        await open_palette(pilot)
        await paste(pilot, "tasty grapes")
        await until_shown(pilot, "tasty [/b] grapes")
        await pilot.press("enter")
        await until_shown(pilot, "runs › tasty [/b] grapes")


async def test_places_and_themes_are_offered(runs_dir):
    async with opened(runs_dir) as pilot:
        await until_shown(pilot, "wine")
        await open_palette(pilot)
        await paste(pilot, "theme terminal", "enter")
        await until(pilot, lambda: pilot.app.theme == "terminal")
        assert pilot.app.preferences.theme == "terminal"
        await open_palette(pilot)
        await paste(pilot, "the runs there are", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunsScreen))


async def test_it_shows_keys_as_they_are_bound(runs_dir):
    save({"keys": {"launch.reset": "W"}})
    async with opened(runs_dir, WIDE) as pilot:
        await until_shown(pilot, "wine")
        await open_palette(pilot)
        await until_shown(pilot, "to the preset's value")
        assert line_with(pilot.app, "to the preset's value").rstrip(" │").endswith(" W")


async def test_it_is_gone_through_with_the_keys_and_left_with_escape(runs_dir):
    async with opened(runs_dir) as pilot:
        await until_shown(pilot, "wine")
        await open_palette(pilot)
        screen = pilot.app.screen
        await until(pilot, lambda: screen.query_one("#offers").current is not None)
        first = screen.query_one("#offers").current
        await pilot.press("down", "down", "up")
        assert screen.query_one("#offers").current is not first
        await pilot.press("pagedown", "pageup", "pageup")
        assert screen.query_one("#offers").current is first
        await paste(pilot, "nothing like this")
        await until_shown(pilot, "Nothing here is called that.")
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, PaletteScreen)
        await pilot.press("escape")
        await until_gone(pilot, "what to do")


async def test_it_does_not_open_over_a_question(runs_dir):
    WrittenRun(runs_dir, "wine-a", pid=nobody()).train(1).end("done")
    async with opened(runs_dir) as pilot:
        await until_shown(pilot, "recipes")
        pilot.app.show("runs")
        await until_shown(pilot, "wine-a", "d remove")
        await pilot.press("d")
        await until_shown(pilot, "to the trash?")
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert "what to do" not in text_of(pilot.app)


def test_a_name_that_begins_so_fits_best():
    pause = Offer("pause", "let the run stand still", "p", lambda: None)
    assert [pause.fit(words.split()) for words in ("pau", "", "use", "run still", "runs")] == [
        3, 3, 2, 1, 0,
    ]  # fmt: skip

"""Settings: changed on the screen, at once, and kept; any key bound to another one."""

from __future__ import annotations

import tomllib

import pytest

from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    commands_in,
    line_with,
    opened,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tui import keys
from tui.preferences import location, save
from tui.screens.help import HelpScreen
from tui.screens.preferences import PreferencesScreen
from tui.widgets.lines import Lines


def on_disk() -> dict[str, object]:
    return tomllib.loads(location().read_text()) if location().exists() else {}


async def at(pilot, name: str) -> None:
    """Open the settings and go to the line of one."""
    await until_shown(pilot, "wine")
    await pilot.press("P")
    await until_shown(pilot, "dlconsole › settings", "smoothing")
    page = pilot.app.screen.query_one("#settings")
    for _ in range(200):
        row = page.current
        if row is not None and name in (getattr(row, "name", ""), getattr(row, "binding", "")):
            return
        await pilot.press("down")
    raise AssertionError(f"there is no {name}:\n{text_of(pilot.app)}")


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_settings_and_keys_are_listed_with_what_they_are(runs_dir, size):
    async with opened(runs_dir, size) as pilot:
        await at(pilot, "theme")
        shown = text_of(pilot.app)
        assert "‹ what fits ›" in line_with(pilot.app, "theme")
        assert "‹ off ›" in line_with(pilot.app, "bell")
        assert "settings.toml" in shown.splitlines()[0]
        assert "Keys: Everywhere" in shown
        assert "esc back" in shown
        await pilot.press("escape")
        await until_shown(pilot, "dlconsole › launch")


async def test_a_theme_holds_at_once_and_is_kept(runs_dir):
    async with opened(runs_dir) as pilot:
        await at(pilot, "theme")
        await pilot.press("right", "right")
        assert pilot.app.theme == "dlconsole-light"
        await pilot.press("left")
        assert pilot.app.theme == "dlconsole-dark"
        await until(pilot, lambda: on_disk() == {"theme": "dlconsole-dark"})
        await pilot.press("backspace")
        await until_shown(pilot, "‹ what fits ›")
        await until(pilot, lambda: on_disk() == {})


async def test_choices_are_turned_through_and_numbers_typed(runs_dir):
    async with opened(runs_dir) as pilot:
        await at(pilot, "bell")
        await pilot.press("enter")
        await until_shown(pilot, "‹ on ›")
        await pilot.press("down", "down", "right", "right")
        await until_shown(pilot, "‹ 0.6 ›")
        await pilot.press("enter")
        await until_shown(pilot, "Smoothing:")
        await pilot.press("2", "enter")
        await until_shown(pilot, "Expected a number from 0 to 0.999")
        await pilot.press("ctrl+u", "0", ".", "7", "enter")
        await until_shown(pilot, "‹ 0.7 ›")
        await pilot.press("right")
        await until_shown(pilot, "‹ 0.8 ›")
        await until(pilot, lambda: on_disk() == {"bell": True, "smoothing": 0.8})
        assert pilot.app.preferences.smoothing == 0.8


async def test_a_key_is_bound_to_another_one_which_then_does_it(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(5)
    async with opened(runs_dir, WIDE) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "p pause")
        await at(pilot, "run.pause")
        await pilot.press("enter")
        await until_shown(pilot, "Press the key for: let the run stand still", "Now: p")
        await pilot.press("s")
        await until_shown(pilot, "s is stop already (Run).")
        await pilot.press("W")
        await until(pilot, lambda: on_disk() == {"keys": {"run.pause": "W"}})
        await pilot.press("escape")
        await until_shown(pilot, "W pause")
        await pilot.press("p")
        await pilot.pause()
        assert not commands_in(run.folder)
        await pilot.press("W")
        await until(pilot, lambda: commands_in(run.folder))
        assert "pause" in commands_in(run.folder)[0]


async def test_a_binding_gets_one_more_key_and_its_own_again(runs_dir):
    async with opened(runs_dir, WIDE) as pilot:
        await at(pilot, "runs.remove")
        await pilot.press("a", "X")
        await until_shown(pilot, "Remove: d delete X")
        await until(pilot, lambda: on_disk() == {"keys": {"runs.remove": "d,delete,X"}})
        await pilot.press("backspace")
        await until_shown(pilot, "Remove: d delete")
        await until(pilot, lambda: on_disk() == {})


async def test_the_wait_for_a_key_is_left_with_escape(runs_dir):
    async with opened(runs_dir, WIDE) as pilot:
        await at(pilot, "launch.reset")
        await pilot.press("enter")
        await until_shown(pilot, "Press the key for")
        await pilot.press("escape")
        await until_gone(pilot, "Press the key for")
        assert on_disk() == {}


async def test_what_is_looked_for_is_listed_alone(runs_dir):
    async with opened(runs_dir) as pilot:
        await at(pilot, "theme")
        await pilot.press("slash", *"learning")
        await until_gone(pilot, "smoothing")
        assert "Keys: Run" in text_of(pilot.app)
        await pilot.press("enter", "enter")
        await until_shown(pilot, "Press the key for: set the learning rate")
        await pilot.press("escape", "escape")
        await until_shown(pilot, "smoothing")
        await pilot.press("slash", *"nothing like it")
        await until_shown(pilot, "Nothing here holds 'nothing like it'.")


async def test_keys_of_the_file_hold_and_footer_and_help_show_them(runs_dir):
    save({"keys": {"launch.launch": "ctrl+s", "everywhere.help": "f2,question_mark"}})
    async with opened(runs_dir, WIDE) as pilot:
        await until_shown(pilot, "ctrl+s launch", "f2 help", "ctrl+s launches it")
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        page = pilot.app.screen.query_one(Lines)
        await until(pilot, lambda: page.lines)
        listed = "\n".join("".join(text for text, _ in line) for line in page.lines)
        assert "f2 ?" in listed


async def test_what_is_wrong_in_the_file_is_told_and_the_rest_holds(runs_dir):
    location().parent.mkdir(parents=True)
    location().write_text('theme = "[b]nope"\nsmoothing = 0.5\n[keys]\nrun.nope = "x"\n')
    async with opened(runs_dir, HUGE) as pilot:
        await until_shown(pilot, "'[b]nope'.", "'run.nope'.")
        assert pilot.app.preferences.smoothing == 0.5


async def test_settings_that_cannot_be_written_hold_until_the_console_is_left(
    runs_dir, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DLCONSOLE_SETTINGS", str(tmp_path / "file" / "settings.toml"))
    async with opened(runs_dir, WIDE) as pilot:
        await at(pilot, "bell")
        await pilot.press("enter")
        await until_shown(pilot, "cannot be written")
        assert pilot.app.preferences.bell


async def test_settings_are_not_opened_twice(runs_dir):
    async with opened(runs_dir) as pilot:
        await at(pilot, "theme")
        await pilot.press("P", "escape")
        await until_shown(pilot, "dlconsole › launch")
        assert not any(isinstance(each, PreferencesScreen) for each in pilot.app.screen_stack)


async def test_every_key_that_can_be_bound_is_listed(runs_dir):
    async with opened(runs_dir) as pilot:
        await at(pilot, "theme")
        page = pilot.app.screen.query_one(Lines)
        listed = "\n".join("".join(text for text, _ in line) for line in page.lines)
        for key in keys.KEYS:
            if key.action and not key.priority:
                assert keys.PLACES[key.where] in listed
                assert (key.label or key.id.replace("-", " ")) in listed


async def test_where_there_is_room_the_footer_says_what_holds_everywhere(runs_dir):
    async with opened(runs_dir, HUGE) as pilot:
        await until_shown(pilot, "ctrl+p all", "P settings", "? help", "q quit")
        await at(pilot, "theme")
        assert "P settings" not in text_of(pilot.app).splitlines()[-1]

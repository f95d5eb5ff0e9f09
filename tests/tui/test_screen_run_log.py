"""The Log panel: found text, and whether the end is followed."""

from __future__ import annotations

import pytest
from textual import events

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
from tui.panels.log_tail import MOST_LINES

LINES = [f"line {n}" for n in range(60)]


@pytest.fixture
def logged(runs_dir):
    """Return a live run that has printed, with a warning in three of its lines."""
    run = WrittenRun(runs_dir, "wine-a").describe().train(2)
    lines = list(LINES)
    for n, word in ((10, "Warning: [low]"), (30, "warning: high"), (50, "a WARNING")):
        lines[n] = f"{word} at {n}"
    run.folder.console_log.write_text("\n".join(lines) + "\n")
    return run


async def at_log(pilot, run: WrittenRun) -> None:
    await pilot.pause()
    pilot.app.open_run(run.folder)
    await until_shown(pilot, "Samples", "● training")
    await pilot.press("2")
    await until_shown(pilot, "line 59", "/ find")


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_text_is_found_in_any_case_and_gone_through(runs_dir, logged, size):
    async with opened(runs_dir, size) as pilot:
        await at_log(pilot, logged)
        await pilot.press("home")
        await pilot.press("slash", *"warning")
        await until_shown(pilot, "find warning", "1 of 3 lines", "Warning: [low] at 10")
        await pilot.press("enter", "f")
        await until_shown(pilot, "2 of 3 lines", "warning: high at 30")
        await pilot.press("f")
        await until_shown(pilot, "3 of 3 lines", "a WARNING at 50")
        await pilot.press("f")  # from the last to the first
        await until_shown(pilot, "1 of 3 lines", "at 10")
        await pilot.press("F")
        await until_shown(pilot, "3 of 3 lines", "at 50")
        assert commands_in(logged.folder) == []


async def test_what_is_found_stands_out(runs_dir, logged):
    async with opened(runs_dir, WIDE) as pilot:
        await at_log(pilot, logged)
        await pilot.press("home", "slash", *"at 10")
        await until_shown(pilot, "1 of 1 line")
        strips = pilot.app.screen._compositor.render_strips()
        marked = [s.text for strip in strips for s in strip if s.style and s.style.reverse]
        assert "at 10" in marked


async def test_what_is_typed_is_no_pattern_and_what_is_not_there_is_not_found(runs_dir, logged):
    async with opened(runs_dir) as pilot:
        await at_log(pilot, logged)
        await pilot.press("slash", *"[low]")
        await until_shown(pilot, "1 of 1 line", "Warning: [low]")
        await pilot.press("ctrl+u", *"nowhere")
        await until_shown(pilot, "not found")
        await pilot.press("enter", "f", "F")
        await until_shown(pilot, "not found")


async def test_escape_looks_for_nothing_any_more(runs_dir, logged):
    async with opened(runs_dir) as pilot:
        await at_log(pilot, logged)
        await pilot.press("slash", *"warning")
        await until_shown(pilot, "of 3 lines", "esc leave")
        await pilot.press("escape")
        await until_gone(pilot, "of 3 lines")
        assert "find warning" not in text_of(pilot.app)
        assert pilot.app.screen.view.folder == logged.folder  # and is still at the run
        await pilot.press("f")  # nothing to go on with: asks
        await until_shown(pilot, "enter keep")


async def test_keys_that_come_in_one_piece_are_typed_and_not_obeyed(runs_dir, logged):
    async with opened(runs_dir) as pilot:
        await at_log(pilot, logged)
        for key in "/epsx":
            name = "slash" if key == "/" else key
            pilot.app.post_message(events.Key(name, key))
        await until_shown(pilot, "find epsx", "not found")
        assert "Epochs of" not in text_of(pilot.app)
        assert commands_in(logged.folder) == []


async def test_a_search_is_left_and_found_again_with_its_panel(runs_dir, logged):
    async with opened(runs_dir) as pilot:
        await at_log(pilot, logged)
        await pilot.press("slash", *"warning", "enter", "1")
        await until_gone(pilot, "find warning")
        await pilot.press("2")
        await until_shown(pilot, "find warning", "of 3 lines")


async def test_end_follows_the_log_again(runs_dir, logged):
    async with opened(runs_dir, WIDE) as pilot:
        await at_log(pilot, logged)
        await until_shown(pilot, " followed")
        await pilot.press("home")
        await until_shown(pilot, "not followed")
        with logged.folder.console_log.open("a") as log:
            log.write("a new line\n")
        panel = pilot.app.screen.query_one("#log")
        await until(pilot, lambda: len(panel.lines) == 61)
        assert "a new line" not in text_of(pilot.app)
        await pilot.press("end")
        await until_shown(pilot, "a new line")
        await until_gone(pilot, "not followed")
        with logged.folder.console_log.open("a") as log:
            log.write("another\n")
        await until_shown(pilot, "another")


async def test_what_is_in_view_stays_while_older_lines_go(runs_dir, logged):
    with logged.folder.console_log.open("a") as log:
        log.writelines(f"filler {n}\n" for n in range(MOST_LINES - 60))
    async with opened(runs_dir, WIDE) as pilot:
        await pilot.pause()
        pilot.app.open_run(logged.folder)
        await until_shown(pilot, "● training")
        await pilot.press("2")
        await until_shown(pilot, f"filler {MOST_LINES - 61}")
        await pilot.press("pageup", "pageup", "pageup")
        panel = pilot.app.screen.query_one("#log")
        first = text_of(pilot.app).splitlines()[panel.region.y].strip()
        with logged.folder.console_log.open("a") as log:
            log.writelines(f"more {n}\n" for n in range(100))
        await until(pilot, lambda: panel.lines[-1][0][0] == " more 99")
        await pilot.pause()
        assert line_with(pilot.app, first)
        assert text_of(pilot.app).splitlines()[panel.region.y].split()[:2] == first.split()[:2]


async def test_a_hostile_line_is_found_as_it_is_shown(runs_dir, logged):
    logged.folder.console_log.write_text("a\x1b]52;c;aGk=\x07b [bold]x[/] 全角文字\n")
    async with opened(runs_dir, WIDE) as pilot:
        await pilot.pause()
        pilot.app.open_run(logged.folder)
        await until_shown(pilot, "● training")
        await pilot.press("2")
        await until_shown(pilot, "\\x1b]52;c;aGk=\\x07b [bold]x[/] 全角文字")
        await pilot.press("slash", *"[/] 全")
        await until_shown(pilot, "1 of 1 line")
        assert "\x1b" not in text_of(pilot.app)

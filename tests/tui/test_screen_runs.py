"""The Runs screen, by what is on it and what it does."""

from __future__ import annotations

import pytest

from engine.run.lock import RunLock
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    commands_in,
    line_with,
    nobody,
    opened,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tui.screens.run import RunScreen
from tui.tables.run_table import RunTable


@pytest.fixture
def runs(runs_dir):
    """Return a runs folder with a run of every kind."""
    WrittenRun(runs_dir, "wine-done").train(20).end("done")
    WrittenRun(runs_dir, "wine-failed").end(
        "failed", "memory", "There was not enough memory.", "Try batch_size=16."
    )
    WrittenRun(runs_dir, "wine-lost", pid=nobody()).train(4)
    damaged = runs_dir / "garbage"
    damaged.mkdir()
    (damaged / "run.json").write_bytes(b"\xff{")
    WrittenRun(runs_dir, "wine-live").train(7)
    return runs_dir


async def to_runs(pilot) -> RunTable:
    """Go to the list of runs and wait until it is there."""
    await pilot.pause()
    pilot.app.show("runs")
    await until_shown(pilot, "state", "runs")
    return pilot.app.screen.query_one(RunTable)


async def go_to(pilot, name: str) -> None:
    """Move the cursor to a run by keys."""
    table = pilot.app.screen.query_one(RunTable)
    await pilot.press("home")
    for _ in table.runs:
        if table.current is not None and table.current.name == name:
            return
        await pilot.press("down")
    raise AssertionError(f"{name} is not listed")


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_every_run_is_shown_with_state_progress_and_metric(runs, size):
    async with opened(runs, size) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "5 runs · 1 live", "wine-live")
        app = pilot.app
        assert "● training" in line_with(app, "wine-live ")
        assert "7/20" in line_with(app, "wine-live ")
        assert "39 s" in line_with(app, "wine-live ")  # 12.5 epochs of 3.1 s
        assert "0.1714" in line_with(app, "wine-live ")
        assert "✓ done" in line_with(app, "wine-done ")
        assert "✗ failed" in line_with(app, "wine-failed")
        assert "? lost" in line_with(app, "wine-lost")
        assert "! damaged" in line_with(app, "garbage")
        assert "val loss" in text_of(app)


async def test_the_cause_is_told_of_the_run_under_the_cursor(runs):
    async with opened(runs) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-failed")
        await go_to(pilot, "wine-failed")
        await until_shown(pilot, "There was not enough memory. Try batch_size=16.")
        await go_to(pilot, "wine-lost")
        await until_shown(pilot, "Its worker is gone without a last word")


async def test_the_cursor_stays_on_its_run_while_the_list_changes(runs):
    async with opened(runs) as pilot:
        table = await to_runs(pilot)
        await until_shown(pilot, "wine-done")
        await go_to(pilot, "wine-done")
        WrittenRun(runs, "wine-newer").train(1)
        await until_shown(pilot, "wine-newer")
        assert table.current is not None
        assert table.current.name == "wine-done"


async def test_enter_opens_the_run_and_escape_comes_back(runs):
    async with opened(runs) as pilot:
        table = await to_runs(pilot)
        await until_shown(pilot, "wine-done")
        await go_to(pilot, "wine-done")
        await pilot.press("enter")
        await until_shown(pilot, "dlconsole › runs › wine-done")
        await pilot.press("escape")
        await until_shown(pilot, "5 runs")
        assert table.current is not None
        assert table.current.name == "wine-done"


async def test_a_damaged_run_opens_and_says_what_is_wrong(runs):
    async with opened(runs) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "garbage")
        await go_to(pilot, "garbage")
        await pilot.press("enter")
        await until_shown(pilot, "its run.json makes no sense")
        assert isinstance(pilot.app.screen, RunScreen)


async def test_s_asks_the_worker_to_stop_after_its_epoch(runs):
    async with opened(runs) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-live")
        await go_to(pilot, "wine-live")
        await pilot.press("s")
        (command,) = commands_in(pilot.app.screen.query_one(RunTable).current.folder)
        assert '"stop after epoch"' in command
        assert '"generation":1' in command


async def test_x_asks_the_person_first(runs):
    async with opened(runs) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-live")
        await go_to(pilot, "wine-live")
        folder = pilot.app.screen.query_one(RunTable).current.folder
        await pilot.press("x")
        await until_shown(pilot, "Stop wine-live now?")
        await pilot.press("n")
        await until_gone(pilot, "Stop wine-live now?")
        assert not commands_in(folder)
        await pilot.press("x")
        await until_shown(pilot, "Stop wine-live now?")
        await pilot.press("y")
        await until(pilot, lambda: commands_in(folder))
        assert '"stop now"' in commands_in(folder)[0]


async def test_a_run_that_has_ended_is_not_asked_to_stop(runs):
    async with opened(runs) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-done")
        await go_to(pilot, "wine-done")
        folder = pilot.app.screen.query_one(RunTable).current.folder
        await pilot.press("s", "x")
        await until_shown(pilot, "It has ended already")
        assert not commands_in(folder)


async def test_d_moves_a_run_to_the_trash_after_asking(runs):
    async with opened(runs) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-failed")
        await go_to(pilot, "wine-failed")
        await pilot.press("d")
        await until_shown(pilot, "Move wine-failed to the trash?")
        await pilot.press("y")
        await until_shown(pilot, "4 runs")
        assert not (runs / "wine-failed").exists()
        assert len(list((runs / ".trash").iterdir())) == 1


async def test_a_live_run_is_not_removed(runs):
    async with opened(runs) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-live")
        await go_to(pilot, "wine-live")
        await pilot.press("d")
        await until_shown(pilot, "wine-live is live")
        assert (runs / "wine-live").is_dir()


async def test_a_regular_expression_filters_and_a_wrong_one_is_told(runs):
    async with opened(runs) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "garbage")
        await pilot.press("slash", *"do|LO")
        shown = await until_shown(pilot, "2 of 5 runs")
        assert "wine-done" in shown
        assert "wine-lost" in shown
        await pilot.press("(")
        await until_shown(pilot, "Not a regular expression yet")
        await pilot.press("backspace", "enter")
        assert pilot.app.focused is pilot.app.screen.query_one(RunTable)
        await pilot.press("escape")
        await until_shown(pilot, "5 runs ·")


async def test_the_console_opens_on_the_runs_while_one_is_live(runs):
    lock = RunLock(runs / "wine-live" / "lock")
    try:
        async with opened(runs) as pilot:
            await until_shown(pilot, "5 runs · 1 live")
    finally:
        lock.release()


async def test_an_empty_folder_says_how_to_begin(runs_dir):
    async with opened(runs_dir) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "No runs in", "Press n to launch one")
        await pilot.press("d", "s", "x", "enter", "down", "n")
        await until_shown(pilot, "recipes", "wine")


async def test_names_are_shown_as_text(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").train(1)
    run.folder.label.write_text('{"name":"[red]a[/b]\\u001b]52;c;eA==\\u0007\\u202e"}')
    odd = runs_dir / "odd\x1b[31m\udcff"
    odd.mkdir()
    async with opened(runs_dir, WIDE) as pilot:
        await to_runs(pilot)
        shown = await until_shown(pilot, "[red]a[/b]\\x1b]52;c;eA==\\x07\\u202e")
        assert "odd\\x1b[31m\\xff" in shown
        assert "\x1b" not in shown

"""The Runs screen with many runs: sorting, columns, filters, marks, and what is said of runs."""

from __future__ import annotations

import csv
import io
import time

import msgspec
import pytest

from engine.run.folder import RunFolder
from engine.run.records import encode
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    commands_in,
    line_with,
    opened,
    paste,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tests.tui.test_screen_runs import go_to, to_runs
from tui.tables.run_table import RunTable

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])


def write(runs, name: str, epochs: int, **values: object) -> WrittenRun:
    """Write a run that is done after some epochs of 20, with settings of its own."""
    run = WrittenRun(runs, name).train(epochs)
    spec = run.folder.read_spec()
    values = {**spec.values, **values}
    changed = msgspec.structs.replace(spec, values=values, created=time.time() - 1000 + epochs)
    run.folder.spec.write_bytes(encode(changed))
    return run


@pytest.fixture
def runs(runs_dir):
    """Return a runs folder with three runs, the last one asked for first in the list."""
    write(runs_dir, "wine-a", 3, learning_rate=3e-4).end("done")
    write(runs_dir, "wine-b", 5, learning_rate=1e-3, optimizer="sgd").end("done")
    write(runs_dir, "wine-c", 4, learning_rate=3e-4, optimizer="rmsprop").end("done")
    return runs_dir


def order(pilot) -> str:
    """Return the last letters of the names, from top to bottom, as they are on the screen."""
    lines = text_of(pilot.app).splitlines()
    return "".join(line.split("wine-")[1][0] for line in lines[2:-3] if "wine-" in line)


async def listed(pilot, *names: str) -> RunTable:
    """Go to the list and wait for its runs."""
    table = await to_runs(pilot)
    await until_shown(pilot, *(names or ("wine-a", "wine-b", "wine-c")))
    return table


@SIZES
async def test_o_sorts_by_the_next_column_and_capital_o_turns_it_round(runs, size):
    async with opened(runs, size) as pilot:
        await listed(pilot)
        assert order(pilot) == "bca"  # the latest first
        await pilot.press("o", "o")
        await until_shown(pilot, "run ↑")
        assert order(pilot) == "abc"
        await pilot.press("O")
        await until_shown(pilot, "run ↓")
        assert order(pilot) == "cba"
        await pilot.press("o")
        await until_shown(pilot, "epochs ↓")
        assert order(pilot) == "bca"


async def test_the_order_is_kept_for_the_next_time(runs):
    async with opened(runs, WIDE) as pilot:
        await listed(pilot)
        await pilot.press("o", "o", "O")
        await until(pilot, lambda: pilot.app.preferences.sort == "-name")
    async with opened(runs, WIDE) as pilot:
        await listed(pilot)
        assert order(pilot) == "cba"


@SIZES
async def test_device_and_age_are_shown(runs, size):
    async with opened(runs, size) as pilot:
        await listed(pilot)
        shown = await until_shown(pilot, "device", "age")
        assert "16 m" in line_with(pilot.app, "wine-a")
        assert "auto" in line_with(pilot.app, "wine-a")
        assert "val loss" in shown


@SIZES
async def test_v_chooses_columns_which_are_kept(runs, size):
    async with opened(runs, size) as pilot:
        await listed(pilot)
        await pilot.press("v")
        await until_shown(pilot, "complete epochs, and epochs in all", "esc leave it")
        await pilot.press("space")  # no epochs any more
        for _ in range(60):
            screen = pilot.app.screen
            here = screen._list._names[screen._list._at]
            if here == "learning_rate":
                break
            await pilot.press("down")
        await pilot.press("space", *["left"] * 9, "enter")
        await until_shown(pilot, "learning rate")
        assert "3e-4" in line_with(pilot.app, "wine-a")
        assert "epochs" not in text_of(pilot.app)
        assert pilot.app.preferences.columns[0] == "learning_rate"
        await pilot.press("v")
        await until_shown(pilot, "esc leave it")
        await pilot.press("u", "enter")
        await until_shown(pilot, "epochs")
        assert pilot.app.preferences.columns == ()


async def test_columns_out_of_view_come_with_the_arrows(runs):
    async with opened(runs, NARROW) as pilot:
        pilot.app.prefer(
            columns=(
                *("epochs", "units", "initializer", "activation", "monitor"),
                *("learning_rate", "schedule", "seed"),
            )
        )
        await listed(pilot)
        shown = await until_shown(pilot, "monitor")
        assert "schedule" not in shown
        assert text_of(pilot.app).splitlines()[1].rstrip().endswith("›")
        await pilot.press("right", "right", "right")
        shown = await until_shown(pilot, "schedule", "seed", "‹")
        assert "epochs" not in shown
        assert "wine-a" in shown
        await pilot.press("left", "left", "left")
        await until_shown(pilot, "epochs")


async def test_settings_metrics_and_states_are_filtered_by(runs):
    write(runs, "wine-live", 7, learning_rate=3e-4)
    async with opened(runs) as pilot:
        await listed(pilot, "wine-live")
        for text, names in (
            ("lr=3e-4", "acl"),
            ("lr=3e-4 state=done", "ac"),
            ("optimizer!=adam", "bc"),
            ("val_loss<0.25", "bl"),
            ("live=yes", "l"),
        ):
            await pilot.press("slash", *text)
            await until_shown(pilot, f"{len(names)} of 4 runs")
            await until(pilot, lambda names=names: "".join(sorted(order(pilot))) == names)
            await pilot.press("escape")
            await until_shown(pilot, "4 runs · 1 live")


async def test_marked_runs_are_counted_and_kept_while_the_list_changes(runs):
    async with opened(runs, WIDE) as pilot:
        table = await listed(pilot)
        await pilot.press("home", "space", "space")
        await until_shown(pilot, "3 runs · 2 marked", "c compare 2")
        assert line_with(pilot.app, "wine-b").startswith("◆")
        write(runs, "wine-d", 9).end("done")
        await until_shown(pilot, "4 runs · 2 marked")
        await pilot.press("A")
        await until_shown(pilot, "4 marked")
        await pilot.press("A")
        await until_gone(pilot, "marked")
        assert not table.marked


async def test_several_are_stopped_at_once_after_one_question(runs_dir):
    live = [write(runs_dir, f"wine-{letter}", 3) for letter in "ab"]
    write(runs_dir, "wine-c", 3).end("done")
    async with opened(runs_dir, WIDE) as pilot:
        await listed(pilot)
        await pilot.press("A", "s")
        await until_shown(pilot, "Stop wine-b and wine-a after the epoch under way?")
        await pilot.press("n")
        await until_gone(pilot, "under way?")
        assert not any(commands_in(run.folder) for run in live)
        await pilot.press("s")
        await until_shown(pilot, "under way?")
        await pilot.press("y")
        await until_shown(pilot, "Asked 2 runs: stop after epoch")
        assert all('"stop after epoch"' in commands_in(run.folder)[0] for run in live)
        await pilot.press("p")
        await until_shown(pilot, "Pause wine-b and wine-a?")
        await pilot.press("y")
        await until_shown(pilot, "Asked 2 runs: pause")
        await pilot.press("x")
        await until_shown(pilot, "Stop wine-b and wine-a now?")
        await pilot.press("y")
        await until(pilot, lambda: all(len(commands_in(run.folder)) == 3 for run in live))


async def test_several_are_removed_at_once_unless_one_is_live(runs):
    write(runs, "wine-live", 7)
    async with opened(runs, WIDE) as pilot:
        await listed(pilot, "wine-live")
        await pilot.press("A", "d")
        await until_shown(pilot, "wine-live is live. Stop first")
        await go_to(pilot, "wine-live")
        await pilot.press("space", "d")
        await until_shown(pilot, "to the trash? (3 runs)")
        await pilot.press("y")
        await until_shown(pilot, "1 run · 1 live", "Moved 3 runs to")
        assert len(list((runs / ".trash").iterdir())) == 3


async def test_a_run_is_renamed(runs):
    async with opened(runs, WIDE) as pilot:
        await listed(pilot)
        await go_to(pilot, "wine-a")
        await pilot.press("R")
        await until_shown(pilot, "What is wine-a to be called?")
        await pilot.press(*"wine-b", "enter")
        await until_shown(pilot, "The name 'wine-b' is taken")
        await pilot.press("R", *"no spaces", "enter")
        await until_shown(pilot, "A run's name is letters")
        await pilot.press("ctrl+u", *"baseline", "enter")
        await until_shown(pilot, "wine-a is now called baseline.")
        await until(pilot, lambda: "✓ done" in line_with(pilot.app, "baseline  "))
        assert RunFolder(runs / "wine-a").name == "baseline"


async def test_a_note_is_written_shown_and_taken_back(runs):
    async with opened(runs, WIDE) as pilot:
        await listed(pilot)
        await go_to(pilot, "wine-a")
        await pilot.press("N")
        await until_shown(pilot, "Note about wine-a.")
        await paste(pilot, "for the [b]talk", "enter")
        await until(pilot, lambda: "for the [b]talk" in line_with(pilot.app, "wine-a "))
        assert RunFolder(runs / "wine-a").note == "for the [b]talk"
        await pilot.press("slash", *"talk")
        await until_shown(pilot, "1 of 3 runs")
        await pilot.press("escape")
        await pilot.press("N")
        await until_shown(pilot, "Note about wine-a.")
        await pilot.press("ctrl+u", "enter")
        await until(pilot, lambda: "talk" not in line_with(pilot.app, "wine-a "))
        assert RunFolder(runs / "wine-a").note == ""


async def test_the_table_is_written_as_csv(runs, tmp_path):
    async with opened(runs, WIDE) as pilot:
        pilot.app.prefer(columns=("epochs", "metric", "learning_rate"))
        await listed(pilot)
        await pilot.press("w")
        await until_shown(pilot, "into which file?")
        await pilot.press("ctrl+u", *str(tmp_path / "out.csv"), "enter")
        await until(pilot, lambda: (tmp_path / "out.csv").exists())
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert [row["name"] for row in rows] == ["wine-b", "wine-c", "wine-a"]
    assert rows[0] == {
        "state": "done",
        "name": "wine-b",
        "epochs": "5",
        "metric": "0.24",
        "learning_rate": "0.001",
    }


async def test_a_thousand_runs_are_moved_through_without_lag(runs_dir):
    first = write(runs_dir, "wine-0000", 3).end("done")
    spec, status = first.folder.read_spec(), first.folder.status.read_bytes()
    for number in range(1, 1000):
        folder = RunFolder(runs_dir / f"wine-{number:04}")
        folder.path.mkdir()
        named = msgspec.structs.replace(spec, name=folder.path.name, created=spec.created + number)
        folder.spec.write_bytes(encode(named))
        folder.status.write_bytes(status)
    async with opened(runs_dir, WIDE) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "1000 runs", "wine-0999")
        begun = time.process_time()
        for key in ("end", "pageup", "home", "o", "o", "O", "A", *["down"] * 30):
            await pilot.press(key)
        # Loosely, and in processor time: the machine may be busy, and make bench measures.
        assert (time.process_time() - begun) / 37 < 0.1
        await until_shown(pilot, "1000 marked")

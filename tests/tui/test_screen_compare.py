"""The Compare screen: curves over each other, what differs, and what came out."""

from __future__ import annotations

import csv
import io

import msgspec
import pytest

from engine.run.records import encode
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    line_with,
    opened,
    paste,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tests.tui.test_screen_runs import to_runs
from tui.charts.compared_run import short_names
from tui.screens.compare import CompareScreen
from tui.screens.launch import LaunchScreen
from tui.screens.run import RunScreen
from tui.tables.compare_table import CompareTable

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])


def write(runs, name: str, epochs: int, factor: float = 1.0, **values: object) -> WrittenRun:
    """Write a run of some epochs, with settings of its own."""
    run = WrittenRun(runs, name)
    spec = run.folder.read_spec()
    changed = msgspec.structs.replace(spec, values={**spec.values, **values})
    run.folder.spec.write_bytes(encode(changed))
    for epoch in range(1, epochs + 1):
        run.train(1, {"loss": factor / epoch, "val_loss": 1.2 * factor / epoch, "mae": factor})
    return run


@pytest.fixture
def runs(runs_dir):
    """Return a runs folder with three runs."""
    write(runs_dir, "wine-a", 8, 1.0, learning_rate=3e-4).end("done")
    write(runs_dir, "wine-b", 6, 0.5, learning_rate=1e-3).end("done")
    write(runs_dir, "wine-c", 4, 2.0, learning_rate=3e-3).end("done")
    return runs_dir


async def compared(pilot) -> CompareTable:
    """Mark every run, compare them, and wait for their curves."""
    await to_runs(pilot)
    await until_shown(pilot, "wine-a", "wine-b", "wine-c")
    await pilot.press("A", "c")
    await until_shown(pilot, "dlconsole › runs › compare", "3 runs", "learning rate")
    return pilot.app.screen.query_one(CompareTable)


def names(pilot) -> list[str]:
    """Return the runs from top to bottom."""
    return [run.name for run in pilot.app.screen.query_one(CompareTable).rows]


@SIZES
async def test_curves_and_what_differs_stand_beside_what_came_out(runs, size):
    async with opened(runs, size) as pilot:
        await compared(pilot)
        shown = await until_shown(pilot, "─ val loss ", "The same in all: recipe wine")
        heading = line_with(pilot.app, "learning rate")
        assert "optimizer" not in heading
        assert "best" in heading
        row = line_with(pilot.app, "wine-a  ✓ done")
        assert "3e-4" in row
        assert "0.1500" in row  # 1.2 / 8
        assert any(letter in shown for letter in "⠉⠒⣀⡀⠤")


async def test_a_run_keeps_its_color_when_it_is_sorted_or_hidden(runs):
    async with opened(runs, WIDE) as pilot:
        table = await compared(pilot)
        roles = {run.name: table.margin_of(run)[1] for run in table.rows}
        assert len(set(roles.values())) == 3
        assert names(pilot) == ["wine-c", "wine-b", "wine-a"]
        await pilot.press("o", "o", "o")
        await until_shown(pilot, "learning rate ↑")
        assert names(pilot) == ["wine-a", "wine-b", "wine-c"]
        await pilot.press("O")
        assert names(pilot) == ["wine-c", "wine-b", "wine-a"]
        await pilot.press("home", "space")
        await until_shown(pilot, "1 hidden")
        titled = {plot.title: plot for plot in pilot.app.screen.charts.shown}
        assert [each.role for each in titled["val loss"].series] == [
            roles["wine-b"],
            roles["wine-a"],
        ]
        assert {run.name: table.margin_of(run)[1] for run in table.rows} == {**roles, "wine-c": ""}
        await pilot.press("home", "space")
        await until_gone(pilot, "hidden")
        assert {run.name: table.margin_of(run)[1] for run in table.rows} == roles


async def test_p_goes_through_val_train_and_both(runs):
    async with opened(runs, WIDE) as pilot:
        await compared(pilot)
        charts = pilot.app.screen.charts
        await until(pilot, lambda: charts.shown)
        assert [len(plot.series) for plot in charts.shown] == [3, 3]
        assert [plot.title for plot in charts.shown] == ["val loss", "mae"]
        await pilot.press("p")
        await until_shown(pilot, "curves of train")
        assert charts.shown[0].title == "loss"
        await pilot.press("p")
        await until_shown(pilot, "curves of val and train")
        assert [(each.name, each.faint) for each in charts.shown[0].series[:2]] == [
            ("c", False),
            ("c train", True),
        ]


async def test_the_best_figure_stands_out(runs):
    async with opened(runs, WIDE) as pilot:
        table = await compared(pilot)
        best = next(column for column in table.columns if column.id == "best")
        assert {run.name: best.look(run) for run in table.rows} == {
            "wine-a": "",
            "wine-b": "good",
            "wine-c": "",
        }


async def test_a_run_that_trains_is_followed(runs):
    live = write(runs, "wine-live", 2)
    async with opened(runs, WIDE) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-live")
        await pilot.press("A", "c")
        await until_shown(pilot, "4 runs · 1 live", "0.6000")
        live.train(1, {"loss": 0.1, "val_loss": 0.1234})
        await until_shown(pilot, "0.1234")


async def test_enter_opens_a_run_a_asks_for_it_again_and_escape_goes_back(runs):
    async with opened(runs, WIDE) as pilot:
        await compared(pilot)
        await pilot.press("down", "enter")
        await until_shown(pilot, "dlconsole › runs › wine-b")
        assert isinstance(pilot.app.screen, RunScreen)
        await pilot.press("escape")
        await until_shown(pilot, "3 runs")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
        await until_shown(pilot, "wine-b")
        await pilot.press("escape")
        await until_shown(pilot, "dlconsole › runs ")
        await pilot.press("c")
        await until_shown(pilot, "wine-b")
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, LaunchScreen))


async def test_one_run_alone_shows_all_its_settings(runs):
    async with opened(runs, WIDE) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "wine-c")
        await pilot.press("c")
        await until_shown(pilot, "1 run ", "recipe wine, preset mlp")
        assert "The same in all" not in text_of(pilot.app)


async def test_the_table_and_the_curves_are_written_as_csv(runs, tmp_path):
    async with opened(runs, WIDE) as pilot:
        await compared(pilot)
        for key, name in (("W", "table.csv"), ("w", "curves.csv")):
            await pilot.press(key)
            await until_shown(pilot, "into which file?")
            await pilot.press("ctrl+u")
            await paste(pilot, str(tmp_path / name), "enter")
            await until(pilot, lambda name=name: (tmp_path / name).exists())
    rows = list(csv.DictReader(io.StringIO((tmp_path / "table.csv").read_text())))
    assert [(row["name"], row["learning_rate"], row["best"]) for row in rows] == [
        ("wine-c", "3e-3", "0.6"),
        ("wine-b", "1e-3", "0.09999999999999999"),
        ("wine-a", "3e-4", "0.15"),
    ]
    assert "wine-a val_loss" in (tmp_path / "curves.csv").read_text().splitlines()[0]


async def test_damaged_and_missing_runs_cost_themselves_alone(runs):
    (runs / "wine-a" / "run.json").write_bytes(b"\xff{")
    (runs / "wine-b" / "journal.jsonl").write_bytes(b"\x00\xff\n{}\n")
    (runs / "wine-c" / "report.json").write_bytes(b"[")
    async with opened(runs, WIDE) as pilot:
        await compared(pilot)
        await until_shown(pilot, "wine-a", "wine-b", "wine-c", "─ val loss ")
        for file in (runs / "wine-c").iterdir():
            if file.is_file():
                file.unlink()
        await until_shown(pilot, "wine-c")


async def test_more_runs_than_curves_can_be_told_apart(runs_dir):
    for number in range(14):
        write(runs_dir, f"wine-{number}", 2, learning_rate=1e-3 * (number + 1)).end("done")
    async with opened(runs_dir, WIDE) as pilot:
        await to_runs(pilot)
        await until_shown(pilot, "14 runs")
        await pilot.press("A", "c")
        await until_shown(pilot, "14 runs", "2 hidden")


def test_legends_tell_runs_apart_by_what_differs():
    assert short_names(["wine-mlp-lr3e-3-ab12", "wine-mlp-lr1e-2-cd34"], 24) == [
        "lr3e-3-ab12",
        "lr1e-2-cd34",
    ]
    assert short_names(["wine-mlp-ab12"], 24) == ["wine-mlp-ab12"]
    assert short_names(["wine", "wine"], 24) == ["wine", "wine"]
    assert short_names(["x" * 30 + "1", "y" * 30], 8) == ["…xxxxxx1", "…yyyyyyy"]

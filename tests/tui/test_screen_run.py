"""The Run screen over run folders written by hand, by what is on it and what it does."""

from __future__ import annotations

import time

import pytest
from textual.widgets import Static

from engine.devices.readings import GpuReading
from engine.run.files import replace
from engine.run.records import Applied, encode
from engine.run.report import Finding, Histogram, Report, Score
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
    until_shown,
)
from tui.charts.chart import Chart
from tui.panels.run_panels import PANELS

HOSTILE = "[bold]x[/nonsense] \x1b]52;c;aGk=\x07\x1b[31m\u202eevil"
SHOWN = "[bold]x[/nonsense] \\x1b]52;c;aGk=\\x07\\x1b[31m\\u202eevil"


async def watching(pilot, run: WrittenRun) -> None:
    """Open a run and wait until its screen has been filled."""
    await pilot.pause()
    pilot.app.open_run(run.folder)
    await until_shown(
        pilot, "dlconsole" if pilot.app.size.width >= 100 else run.folder.name, "Samples"
    )
    await until(pilot, lambda: pilot.app.screen.view.verdict.why)


async def to_panel(pilot, title: str) -> None:
    """Go to a panel by keys."""
    for _ in range(len(PANELS)):
        if pilot.app.screen.query_one("PanelBar").chosen == title:
            return
        await pilot.press("tab")


def report_of(run: WrittenRun, **changes: object) -> Report:
    """Return a report with a finding, two predictors and a histogram."""
    parts = {
        part: {"mae": 0.2, "mae_original": 0.25, "r2": 0.9} for part in ("train", "val", "test")
    }
    settings = {
        "run": run.folder.name, "recipe": "wine", "preset": "mlp", "task": "regression",
        "data": "a table", "rows": {"train": 353, "val": 44, "test": 45}, "target": "alcohol",
        "seed": 1, "split_seed": 0, "epochs": 20, "seconds": 12.0, "parameters": 385,
        "best_epoch": 18, "best": 0.19, "monitor": "val_loss", "headline": "mae",
        "lower_is_better": True, "units": {"mae": "standardised", "mae_original": "in alcohol"},
        "scores": [
            Score(name="network", parts=parts, seconds=12.0),
            Score(name="linear regression", parts=parts, seconds=0.01),
        ],
        "histogram": Histogram(edges=[8.0, 9.0, 10.0], predicted=[30, 15], actual=[25, 20]),
        "findings": [
            Finding(
                code="x",
                title="overfitting: it knows them",
                evidence="0.1 against 0.2",
                advice="Regularise.",
            )
        ],
        **changes,
    }  # fmt: skip
    return Report(**settings)


async def test_a_live_run_shows_progress_curves_and_devices(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(7).measure()
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        shown = await until_shown(pilot, "● training", "epoch 8/20", "39 s left")
        assert "step 6/12" in shown
        assert "50 %" in shown
        assert "41,200 samples/s" in shown
        assert "3.1 s/epoch" in shown
        assert "no GPU" in shown
        assert "143 %" in shown
        assert "1.9 GB" in shown
        assert "── train" in shown
        assert "── val" in shown
        assert "loss" in shown
        assert "best 0.1714 · epoch 7" in shown


async def test_new_epochs_show_without_a_key(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(2)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "epoch 3/20")
        run.train(3)
        await until_shown(pilot, "epoch 6/20", "best 0.24 · epoch 5")


@pytest.mark.parametrize(("size", "charts"), [(NARROW, 1), (WIDE, 2), (HUGE, 3)])
async def test_as_many_charts_as_there_is_room_for(runs_dir, size, charts):
    run = WrittenRun(runs_dir, "wine-a").describe().train(3)
    async with opened(runs_dir, size) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "train")
        shown = [each for each in pilot.app.screen.query(Chart) if each.display]
        assert len(shown) == charts


async def test_brackets_change_the_metric_and_g_the_scale(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(3)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "─ loss ")
        await pilot.press("right_square_bracket")
        await until_shown(pilot, "─ mae ")
        await pilot.press("left_square_bracket", "left_square_bracket")
        await until_shown(pilot, "─ rmse ")
        await pilot.press("g")
        await until_shown(pilot, "(log")
        await pilot.press("plus", "plus")
        assert pilot.app.screen.query(Chart).first().smoothing == 0.9
        await pilot.press("minus", "minus", "minus")
        assert pilot.app.screen.query(Chart).first().smoothing == 0.0


async def test_gpus_are_shown_with_what_they_tell(runs_dir):
    gpu = GpuReading(index=0, name="NVIDIA H200", utilization_percent=71, temperature_celsius=61)
    run = WrittenRun(runs_dir, "wine-a").describe().train(1).measure([gpu])
    async with opened(runs_dir, WIDE) as pilot:
        await watching(pilot, run)
        line = line_with(pilot.app, "GPU 0 H200")
        assert "71 %" in line
        assert "61 °C" in line
        assert " W" not in line  # not told is not shown


async def test_samples_notices_log_and_settings_are_panels(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe("the table of wines").train(2)
    run.recorder.notice("3 rows were left out.")
    run.folder.console_log.write_text("first\nlast words\n")
    async with opened(runs_dir, WIDE) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "predicted", "10.75", "after epoch 1", "Notices ①")
        await to_panel(pilot, "log")
        await until_shown(pilot, "last words")
        await to_panel(pilot, "notices")
        shown = await until_shown(pilot, "3 rows were left out.")
        assert "①" not in shown
        await to_panel(pilot, "report")
        await until_shown(pilot, "has no report (yet)")
        await to_panel(pilot, "settings")
        shown = await until_shown(
            pilot, "dlconsole train wine --set epochs=20", "the table of wines"
        )
        assert "learning_rate" in shown


async def test_the_log_is_followed_as_it_grows(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(2)
    with run.folder.console_log.open("a") as log:
        log.writelines(f"line {number}\n" for number in range(30_000))
        log.flush()
        async with opened(runs_dir) as pilot:
            await watching(pilot, run)
            await to_panel(pilot, "log")
            await until_shown(pilot, "line 29999")
            log.write("one more\nand half a")
            log.flush()
            await until_shown(pilot, "one more", "and half a")
            assert len(pilot.app.screen.query_one("LogPanel").lines) <= 2001
            run.folder.console_log.write_text("begun anew\n")
            await until_shown(pilot, "begun anew")


async def test_the_report_comes_into_view_when_the_run_ends(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(20)
    async with opened(runs_dir, HUGE) as pilot:
        await watching(pilot, run)
        replace(run.folder.report, encode(report_of(run)))
        run.end("done")
        shown = await until_shown(pilot, "✓ done", "overfitting: it knows them", "Regularise.")
        assert "linear regression" in shown
        assert "8.000 … 9.000" in shown
        assert "20/20" in shown


async def test_generated_data_is_labelled_wherever_it_is_shown(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe(synthetic=True).train(20)
    replace(run.folder.report, encode(report_of(run, synthetic=True)))
    run.end("done")
    async with opened(runs_dir, HUGE) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "(generated data)")
        assert "generated data" in text_of(pilot.app).splitlines()[0]
        await to_panel(pilot, "samples")
        await until_shown(pilot, "after epoch 1 · generated data")
        await to_panel(pilot, "settings")
        await until_shown(pilot, "a table · generated data")


async def test_s_and_x_send_commands_and_their_fate_is_shown(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(2)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await pilot.press("s")
        await until_shown(pilot, "stop after epoch: asked")
        (path,) = run.folder.commands.glob("*.json")
        assert '"stop after epoch"' in path.read_text()
        run.recorder.received(path.stem, "stop after epoch")
        await until_shown(pilot, "stop after epoch: received")
        run.recorder.applied(
            Applied(
                at=time.time(), command=path.stem, action="stop after epoch", epoch=2, step=1236
            )
        )
        await until_shown(pilot, "stop after epoch: applied at step 1,236")
        await pilot.press("x")
        await until_shown(pilot, "Stop wine-a now?")
        await pilot.press("y")
        await until(pilot, lambda: len(commands_in(run.folder)) == 2)
        assert '"stop now"' in commands_in(run.folder)[1]
        await to_panel(pilot, "notices")
        await until_shown(pilot, "stop after epoch: applied at step 1,236")


@pytest.mark.parametrize(
    ("last_words", "expected"),
    [
        (("failed", "nan", "The loss was not finite.", "Lower learning_rate."), "✗ failed"),
        (("stopped", "", "Stopped on request."), "■ stopped"),
    ],
)
async def test_how_a_run_ended_is_told(runs_dir, last_words, expected):
    run = WrittenRun(runs_dir, "wine-a").describe().train(2).end(*last_words)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, expected, *last_words[2:])
        await pilot.press("s")
        await until_shown(pilot, "It has ended already")


async def test_a_lost_worker_is_told_with_what_to_do(runs_dir):
    run = WrittenRun(runs_dir, "wine-a", pid=nobody()).describe().train(2)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "? lost", "gone without a last word", "dlconsole resume")


async def test_a_worker_that_is_killed_is_told_within_three_seconds(runs_dir, start):
    run = start(epochs=100_000)
    run.wait(lambda view: view.epochs)
    async with opened(runs_dir) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "● training")
        run.process.kill()
        run.process.wait()
        await until_shown(pilot, "? lost", "gone without a last word", seconds=3)


async def test_text_of_others_is_shown_as_text(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe(HOSTILE)
    run.train(2, {HOSTILE: 0.5, f"val_{HOSTILE}": 0.6})
    run.recorder.notice(HOSTILE, "warning")
    run.folder.console_log.write_text(f"{HOSTILE}\rover\n")
    run.folder.label.write_bytes(encode_label(HOSTILE))
    run.end("failed", "data", HOSTILE, HOSTILE)
    async with opened(runs_dir, HUGE) as pilot:
        await watching(pilot, run)
        shown = await until_shown(pilot, f"{SHOWN} {SHOWN}", f"runs › {SHOWN}")
        for panel in ("log", "notices", "settings"):
            await to_panel(pilot, panel)
            shown = await until_shown(pilot, SHOWN)
            assert "\x1b" not in shown
            assert "\u202e" not in shown
        await pilot.press("x", "s", "y")


def encode_label(name: str) -> bytes:
    """Return a label file's content."""
    from engine.run.folder import Label

    return encode(Label(name=name))


DAMAGES = {
    "empty": b"",
    "garbage": b"\xff\x00{[\n\n}{\x1b[2J\n",
    "null": b"null\n",
    "list": b"[1, 2, 3]\n",
    "deep": b"[" * 100_000 + b"\n",
    "cut": None,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "name",
    ["run.json", "status.json", "journal.jsonl", "progress.jsonl", "devices.jsonl", "console.log",
     "report.json", "label.json", "lock"],
)  # fmt: skip
async def test_a_run_damaged_in_any_file_is_listed_and_opened(runs_dir, name, damage):
    run = WrittenRun(runs_dir, "wine-a").describe().train(3).measure()
    run.folder.label.write_bytes(encode_label("wine-b"))
    replace(run.folder.report, encode(report_of(run)))
    path = run.folder.path / name
    content = DAMAGES[damage]
    path.write_bytes(
        path.read_bytes()[:-40] if content is None and path.exists() else content or b""
    )
    async with opened(runs_dir) as pilot:
        await pilot.pause()
        pilot.app.show("runs")
        await until_shown(pilot, "1 run")
        await pilot.press("enter")
        await until_shown(pilot, "Samples")
        screen = pilot.app.screen
        await until(pilot, lambda: screen.view.verdict.why)
        for _ in range(5):
            await pilot.press("tab")
            await pilot.pause()
        assert screen is pilot.app.screen


@pytest.mark.parametrize(
    "name", ["journal.jsonl", "status.json", "run.json", "console.log", "report.json"]
)
async def test_a_folder_in_the_place_of_a_file_is_survived(runs_dir, name):
    run = WrittenRun(runs_dir, "wine-a").describe().train(3)
    path = run.folder.path / name
    path.unlink(missing_ok=True)
    path.mkdir()
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        for _ in range(5):
            await pilot.press("tab")


async def test_a_folder_that_is_taken_away_is_told(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(3)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        run.folder.path.rename(runs_dir.parent / "elsewhere")
        await until_shown(pilot, "Its folder is gone")


async def test_a_run_of_another_generation_begins_its_curves_anew(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(5)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "epoch 6/20")
        run.folder.journal.write_bytes(run.folder.journal.read_bytes().split(b"\n")[0] + b"\n")
        await until_shown(pilot, "waiting for the first epoch")


async def test_the_screen_has_no_widget_that_reads_markup(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(1)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        assert not pilot.app.screen.query(Static)

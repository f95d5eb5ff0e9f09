"""The charts of the Run screen, by its keys: what is on the screen and what reaches the disk."""

from __future__ import annotations

import math
import time

import pytest

from engine.catalog import Catalog
from engine.process.order import Order
from engine.run.records import Epoch
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
from tui.charts.chart import Chart
from tui.preferences import Preferences


async def watching(pilot, run):
    """Open a run and wait until its first chart has been drawn."""
    await pilot.pause()
    pilot.app.open_run(run.folder)
    await until_shown(pilot, "Samples", "train")


def learned(run, epochs, rate=lambda epoch: 1e-3):
    """Write epochs of a run whose validation figure is not a number now and then."""
    run.recorder.phase("training")
    for epoch in range(1, epochs + 1):
        val = math.nan if 10 <= epoch < 20 else 1.2 / epoch
        run.recorder.epoch(
            Epoch(
                at=time.time(),
                epoch=epoch,
                step=epoch * 12,
                seconds=60.0,
                metrics={"loss": 1.0 / epoch, "val_loss": val, "mae": 0.5 / epoch},
                learning_rate=rate(epoch),
            )
        )
    run.recorder.write_status()
    return run


async def test_every_metric_has_a_chart_and_the_rate_where_it_changes(runs_dir):
    run = learned(WrittenRun(runs_dir, "wine-a"), 40, lambda epoch: 1e-3 / (1 + epoch // 20))
    async with opened(runs_dir, HUGE) as pilot:
        await watching(pilot, run)
        shown = await until_shown(pilot, "─ loss ", "─ mae ", "─ learning rate ")
        assert "rate 3.333e-4" in shown
        titles = [chart.title for chart in pilot.app.screen.query(Chart) if chart.display]
        assert titles == ["loss", "mae", "learning rate"]


async def test_v_lays_the_curves_out_along_steps_and_time(runs_dir):
    run = learned(WrittenRun(runs_dir, "wine-a", epochs=40), 40)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "─ epoch", "best 0.03 · epoch 40")
        await pilot.press("v")
        await until_shown(pilot, "─ step", "best 0.03 · step 480")
        await pilot.press("v")
        shown = await until_shown(pilot, "─ time", "best 0.03 · 40 m 00 s")
        assert "30 m" in shown
        await pilot.press("v")
        await until_shown(pilot, "─ epoch")


async def test_the_crosshair_reads_off_and_zoom_looks_closer(runs_dir):
    run = learned(WrittenRun(runs_dir, "wine-a", epochs=40), 40)
    async with opened(runs_dir, WIDE) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "─ mae ")
        await pilot.press("comma", "comma", "comma")
        shown = await until_shown(pilot, "epoch 38")
        assert shown.count("epoch 38") == 2
        await pilot.press("full_stop")
        await until_shown(pilot, "epoch 39")
        await pilot.press("z", "z")
        await until_gone(pilot, " 10 ")
        await pilot.press("less_than_sign")
        await until_shown(pilot, " 30 ")
        await pilot.press("0")
        await until_gone(pilot, "epoch 39")
        await until_shown(pilot, " 10 ")
        await pilot.press("greater_than_sign")
        await until_shown(pilot, "All of it is in view")


async def test_m_gives_a_chart_all_the_room_and_takes_it_back(runs_dir):
    run = learned(WrittenRun(runs_dir, "wine-a", epochs=40), 40)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        focused = pilot.app.focused
        before = next(c for c in pilot.app.screen.query(Chart) if c.display).size.height
        await pilot.press("m")
        await until_gone(pilot, "Samples")
        assert next(c for c in pilot.app.screen.query(Chart) if c.display).size.height > before + 5
        await pilot.press("right_square_bracket")
        await until_shown(pilot, "─ mae ")
        await pilot.press("m")
        await until_shown(pilot, "Samples")
        await until(pilot, lambda: pilot.app.focused is focused)


async def test_a_goal_is_a_line_until_it_is_taken_away(runs_dir):
    run = learned(WrittenRun(runs_dir, "wine-a", epochs=40), 40)
    async with opened(runs_dir, WIDE) as pilot:
        await watching(pilot, run)
        await pilot.press("h")
        await until_shown(pilot, "chart of loss")
        await pilot.press("b", "a", "d", "enter")
        await until_shown(pilot, "Expected a number")
        await pilot.press("ctrl+u", *"0.25", "enter")
        await until_shown(pilot, "goal  0.25", "╌╌╌╌")
        await pilot.press("h")
        await until_shown(pilot, "chart of loss", "0.25")
        await pilot.press("ctrl+u", "enter")
        await until_gone(pilot, "goal  0.25")


async def test_w_writes_what_is_in_view(runs_dir, tmp_path):
    run = learned(WrittenRun(runs_dir, "wine-a", epochs=40), 40)
    path = tmp_path / "curves.csv"
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await pilot.press("z", "w")
        await until_shown(pilot, "into which file?", "wine-a-curves.csv")
        await pilot.press("ctrl+u")
        await paste(pilot, "/nowhere/at/all.csv", "enter")
        await until_shown(pilot, "There is no folder /nowhere/at")
        await pilot.press("ctrl+u")
        await paste(pilot, str(path), "enter")
        await until_shown(pilot, "Written:")
        heading, first, *rest = path.read_text().splitlines()
        assert heading == "epoch,loss,val_loss"
        assert first.startswith("21,")
        assert len(rest) == 19
        path.write_text("mine")
        await pilot.press("w")
        await until_shown(pilot, "into which file?")
        await pilot.press("ctrl+u")
        await paste(pilot, str(path), "enter")
        await until_shown(pilot, "Write over")
        await pilot.press("n")
        await until_gone(pilot, "Write over")
        assert path.read_text() == "mine"


async def test_preferences_are_what_charts_begin_with(runs_dir):
    run = learned(WrittenRun(runs_dir, "wine-a", epochs=40), 40)
    async with opened(runs_dir) as pilot:
        pilot.app.preferences = Preferences(smoothing=0.9, x_axis="step")
        await watching(pilot, run)
        await until_shown(pilot, "(smoothed 0.9)", "─ step")


@pytest.mark.parametrize(("changes", "is_there"), [({}, True), ({"dropout": 0.1}, False)])
async def test_the_published_figure_stands_where_settings_are_the_presets(
    runs_dir, monkeypatch, changes, is_there
):
    entry = Catalog.load().find("wine")
    monkeypatch.setattr(
        "tests.tui.screen_support.Order",
        lambda **asked: Order(**{**asked, "entry": entry, "data": "official", "changes": changes}),
    )
    run = learned(WrittenRun(runs_dir, "wine-a"), 40)
    async with opened(runs_dir, WIDE) as pilot:
        await watching(pilot, run)
        if is_there:
            await until_shown(pilot, "published, train 0.19", "published, val   0.213")
        else:
            await until_shown(pilot, "─ mae ")
            assert "published" not in text_of(pilot.app)


async def test_the_epoch_under_way_is_a_curve_of_its_own(runs_dir):
    run = WrittenRun(runs_dir, "wine-a", epochs=3).describe()
    run.recorder.phase("training")
    async with opened(runs_dir, NARROW) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "waiting for the first epoch")
        for step in range(1, 6):
            run.recorder.progress(1, step * 100, 1000, lambda step=step: {"loss": 1 / step}, 9.0)
            run.recorder.write_status()
            await pilot.pause(0.3)
        await until_shown(pilot, "─ loss ", "now 0.2")
        assert "epoch" in line_with(pilot.app, "└")
        run.recorder.epoch(
            Epoch(at=time.time(), epoch=1, step=1000, seconds=2.0, metrics={"loss": 0.15})
        )
        run.recorder.write_status()
        await until_gone(pilot, "now 0.2")
        await until_shown(pilot, "train 0.15")


async def test_a_click_chooses_a_chart_and_reads_it_off(runs_dir):
    run = learned(WrittenRun(runs_dir, "wine-a", epochs=40), 40)
    async with opened(runs_dir, WIDE) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "─ mae ")
        chart = next(c for c in pilot.app.screen.query(Chart) if c.title == "mae")
        await pilot.click(chart, offset=(chart.size.width // 2, 5))
        await until(pilot, lambda: pilot.app.screen.charts.current.title == "mae")
        await until_shown(pilot, "┊")

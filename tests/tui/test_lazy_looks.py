"""Looks are worked out when they are drawn in, and again when what decides about them changes."""

from __future__ import annotations

from tests.tui.screen_support import WrittenRun, opened, until_shown
from tui.charts.chart import Chart
from tui.widgets.header import Header


async def test_only_what_is_drawn_is_worked_out(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(3)
    async with opened(runs_dir) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "── train")
        header, chart = pilot.app.screen.query_one(Header), pilot.app.screen.query(Chart).first()
        assert 0 < len(header._component_styles) < len(Header.COMPONENT_CLASSES)
        assert 0 < len(chart._component_styles) < len(Chart.COMPONENT_CLASSES)


async def test_another_theme_is_drawn_in_its_own_colors(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(3)
    async with opened(runs_dir) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "── train")
        header, chart = pilot.app.screen.query_one(Header), pilot.app.screen.query(Chart).first()
        styles = [
            (header.get_component_rich_style("look--accent"),
             chart.get_component_rich_style("chart--train"))
        ]  # fmt: skip
        for theme in ("textual-light", "textual-dark"):
            pilot.app.theme = theme
            await pilot.pause()
            styles.append(
                (header.get_component_rich_style("look--accent"),
                 chart.get_component_rich_style("chart--train"))
            )  # fmt: skip
        assert len(set(styles)) == 3

"""Charts in a grid: how many, which, what its keys make of them, and how often it draws."""

import numpy as np
import pytest
from textual.app import App

from tui.charts.chart import Chart
from tui.charts.grid import ChartGrid
from tui.charts.style import AXES, Level, Plot, Series


class GridApp(App[None]):
    def __init__(self, **settings):
        super().__init__()
        self.grid = ChartGrid(**{"ascii_only": False, **settings})

    def compose(self):
        yield self.grid


def plot(title, points=40, start=1.0, **settings):
    x = np.arange(start, start + points)
    return Plot(title, (Series("train", x, np.linspace(1, 0, points), "train"),), **settings)


def text(app):
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def shown(app):
    """The titles of the charts on the screen, by rows."""
    rows = {}
    for chart in app.query(Chart):
        if chart.display:
            rows.setdefault(chart.region.y, []).append((chart.region.x, chart.title))
    return [[title for _, title in sorted(row)] for _, row in sorted(rows.items())]


async def filled(pilot, *titles, **settings):
    pilot.app.grid.show([plot(title, **settings) for title in titles])
    await pilot.pause()
    await pilot.pause()


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((78, 10), [["a"]]),
        ((118, 18), [["a", "b"]]),
        ((118, 22), [["a", "b"], ["c", "d"]]),
        ((198, 23), [["a", "b", "c"], ["d", "e", "f"]]),
        ((20, 4), [["a"]]),
    ],
)
async def test_as_many_as_there_is_room_for(size, expected):
    async with GridApp().run_test(size=size) as pilot:
        await filled(pilot, *"abcdefg")
        assert shown(pilot.app) == expected


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ("a", [["a"]]),
        ("abc", [["a", "b", "c"]]),
        ("abcd", [["a", "b"], ["c", "d"]]),
        ("abcde", [["a", "b", "c"], ["d", "e"]]),
    ],
)
async def test_the_space_is_filled(titles, expected):
    async with GridApp().run_test(size=(200, 23)) as pilot:
        await filled(pilot, *titles)
        assert shown(pilot.app) == expected
        charts = [chart for chart in pilot.app.query(Chart) if chart.display]
        assert max(chart.region.right for chart in charts) == 200
        assert max(chart.region.bottom for chart in charts) == 23
        last = [chart for chart in charts if chart.region.bottom == 23]
        assert max(chart.region.right for chart in last) == 200


async def test_brackets_go_through_all_and_the_window_follows():
    async with GridApp().run_test(size=(118, 12)) as pilot:
        await filled(pilot, "a", "b", "c")
        grid = pilot.app.grid
        assert "1 of 3  [ ]" in text(pilot.app)
        grid.turn(1)
        await pilot.pause()
        assert shown(pilot.app) == [["a", "b"]]
        assert grid.current.title == "b"
        assert "2 of 3" in text(pilot.app)
        grid.turn(1)
        await pilot.pause()
        assert shown(pilot.app) == [["b", "c"]]
        grid.turn(1)
        await pilot.pause()
        assert shown(pilot.app) == [["a", "b"]]
        grid.turn(-1)
        await pilot.pause()
        assert grid.current.title == "c"


async def test_the_chosen_metric_stays_chosen_when_others_come():
    async with GridApp().run_test(size=(60, 12)) as pilot:
        await filled(pilot, "a", "c")
        pilot.app.grid.turn(1)
        await filled(pilot, "a", "b", "c")
        assert pilot.app.grid.current.title == "c"
        await filled(pilot, "a")
        assert pilot.app.grid.current.title == "a"


async def test_one_chart_can_have_all_the_room():
    async with GridApp().run_test(size=(118, 24)) as pilot:
        await filled(pilot, "a", "b", "c")
        pilot.app.grid.turn(1)
        assert pilot.app.grid.enlarge()
        await pilot.pause()
        assert shown(pilot.app) == [["b"]]
        assert next(c for c in pilot.app.query(Chart) if c.display).size == (118, 24)
        pilot.app.grid.turn(1)
        await pilot.pause()
        assert shown(pilot.app) == [["c"]]
        assert not pilot.app.grid.enlarge()
        await pilot.pause()
        assert shown(pilot.app) == [["a", "b"], ["c"]]


async def test_zoom_and_crosshair_hold_for_all_charts():
    async with GridApp().run_test(size=(118, 12)) as pilot:
        await filled(pilot, "a", "b", points=41)
        grid = pilot.app.grid
        grid.move_cursor(-1)
        await pilot.pause()
        assert text(pilot.app).count("epoch 41") == 2
        for _ in range(15):
            grid.move_cursor(-1)
        grid.zoom(1)
        await pilot.pause()
        charts = list(pilot.app.query(Chart))
        assert [chart.cursor for chart in charts] == [26.0, 26.0]
        assert [chart.x_range for chart in charts] == [(16.0, 36.0)] * 2
        assert text(pilot.app).count("┊") > 5
        assert grid.pan(-1)
        grid.show_all()
        await pilot.pause()
        assert [chart.x_range for chart in charts] == [None, None]
        assert "┊" not in text(pilot.app)


async def test_smoothing_goes_up_to_a_thousand_points_and_back():
    async with GridApp(smoothing=0.5).run_test(size=(60, 12)) as pilot:
        await filled(pilot, "a")
        grid = pilot.app.grid
        assert [grid.smooth(1) for _ in range(6)] == [0.6, 0.9, 0.97, 0.99, 0.999, 0.999]
        await pilot.pause()
        assert "(smoothed 0.999)" in text(pilot.app)
        assert [grid.smooth(-1) for _ in range(6)] == [0.99, 0.97, 0.9, 0.6, 0.0, 0.0]


async def test_the_axis_goes_round_and_shows_everything_again():
    async with GridApp(axis="step").run_test(size=(60, 12)) as pilot:
        await filled(pilot, "a")
        grid = pilot.app.grid
        assert "─ step" in text(pilot.app)
        grid.zoom(1)
        grid.move_cursor(1)
        assert grid.turn_axis() is AXES["time"]
        await filled(pilot, "a", points=90)
        shown_now = text(pilot.app)
        assert "─ time" in shown_now
        assert "30 s" in shown_now
        assert "1 m 30" in shown_now
        assert grid.is_whole
        assert grid.turn_axis() is AXES["epoch"]


async def test_goals_are_kept_by_metric_and_in_view():
    async with GridApp().run_test(size=(118, 14)) as pilot:
        await filled(pilot, "a", "b")
        grid = pilot.app.grid
        grid.turn(1)
        grid.set_goal(7.5)
        await pilot.pause()
        assert text(pilot.app).count("goal") == 1
        assert "╌╌╌╌" in text(pilot.app)
        heights = [chart.plot_view.high for chart in pilot.app.query(Chart)]
        assert heights[0] < 2
        assert heights[1] >= 7.5
        assert grid.goal == 7.5
        grid.turn(-1)
        assert grid.goal is None
        grid.turn(1)
        grid.set_goal(None)
        await pilot.pause()
        assert "goal" not in text(pilot.app)


async def test_a_published_figure_far_off_is_told_without_pressing_the_curve_flat():
    async with GridApp().run_test(size=(60, 14)) as pilot:
        grid = pilot.app.grid
        grid.show([plot("a", levels=(Level(50.0, "published, val"),))])
        await pilot.pause()
        assert "published, val 50" in text(pilot.app)
        assert " 1.0 ┤" in text(pilot.app)
        assert "╌╌╌╌" not in text(pilot.app)
        grid.show([plot("a", levels=(Level(1.5, "published, val"),))])
        await pilot.pause(0.6)
        assert "╌╌╌╌" in text(pilot.app)


async def test_csv_is_of_what_is_shown():
    async with GridApp().run_test(size=(60, 12)) as pilot:
        await filled(pilot, "a", "b", points=5)
        grid = pilot.app.grid
        assert grid.csv().splitlines()[0] == "epoch,a train"
        grid.turn(1)
        grid.zoom(1)
        lines = grid.csv().splitlines()
        assert lines[0] == "epoch,b train"
        assert [line.partition(",")[0] for line in lines[1:]] == ["2", "3", "4", "5"]


async def test_news_is_drawn_four_times_a_second_and_twice_where_all_of_it_moves():
    async with GridApp().run_test(size=(100, 20)) as pilot:
        await filled(pilot, "a")
        await pilot.pause(0.3)
        grid = pilot.app.grid
        drawn = []
        draw = grid._draw
        grid._draw = lambda: drawn.append(1) or draw()
        for number in range(20):
            grid.show([plot("a", start=number * 50.0)])
            await pilot.pause(0.02)
        assert len(drawn) <= 4
        assert grid._interval() in (0.25, 0.5)
        drawn.clear()
        grid.toggle_log()
        assert drawn, "what a person does is drawn at once"


async def test_nothing_new_refreshes_nothing():
    async with GridApp().run_test(size=(100, 20)) as pilot:
        await filled(pilot, "a", "b")
        refreshed = []
        for chart in pilot.app.query(Chart):
            chart.refresh = lambda *regions, **options: refreshed.append(regions)
        await pilot.pause(0.3)
        await filled(pilot, "a", "b")
        assert refreshed == []


async def test_curves_without_colors_differ_in_shape(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with GridApp().run_test(size=(60, 12)) as pilot:
        x = np.arange(1.0, 9.0)
        val = Series("val", x, x, "val")
        pilot.app.grid.show([Plot("a", (Series("train", x, -x, "train"), val))])
        await pilot.pause()
        assert "++ val" in text(pilot.app)
        assert text(pilot.app).count("+") > 8


async def test_reading_off_is_possible_where_curves_are_everywhere():
    async with GridApp().run_test(size=(50, 10)) as pilot:
        x = np.arange(500.0)
        wild = Series("train", x, np.resize([0.0, 1.0], 500), "train")
        other = Series("val", x, np.resize([1.0, 0.0], 500), "val")
        pilot.app.grid.show([Plot("a long title to leave no room", (wild, other), (7.0, 0.5))])
        await pilot.pause()
        pilot.app.grid.move_cursor(-1)
        await pilot.pause()
        assert "epoch 499" in text(pilot.app)
        assert "train 1" in text(pilot.app)
        assert "val   0" in text(pilot.app)


async def test_the_same_plots_once_more_cost_nothing():
    async with GridApp().run_test(size=(60, 12)) as pilot:
        plots = [plot("a")]
        grid = pilot.app.grid
        grid.show(plots)
        await pilot.pause(0.3)
        drawn = []
        grid._draw = lambda: drawn.append(1)
        grid.show(plots)
        await pilot.pause(0.3)
        assert drawn == []
        grid.show(plots, "no complete epoch")
        await pilot.pause(0.3)
        assert drawn == [1]

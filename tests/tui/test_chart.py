"""What a person sees of a chart, and what it sends to the terminal."""

import numpy as np
import pytest
from textual.app import App
from textual.geometry import Region

from engine.insight.decimation import decimate
from tui.charts.chart import Chart
from tui.charts.raster import BRAILLE, Canvas, fill, overlay, trace
from tui.charts.style import Series


class Recorded(Chart):
    """A chart that notes which regions it has refreshed."""

    regions: list[Region] | None = None

    def refresh(self, *regions, **options):
        if self.regions is not None:
            self.regions += regions or [self.size.region]
        return super().refresh(*regions, **options)


class ChartApp(App[None]):
    def __init__(self, chart):
        super().__init__()
        self.chart = chart

    def compose(self):
        yield self.chart


def lines(chart):
    return [chart.render_line(y).text for y in range(chart.size.height)]


def text(chart):
    return "\n".join(lines(chart))


def line(*y, name="train", role="train"):
    return Series(name, np.arange(1.0, len(y) + 1), np.array(y, dtype=float), role)


def dots(chart):
    """Which cells of the screen have braille dots, by column: {x: [y, ...]}."""
    found = {}
    for y, row in enumerate(lines(chart)):
        for x, character in enumerate(row):
            if "\u2800" < character <= "\u28ff":
                found.setdefault(x, []).append(y)
    return found


async def shown(chart, *series, size=(60, 15), **settings):
    """Run an app with nothing but a chart, and return what is on its screen."""
    async with ChartApp(chart).run_test(size=size) as pilot:
        for setting, value in settings.items():
            setattr(chart, setting, value)
        chart.show(series)
        await pilot.pause()
        assert all(chart.render_line(y).cell_length == size[0] for y in range(size[1]))
        return text(chart), dots(chart)


def colors(chart, x, y):
    """The color of the cell at (x, y)."""
    for segment in chart.render_line(y):
        if x < len(segment.text):
            return segment.style.color.name
        x -= len(segment.text)
    return None


async def test_title_axes_and_legend_are_there():
    screen, _ = await shown(
        Chart("loss"), line(0.4, 0.2, 0.081), line(0.38, 0.19, 0.074, name="val", role="val")
    )
    rows = screen.splitlines()
    assert rows[0].startswith("─ loss ───")
    assert "── train 0.081" in screen
    assert "── val   0.074" in screen
    assert " 0.4 ┤" in screen
    assert "└" in rows[-2]
    assert "┴" in rows[-2]
    assert rows[-2].endswith("─ epoch")
    assert rows[-1].split() == ["1", "2", "3"]


async def test_a_rising_line_goes_up():
    _, found = await shown(Chart("accuracy"), line(*np.linspace(0, 1, 50)))
    columns = sorted(found)
    heights = [min(found[x]) for x in columns]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > heights[-1] + 8
    assert columns == list(range(columns[0], columns[-1] + 1))


async def test_a_gap_is_a_gap():
    values = np.linspace(0, 1, 40)
    values[15:25] = np.nan
    _, found = await shown(Chart("loss"), line(*values))
    columns = sorted(found)
    assert max(np.diff(columns)) > 8


async def test_one_point_is_visible():
    screen, _ = await shown(Chart("loss"), line(0.5))
    assert screen.count("•") == 1
    assert "train 0.5" in screen


async def test_a_spike_among_100k_points_is_on_the_screen():
    y = np.zeros(100_000)
    y[50_000] = 1.0
    _, found = await shown(Chart("loss"), line(*y))
    assert any(len(rows) > 8 for rows in found.values())


async def test_without_data_it_says_what_it_waits_for():
    chart = Chart("loss")
    screen, _ = await shown(chart)
    assert "waiting for the first epoch" in screen
    screen, _ = await shown(Chart("loss"), empty_text="no [b]runs[/b] yet")
    assert "no [b]runs[/b] yet" in screen


@pytest.mark.parametrize("values", [[np.nan], [np.nan, np.inf]])
async def test_nothing_finite_is_said(values):
    screen, _ = await shown(Chart("loss"), line(*values))
    assert "no finite values" in screen


async def test_the_best_is_marked_and_named():
    screen, _ = await shown(
        Chart("accuracy"), line(*np.linspace(0.9, 0.9792, 6)), mark_best=(6.0, 0.9792)
    )
    assert "best 0.9792 · epoch 6" in screen
    assert screen.count("◆") == 2  # in the plot and in the legend


async def test_the_legend_makes_way_for_the_curve():
    rising, _ = await shown(Chart("accuracy"), line(*np.linspace(0, 1, 40) ** 0.2))
    at = next(y for y, row in enumerate(rising.splitlines()) if "train" in row)
    assert at > 7
    everywhere, _ = await shown(Chart("noise"), line(*[0.0, 1.0] * 2000))
    assert "── train 1" in everywhere.splitlines()[0]


async def test_log_scale_says_what_it_leaves_out():
    screen, found = await shown(Chart("loss", log_y=True), line(1.0, 0.0, -1.0, 0.01, 1e-4))
    assert "loss (log, 2 values ≤ 0 left out)" in screen
    assert "1e-4 ┤" in screen
    assert "0.01 ┤" in screen
    assert found
    screen, _ = await shown(Chart("loss", log_y=True), line(0.0, -1.0))
    assert "nothing above 0" in screen


async def test_smoothing_draws_over_the_raw_line_kept_faint():
    rng = np.random.default_rng(0)
    chart = Chart("loss")
    async with ChartApp(chart).run_test(size=(60, 15)) as pilot:
        chart.show([line(*rng.normal(size=2000))])
        await pilot.pause()
        before = [colors(chart, 30, y) for y in dots(chart)[30]]
        chart.smoothing = 0.99
        await pilot.pause()
        after = [colors(chart, 30, y) for y in dots(chart)[30]]
    assert set(before) == {"#56b4e9"}
    assert 1 <= after.count("#56b4e9") <= 2
    assert len(after) == len(before) > 4


async def test_where_two_curves_meet_the_later_one_colors_the_cell():
    chart = Chart("loss")
    async with ChartApp(chart).run_test(size=(60, 15)) as pilot:
        chart.show([line(1, 2), line(1, 2, name="val", role="val")])
        await pilot.pause()
        x, rows = next((x, rows) for x, rows in dots(chart).items() if x > 20)
        assert colors(chart, x, rows[0]) == "#e69f00"
        chart.show([line(1, 2, name="val", role="val"), line(1, 2)])
        await pilot.pause()
        assert colors(chart, x, rows[0]) == "#56b4e9"


async def test_light_themes_have_darker_curves():
    chart = Chart("loss")
    async with ChartApp(chart).run_test(size=(60, 15)) as pilot:
        chart.show([line(1, 2)])
        pilot.app.theme = "textual-light"
        await pilot.pause()
        x, rows = next((x, rows) for x, rows in dots(chart).items() if x > 20)
        assert colors(chart, x, rows[0]) == "#0072b2"


async def test_only_what_changed_is_refreshed():
    chart = Recorded("loss")
    values = np.concatenate([[1.0, 0.0], np.full(6, 0.5)])
    async with ChartApp(chart).run_test(size=(60, 15)) as pilot:
        chart.x_range = (1, 10)
        chart.show([line(*values)])
        await pilot.pause()
        before = lines(chart)
        chart.regions = []
        chart.show([line(*values)])
        await pilot.pause()
        assert chart.regions == []

        chart.show([line(*values, 0.5)])
        await pilot.pause()
        changed = {y for y, row in enumerate(lines(chart)) if row != before[y]}
        assert {region.y for region in chart.regions} == changed
        assert len(changed) == 1
        assert sum(region.area for region in chart.regions) < 12


async def test_many_changes_make_one_drawing():
    chart = Recorded("loss")
    async with ChartApp(chart).run_test(size=(60, 15)) as pilot:
        drawings = []
        draw = chart._draw
        chart._draw = lambda size: drawings.append(size) or draw(size)
        chart.show([line(3, 2, 1)])
        chart.log_y, chart.smoothing, chart.mark_best = True, 0.5, (3.0, 1.0)
        await pilot.pause()
        assert len(drawings) == 1
        assert "best 1 · epoch 3" in text(chart)


async def test_a_known_end_leaves_room_for_what_comes():
    _, found = await shown(Chart("loss"), line(5, 4, 3, 2, 1), x_range=(1.0, 50.0))
    assert max(found) < 15


async def test_zoom_shows_only_that_range():
    screen, found = await shown(Chart("loss"), line(*range(100)), x_range=(40.0, 60.0))
    assert "50 ┤" in screen
    assert "90 ┤" not in screen
    assert len(found) >= 53 - 8
    screen, _ = await shown(Chart("loss"), line(1, 2), x_range=(50.0, 60.0))
    assert "nothing in view" in screen


async def test_the_cursor_reads_values_off():
    screen, _ = await shown(Chart("loss"), line(9, 8.5, 8, 7, 6, 5), cursor=2.2)
    assert "epoch 2.2" in screen
    assert "train 8.5" in screen
    assert "┊" in screen


async def test_the_cursor_reads_nothing_off_a_curve_that_has_ended():
    long, short = line(*range(20), name="long"), line(*range(5), name="short", role="val")
    screen, _ = await shown(Chart("loss"), long, short, cursor=12.0)
    assert "long  11" in screen
    assert "short -" in screen
    screen, _ = await shown(Chart("loss"), long, short, cursor=4.0)
    assert "short 3" in screen


@pytest.mark.parametrize("size", [(20, 5), (24, 8), (19, 3), (10, 2), (1, 1), (3, 40), (200, 4)])
async def test_any_size_will_do(size):
    chart = Chart("a title longer than that")
    await shown(
        chart,
        line(3, 1, 2),
        line(2, 2, 2, name="val", role="val"),
        size=size,
        mark_best=(2.0, 1.0),
        cursor=1.0,
        smoothing=0.9,
    )


async def test_resizing_draws_anew():
    chart = Chart("loss")
    async with ChartApp(chart).run_test(size=(80, 20)) as pilot:
        chart.show([line(*np.linspace(0, 1, 20))])
        await pilot.pause()
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        assert [len(row) for row in lines(chart)] == [20] * 5
        assert dots(chart)
        assert "train" not in text(chart)
        await pilot.resize_terminal(80, 20)
        await pilot.pause()
        assert "train" in text(chart)


async def test_texts_are_shown_and_not_obeyed():
    screen, _ = await shown(
        Chart("[/b] \x1b[31mloss\x07"), line(1, 2, name="[red]run\n\u202e1", role="other")
    )
    assert "[/b] \N{REPLACEMENT CHARACTER}[31mloss\N{REPLACEMENT CHARACTER}" in screen
    assert "[red]run\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}1" in screen


async def test_wide_characters_keep_their_two_cells():
    rows, _ = await shown(Chart("損失"), line(1, 2, name="学習"))
    assert rows.startswith("─ 損失 ──")
    await shown(Chart("損失" * 20), line(1, 2, name="学習" * 20), size=(30, 12))


@pytest.mark.parametrize("empty", [True, False])
async def test_ascii_mode_is_ascii(empty):
    series = [] if empty else [line(3, 0, 1), line(2, 3, 2, name="välidation", role="val")]
    screen, _ = await shown(
        Chart("Verlust ≤ 1", ascii_only=True, log_y=True), *series, mark_best=(3.0, 1.0), cursor=2.0
    )
    assert screen.isascii()
    assert screen.startswith("- Verlust ? 1 (log")
    assert empty or "++ v?lidation" in screen


async def test_points_out_of_order_are_sorted_and_strays_dropped():
    series = Series(
        "a", np.array([3.0, 1.0, np.nan, 2.0]), np.array([30.0, 10.0, 0.0, 20.0]), "val"
    )
    assert series.x.tolist() == [1.0, 2.0, 3.0]
    assert series.y.tolist() == [10.0, 20.0, 30.0]
    with pytest.raises(ValueError, match="Received"):
        Series("a", np.zeros(2), np.zeros(3), "val")


async def test_more_series_than_the_legend_has_room_for():
    many = [line(i + 1, 0, 0, 0, name=f"run {i}", role="other") for i in range(20)]
    screen, _ = await shown(Chart("compare"), *many, size=(100, 30))
    assert "── run 7" in screen
    assert "12 more" in screen


@pytest.mark.parametrize("values", [[0.5, 0.5], [1e300, -1e300], [1e308, 1e-308], [5e-324, 0.0]])
@pytest.mark.parametrize("log", [True, False])
async def test_extreme_values_are_drawn(values, log):
    _, found = await shown(Chart("loss", log_y=log), line(*values))
    assert found or (log and min(values) <= 0)


# ---- the raster by itself ----


@pytest.mark.parametrize("seed", range(5))
def test_a_curve_has_no_holes(seed):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, 100, 60))
    kept = decimate(x, rng.uniform(0, 39, 60), x[0], x[-1], 120)
    top, bottom = trace(kept, lambda values: 39 - values, 120, 40)
    assert (bottom >= top).all()
    assert (top[1:] <= bottom[:-1] + 1).all()
    assert (bottom[1:] >= top[:-1] - 1).all()


def test_a_steep_line_is_one_dot_thin():
    kept = decimate([0.0, 1.0], [0.0, 39.0], 0, 1, 10)
    top, bottom = trace(kept, lambda values: 39 - values, 10, 40)
    assert (bottom - top + 1).sum() == 40


def test_masks_are_braille():
    kept = decimate([0.0, 1.0], [0.0, 0.0], 0, 1, 4)
    masks = fill(trace(kept, lambda values: values, 4, 4), BRAILLE, 1)
    assert "".join(map(chr, BRAILLE.glyphs[masks[0]])) == "⠉⠉"


def test_a_cell_of_a_strong_curve_hides_faint_dots():
    faint, strong = np.array([[1, 1]], dtype=np.uint8), np.array([[2, 0]], dtype=np.uint8)
    masks, owner = overlay([strong, faint], [False, True])
    assert masks.tolist() == [[2, 1]]
    assert owner.tolist() == [[0, 1]]


def test_a_canvas_cuts_no_wide_character_in_two():
    canvas = Canvas(4, 1)
    canvas.put(3, 0, np.array([ord("損"), 0], dtype=np.uint32), 0)
    assert "".join(run for run, _ in canvas.runs(0)) == "    "

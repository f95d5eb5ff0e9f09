"""Which stretch of x is in view, and where a crosshair goes."""

import numpy as np
import pytest

from tui.charts.window import Window, next_place


@pytest.fixture
def window():
    window = Window()
    window.reach(1.0, 101.0, 101)
    return window


def test_all_is_in_view_at_first(window):
    assert window.range is None
    assert not window.pan(1)


def test_zoom_looks_at_the_end_and_follows_it(window):
    assert window.zoom(1, None)
    assert window.range == (51.0, 101.0)
    window.reach(1.0, 121.0, 121)
    assert window.range == (71.0, 121.0)


def test_zoom_around_a_place_stands_still(window):
    window.zoom(2, 40.0)
    assert window.range == (27.5, 52.5)
    window.reach(1.0, 201.0, 201)
    assert window.range == (27.5, 52.5)


def test_a_window_keeps_within_what_there_is(window):
    window.zoom(1, 3.0)
    assert window.range == (1.0, 51.0)
    window.zoom(1, 100.0)
    assert window.range == (76.0, 101.0)


def test_zooming_out_ends_with_everything(window):
    window.zoom(2, 40.0)
    assert window.zoom(-1, 40.0)
    assert window.range == (15.0, 65.0)
    assert window.zoom(-1, None)
    assert window.range is None
    assert not window.zoom(-1, None)


def test_zoom_ends_where_a_few_points_fill_the_view(window):
    while window.zoom(1, None):
        pass
    assert window.range == (98.0, 101.0)
    assert not window.zoom(1, None)


def test_two_points_cannot_be_looked_at_closer():
    window = Window()
    window.reach(1.0, 2.0, 2)
    assert not window.zoom(1, None)
    assert window.range is None


def test_pan_moves_by_a_quarter_and_stops_at_the_ends(window):
    window.zoom(2, None)
    assert window.pan(-1)
    assert window.range == (69.75, 94.75)
    assert window.pan(1)
    window.reach(1.0, 111.0, 111)
    assert window.range == (86.0, 111.0), "at the end it follows again"
    window.pan(-100)
    assert window.range == (1.0, 26.0)
    assert not window.pan(-1)


def test_a_crosshair_that_leaves_takes_the_window_along(window):
    window.zoom(2, None)
    window.bring_in(70.0)
    assert window.range == (70.0, 95.0)
    window.bring_in(97.0)
    assert window.range == (72.0, 97.0)


def test_a_run_that_begins_anew_is_all_in_view(window):
    window.zoom(1, 80.0)
    window.reach(1.0, 4.0, 4)
    assert window.range is None


XS = np.array([1.0, 2.0, 3.0, 10.0, 11.0])


@pytest.mark.parametrize(
    ("cursor", "step", "cell", "expected"),
    [
        (None, 1, 0.1, 11.0),
        (None, -1, 0.1, 11.0),
        (3.0, 1, 0.1, 10.0),
        (10.0, -1, 0.1, 3.0),
        (1.0, 1, 1.5, 3.0),
        (11.0, 1, 1.0, 11.0),
        (1.0, -1, 1.0, 1.0),
        (11.0, -1, 5.0, 3.0),
        (2.0, 1, 0.0, 3.0),
    ],
)
def test_a_crosshair_goes_to_the_next_point_and_by_a_cell_at_least(cursor, step, cell, expected):
    assert next_place(XS, cursor, step, cell, np.inf) == expected


def test_a_crosshair_comes_up_at_the_end_of_what_is_in_view():
    assert next_place(XS, None, 1, 0.1, 9.0) == 3.0
    assert next_place(XS, None, 1, 0.1, 0.0) == 1.0

"""A row of cells that shows how a value went."""

from __future__ import annotations

import math

from tui.sparkline import ASCII, by_time, sparkline


def test_low_is_low_and_high_is_high():
    assert sparkline([0, 50, 100], 0, 100) == "▁▅█"
    assert sparkline([0, 50, 100], 0, 100, ASCII) == "_=#"


def test_what_is_not_told_is_a_gap():
    assert sparkline([0, None, math.nan, math.inf, 100], 0, 100) == "▁   █"


def test_beyond_the_limits_is_at_the_limits():
    assert sparkline([-5, 500], 0, 100) == "▁█"
    assert sparkline([3, 3], 0, 0) == "▁▁"


def test_the_latest_value_stands_last_and_what_was_before_is_empty():
    assert by_time([(100.0, 1.0), (101.0, 3.0)], 40.0, 4) == [None, None, None, 2.0]


def test_values_are_means_over_equal_spans_of_time():
    points = [(at, float(at // 10)) for at in range(100, 140)]
    assert by_time(points, 40.0, 4) == [10.0, 11.0, 12.0, 13.0]
    assert by_time(points, 20.0, 2) == [12.0, 13.0]


def test_a_new_value_leaves_earlier_cells_as_they_are():
    points = [(at, float(at)) for at in range(100, 138)]
    before, after = by_time(points, 40.0, 4), by_time([*points, (139.0, 9.0)], 40.0, 4)
    assert before[:-1] == after[:-1]


def test_values_every_two_seconds_leave_no_holes_and_an_absence_does():
    points = [(100.0 + 2 * n, 1.0) for n in range(10)]
    assert by_time(points, 20.0, 20).count(None) <= 1
    away = [*points, (160.0, 1.0)]
    assert by_time(away, 60.0, 6) == [1.0, None, None, None, None, 1.0]


def test_nothing_is_drawn_of_nothing():
    assert by_time([], 60.0, 3) == [None] * 3
    assert by_time([(1.0, 1.0)], 60.0, 0) == []

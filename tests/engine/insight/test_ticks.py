"""Ticks that a person would choose, and numbers in little room."""

import math

import pytest

from engine.insight.ticks import (
    axis_ticks,
    format_number,
    format_position,
    format_ticks,
    linear_ticks,
    log_ticks,
    nice_step,
    snap_limits,
)


@pytest.mark.parametrize(
    ("low", "high", "count", "expected"),
    [
        (0, 1, 6, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0, 1, 3, [0.0, 0.5, 1.0]),
        (0.05, 0.45, 4, [0.1, 0.2, 0.3, 0.4]),
        (-3, 7, 3, [0.0, 5.0]),
        (1, 50, 6, [10.0, 20.0, 30.0, 40.0, 50.0]),
        (0.97921, 0.97926, 3, [0.97922, 0.97924, 0.97926]),
    ],
)
def test_linear_ticks_are_nice(low, high, count, expected):
    assert linear_ticks(low, high, count) == expected


def test_ticks_are_the_nearest_floats():
    assert 0.3 in linear_ticks(0, 0.5, 6)  # 3 * 0.1 is 0.30000000000000004


def test_epochs_have_no_halves():
    assert linear_ticks(1, 3, 9, min_step=1) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("limits", [(1, 1), (2, 1), (math.nan, 1), (0, math.inf)])
def test_no_range_no_ticks(limits):
    assert linear_ticks(*limits, 5) == []


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1.0, 1e12, 1e300])
@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_there_are_never_more_ticks_than_asked_for(scale, count):
    for low, high in [(0.0, 1.0), (0.3, 0.31), (-7.7, 123.4)]:
        ticks = linear_ticks(low * scale, high * scale, count)
        assert len(ticks) <= count
        assert all(low * scale * (1 - 1e-9) <= tick for tick in ticks if low > 0)


@pytest.mark.parametrize(
    ("low", "high", "count", "expected"),
    [
        (1e-4, 1, 5, [1e-4, 1e-3, 1e-2, 1e-1, 1.0]),
        (1e-4, 1, 3, [1e-4, 1e-2, 1.0]),
        (0.9, 11, 2, [1.0, 10.0]),
        (0.07, 0.6, 8, [0.1, 0.2, 0.5]),
    ],
)
def test_log_ticks_are_decades_where_there_are_some(low, high, count, expected):
    assert log_ticks(low, high, count) == expected


def test_log_ticks_of_a_small_range_are_linear():
    assert log_ticks(0.3, 0.35, 3) == [0.3, 0.32, 0.34]


@pytest.mark.parametrize("limits", [(0, 1), (-1, 1), (1, math.inf)])
def test_an_axis_of_logarithms_has_no_place_for_these(limits):
    assert log_ticks(*limits, 5) == []


def test_an_axis_has_two_ticks_at_least():
    assert len(linear_ticks(0, 0.42, 2)) == 1
    assert len(axis_ticks(0, 0.42, 2)) > 1
    assert axis_ticks(-4, 0, 3, log=True) == [1e-4, 1e-2, 1.0]


def test_limits_hold_still_while_data_grows_a_little():
    assert snap_limits(0.0743, 0.42) == snap_limits(0.0712, 0.41)
    low, high = snap_limits(0.0743, 0.42)
    assert low <= 0.0743
    assert high >= 0.42


@pytest.mark.parametrize("value", [0.0, 0.5, -3.0, 1e-300, 1e300])
def test_equal_limits_are_moved_apart(value):
    low, high = snap_limits(value, value)
    assert low < value < high


def test_a_step_is_at_least_what_is_asked_for():
    assert nice_step(1.0, 10) == 0.1
    assert nice_step(1.0, 7) == 0.2
    assert nice_step(23.0, 10) == 5.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0831, "0.0831"),
        (0.97921, "0.9792"),
        (0.5, "0.5"),
        (1e-4, "1e-4"),
        (8.312345e-5, "8.312e-5"),
        (0.00099999, "0.001"),
        (123.456, "123.5"),
        (9999.96, "10k"),
        (12000, "12k"),
        (1.5e6, "1.5M"),
        (1e20, "1e20"),
        (0.0, "0"),
        (-0.25, "-0.25"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
    ],
)
def test_a_number_has_no_needless_zeros(value, text):
    assert format_number(value) == text


def test_counts_are_written_in_full():
    assert format_position(12345) == "12345"
    assert format_position(6.5) == "6.5"


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.0, 0.25, 0.5], ["0.00", "0.25", "0.50"]),
        ([1.0, 2.0], ["1", "2"]),
        ([0.0, 5000.0, 10000.0], ["0", "5k", "10k"]),
        ([9998.0, 10000.0, 10002.0], ["9998", "10000", "10002"]),
        ([0.0, 5e-5, 1e-4], ["0", "0.5e-4", "1.0e-4"]),
        ([-0.5, 0.0, 0.5], ["-0.5", "0.0", "0.5"]),
        ([0.0], ["0"]),
        ([], []),
    ],
)
def test_ticks_of_one_axis_have_the_same_decimals(values, texts):
    assert format_ticks(values) == texts


def test_decades_are_each_written_in_their_own_way():
    assert format_ticks([1e-4, 0.01, 1.0, 100.0], log=True) == ["1e-4", "0.01", "1", "100"]
    assert format_ticks([0.3, 0.32, 0.34], log=True) == ["0.30", "0.32", "0.34"]

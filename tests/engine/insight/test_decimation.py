"""What is left of a long series when it is reduced to the columns of a screen."""

import numpy as np
import pytest

from engine.insight.decimation import column_of, decimate, extremes

N = 100_000


def test_a_one_point_spike_among_100k_survives():
    x, y = np.arange(N), np.zeros(N)
    y[61_803] = 1.0
    kept = decimate(x, y, 0, N - 1, 200)
    spike = int(np.flatnonzero(kept.high == 1.0)[0])
    assert kept.at[spike] == column_of(61_803, 0, N - 1, 200)
    assert kept.high.sum() == 1.0
    assert kept.at.size == 200


def test_each_column_keeps_first_low_high_last():
    y = np.array([3.0, 9.0, 1.0, 4.0, 5.0, 6.0])
    kept = decimate(np.arange(6), y, 0, 6, 2)
    assert kept.first.tolist() == [3.0, 4.0]
    assert kept.low.tolist() == [1.0, 4.0]
    assert kept.high.tolist() == [9.0, 6.0]
    assert kept.last.tolist() == [1.0, 6.0]
    assert kept.joined.tolist() == [True, False]


def test_columns_without_points_have_no_entry():
    kept = decimate([0.0, 10.0], [1.0, 2.0], 0, 10, 100)
    assert kept.at.tolist() == [0.0, 99.0]
    assert kept.joined.tolist() == [True, False]


def test_a_gap_between_columns_breaks_the_line():
    kept = decimate([0, 1, 2, 3], [1.0, 1.0, np.nan, 1.0], 0, 4, 4)
    assert kept.at.tolist() == [0.0, 1.0, 3.0]
    assert kept.joined.tolist() == [True, False, False]


def test_a_gap_within_a_column_does_not_hide_its_values():
    y = np.ones(1000)
    y[505] = np.nan
    kept = decimate(np.arange(1000), y, 0, 999, 10)
    assert kept.at.size == 10
    assert kept.joined[:-1].all()


def test_infinities_are_gaps():
    kept = decimate([0, 1, 2], [1.0, np.inf, 2.0], 0, 3, 3)
    assert kept.high.tolist() == [1.0, 2.0]
    assert not kept.joined.any()


def test_values_that_a_log_axis_has_no_place_for_are_gaps():
    kept = decimate([0, 1, 2, 3], [1.0, 0.0, -5.0, 2.0], 0, 4, 4, above=0.0)
    assert kept.low.tolist() == [1.0, 2.0]


def test_a_line_enters_and_leaves_the_range():
    kept = decimate(np.arange(100), np.arange(100.0), 40, 59, 20)
    assert kept.first[0] == 39.0
    assert kept.at[0] < -0.5
    assert kept.last[-1] == 60.0
    assert kept.at[-1] > 19.5
    assert kept.joined[:-1].all()


def test_a_range_between_two_points_has_only_the_neighbors():
    kept = decimate([0.0, 10.0], [0.0, 1.0], 4, 6, 10)
    assert kept.at.tolist() == pytest.approx([-20.5, 29.5])
    assert kept.joined.tolist() == [True, False]


def test_the_last_point_of_the_range_belongs_to_it():
    assert decimate([0.0, 1.0], [0.0, 1.0], 0, 1, 5).at.tolist() == [0.0, 4.0]
    assert column_of(1.0, 0, 1, 5) == 4


@pytest.mark.parametrize("y", [[], [np.nan] * 3])
def test_nothing_to_keep(y):
    assert decimate(np.arange(len(y)), y, 0, 10, 5).at.size == 0


@pytest.mark.parametrize(
    ("x", "y", "start", "stop", "columns"),
    [([1, 2], [1], 0, 1, 5), ([1], [1], 1, 1, 5), ([1], [1], 0, 1, 0)],
)
def test_impossible_requests_are_errors(x, y, start, stop, columns):
    with pytest.raises(ValueError, match="Received"):
        decimate(x, y, start, stop, columns)


def test_extremes_count_only_what_is_in_range():
    x, y = np.arange(6), np.array([99.0, 2.0, np.nan, -1.0, 5.0, -99.0])
    assert extremes(x, y, 1, 4) == (-1.0, 5.0)
    assert extremes(x, y, 1, 4, above=0.0) == (2.0, 5.0)
    assert extremes(x, y, 10, 20) == (np.inf, -np.inf)

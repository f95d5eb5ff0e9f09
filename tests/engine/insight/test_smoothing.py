"""What smoothing does to a curve, point by point."""

import math

import numpy as np
import pytest

from engine.insight.smoothing import MAX_WEIGHT, debiased_ema


def one_by_one(values, weight):
    """The average as it is defined, in a loop."""
    smoothed, total, count = [], 0.0, 0
    for value in values:
        if math.isfinite(value):
            total, count = total * weight + (1 - weight) * value, count + 1
            smoothed.append(total / (1 - weight**count))
        else:
            smoothed.append(value)
    return smoothed


@pytest.mark.parametrize("weight", [0.1, 0.6, 0.98, MAX_WEIGHT])
def test_equals_the_definition(weight):
    values = np.random.default_rng(0).normal(size=3000)
    values[[0, 5, 6, 700, 2999]] = np.nan
    np.testing.assert_allclose(debiased_ema(values, weight), one_by_one(values, weight), rtol=1e-9)


@pytest.mark.parametrize("weight", [0.0, 0.6, 0.9, MAX_WEIGHT])
def test_a_constant_is_that_constant_from_the_first_point(weight):
    np.testing.assert_allclose(debiased_ema(np.full(5000, 0.42), weight), 0.42, rtol=1e-12)


def test_the_first_point_is_itself():
    assert debiased_ema([7.0, 1.0, 1.0], 0.99)[0] == pytest.approx(7.0)


def test_a_gap_stays_a_gap_and_the_average_carries_on_past_it():
    smoothed = debiased_ema([1.0, 2.0, np.nan, 3.0], 0.5)
    assert np.isnan(smoothed[2])
    assert smoothed[3] == pytest.approx(debiased_ema([1.0, 2.0, 3.0], 0.5)[2])


def test_an_infinity_does_not_spoil_what_follows():
    smoothed = debiased_ema([1.0, np.inf, 1.0], 0.9)
    assert smoothed[1] == np.inf
    assert smoothed[2] == pytest.approx(1.0)


def test_weight_zero_changes_nothing_and_the_input_is_left_alone():
    values = np.array([1.0, 5.0, 2.0])
    smoothed = debiased_ema(values, 0.0)
    smoothed[0] = 9.0
    assert values.tolist() == [1.0, 5.0, 2.0]
    assert debiased_ema(values, 0.0).tolist() == [1.0, 5.0, 2.0]


def test_smoothing_reduces_noise():
    noise = np.random.default_rng(0).normal(size=2000)
    assert debiased_ema(noise, 0.95)[200:].std() < 0.3 * noise.std()


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_nothing_to_smooth(values):
    assert debiased_ema(values, 0.9).shape == (len(values),)


@pytest.mark.parametrize("weight", [1.0, -0.1, np.nan])
def test_a_weight_out_of_range_is_an_error_that_says_so(weight):
    with pytest.raises(ValueError, match=r"weight in \[0, 1\).*Received"):
        debiased_ema([1.0], weight)


def test_a_table_is_not_a_series():
    with pytest.raises(ValueError, match="Received"):
        debiased_ema([[1.0, 2.0]], 0.5)

"""By how much predicted numbers miss the actual ones."""

from __future__ import annotations

import numpy as np
import pytest

from engine.insight.misses import BINS, misses
from engine.run.records import Sample, encode


def test_what_is_missed_by_nothing_stands_in_the_middle():
    found = misses(np.arange(10.0), np.arange(10.0))
    assert found.counts[BINS // 2] == found.rows == 10
    assert (found.median, found.most, found.mean, found.lost) == (0.0, 0.0, 0.0, 0)


def test_predictions_that_are_too_high_stand_on_the_right():
    found = misses(np.zeros(100), np.linspace(0.0, 1.0, 100))
    assert sum(found.counts[: BINS // 2]) == 0
    assert found.mean == pytest.approx(0.5)
    assert found.median == pytest.approx(0.5)
    assert found.most == pytest.approx(0.9)


def test_the_bins_are_alike_on_both_sides_and_a_wild_miss_is_in_the_last():
    predicted = np.concatenate([np.linspace(-1.0, 1.0, 199), [1e6]])
    found = misses(np.zeros(200), predicted)
    assert found.edges[0] == -found.edges[-1]
    assert found.edges[-1] < 2
    assert sum(found.counts) == 200
    assert found.counts[-1] > found.counts[1]


def test_what_is_no_number_is_lost_and_counted_in_no_bin():
    found = misses(np.zeros(4), np.array([np.nan, np.inf, 0.5, -0.5]))
    assert found.lost == 2
    assert sum(found.counts) == 2
    nothing = misses(np.zeros(2), np.array([np.nan, np.nan]))
    assert (nothing.lost, nothing.counts) == (2, [])


def test_a_sample_with_misses_stays_small():
    rng = np.random.default_rng(0)
    found = misses(rng.normal(size=1024), rng.normal(size=1024))
    sample = Sample(at=1e9, epoch=10, kind="predictions", misses=found)
    assert len(encode(sample)) < 600

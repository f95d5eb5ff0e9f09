"""Snapshots are written often, and never cost more than their share of the time."""

from __future__ import annotations

import itertools

import pytest

from engine.training.snapshots import SHARE, SnapshotPace


def simulate(policy: str, epoch_seconds: float, cost: float, total: float) -> list[float]:
    """Train for ``total`` seconds in epochs of ten calls; return when snapshots were written."""
    now, written = 0.0, []
    pace = SnapshotPace(policy, now)
    call = 0
    while now < total:
        now += epoch_seconds / 10
        call += 1
        if pace.is_due(now, epoch_complete=call % 10 == 0):
            now += cost
            pace.took(now, cost)
            written.append(now)
    return written


@pytest.mark.parametrize("epoch_seconds", [0.03, 1.0, 20.0, 3600.0])
@pytest.mark.parametrize("cost", [0.005, 0.05, 2.0])
def test_no_more_than_their_share_of_the_time(epoch_seconds, cost):
    total = max(7200.0, 3 * epoch_seconds)
    written = simulate("auto", epoch_seconds, cost, total)
    assert written
    # The first one's cost is not known before.
    assert (len(written) - 1) * cost <= SHARE * total


def test_every_epoch_that_is_long_enough_gets_one():
    assert len(simulate("auto", 10.0, 0.05, 1000.0)) >= 98


def test_long_epochs_get_one_every_minute_or_so():
    written = simulate("auto", 3600.0, 0.05, 7200.0)
    gaps = [b - a for a, b in itertools.pairwise(written)]
    assert max(gaps) <= 10 * 60  # a call lasts six minutes here
    assert len(written) >= 15


def test_after_each_epoch_whatever_it_costs():
    assert len(simulate("epoch", 0.1, 1.0, 110.0)) == 100


def test_off_is_off():
    assert simulate("off", 100.0, 0.001, 10_000.0) == []

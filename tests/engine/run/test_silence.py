"""Silence is measured by the reader's own clock once there is anything to measure by."""

from __future__ import annotations

import pytest

from engine.run.silence import Age, Silence

DAY = 86400.0


class Clock:
    def __init__(self) -> None:
        self.now = 500.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_first_look_has_only_dates_to_go_by(clock):
    assert Silence(clock).measure("a", 7.0) == Age(7.0, True)


def test_a_date_a_little_in_the_future_is_just_now(clock):
    assert Silence(clock).measure("a", -2.0) == Age(0.0, True)


def test_a_date_far_in_the_future_says_nothing(clock):
    assert Silence(clock).measure("a", -DAY) == Age(0.0, False)


def test_later_looks_go_by_the_readers_clock_whatever_the_dates_say(clock):
    silence = Silence(clock)
    silence.measure("a", -DAY)
    clock.now += 20
    assert silence.measure("a", 3 * DAY) == Age(20.0, False)
    clock.now += 60
    assert silence.measure("a", -DAY) == Age(80.0, True)


def test_a_change_begins_anew(clock):
    silence = Silence(clock)
    silence.measure("a", 100.0)
    clock.now += 2
    assert silence.measure("b", 0.5) == Age(0.5, True)
    clock.now += 2
    # Changed since the last look, so no longer ago than that, whatever date it bears.
    assert silence.measure("c", DAY) == Age(2.0, True)
    assert silence.measure("d", -DAY) == Age(0.0, True)


def test_the_age_of_a_run_does_not_follow_the_clock(clock):
    silence = Silence(clock)
    assert silence.since_creation(3.0) == 3.0
    clock.now += 10
    assert silence.since_creation(DAY) == 13.0

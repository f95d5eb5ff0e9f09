"""Compiled calls are sized so that a person never waits long for the next word."""

from __future__ import annotations

from engine.training.pace import CALL_SECONDS, Pace


def test_calls_grow_until_they_last_as_long_as_they_may():
    pace, longest = Pace(), 0.0
    for _ in range(20):
        seconds = pace.steps * 0.001
        longest = max(longest, seconds)
        pace.took(pace.steps, seconds)
    assert 0.9 * CALL_SECONDS <= longest <= CALL_SECONDS


def test_the_call_that_compiles_does_not_count():
    pace = Pace()
    pace.took(1, 30.0)
    pace.took(1, 0.001)
    assert pace.steps > 1


def test_steps_that_take_longer_than_a_call_may_are_run_one_by_one():
    pace = Pace()
    for _ in range(5):
        pace.took(pace.steps, pace.steps * 2.0)
    assert pace.steps == 1


def test_a_machine_that_becomes_slow_is_followed_at_once():
    pace = Pace()
    for _ in range(20):
        pace.took(pace.steps, pace.steps * 0.001)
    pace.took(pace.steps, pace.steps * 0.1)
    assert pace.steps * 0.1 <= CALL_SECONDS

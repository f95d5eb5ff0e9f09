"""What is done beside a training waits its turn."""

from __future__ import annotations

import pytest

from engine.tasks import turns
from engine.tasks.turns import Turns


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(turns.time, "monotonic", lambda: Clock.now)
    return Clock


def test_the_first_turn_is_due_at_once_and_the_next_after_a_while(clock):
    due = Turns(seconds=1.0, share=0.02)
    assert due.is_due()
    with due:
        clock.now += 0.001
    assert not due.is_due()
    clock.now += 1.0
    assert due.is_due()


def test_a_turn_that_took_long_puts_the_next_one_off(clock):
    due = Turns(seconds=1.0, share=0.02)
    with due:
        clock.now += 0.5
    clock.now += 24.9
    assert not due.is_due()  # half a second is two per cent of 25
    clock.now += 0.2
    assert due.is_due()

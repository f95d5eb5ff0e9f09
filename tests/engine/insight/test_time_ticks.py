"""Ticks of an axis of time: where a clock would have them, written the way people do."""

import pytest

from engine.insight.time_ticks import format_times, time_ticks


@pytest.mark.parametrize(
    ("start", "stop", "room", "texts"),
    [
        (0, 1, 5, ["0", "0.5 s", "1 s"]),
        (0, 50, 6, ["0", "10 s", "20 s", "30 s", "40 s", "50 s"]),
        (0, 134, 6, ["0", "30 s", "1 m", "1 m 30", "2 m"]),
        (0, 4000, 7, ["0", "10 m", "20 m", "30 m", "40 m", "50 m", "1 h"]),
        (3000, 7000, 4, ["1 h", "1 h 30"]),
        (3600, 3700, 5, ["1:00:00", "1:00:30", "1:01:00", "1:01:30"]),
        (0, 90_000, 6, ["0", "6 h", "12 h", "18 h", "24 h"]),
        (0, 1e6, 6, ["0", "2 d", "4 d", "6 d", "8 d", "10 d"]),
    ],
)
def test_ticks_are_a_clocks(start, stop, room, texts):
    values, step = time_ticks(start, stop, room)
    assert format_times(values, step) == texts


@pytest.mark.parametrize("stop", [1e-6, 0.3, 7.0, 59.0, 61.0, 3599.0, 86_401.0, 1e12])
@pytest.mark.parametrize("room", [1, 2, 5, 12])
def test_never_more_than_there_is_room_for(stop, room):
    values, step = time_ticks(0.0, stop, room)
    assert len(values) <= room
    assert values == sorted(values)
    assert all(0 <= value <= stop * (1 + 1e-9) for value in values)
    assert len(set(format_times(values, step))) == len(values)


@pytest.mark.parametrize(("start", "stop", "room"), [(0, 10, 0), (5, 5, 4), (6, 5, 4)])
def test_nothing_sensible_is_nothing(start, stop, room):
    assert time_ticks(start, stop, room)[0] == []

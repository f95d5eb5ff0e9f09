"""Where an axis of time has its ticks, and how they are written. Pure functions.

Spans of time have no powers of ten: sixty seconds make a minute, twenty-four hours a day. A tick
stands where a clock would have one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.insight.ticks import linear_ticks

MINUTE, HOUR, DAY = 60, 3600, 86_400

STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(1 * MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(1 * HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR),
)
"""Steps between ticks, in seconds; finer and coarser ones are 1, 2 or 5 times a power of ten, of
seconds or of days."""


def time_ticks(start: float, stop: float, room: int) -> tuple[list[float], float]:
    """Return places on an axis of seconds.

    Args:
        start: The first second in view.
        stop: The last one; more than `start`.
        room: How many ticks there is room for.

    Returns:
        At most `room` values within the limits, ascending, and the step between them; all in
        seconds. The step is 0 where there is nothing sensible.
    """
    if room < 1 or not stop > start:
        return [], 0.0
    least = (stop - start) / room
    if least < STEPS[0]:
        values = linear_ticks(start, stop, room)
        return values, values[1] - values[0] if len(values) > 1 else least
    for step in STEPS:
        if step >= least and len(values := _multiples(start, stop, step)) <= room:
            return values, float(step)
    days = linear_ticks(start / DAY, stop / DAY, room, min_step=1)
    return [day * DAY for day in days], float(DAY)


def format_times(values: Sequence[float], step: float) -> list[str]:
    """Write ticks as `30 s`, `1 m 30`, `2 h`, `1 h 30`, `1:02:30` or `3 d`.

    Args:
        values: Seconds.
        step: Between them; what is finer than it is not written.
    """
    return [_format_time(value, step) for value in values]


def _multiples(start: float, stop: float, step: int) -> list[float]:
    """Return the multiples of a step from `start` to `stop`, both included."""
    slack = 1e-9  # a limit that is a tick itself must not be lost to rounding
    numbers = range(math.ceil(start / step - slack), math.floor(stop / step + slack) + 1)
    return [float(number * step) for number in numbers]


def _format_time(value: float, step: float) -> str:
    if value == 0:
        return "0"
    if step >= DAY:
        return f"{value / DAY:g} d"
    if step >= HOUR:
        return f"{value / HOUR:g} h"
    if step < 1:
        return f"{value:.10g} s"
    whole = round(value)
    hours, minutes, seconds = whole // HOUR, whole % HOUR // MINUTE, whole % MINUTE
    if step >= MINUTE:
        if not hours:
            return f"{minutes} m"
        return f"{hours} h {minutes:02}" if minutes else f"{hours} h"
    if hours:
        return f"{hours}:{minutes:02}:{seconds:02}"
    if minutes:
        return f"{minutes} m {seconds:02}" if seconds else f"{minutes} m"
    return f"{seconds} s"

"""Where an axis has its ticks, and how a number is written in little room. Pure functions.

Promises ticks at values that a person would choose (1, 2 or 5 times a power of ten), never more of
them than asked for, and labels without needless zeros in which all ticks of one axis have the same
decimals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

NICE = (1, 2, 5, 10)
"""What a step may be, times a power of ten."""

SUFFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
"""Large numbers are written in these units: 12k, 1.5M."""

LARGE, SMALL, HUGE = 1e4, 1e-3, 1e15
"""Sizes from which numbers take a suffix, below which and from which they take an exponent."""


def nice_step(span: float, count: int) -> float:
    """Return the smallest nice number that is at least `span / count`.

    Args:
        span: The width of a range, above 0.
        count: Into how many steps it is to be cut at most, at least 1.

    Returns:
        1, 2 or 5 times a power of ten, in the units of `span`.
    """
    factor, exponent = _nice(span / max(count, 1))
    return _times_ten_to(factor, exponent)


def linear_ticks(low: float, high: float, count: int, *, min_step: float = 0.0) -> list[float]:
    """Return nice values between two limits, with equal steps.

    Args:
        low: The lower limit.
        high: The upper limit.
        count: How many ticks there is room for.
        min_step: No finer steps than this: 1 for epochs, which have no halves.

    Returns:
        At most `count` values within the limits, ascending. Empty if there is nothing sensible.
    """
    if count < 1 or not (math.isfinite(low) and math.isfinite(high) and high > low):
        return []
    factor, exponent = _nice(max((high - low) / count, min_step))
    while True:
        step = _times_ten_to(factor, exponent)
        if not 0.0 < step < math.inf:
            return []
        slack = 1e-9 * step  # a limit that is a tick itself must not be lost to rounding
        start, stop = math.ceil((low - slack) / step), math.floor((high + slack) / step)
        if stop - start < count:
            break
        factor, exponent = _nice(step * 1.01)
    # Each value is computed by itself, for 3 * 0.1 is 0.30000000000000004.
    return [_times_ten_to(index * factor, exponent) for index in range(start, stop + 1)]


def log_ticks(low: float, high: float, count: int) -> list[float]:
    """Return nice values for a logarithmic axis: powers of ten, or 1, 2, 5 within few decades.

    Args:
        low: The lower limit, above 0.
        high: The upper limit.
        count: How many ticks there is room for.

    Returns:
        At most `count` values within the limits, ascending. Less than a decade with nothing but one
        such value in it gets linear ticks.
    """
    if count < 1 or not (0.0 < low < high < math.inf):
        return []
    bottom, top = math.floor(math.log10(low)), math.ceil(math.log10(high))
    # Limits come from 10 ** something: a decade that misses by a rounding error still counts.
    low, high = low * (1 - 1e-9), high * (1 + 1e-9)

    def within(factors: tuple[int, ...], stride: int) -> list[float]:
        # Strides are counted from 1 = 10**0, so that the ticks stay where they are as limits move.
        first = bottom - bottom % stride
        values = (
            _times_ten_to(f, e) for e in range(first, top + 1, stride) for f in factors if f < 10
        )
        return [value for value in values if low <= value <= high]

    for factors in (NICE, (1, 3)):
        ticks = within(factors, 1)
        if 2 < len(ticks) <= count:
            return ticks
    stride = 1
    while len(ticks := within((1,), stride)) > count:
        stride += 1
    return ticks if len(ticks) > 1 or count == 1 else linear_ticks(low, high, count)


def axis_ticks(low: float, high: float, count: int, *, log: bool = False) -> list[float]:
    """Return the ticks of an axis of values, where there is room for `count` of them.

    One tick alone says nothing about a scale: rather than that there are one or two too many.

    Args:
        low: The lower limit; its power of ten if the axis is logarithmic.
        high: The upper limit, likewise.
        count: How many ticks there is room for.
        log: Whether the axis is logarithmic.

    Returns:
        Values within the limits, ascending.
    """
    values: list[float] = []
    for more in range(3):
        if log:  # as far as powers of ten are floats
            values = log_ticks(10.0 ** max(low, -307.0), 10.0 ** min(high, 308.0), count + more)
        else:
            values = linear_ticks(low, high, count + more)
        if len(values) > 1:
            break
    return values


def snap_limits(low: float, high: float, divisions: int = 10) -> tuple[float, float]:
    """Widen limits to the next nice values, so that they hold still while data grows.

    Limits that follow the data exactly move with every new point, and with them everything drawn
    against them. Snapped ones move about `divisions` times while the range doubles.

    Args:
        low: The lower limit, finite.
        high: The upper limit, finite and at least `low`. Limits that are equal, or as good as, are
            moved apart by a tenth of their value.
        divisions: How many steps the range has at most; more waste less room and move more often.

    Returns:
        Limits that enclose the given ones, the lower less than the upper.
    """
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        margin = abs(high) / 10 or 1.0
        low, high = low - margin, high + margin
    step = nice_step(high - low, divisions)
    if not 0.0 < step < math.inf:
        return low, high
    slack = 1e-9
    snapped = math.floor(low / step + slack) * step, math.ceil(high / step - slack) * step
    return min(snapped[0], low), max(snapped[1], high)


def format_number(value: float, digits: int = 4) -> str:
    """Write a number in little room: `0.0831`, `1e-4`, `12.35k`, `nan`.

    Args:
        value: Any float.
        digits: Significant digits, at most.

    Returns:
        The text, without zeros that say nothing.
    """
    if not math.isfinite(value):
        return str(float(value))
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")  # first of all: 9999.96 is 10k, not 10000
    size = abs(rounded)
    unit, suffix = 1.0, ""
    if size < SMALL or size >= HUGE:
        exponent = math.floor(math.log10(size))
        mantissa = f"{rounded:.{digits - 1}e}".partition("e")[0]
        return f"{_trimmed(mantissa)}e{exponent}"
    if size >= LARGE:
        unit, suffix = next((unit, suffix) for unit, suffix in SUFFIXES if size >= unit)
    scaled = rounded / unit
    decimals = max(digits - 1 - math.floor(math.log10(abs(scaled))), 0)
    return _trimmed(f"{scaled:.{decimals}f}") + suffix


def format_position(x: float) -> str:
    """Write an x: a count of epochs or steps in full, anything else in little room."""
    return f"{x:.0f}" if float(x).is_integer() else format_number(x)


def format_ticks(values: Sequence[float], *, log: bool = False) -> list[str]:
    """Write the ticks of one axis, all with the same unit and decimals.

    Args:
        values: The ticks, finite, ascending.
        log: Whether the axis is logarithmic. Ticks that lie more than a decade apart have no common
            decimals, and each is written by itself: `0.01 1 100 10k`.

    Returns:
        One text for each, as short as all of them allow: `0.00 0.25 0.50`, `0 5k 10k`, `0 1e-4`.
    """
    if log and values and values[-1] > 9.99 * values[0]:
        return [format_number(value) for value in values]
    size = max((abs(value) for value in values), default=0.0)
    plain = _with_unit(values, 1.0, "")
    if size == 0.0 or SMALL <= size < LARGE:
        return plain
    if SMALL <= size < HUGE:
        unit, suffix = next((unit, suffix) for unit, suffix in SUFFIXES if size >= unit)
    else:
        exponent = math.floor(math.log10(size))
        unit, suffix = _times_ten_to(1, exponent), f"e{exponent}"
    scaled = _with_unit(values, unit, suffix)
    # Ticks close together on a large number need every digit anyway: 9998, 10000, 10002.
    return min(scaled, plain, key=lambda texts: max(map(len, texts)))


def _nice(least: float) -> tuple[int, int]:
    """Return the factor and the exponent of the smallest nice number that is at least `least`."""
    if not 0.0 < least < math.inf:
        return 1, 0
    exponent = math.floor(math.log10(least))
    unit = _times_ten_to(1, exponent)
    if unit == 0.0:  # smaller than a power of ten can be
        return 1, 0
    scaled = least / unit
    factor = next((nice for nice in NICE if nice >= scaled * (1 - 1e-9)), 10)
    return factor, exponent


def _times_ten_to(factor: int, exponent: int) -> float:
    """Return the float nearest to `factor * 10**exponent`; 0.0 or inf where there is none."""
    return float(f"{factor}e{exponent}")


def _with_unit(values: Sequence[float], unit: float, suffix: str) -> list[str]:
    """Write values as multiples of a unit, with as many decimals as the one that needs most."""
    scaled = [value / unit for value in values]
    decimals = max((_decimals(value) for value in scaled), default=0)
    texts = (f"{value:.{decimals}f}" for value in scaled)
    # A zero needs no unit, and no decimals beside one: 0, 5k, 10k.
    return [
        "0" if suffix and value == 0 else text + suffix
        for value, text in zip(scaled, texts, strict=True)
    ]


def _decimals(value: float) -> int:
    """Count the decimals that a value needs, noise in the last digits of a float set aside."""
    if value == 0:
        return 0
    digits = max(12 - math.ceil(math.log10(abs(value))), 0)
    return len(f"{value:.{digits}f}".rstrip("0").partition(".")[2])


def _trimmed(text: str) -> str:
    """Take the needless zeros off a decimal number."""
    return text.rstrip("0").rstrip(".") if "." in text else text

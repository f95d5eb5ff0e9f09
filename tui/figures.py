"""Numbers, spans of time and sizes, written the way people read them.

Pure functions. A value that is not known is a hyphen, never 0.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

UNKNOWN = "-"
"""What stands for a value that is not known."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def count(number: int) -> str:
    """Write a whole number with its thousands apart, as ``4,898``."""
    return f"{number:,}"


def metric(value: float | None) -> str:
    """Write a metric with four significant digits, as ``0.1903``, ``2.4e-07`` or ``nan``."""
    if value is None:
        return UNKNOWN
    if not math.isfinite(value):
        return str(value)
    return f"{value:#.4g}".rstrip(".") if abs(value) < 1e5 else f"{value:.4g}"


def share(value: float | None) -> str:
    """Write a share of 1 with four decimals, as ``0.9812``; one of nothing is not known."""
    return UNKNOWN if value is None or math.isnan(value) else f"{value:.4f}"


def part(some: int, whole: int) -> str:
    """Write how much of something it is, as ``3.1 %``."""
    return f"{100 * some / whole:.1f} %" if whole else UNKNOWN


def column(values: Sequence[float | None]) -> list[str]:
    """Write metrics that stand below each other, with as many decimals each.

    The largest has four significant digits; what spans too many orders of magnitude for that is
    written as :func:`metric` would.
    """
    largest = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    if not 1e-3 <= largest < 1e5:
        return [metric(value) for value in values]
    decimals = max(0, 3 - math.floor(math.log10(largest)))
    return [
        metric(value) if value is None or not math.isfinite(value) else f"{value:.{decimals}f}"
        for value in values
    ]


def span(seconds: float | None) -> str:
    """Write a span of time, as ``18 ms``, ``0.4 s``, ``2 m 14 s``, ``3 h 05 m`` or ``2 d 4 h``."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    if 0 < seconds < 0.0995:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 9.95:
        return f"{max(0.0, seconds):.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} m {whole % _MINUTE:02} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} m"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"


def size(number: float | None) -> str:
    """Write bytes in decimal units, as ``264 kB`` or ``3.1 GB``."""
    if number is None:
        return UNKNOWN
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 999.5:
            digits = 1 if unit in ("MB", "GB") and number < 9.95 else 0
            return f"{number:.{digits}f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def moment(timestamp: float) -> str:
    """Write a moment in the local time zone, as ``2026-11-05 04:12``."""
    if not timestamp:
        return UNKNOWN
    try:
        return datetime.datetime.fromtimestamp(timestamp).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, OSError, ValueError):  # a damaged file can say anything
        return UNKNOWN


def progress(done: int, whole: int) -> str:
    """Write how far something is, as ``7/50``."""
    return f"{done}/{whole}" if whole else UNKNOWN

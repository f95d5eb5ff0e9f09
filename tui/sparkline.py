"""A row of cells that shows how a value went: the last cell is now. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.:-=+*#"
"""Characters from low to high."""

Point = tuple[float, float | None]
"""When it was, in seconds since 1970, and the value; None where it was not told."""


def sparkline(values: Iterable[float | None], low: float, high: float, marks: str = BLOCKS) -> str:
    """Draw a cell for each value; a space where there is none.

    Args:
        values: In order of time.
        low: What the lowest mark stands for.
        high: What the highest stands for; where it is no more than ``low``, all are the lowest.
        marks: Characters from low to high.
    """
    reach = high - low
    drawn = []
    for value in values:
        if value is None or not math.isfinite(value):
            drawn.append(" ")
            continue
        share = min(max((value - low) / reach, 0.0), 1.0) if reach > 0 else 0.0
        drawn.append(marks[min(int(share * len(marks)), len(marks) - 1)])
    return "".join(drawn)


def by_time(points: Sequence[Point], seconds: float, cells: int) -> list[float | None]:
    """Return the mean of the values in each of so many equal spans of time, the latest last.

    The spans begin at multiples of their length, so that with a new value most cells stay as they
    are. A span without values takes those of the one before, as long as the next value is not far;
    a longer gap is a gap.

    Args:
        points: In order of time.
        seconds: How long all the spans are together.
        cells: How many.
    """
    if not points or cells < 1:
        return [None] * max(cells, 0)
    each = seconds / cells
    last = math.floor(points[-1][0] / each)
    sums, counts = [0.0] * cells, [0] * cells
    for at, value in points:
        place = math.floor(at / each) - last + cells - 1
        if 0 <= place < cells and value is not None:
            sums[place] += value
            counts[place] += 1
    means = [total / many if many else None for total, many in zip(sums, counts, strict=True)]
    near = max(math.ceil(_NEAR_SECONDS / each), 1)
    told = -1
    for place, value in enumerate(means):
        if value is None:
            continue
        if told >= 0 and place - told <= near:
            means[told + 1 : place] = [means[told]] * (place - told - 1)
        told = place
    return means


_NEAR_SECONDS = 10.0
"""Values that are further apart than this have a gap between them: the worker was away."""

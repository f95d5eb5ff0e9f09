"""By how much predicted numbers miss the actual ones, as a small histogram that stands upright."""

from __future__ import annotations

from engine.run.records import Misses
from tui.figures import count, metric
from tui.format import wrap
from tui.sparkline import BLOCKS
from tui.widgets.page_parts import heading
from tui.widgets.painted import Line, lines_of

HEIGHT = 5
"""Lines that the tallest bar takes."""

LEAST_MISSES = 34
"""Cells from which it can be read."""

_WIDE = 50  # cells from which the heading says of how many rows it is

_MOST_BAR = 4  # cells, one of them between two bars


def misses_lines(misses: Misses, cells: int) -> list[Line]:
    """Return the histogram, its axis and what it comes to; nothing of a damaged one.

    Args:
        misses: As of one sample.
        cells: Room for a line.
    """
    counts, edges = misses.counts, misses.edges
    of = f"{count(misses.rows)} validation rows"
    is_narrow = cells < _WIDE
    lines = [heading("predicted minus actual", "" if is_narrow else f"of {of}")]
    if counts and len(edges) == len(counts) + 1 and max(counts) > 0:
        wide = min(max((cells - 4) // len(counts), 1), _MOST_BAR)
        lines += _bars(counts, wide)
        lines.append(_axis(edges, wide * len(counts)))
        bias = f"{metric(abs(misses.mean))} too {'high' if misses.mean > 0 else 'low'}"
        text = (
            f"half within ±{metric(misses.median)}, nine in ten within ±{metric(misses.most)}; "
            f"on average {bias}"
        )
        if is_narrow:
            text = f"{of}: {text}"
        lines += lines_of([f"   {line}" for line in wrap(text, max(cells - 4, 10))], "muted")
    if misses.lost:
        text = f"{count(misses.lost)} rows got no number"
        lines += lines_of([f"   {line}" for line in wrap(text, max(cells - 4, 10))], "bad")
    return lines


def _bars(counts: list[int], wide: int) -> list[Line]:
    """Draw a bar for each bin; one that is not empty is seen, however low."""
    steps = len(BLOCKS)
    most = max(counts)
    heights = [max(round(each / most * HEIGHT * steps), int(each > 0)) for each in counts]
    solid = max(wide - 1, 1)
    lines: list[Line] = []
    for row in reversed(range(HEIGHT)):
        parts = []
        for height in heights:
            filled = min(max(height - row * steps, 0), steps)
            mark = BLOCKS[filled - 1] if filled else " "
            parts.append((mark * solid).ljust(wide))
        lines.append((("   ", ""), ("".join(parts).rstrip(), "accent")))
    return lines


def _axis(edges: list[float], cells: int) -> Line:
    """Return the ends of the bins, and where nothing is missed."""
    low, high = f"{edges[0]:.3g}", f"+{edges[-1]:.3g}"
    middle = cells // 2
    text = low.ljust(middle) + "0"
    return (("   ", ""), (text + high.rjust(max(cells - len(text), 1)), "muted"))

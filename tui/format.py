"""How text is laid out in the cells of a screen. Pure functions.

Numbers, spans of time and sizes are written by :mod:`tui.figures`, and text from outside
is made harmless by :func:`tui.safe_text.printable`: the console and the command line say the
same thing in the same words. Here is what only a screen needs: bars, columns, lines that fit.
"""

from __future__ import annotations

import datetime
import math
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from tui.figures import UNKNOWN
from tui.safe_text import printable

_DAY, _YEAR = 86400, 365 * 86400
_AGES: Sequence[tuple[str, int, int]] = (
    ("s", 1, 60),
    ("m", 60, 3600),
    ("h", 3600, _DAY),
    ("d", _DAY, 14 * _DAY),
    ("w", 7 * _DAY, _YEAR),
)
"""Units of age: seconds of each, and seconds from which the next one is taken."""

BLOCKS = "  ▎▍▌▋▊▉█"
"""A cell filled from the left, in eighths; the first is left empty, for its glyph ends the bar."""


class Tone(NamedTuple):
    """How a state is shown.

    Attributes:
        glyph: One cell that stands before the word.
        look: ``good``, ``warn``, ``bad``, ``accent`` or ``muted``.
    """

    glyph: str
    look: str


STATES = {
    "training": Tone("●", "accent"),
    "searching": Tone("●", "accent"),
    "paused": Tone("◐", "warn"),
    "queued": Tone("◔", "muted"),
    "done": Tone("✓", "good"),
    "stopped": Tone("■", "muted"),
    "failed": Tone("✗", "bad"),
    "lost": Tone("?", "bad"),
    "silent": Tone("◌", "warn"),
    "last seen": Tone("?", "warn"),
    "damaged": Tone("!", "bad"),
}
"""By the state of a :class:`~engine.run.state.Verdict`."""


def tone(state: str) -> Tone:
    """Return how a state is shown; one that is not listed is a worker getting ready."""
    return STATES.get(state, Tone("○", "accent"))


def percent(fraction: float) -> str:
    """Write a share of 1 as ``61 %``; ``100 %`` only where nothing is missing."""
    if not math.isfinite(fraction):
        return UNKNOWN
    return f"{math.floor(100 * min(max(fraction, 0.0), 1.0))} %"


def bar(fraction: float, width: int) -> str:
    """Draw a bar of ``width`` cells, filled to an eighth of a cell."""
    if not math.isfinite(fraction) or width < 1:
        return " " * max(width, 0)
    full, part = divmod(int(min(max(fraction, 0.0), 1.0) * width * 8), 8)
    return ("█" * full + (BLOCKS[part] if part else "")).ljust(width)


def when(at: float, now: float) -> str:
    """Write a moment by the clock, with the day where it is not today's: ``3 Nov 04:12``.

    Args:
        at: Seconds since 1970; 0 is not known.
        now: The same, on the day that is today.
    """
    try:
        then, today = (datetime.datetime.fromtimestamp(each) for each in (at, now))
    except (OverflowError, OSError, ValueError):  # a damaged file can say anything
        return UNKNOWN
    if not at:
        return UNKNOWN
    days = (today.date() - then.date()).days
    if days == 0:
        return f"{then:%H:%M}"
    if days == 1:
        return f"yesterday {then:%H:%M}"
    return f"{then.day} {then:%b %H:%M}" if then.year == today.year else f"{then.day} {then:%b %Y}"


def age(seconds: float) -> str:
    """Write how long ago something was, in one unit: ``42 s``, ``5 m``, ``3 h``, ``2 d``, ``6 w``.

    What lies in the future (clocks differ) is ``0 s``.
    """
    if not math.isfinite(seconds):
        return UNKNOWN
    whole = max(int(seconds), 0)
    for unit, length, most in _AGES:
        if whole < most:
            return f"{whole // length} {unit}"
    return f"{whole // _YEAR} y"


def shorten(text: str, width: int) -> str:
    """Cut a text to ``width`` cells; a cut one ends in ``…``."""
    text = printable(text)
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def shorten_within(text: str, width: int, end: int) -> str:
    """Cut a text to ``width`` cells by leaving out what stands before its last ``end`` ones."""
    text = printable(text)
    if cell_len(text) <= width or width < end + 2:
        return shorten(text, width)
    tail = text[-end:]
    return shorten(text[: -end - 1] + "…", width - cell_len(tail)) + tail


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Make a text exactly ``width`` cells wide; ``right`` aligns it there, as numbers are."""
    text = shorten(text, width)
    room = " " * max(width - cell_len(text), 0)
    return room + text if right else text + room


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` cells, at spaces where there are any."""
    width = max(width, 2)  # a wide character takes two cells
    lines: list[str] = []
    for paragraph in text.split("\n"):
        for line in textwrap.wrap(printable(paragraph), width, break_on_hyphens=False) or [""]:
            rest = line
            while cell_len(rest) > width:
                head = set_cell_size(rest, width)
                # Where a wide character was cut through, a space stands in its place.
                taken = len(head) - (head != rest[: len(head)])
                lines.append(rest[:taken])
                rest = rest[taken:]
            lines.append(rest)
    return lines


def is_number(text: str) -> bool:
    """Say whether a cell holds a number (or nothing), so that its column is aligned right."""
    try:
        float(text.replace(",", ""))
    except ValueError:
        return text in ("", UNKNOWN)
    return True


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, gap: int = 2) -> list[str]:
    """Lay out rows under headings, columns of numbers aligned right.

    Args:
        headings: One a column.
        rows: Cells; a short row is filled up, a long one is cut.
        gap: Spaces between two columns.

    Returns:
        The line of headings, then one line a row.
    """
    columns = range(len(headings))
    heads = [printable(heading) for heading in headings]
    filled = [
        [printable(row[i]) if i < len(row) else "" for i in columns]  # a file can say anything
        for row in rows
    ]
    right = [bool(filled) and all(is_number(row[i]) for row in filled) for i in columns]
    widths = [max(cell_len(row[i]) for row in (heads, *filled)) for i in columns]
    return [
        (" " * gap).join(pad(row[i], widths[i], right=right[i]) for i in columns).rstrip()
        for row in (heads, *filled)
    ]

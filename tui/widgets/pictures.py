"""Small grey pictures in the cells of a screen: two pixels a cell, or a character for both.

A picture comes as 16 rows of 16 grey levels, a hexadecimal digit each. A cell is twice as high as
it is wide, so the upper half block shows two pixels, one in the colour of the text and one in that
of the ground. Where colours or blocks are missing, characters from thin to dense stand for the mean
of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from rich.style import Style

from tui import terminal
from tui.format import pad
from tui.widgets.painted import EMPTY, Line, Painted, Span, width

SIDE: Final = 16
"""Pixels of a picture in a row, and cells."""

ROWS: Final = SIDE // 2
"""Lines that a picture takes."""

GAP: Final = 2
"""Cells between two pictures."""

RAMP: Final = " .:-=+*#%@"
"""Characters from empty to dense."""

_SHADE = "shade-"
"""Begins the name of a look that is two grey levels: of the text and of the ground."""

Card = tuple[str, Sequence[Line]]
"""A picture, and the lines beneath it."""


class Shaded(Painted):
    """A widget of lines in which pictures may stand."""

    @property
    def ramp(self) -> str:
        """Characters from dark to light where shades cannot be shown; else nothing."""
        app = self.app
        if not (getattr(app, "ascii_only", False) or terminal.has_few_colors()):
            return ""
        return RAMP if app.current_theme.dark else RAMP[::-1]

    def _style(self, look: str, fill: str) -> Style:
        if not look.startswith(_SHADE):
            return super()._style(look, fill)
        style = self._painted_styles.get((look, ""))
        if style is None:
            text, ground = (int(level, 16) * 17 for level in look.removeprefix(_SHADE))
            style = Style.parse(
                f"#{text:02x}{text:02x}{text:02x} on #{ground:02x}{ground:02x}{ground:02x}"
            )
            self._painted_styles[look, ""] = style
        return style


def picture_lines(picture: str, ramp: str = "") -> list[Line]:
    """Return the lines of a picture, each :data:`SIDE` cells wide.

    Args:
        picture: 256 hexadecimal digits; of anything else nothing is drawn.
        ramp: Characters from dark to light to draw with; shades if empty.
    """
    levels = _levels(picture)
    if levels is None:
        blank: Line = ((" " * SIDE, ""),)
        return [blank] * ROWS
    pairs = [
        list(zip(levels[top : top + SIDE], levels[top + SIDE : top + 2 * SIDE], strict=True))
        for top in range(0, len(levels), 2 * SIDE)
    ]
    if ramp:
        # 0 to 30, so that the lightest is the last character and nothing else is.
        marks = [ramp[total * (len(ramp) - 1) // 30] for total in range(31)]
        return [(("".join(marks[upper + lower] for upper, lower in row), ""),) for row in pairs]
    return [tuple(_shades(row)) for row in pairs]


def _shades(row: Sequence[tuple[int, int]]) -> list[Span]:
    """Return cells of equal shades as one span each: what is sent to the terminal is short."""
    spans = []
    for (upper, lower), cells in groupby(row):
        text = (" " if upper == lower else "▀") * len(list(cells))
        spans.append((text, f"{_SHADE}{upper:x}{lower:x}"))
    return spans


def side_by_side(cards: Sequence[Card], cells: int, ramp: str = "") -> list[Line]:
    """Lay out pictures with what is said of each beneath it, as many in a row as fit.

    Args:
        cards: The pictures. Of a line that is wider than a picture the end is cut off.
        cells: How wide it may be.
        ramp: See :func:`picture_lines`.
    """
    fit = max(1, (cells - 1 + GAP) // (SIDE + GAP))
    lines: list[Line] = []
    for first in range(0, len(cards), fit):
        row = cards[first : first + fit]
        if lines:
            lines.append(EMPTY)
        columns = [[*picture_lines(picture, ramp), *beneath] for picture, beneath in row]
        for place in range(max(map(len, columns))):
            spans: list[Span] = []
            for column in columns:
                line = column[place] if place < len(column) else EMPTY
                spans += [(" " if column is columns[0] else " " * GAP, ""), *_fitted(line)]
            lines.append(tuple(spans))
    return lines


def _fitted(line: Line) -> list[Span]:
    """Return a line cut or filled up to the width of a picture."""
    spans: list[Span] = []
    left = SIDE
    for text, look in line:
        fitting = pad(text, min(width(((text, look),)), left))
        spans.append((fitting, look))
        left -= width(((fitting, look),))
    return [*spans, (" " * left, "")] if left else spans


def _levels(picture: str) -> list[int] | None:
    """Return the grey levels of a picture; None where a damaged file says anything else."""
    if len(picture) != SIDE * SIDE or set(picture) - set("0123456789abcdefABCDEF"):
        return None
    return [int(level, 16) for level in picture]

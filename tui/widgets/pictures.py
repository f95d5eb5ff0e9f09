"""Small grey pictures in the cells of a screen: two pixels a cell, or a character for both.

Where the person prefers it the terminal draws them itself, smoothly (:mod:`tui.graphics`).

A picture comes as 16 rows of 16 grey levels, a hexadecimal digit each. A cell is twice as high as
it is wide, so the upper half block shows two pixels, one in the colour of the text and one in that
of the ground. Where colours or blocks are missing, characters from thin to dense stand for the mean
of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from rich.segment import Segment
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

PIXELS: Final = "pixels"
"""In the place of a ramp: the terminal draws."""

_LINE = "line-"
"""Begins the name of a look that is a line of a picture: its number and all of the picture."""

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
        if not (self._is_ascii or terminal.has_few_colors()):
            return ""
        return RAMP if app.current_theme.dark else RAMP[::-1]

    @property
    def way(self) -> str:
        """How pictures of :func:`picture_lines` are drawn: a ramp, nothing or :data:`PIXELS`."""
        return PIXELS if self._by_terminal else self.ramp

    @property
    def _by_terminal(self) -> str:
        """``sixel`` or ``kitty`` where the terminal is to draw pictures, else nothing."""
        preferences = getattr(self.app, "preferences", None)
        chosen = getattr(preferences, "pictures", "")
        return chosen if chosen in ("sixel", "kitty") and not self._is_ascii else ""

    @property
    def _is_ascii(self) -> bool:
        return bool(getattr(self.app, "ascii_only", False))

    def segments(self, span: Span, fill: str) -> Sequence[Segment]:
        _, look = span
        way = self._by_terminal
        if not (look.startswith(_LINE) and way):
            return super().segments(span, fill)
        from tui.terminal_pictures import PICTURES, PictureLine

        row, _, levels = look.removeprefix(_LINE).partition("-")
        line = PictureLine(way, levels, int(row))
        return (Segment(PICTURES.text_of(line), self._style("", fill)),)

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
        ramp: Characters from dark to light to draw with; shades if empty; :data:`PIXELS` where the
            terminal draws.
    """
    levels = _levels(picture)
    if levels is None:
        blank: Line = ((" " * SIDE, ""),)
        return [blank] * ROWS
    if ramp == PIXELS:
        return [((" " * SIDE, f"{_LINE}{row}-{picture}"),) for row in range(ROWS)]
    return grey_lines(levels, SIDE, ramp)


def grey_lines(levels: Sequence[int], width: int, ramp: str = "") -> list[Line]:
    """Return the lines of any picture, two rows of pixels each.

    Args:
        levels: Of its pixels, row by row, 0 (dark) to 15 (light); an even number of rows.
        width: Pixels of a row, and cells.
        ramp: See :func:`picture_lines`.
    """
    pairs = [
        list(zip(levels[top : top + width], levels[top + width : top + 2 * width], strict=True))
        for top in range(0, len(levels), 2 * width)
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


def side_by_side(
    cards: Sequence[Card], cells: int, ramp: str = "", *, above: bool = False
) -> list[Line]:
    """Lay out pictures with what is said of each beneath it, as many in a row as fit.

    Args:
        cards: The pictures. Of a line that is wider than a picture the end is cut off.
        cells: How wide it may be.
        ramp: See :func:`picture_lines`.
        above: Whether it is said above the pictures instead.
    """
    fit = max(1, (cells - 1 + GAP) // (SIDE + GAP))
    lines: list[Line] = []
    for first in range(0, len(cards), fit):
        row = cards[first : first + fit]
        if lines:
            lines.append(EMPTY)
        columns = _columns(row, ramp, above=above)
        for place in range(max(map(len, columns))):
            spans: list[Span] = []
            for column in columns:
                line = column[place] if place < len(column) else EMPTY
                spans += [(" " if column is columns[0] else " " * GAP, ""), *_fitted(line)]
            lines.append(tuple(spans))
    return lines


def _columns(row: Sequence[Card], ramp: str, *, above: bool) -> list[list[Line]]:
    """Return the lines of each picture of a row with what is said of it."""
    if not above:
        return [[*picture_lines(picture, ramp), *said] for picture, said in row]
    most = max(len(said) for _, said in row)
    return [
        [*said, *[EMPTY] * (most - len(said)), *picture_lines(picture, ramp)]
        for picture, said in row
    ]


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

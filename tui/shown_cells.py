"""What the terminal shows, cell by cell, so that only cells which differ are sent to it.

Textual sends the rows of a widget from their left edge to the last cell that was refreshed, each
segment with all of its style. Over SSH that is most of what a console costs: a curve that has grown
by a dot sends its whole row again. Here a refreshed cell is compared with the one that is there
already, and styles are given as the difference to the one before.

Promises that the terminal looks the same as without it. Where that is not certain the row is sent
whole: wide and combining characters take as many cells as the terminal thinks they do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

if TYPE_CHECKING:
    from tui.terminal_pictures import TerminalPictures

CELLS = 16  # of a line of a picture; terminal_pictures is imported where there are some alone
_PLAIN = "\x1b[0m"
_GAP = 2
"""So many cells that are the same are sent again rather than passed over: a move is 4 bytes."""


class _Codes(NamedTuple):
    """A style as the terminal is told it; parameters of ``CSI ... m``."""

    attributes: str = ""
    color: str = ""
    ground: str = ""


_Cell = tuple[str, _Codes]
_USUAL = _Codes()


class Written(CompositorUpdate):
    """An update that is written out already.

    Args:
        text: What the terminal is sent.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def __rich__(self) -> str:
        return self._text

    def render_segments(self, console: Console) -> str:
        """Return what the terminal is sent."""
        return self._text


class ShownCells:
    """Remembers what the terminal shows."""

    def __init__(self) -> None:
        self._colors = ColorSystem.TRUECOLOR
        self._size = Size(0, 0)
        self._rows: dict[int, list[_Cell | None]] = {}
        self._touched: set[tuple[int, int, int]] = (
            set()
        )  # row, column and number of pictures' lines

    def forget(self) -> None:
        """Take it that the terminal may show anything: all of the next drawing is sent."""
        self._rows.clear()
        if (pictures := _pictures()) is not None:
            pictures.forget()

    def difference(self, update: ChopsUpdate | LayoutUpdate, console: Console) -> str:
        """Return what to send for a drawing; nothing where all of it is there already.

        Args:
            update: The drawing, of the whole screen or of a part.
            console: Knows how many colors the terminal has.
        """
        self._colors = console._color_system or ColorSystem.TRUECOLOR
        pen = _Pen(self._colors)
        if isinstance(update, LayoutUpdate):
            self._draw_all(pen, update)
        else:
            self._draw_part(pen, update)
        self._draw_sixels(pen)
        return pen.finished()

    def _draw_sixels(self, pen: _Pen) -> None:
        """Draw the lines of pictures of which a cell was written, where all of it is in view."""
        if pen.pictures is None:
            return
        for y, x, number in sorted(self._touched):
            row = self._rows.get(y, [])[x : x + CELLS]
            wanted = [(number, column) for column in range(CELLS)]
            if [cell and pen.pictures.place(cell[0]) for cell in row] == wanted:
                sixels = pen.pictures.sixels(number)
                if sixels:
                    pen.move_to(x, y)
                    pen.put(sixels)
        self._touched.clear()

    def _draw_all(self, pen: _Pen, update: LayoutUpdate) -> None:
        if update.region.size != self._size:
            self.forget()
            self._size = update.region.size
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                self._draw(pen, y, x, strip, 0, strip.cell_length)
                x += strip.cell_length

    def _draw_part(self, pen: _Pen, update: ChopsUpdate) -> None:
        for y, x1, x2 in update.spans:
            if y >= len(update.chops):
                continue
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is None or x >= x2 or end <= x1:
                    continue
                self._draw(pen, y, x, strip, max(x1 - x, 0), min(end, x2) - x)

    def _draw(self, pen: _Pen, y: int, x: int, strip: Strip, first: int, stop: int) -> None:
        """Draw the cells of a strip from ``first`` up to before ``stop``.

        Args:
            pen: What is drawn with.
            y: The row.
            x: Where in the row the strip begins.
            strip: All of it.
            first: The first cell that may have changed, counted within the strip.
            stop: Where they end.
        """
        row = self._row(y, x + strip.cell_length)
        cells = _cells(strip, self._colors)
        if cells is None:
            pen.move_to(x, y)
            pen.write(strip)
            row[x : x + strip.cell_length] = [None] * strip.cell_length
            return
        if None in row[x + first : x + stop]:
            first, stop = 0, len(cells)  # half of a wide character may stand there
        shown, cells = row[x + first : x + stop], cells[first:stop]
        if shown == cells:
            return
        row[x + first : x + stop] = cells
        for begin, end in _runs(shown, cells):
            pen.move_to(x + first + begin, y)
            pen.write_cells(cells[begin:end])
            if pen.pictures is not None:
                self._touch(pen.pictures, y, x + first + begin, cells[begin:end])

    def _touch(self, pictures: TerminalPictures, y: int, x: int, cells: Sequence[_Cell]) -> None:
        """Note which lines of pictures were written over, by where they begin."""
        for at, (character, _) in enumerate(cells, x):
            place = pictures.place(character)
            if place is not None:
                number, column = place
                self._touched.add((y, at - column, number))

    def _row(self, y: int, length: int) -> list[_Cell | None]:
        row = self._rows.setdefault(y, [])
        if len(row) < length:
            row += [None] * (length - len(row))
        return row


class _Pen:
    """Writes cells, and knows where it is and in which style it writes.

    Args:
        colors: How many the terminal knows.
    """

    def __init__(self, colors: ColorSystem) -> None:
        self._colors = colors
        self._out: list[str] = []
        self._at: tuple[int, int] | None = None
        self._codes = _USUAL
        self.pictures = _pictures()

    def put(self, sequence: str) -> None:
        """Write what leaves the cursor and the style as they are."""
        self._out.append(sequence)

    def move_to(self, x: int, y: int) -> None:
        if self._at is not None and self._at[1] == y and self._at[0] <= x:
            right = x - self._at[0]
            if right:
                self._out.append(f"\x1b[{right if right > 1 else ''}C")
        else:
            self._out.append(f"\x1b[{y + 1};{x + 1}H")
        self._at = (x, y)

    def write_cells(self, cells: Sequence[_Cell]) -> None:
        for codes, run in groupby(cells, key=itemgetter(1)):
            self._turn_to(codes)
            text = "".join([text for text, _ in run])
            if self.pictures is not None and not text.isascii():
                text = self.pictures.written(text, codes.color)
            self._out.append(text)
        assert self._at is not None
        self._at = (self._at[0] + len(cells), self._at[1])

    def write(self, segments: Iterable[Segment]) -> None:
        """Write text of which it is not certain how far it goes."""
        for text, style, _ in segments:
            self._turn_to(_codes(style, self._colors))
            self._out.append(text)
        self._at = None

    def finished(self) -> str:
        if self._codes != _USUAL:
            self._out.append(_PLAIN)
        return "".join(self._out)

    def _turn_to(self, codes: _Codes) -> None:
        now, self._codes = self._codes, codes
        if codes == now:
            return
        if codes.attributes != now.attributes:  # each of them would have an end of its own
            parts = ["0" if any(now) else "", *codes]
        else:
            parts = [
                (codes.color or "39") if codes.color != now.color else "",
                (codes.ground or "49") if codes.ground != now.ground else "",
            ]
        self._out.append(f"\x1b[{';'.join(filter(None, parts))}m")


def _pictures() -> TerminalPictures | None:
    """Return the pictures that the terminal draws; None as long as there was none."""
    module = sys.modules.get("tui.terminal_pictures")
    if module is None:
        return None
    pictures: TerminalPictures = module.PICTURES
    return pictures if pictures.are_there else None


def _runs(shown: Sequence[_Cell | None], cells: Sequence[_Cell]) -> list[tuple[int, int]]:
    """Return from where to where cells differ, runs that nearly touch as one."""
    runs: list[tuple[int, int]] = []
    begin = end = -1
    for place, (old, new) in enumerate(zip(shown, cells, strict=True)):
        if old == new:
            continue
        if begin >= 0 and place - end <= _GAP:
            end = place + 1
            continue
        if begin >= 0:
            runs.append((begin, end))
        begin, end = place, place + 1
    runs.append((begin, end))
    return runs


def _cells(strip: Strip, colors: ColorSystem) -> list[_Cell] | None:
    """Return a strip cell by cell; None where a character may take another number of cells."""
    cells: list[_Cell] = []
    for text, style, control in strip:
        if control is not None or not _is_plain(text):
            return None
        codes = _codes(style, colors)
        cells += [(character, codes) for character in text]
    return cells


@lru_cache(maxsize=4096)
def _is_plain(text: str) -> bool:
    return text.isascii() or all(get_character_cell_size(each) == 1 for each in text)


@lru_cache(maxsize=4096)
def _codes(style: Style | None, colors: ColorSystem) -> _Codes:
    if style is None:
        return _USUAL
    color, ground = style.color, style.bgcolor
    return _Codes(
        Strip.render_ansi(style.without_color, colors),
        ";".join(color.downgrade(colors).get_ansi_codes()) if color else "",
        ";".join(ground.downgrade(colors).get_ansi_codes(False)) if ground else "",
    )

"""Pictures that the terminal draws, as they pass through Textual: as characters of one cell each.

Textual cuts, filters and caches what is drawn, and knows cells alone. So a line of a picture goes
through it as characters that nobody else uses, one a cell, and becomes a picture where cells are
written out (:mod:`tui.shown_cells`). There a line that is half covered stays blank, and what the
terminal shows already is not sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from tui import graphics

CELLS = 16
"""Cells of a line of a picture."""

_FIRST = 0xF0000
"""The first of the characters: of a plane that is for private use."""

_MOST = 2048
"""Lines of pictures that are known at a time: some 256 pictures."""


class PictureLine(NamedTuple):
    """One line of cells of a picture.

    Attributes:
        way: ``sixel`` or ``kitty``.
        levels: All of the picture: a hexadecimal digit for each pixel, :data:`CELLS` in a row.
        row: Which of its lines, from 0.
    """

    way: str
    levels: str
    row: int


class TerminalPictures:
    """Knows the lines of pictures by number; the one that was longest not drawn goes."""

    def __init__(self) -> None:
        self._numbers: dict[PictureLine, int] = {}
        self._lines: dict[int, PictureLine] = {}
        self._told: set[PictureLine] = set()

    @property
    def are_there(self) -> bool:
        """Whether there was ever one."""
        return bool(self._numbers)

    def text_of(self, line: PictureLine) -> str:
        """Return the characters that stand for a line."""
        number = self._numbers.pop(line, None)
        if number is None:
            number = len(self._numbers)
            if number >= _MOST:
                oldest = next(iter(self._numbers))
                number = self._numbers.pop(oldest)
                self._told.discard(oldest)
        self._numbers[line] = number
        self._lines[number] = line
        first = _FIRST + number * CELLS
        return "".join(map(chr, range(first, first + CELLS)))

    def place(self, character: str) -> tuple[int, int] | None:
        """Return the number of the line that a character stands for, and the column in it."""
        number, column = divmod(ord(character) - _FIRST, CELLS)
        return (number, column) if number in self._lines else None

    def forget(self) -> None:
        """Take it that the terminal knows no picture any more."""
        self._told.clear()

    def written(self, text: str, color: str) -> str:
        """Return text as the terminal is sent it: blanks where sixels come, kitty's placeholders.

        Args:
            text: Of one style.
            color: That of the text, as the parameters of ``CSI ... m``.
        """
        out = []
        for number, run in groupby(text, key=self._number):
            characters = list(run)
            if number is None:
                out.append("".join(characters))
            elif self._lines[number].way == "kitty":
                out.append(self._kitty(number, characters))
                out.append(f"\x1b[{color or '39'}m")
            else:
                out.append(" " * len(characters))
        return "".join(out)

    def _number(self, character: str) -> int | None:
        place = self.place(character)
        return place[0] if place is not None else None

    def _kitty(self, number: int, characters: Iterable[str]) -> str:
        line = self._lines[number]
        told = ""
        if line not in self._told:
            self._told.add(line)
            size = graphics.kitty_size(CELLS)
            pixels = graphics.slice_of(line.levels, CELLS, line.row, size)
            told = graphics.kitty(pixels, number, CELLS)
        columns = [ord(each) - _FIRST - number * CELLS for each in characters]
        return told + graphics.placeholders(number, range(columns[0], columns[-1] + 1))

    def sixels(self, number: int) -> str:
        """Return what draws a line at the cursor; nothing for kitty, which has its text."""
        line = self._lines[number]
        if line.way != "sixel":
            return ""
        width, height = graphics.cell_size()
        return graphics.sixel(
            graphics.slice_of(line.levels, CELLS, line.row, (height, CELLS * width))
        )


PICTURES = TerminalPictures()
"""Those of this process, which has one terminal."""

"""What a terminal shows after all that a program has written to it: a small terminal, read only.

It knows what the console writes and no more: text, moves, erasing, styles. Anything else is passed
over, so that titles, questions to the terminal and the clipboard do no harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rich.cells import get_character_cell_size

_PART = re.compile(
    r"\x1b\[(?P<private>[?>=<]?)(?P<parameters>[0-9;:]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]P_^X](?:[^\x07\x1b]|\x1b(?!\\))*(?:\x07|\x1b\\)"
    r"|\x1b[()*+][0-9A-Za-z]|\x1b[0-9=>A-Za-z]"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
)


@dataclass(frozen=True)
class Cell:
    """A place on the screen.

    Attributes:
        text: A character and what combines with it; empty where a wide one to the left reaches.
        style: The parameters of its style in the order in which they were set, without those that
            were undone.
    """

    text: str = " "
    style: tuple[tuple[str, str], ...] = ()


_BLANK = Cell()


class Shown:
    """The screen of a terminal.

    Args:
        columns: Width.
        rows: Height.
    """

    def __init__(self, columns: int = 150, rows: int = 45) -> None:
        self._columns, self._rows = columns, rows
        self._x = self._y = 0
        self._style: dict[str, str] = {}
        self._rest = ""
        self._cells: list[list[Cell]] = []
        self._erase()

    @property
    def lines(self) -> list[str]:
        """What stands in each row, without what is blank at its end."""
        return ["".join(cell.text for cell in row).rstrip() for row in self._cells]

    @property
    def text(self) -> str:
        """All rows."""
        return "\n".join(self.lines)

    def cell(self, x: int, y: int) -> Cell:
        """Return what stands in a place."""
        return self._cells[y][x]

    def resize(self, columns: int, rows: int) -> None:
        """Take another size; what is drawn next draws all of it."""
        self._columns, self._rows = columns, rows
        self._erase()

    def feed(self, written: str) -> None:
        """Take what a program wrote."""
        written = self._rest + written
        end = written.rfind("\x1b")
        # A sequence may be cut in the middle; then the rest of it comes next time.
        self._rest = written[end:] if end >= 0 and _PART.match(written, end) is None else ""
        for part in _PART.finditer(written, 0, len(written) - len(self._rest)):
            if part["text"]:
                for character in part["text"]:
                    self._put(character)
            elif part["control"]:
                self._control(part["control"])
            elif part["final"] and not part["private"]:
                self._sequence(part["parameters"], part["final"])
            elif part["final"] in ("h", "l") and part["parameters"] == "1049":
                self._erase()

    def _put(self, character: str) -> None:
        size = get_character_cell_size(character)
        row = self._cells[min(self._y, self._rows - 1)]
        if size == 0:
            before = max(min(self._x, self._columns) - 1, 0)
            row[before] = Cell(row[before].text + character, row[before].style)
            return
        if self._x + size > self._columns:
            self._x, self._y = 0, min(self._y + 1, self._rows - 1)
            row = self._cells[self._y]
        style = tuple(sorted(self._style.items()))
        for x in (self._x, self._x + size - 1):
            self._halve(row, x)
        row[self._x] = Cell(character, style)
        if size == 2:
            row[self._x + 1] = Cell("", style)
        self._x += size

    @staticmethod
    def _halve(row: list[Cell], x: int) -> None:
        """Blank the other half of a wide character that is about to be written over."""
        if not row[x].text and x:
            row[x - 1] = _BLANK
        elif x + 1 < len(row) and not row[x + 1].text:
            row[x + 1] = _BLANK

    def _control(self, character: str) -> None:
        if character == "\r":
            self._x = 0
        elif character == "\n":
            self._y = min(self._y + 1, self._rows - 1)
        elif character == "\b":
            self._x = max(self._x - 1, 0)

    def _sequence(self, parameters: str, final: str) -> None:
        numbers = [int(each) if each.isdigit() else 0 for each in parameters.split(";")]
        first = max(numbers[0], 1)
        if final == "H":
            column = max(numbers[1], 1) if len(numbers) > 1 else 1
            self._y, self._x = min(first, self._rows) - 1, min(column, self._columns) - 1
        elif final == "C":
            self._x = min(self._x + first, self._columns - 1)
        elif final == "D":
            self._x = max(self._x - first, 0)
        elif final == "J" and numbers[0] == 2:
            self._erase()
        elif final == "K":
            begin, end = ((self._x, None), (0, self._x + 1), (0, None))[min(numbers[0], 2)]
            self._blank(begin, end)
        elif final == "X":
            self._blank(self._x, self._x + first)
        elif final == "m":
            self._dress(parameters)

    def _blank(self, begin: int, end: int | None) -> None:
        row = self._cells[self._y]
        row[begin:end] = [_BLANK] * len(row[begin:end])

    def _dress(self, parameters: str) -> None:
        """Set styles, by what they are about: one color replaces another."""
        parts = parameters.split(";") if parameters else ["0"]
        while parts:
            code = parts.pop(0) or "0"
            if code == "0":
                self._style = {}
            elif code in ("38", "48"):
                taken = 4 if parts and parts[0] == "2" else 2
                self._style[code] = ";".join(parts[:taken])
                del parts[:taken]
            elif code in ("39", "49"):
                self._style.pop({"39": "38", "49": "48"}[code], None)
            elif len(code) == 2 and code[0] in "39" and code[1] in "01234567":
                self._style["38"] = code
            elif (len(code) == 2 and code[0] == "4") or code[:2] == "10":
                self._style["48"] = code
            else:
                self._style[code] = ""

    def _erase(self) -> None:
        self._cells = [[_BLANK] * self._columns for _ in range(self._rows)]
        self._x = self._y = 0

"""What the commands write: data on standard output, narration on standard error.

What it promises: text from data, names and logs is shown, never obeyed (:func:`printable`); colour
and fitting to the width only on a terminal, and no colour where ``NO_COLOR`` or ``TERM=dumb`` asks
for none; JSON that any reader takes, on one line an object.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from tui.safe_text import UNSAFE, printable
from tui.streams import has_blocks, is_colourful, is_terminal, narrate

_ASCII = str.maketrans({"…": "...", "·": "|", "–": "-", "█": "#", "▌": " ", "×": "x"})
"""What stands for the few other characters that we write ourselves."""
_GAP = "  "
_NARROWEST = 8  # cells below which a column is not cut: nothing could be read any more


def say(text: str = "", *, end: str = "\n") -> None:
    """Write a line of data to standard output; it must be printable already."""
    if not has_blocks(sys.stdout):
        text = text.translate(_ASCII)
    sys.stdout.write(text + end)


def hint(text: str) -> None:
    """Tell a person at a terminal what they might do next; a script need not know."""
    if is_terminal(sys.stderr):
        narrate(text)


def print_json(value: object) -> None:
    """Write one object as a line of JSON and pass it on at once."""
    sys.stdout.write(json_line(value) + "\n")
    sys.stdout.flush()


def json_line(value: object) -> str:
    """Return plain data or a struct as one line of JSON that a terminal can show, too."""
    from engine.run.records import dumps

    try:
        text = dumps(value)
    except UnicodeEncodeError:  # names on disk that are no UTF-8
        text = dumps(_encodable(value))
    # Only within strings can such characters stand, and there JSON lets them be escaped.
    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _encodable(value: object) -> object:
    import msgspec

    value = msgspec.to_builtins(value)
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(each) for each in value]
    return value


def styled(text: str, stream: TextIO, **style: Any) -> str:
    """Return text in a style of :func:`click.style`, where the stream welcomes it."""
    import click

    return click.style(text, **style) if style and is_colourful(stream) else text


def heading(text: str) -> str:
    """Return a heading for standard output."""
    return styled(printable(text), sys.stdout, bold=True)


STATE_STYLES: dict[str, dict[str, Any]] = {
    "done": {"fg": "green"},
    "stopped": {"fg": "yellow"},
    "failed": {"fg": "red"},
    "lost": {"fg": "red"},
    "silent": {"fg": "yellow"},
    "damaged": {"fg": "red"},
    "last seen": {"fg": "yellow"},
}
"""How states are shown; those that are missing here are of live runs, in cyan."""


def state_style(state: str) -> dict[str, Any]:
    """Return the style in which a run's state is shown."""
    return STATE_STYLES.get(state, {"fg": "cyan"})


def width(text: str) -> int:
    """Return the cells that text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cells(letter) for letter in text)


def _cells(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def cut(text: str, cells: int) -> str:
    """Return text that takes at most so many cells; what was cut off is marked."""
    if width(text) <= cells:
        return text
    mark = "…" if has_blocks(sys.stdout) else "..."
    kept, room = "", cells - len(mark)
    for letter in text:
        room -= _cells(letter)
        if room < 0:
            break
        kept += letter
    return kept + mark


@dataclass(frozen=True)
class Cell:
    """A cell of a table with a style of :func:`click.style`."""

    text: str
    style: dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        title: Its heading.
        right: Whether it is flush right, as numbers are.
        flexible: Whether it may be cut to fit a terminal.
    """

    title: str
    right: bool = False
    flexible: bool = False


def print_table(
    columns: Sequence[Column], rows: Iterable[Sequence[str | Cell]], *, indent: str = ""
) -> None:
    """Write a table to standard output; on a terminal it is made to fit, elsewhere nothing is cut.

    Args:
        columns: Its columns. Headings are left out if all are empty.
        rows: Cells as they come from anywhere: they are made printable here.
        indent: Stands before each line.
    """
    grid = [
        [each if isinstance(each, Cell) else Cell(str(each), {}) for each in row] for row in rows
    ]
    grid = [[Cell(printable(cell.text), cell.style) for cell in row] for row in grid]
    if any(column.title for column in columns):
        grid.insert(0, [Cell(column.title, {"bold": True}) for column in columns])
    widths = [max((width(row[i].text) for row in grid), default=0) for i in range(len(columns))]
    if is_terminal(sys.stdout):
        _fit(widths, columns, _terminal_columns() - len(indent))
    for row in grid:
        parts = [
            _cell(cell, column, cells)
            for cell, column, cells in zip(row, columns, widths, strict=True)
        ]
        say((indent + _GAP.join(parts)).rstrip())


def _terminal_columns() -> int:
    import shutil  # within: it brings compression libraries, which --help has no use for

    return shutil.get_terminal_size().columns


def room() -> int:
    """Return the cells that a line of standard output may take; where nobody looks, 100."""
    return _terminal_columns() if is_terminal(sys.stdout) else 100


def _fit(widths: list[int], columns: Sequence[Column], room: int) -> None:
    """Narrow flexible columns, the widest first, until the table fits or nothing more can go."""
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - room
    flexible = [i for i, column in enumerate(columns) if column.flexible]
    while excess > 0 and flexible:
        widest = max(flexible, key=lambda i: widths[i])
        if widths[widest] <= _NARROWEST:
            return
        widths[widest] -= 1
        excess -= 1


def _cell(cell: Cell, column: Column, cells: int) -> str:
    text = cut(cell.text, cells) if column.flexible else cell.text
    padding = " " * (cells - width(text))
    text = styled(text, sys.stdout, **cell.style)
    return padding + text if column.right else text + padding


def print_wrapped(
    text: str, *, indent: str = "", hanging: str | None = None, first: Cell | None = None
) -> None:
    """Write a text to standard output, broken between words to a width that reads well.

    Args:
        text: It is made printable here.
        indent: Stands before the first line.
        hanging: Stands before the others; the same as ``indent`` by default.
        first: The text's first word, with the style that it is to have.
    """
    import textwrap

    filled = textwrap.fill(
        printable(text),
        width=max(40, min(room(), 100)),
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    if first is not None:
        filled = filled.replace(first.text, styled(first.text, sys.stdout, **first.style), 1)
    say(filled)

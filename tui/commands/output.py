"""What the commands write: data on standard output, narration on standard error.

What it promises: text from data, names and logs is shown, never obeyed (:func:`printable`); colour
and fitting to the width only on a terminal, and no colour where ``NO_COLOR`` or ``TERM=dumb`` asks
for none; JSON that any reader takes, on one line an object.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TextIO

# Control characters; what turns the direction of writing round; line ends that are not "\n"; and
# halves of characters, which stand for bytes that are no UTF-8 and cannot be written at all.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_ASCII = str.maketrans({"…": "...", "·": "|", "–": "-", "█": "#", "▌": " ", "×": "x"})
"""What stands for the few other characters that we write ourselves."""
_GAP = "  "
_NARROWEST = 8  # cells below which a column is not cut: nothing could be read any more


def printable(text: object) -> str:
    r"""Return text that may stand on a line of a terminal, whatever it held.

    Escape sequences, line breaks and the like are spelled out as ``\x1b``, ``\n``.
    """
    return _UNSAFE.sub(_spell, str(text))


def paragraph(text: str) -> str:
    """Like :func:`printable`, but lets the text keep its line breaks."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _spell(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file's name that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    known = {9: "\\t", 10: "\\n", 13: "\\r"}
    return known.get(code) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def say(text: str = "", *, end: str = "\n") -> None:
    """Write a line of data to standard output; it must be printable already."""
    if not has_blocks(sys.stdout):
        text = text.translate(_ASCII)
    sys.stdout.write(text + end)


def hint(text: str) -> None:
    """Tell a person at a terminal what they might do next; a script need not know."""
    if is_terminal(sys.stderr):
        narrate(text)


def narrate(text: str) -> None:
    """Write a line to standard error; one that nobody reads any more is no reason to end."""
    try:
        sys.stderr.write(printable(text) + "\n")
        sys.stderr.flush()
    except OSError:
        return


def give_up_stdout() -> None:
    """Let what is still to be written to standard output go nowhere, since its reader has gone."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


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


def is_terminal(stream: TextIO) -> bool:
    """Say whether a person looks at a stream."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def is_colourful(stream: TextIO) -> bool:
    """Say whether colour is welcome on a stream."""
    return (
        is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def has_blocks(stream: TextIO) -> bool:
    """Say whether a stream can show block characters and the like, beyond ASCII."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return (
        "utf" in (stream.encoding or "").lower()
        # Python makes UTF-8 of the C locale, but the terminal does not know that.
        and locale not in ("C", "POSIX")
        and os.environ.get("TERM") != "linux"
    )


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

    columns = _terminal_columns() if is_terminal(sys.stdout) else 100
    filled = textwrap.fill(
        printable(text),
        width=max(40, min(columns, 100)),
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    if first is not None:
        filled = filled.replace(first.text, styled(first.text, sys.stdout, **first.style), 1)
    say(filled)

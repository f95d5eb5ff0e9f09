"""What ``dlconsole data show`` prints of a table, or of pictures and texts by class."""

from __future__ import annotations

import sys
from typing import Any

from tui import data_seen
from tui.commands.output import (
    Cell,
    Column,
    heading,
    print_table,
    print_wrapped,
    room,
    say,
    styled,
    width,
)
from tui.data_seen import Answer
from tui.safe_text import printable
from tui.streams import has_blocks, is_colourful, is_terminal

_NUMBERS = ("rows", "share", "train", "validation", "test", "missing")
_ROLES: dict[str, dict[str, Any]] = {"target": {"fg": "cyan"}, "left out": {"dim": True}}
_LOOKS: dict[str, dict[str, Any]] = {
    "warn": {"fg": "yellow"},
    "muted": {"dim": True},
    "class": {"fg": "cyan"},
}
_GREYS = (232, 255)
"""The first and the last grey of a terminal with 256 colours."""


def print_data(answer: Answer) -> None:
    """Print what was found in the data; what keeps it from being trained on is not repeated."""
    say(heading(data_seen.heading(answer)))
    for text, look in data_seen.sentences(answer):
        say(styled(printable(text), sys.stdout, **_LOOKS[look]))
    say()
    if "classes" in answer:
        _print_labelled(answer)
    else:
        _print_table(answer)


def _print_table(answer: Answer) -> None:
    headings, rows = data_seen.column_table(answer)
    styles = [_ROLES.get(column["role"], {}) for column in answer["columns"]]
    print_table(
        _columns(headings),
        [[Cell(cell, style) for cell in row] for row, style in zip(rows, styles, strict=True)],
    )
    if answer["left"]:
        say(f"and {answer['left']:,} more columns")
    say()
    count = len(answer["head"])
    say(heading(f"the first {count} rows" if count < answer["rows"] else "all rows"))
    shown = _fitting(answer)
    columns = [
        Column(printable(each["name"]), right=each["kind"] == "number")
        for each in answer["columns"][:shown]
    ]
    print_table(columns, [row[:shown] for row in answer["head"]])
    more = len(answer["columns"]) - shown
    if more:
        say(f"and {more:,} more columns, for which a wider terminal (or a file) has room")


def _fitting(answer: Answer) -> int:
    """Return how many columns of the first rows there is room for; in a file, for all."""
    columns = answer["columns"]
    if not is_terminal(sys.stdout):
        return len(columns)
    left = room()
    for place, column in enumerate(columns):
        cells = (column["name"], *(row[place] for row in answer["head"]))
        left -= max(width(printable(cell)) for cell in cells) + 2
        if left < -2:
            return max(1, place)
    return len(columns)


def _print_labelled(answer: Answer) -> None:
    headings, rows = data_seen.class_table(answer)
    print_table(_columns(headings), rows)
    say()
    print_table([Column(""), Column("", flexible=True)], answer["facts"])
    examples = answer["examples"]
    if not examples:
        return
    say()
    say(heading(f"{len(examples)} of the examples"))
    if answer["form"] == "pictures":
        _print_pictures(examples)
        return
    for each in examples:
        name = styled(printable(each["name"]), sys.stdout, dim=True)
        say(f"{styled(printable(each['class']), sys.stdout, fg='cyan')}  {name}")
        print_wrapped(" ".join(each["text"].split()), indent="  ")


def _print_pictures(examples: list[dict[str, str]]) -> None:
    """Draw pictures side by side on a terminal; elsewhere their names stand for them."""
    if not is_terminal(sys.stdout):
        print_table([Column("class"), Column("name")], [[e["class"], e["name"]] for e in examples])
        return
    # Within: these bring Textual, which nothing else here has a use for.
    from tui.terminal import has_few_colors
    from tui.widgets.pictures import RAMP, side_by_side

    has_shades = is_colourful(sys.stdout) and has_blocks(sys.stdout) and not has_few_colors()
    cards = [(e["picture"], [((e["class"], "class"),), ((e["name"], "muted"),)]) for e in examples]
    for line in side_by_side(cards, room(), "" if has_shades else RAMP):
        say("".join(_painted(text, look) for text, look in line).rstrip(" "))


def _painted(text: str, look: str) -> str:
    if look.startswith("shade-"):
        upper, lower = (_grey(level) for level in look.removeprefix("shade-"))
        return styled(text, sys.stdout, fg=upper, bg=lower)
    return styled(printable(text), sys.stdout, **_LOOKS.get(look, {}))


def _grey(level: str) -> int:
    """Return the colour of a grey level, a hexadecimal digit."""
    first, last = _GREYS
    return first + round(int(level, 16) * (last - first) / 15)


def _columns(headings: list[str]) -> list[Column]:
    return [
        Column(name, right=name in _NUMBERS, flexible=name in ("values", "class", "column"))
        for name in headings
    ]

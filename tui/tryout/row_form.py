"""A row of a table as a form: a line a column, with what stood there in the training rows.

A number is typed where a digit begins it or moved with the arrows, a category is turned; an empty
field is a value that is not known. What is typed counts at once, so that a prediction can follow.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message

from tui import keys
from tui.format import pad, shorten
from tui.safe_text import printable
from tui.widgets.line_editor import LineEditor
from tui.widgets.lines import Lines
from tui.widgets.painted import Line, Span

if TYPE_CHECKING:
    from engine.run.expected import Column

_LONGEST_NAME = 24
_VALUE = 10
_HEAD = 1  # lines above the first column
_BEGINS_NUMBER = frozenset("0123456789.+-")


class RowForm(Lines):
    """Shows a row and lets a person change it.

    Args:
        columns: What the row holds.

    Attributes:
        typed: The text of each field, by column.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("row")

    class Changed(Message):
        """A field says something else now."""

    class Editing(Message):
        """Typing into a field began or ended.

        Attributes:
            on: Whether it began.
        """

        def __init__(self, on: bool) -> None:
            super().__init__()
            self.on = on

    def __init__(self, columns: tuple[Column, ...], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns = columns
        self.typed = {column.name: column.usual for column in columns}
        self._at = 0
        self._editor: LineEditor | None = None

    @property
    def wrong(self) -> str:
        """What is wrong with the first field that cannot be used; empty where all can."""
        return next(
            (f"{each.name}: {text}." for each in self.columns if (text := self._problem(each))), ""
        )

    # What stands in the page.

    def compose_lines(self, cells: int) -> list[Line]:
        longest = max((cell_len(printable(each.name)) for each in self.columns), default=0)
        name = min(longest, _LONGEST_NAME, max(cells - _VALUE - 8, 6)) + 1
        head = f"   {pad('column', name)}{pad('value', _VALUE, right=True)}  training rows"
        lines = [self._line(place, name, cells) for place in range(len(self.columns))]
        return [((shorten(head, cells), "muted"),), *lines]

    def _line(self, place: int, name: int, cells: int) -> Line:
        column = self.columns[place]
        text = self.typed[column.name]
        is_usual = text == column.usual
        spans: list[Span] = [
            (" ▸ " if place == self._at else "   ", "accent"),
            (pad(column.name, name), ""),
        ]
        problem = self._problem(column)
        if self._editor is not None and place == self._at:
            before, under, after = self._editor.window(_VALUE)
            rest = " " * (_VALUE - sum(map(cell_len, (before, under, after))))
            spans += [(before, "edit"), (under, "caret"), (after + rest, "edit")]
        elif column.levels:
            shown = pad(text or "not known", _VALUE - 4)
            spans += [("‹ ", "muted"), (shown, "" if is_usual else "strong"), (" ›", "muted")]
        else:
            look = "bad" if problem else "" if is_usual else "strong"
            spans.append((pad(text or "not known", _VALUE, right=True), look))
        room = max(cells - name - _VALUE - 6, 0)
        beside = problem or self._beside(column)
        look = "bad" if problem else "warn" if self._is_outside(column) else "muted"
        spans.append((f"  {shorten(beside, room)}", look))
        return tuple(spans)

    def _beside(self, column: Column) -> str:
        if column.levels:
            return f"of {len(column.levels)}: {', '.join(column.levels)}"
        if column.low is None or column.high is None:
            return f"median {column.usual}"
        spread = f"{column.low:.4g} … {column.high:.4g}"
        return f"outside {spread}" if self._is_outside(column) else spread

    def _is_outside(self, column: Column) -> bool:
        value = _number(self.typed[column.name])
        if value is None or column.low is None or column.high is None:
            return False
        return not column.low <= value <= column.high

    def _problem(self, column: Column) -> str:
        text = self.typed[column.name].strip()
        if column.levels or not text or _number(text) is not None:
            return ""
        return "expected a number, or nothing"

    def look_of(self, y: int) -> str:
        return "cursor" if y == self._at + _HEAD and self.has_focus else ""

    # What the keys do.

    def action_move(self, step: int) -> None:
        """Go up or down so many fields."""
        self._at = min(max(self._at + step, 0), len(self.columns) - 1)
        self._redraw()

    def action_turn(self, step: int) -> None:
        """Turn a category, or make a number somewhat greater or smaller."""
        column = self.columns[self._at]
        text = self.typed[column.name]
        if column.levels:
            place = column.levels.index(text) if text in column.levels else -min(step, 0)
            self._become(column.levels[(place + step) % len(column.levels)])
            return
        value = _number(text)
        if value is None:
            value = float(column.usual)
        self._become(_rounded(value + step * _step(column), _step(column)))

    def action_enter(self) -> None:
        """Type into the current field, or turn it if it is a category."""
        column = self.columns[self._at]
        if column.levels:
            self.action_turn(1)
        else:
            self._edit(self.typed[column.name])

    def action_undo(self) -> None:
        """Set the current field to what is usual."""
        self._become(self.columns[self._at].usual)

    def action_usual(self) -> None:
        """Set every field to what is usual."""
        self.typed = {column.name: column.usual for column in self.columns}
        self._redraw()
        self.post_message(self.Changed())

    async def on_key(self, event: events.Key) -> None:
        """Type into a field, or do at once what a key of the form does.

        At once, for the reason that :class:`tui.form.recipe_page.RecipePage` gives.
        """
        if self._editor is None and not self._begins(event):
            active = self.screen.active_bindings.get(event.key)
            if active is not None and active.node is self:
                await self.run_action(active.binding.action)
                _take(event)
            return
        if event.key in ("enter", "up", "down", "tab", "shift+tab", "escape"):
            self._accept()
            if event.key != "escape":
                self.action_move(-1 if event.key in ("up", "shift+tab") else 1)
            _take(event)
        elif self._editor is not None and self._editor.press(event.key, event.character):
            _take(event)
            self._become(self._editor.text)

    def on_paste(self, event: events.Paste) -> None:
        if not self.columns[self._at].levels:
            if self._editor is None:
                self._edit("")
            if self._editor is not None:
                self._editor.insert(event.text.strip())
                self._become(self._editor.text)
        event.stop()

    def on_click(self, event: events.Click) -> None:
        y = event.y - self.gutter.top + self.scroll_offset.y - _HEAD
        if 0 <= y < len(self.columns):
            self._accept()
            again = y == self._at
            self._at = y
            self._redraw()
            if again:
                self.action_enter()

    def on_focus(self) -> None:
        self._redraw()

    def on_blur(self) -> None:
        self._accept()
        self._redraw()

    def _begins(self, event: events.Key) -> bool:
        letter = event.character if event.is_printable else None
        if letter not in _BEGINS_NUMBER or self.columns[self._at].levels:
            return False
        self._edit("")
        return True

    def _edit(self, text: str) -> None:
        self._editor = LineEditor(text)
        self.post_message(self.Editing(True))
        self._redraw()

    def _accept(self) -> None:
        if self._editor is not None:
            self._editor = None
            self.post_message(self.Editing(False))
            self._redraw()

    def _become(self, text: str) -> None:
        self.typed[self.columns[self._at].name] = text
        self._redraw()
        self.post_message(self.Changed())

    def _redraw(self) -> None:
        self.redraw()
        self.refresh()
        region = Region(0, self._at - 1 + _HEAD, 1, 3)
        self.scroll_to_region(region, animate=False, immediate=True, x_axis=False)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _step(column: Column) -> float:
    """Return by how much an arrow moves a number: a round figure, about a quarter of the spread."""
    quarter = column.std / 4
    return float(10.0 ** math.floor(math.log10(quarter))) if quarter > 0 else 1.0


def _rounded(value: float, step: float) -> str:
    digits = max(-math.floor(math.log10(step)), 0)
    return f"{round(value, digits):.{digits}f}" if digits < 12 else format(value, ".6g")


def _take(event: events.Key) -> None:
    event.stop()
    event.prevent_default()

"""A form: a page of fields, one of them current, that are typed into and turned.

Each field has one line: what it is called, what it says, and what it may say, or, in the same
place, what is wrong with it. A line is typed into where a digit begins a number (any letter begins
a text), a choice is turned with the arrows, and the keys of the screen hold everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message

from tui import keys
from tui.form.fields import CHOICE, TEXT, Field
from tui.form.form_lines import LAUNCH, Filled, FormLines, Writing
from tui.widgets.line_editor import LineEditor
from tui.widgets.lines import Lines
from tui.widgets.painted import Line

_MARGIN = 2
_BEGINS_NUMBER = frozenset("0123456789.+-")


class Fillable(Filled, Protocol):
    """A form that a person can fill in."""

    @property
    def typed(self) -> Mapping[str, str]:
        """The fields that a person changed, with what they say now."""

    def type(self, name: str, text: str) -> None:
        """Let a field say something else."""

    def turn(self, name: str, step: int) -> None:
        """Turn a choice on by so many options."""

    def undo(self, name: str) -> None:
        """Set a field to what is usual."""


class FormPage(Lines):
    """Shows a form and lets a person fill it in. A subclass says which, and lays it out."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("form")

    class Changed(Message):
        """A field says something else now, or another field is the current one."""

    class Launch(Message):
        """Enter was pressed on the last line."""

    class Editing(Message):
        """Typing into a field began or ended.

        Attributes:
            on: Whether it began.
        """

        def __init__(self, on: bool) -> None:
            super().__init__()
            self.on = on

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._at = ""
        self._editor: LineEditor | None = None
        self._before_edit: str | None = None
        self._rows: dict[str, tuple[int, int]] = {}

    @property
    def form(self) -> Fillable | None:
        """What is filled in; None where there is nothing to be."""
        raise NotImplementedError

    def lay_out(self, cells: int, writing: Writing) -> FormLines:
        """Return the page in so many cells; only called where there is a form."""
        raise NotImplementedError

    def text_lines(self, cells: int) -> list[Line]:
        """Return what stands in the page where there is no form."""
        return []

    def begin_at(self, name: str) -> None:
        """Show a form from its top, with a field as the current one; nothing is typed into."""
        self._editor, self._at = None, name
        self.redraw()
        self.scroll_home(animate=False, immediate=True)

    @property
    def at(self) -> str:
        """The name of the current field."""
        return self._at

    @property
    def editing(self) -> bool:
        """Whether a field is being typed into."""
        return self._editor is not None

    def help_text(self) -> str:
        """Say what the current field does."""
        here = self._field()
        if here is None:
            return ""
        return f"{here.help} Takes {here.expects}." if self.editing and here.expects else here.help

    def go_to(self, name: str) -> None:
        """Make a field the current one."""
        self._accept()
        self._at = name
        self._redraw_changed()

    # What stands in the page.

    def compose_lines(self, cells: int) -> list[Line]:
        self._rows = {}
        if self.form is None:
            return self.text_lines(cells)
        page = self.lay_out(cells, Writing(self._at, self._editor))
        self._rows = page.rows
        return page.lines

    def look_of(self, y: int) -> str:
        start, _ = self._rows.get(self._at, (-1, 0))
        return "cursor" if y == start and self.has_focus else ""

    # What the keys do.

    def action_move(self, step: int) -> None:
        """Go up or down so many fields; beyond the first, to the top of the page."""
        names = list(self._rows)
        if not names:
            self.scroll_relative(y=step, animate=False, immediate=True)
            return
        place = names.index(self._at) if self._at in names else 0
        if place + step < 0 and self._at == names[0]:
            self.scroll_home(animate=False, immediate=True)
            return
        self._at = names[min(max(place + step, 0), len(names) - 1)]
        self._redraw_changed()

    def action_turn(self, step: int) -> None:
        """Turn a choice."""
        here = self._field()
        if here is not None and self.form is not None and here.kind == CHOICE:
            self.form.turn(here.name, step)
            self._redraw_changed()

    def action_enter(self) -> None:
        """Type into the current field, turn it if it is a choice, or press the button."""
        here = self._field()
        if self._at == LAUNCH:
            self.post_message(self.Launch())
        elif here is not None and here.kind == CHOICE:
            self.action_turn(1)
        elif here is not None and self.form is not None:
            self._edit(self.form.text(here.name))

    def action_undo(self) -> None:
        """Set the current field to the usual value."""
        if self.form is not None and self._field() is not None:
            self.form.undo(self._at)
            self._redraw_changed()

    async def on_key(self, event: events.Key) -> None:
        """Type into a field, or do at once what a key of the form does.

        Left to bubble, a key would be acted on only after the next one had been looked at here, and
        a digit typed quickly after an arrow would land in the field before.
        """
        if self._editor is None and not self._begins(event):
            active = self.screen.active_bindings.get(event.key)
            if active is not None and active.node is self:
                await self.run_action(active.binding.action)
                _take(event)
            return
        if event.key in ("enter", "up", "down", "tab", "shift+tab"):
            self._accept()
            self.action_move(-1 if event.key in ("up", "shift+tab") else 1)
            _take(event)
        elif event.key == "escape":
            self._cancel()
            _take(event)
        elif self._editor is not None and self._editor.press(event.key, event.character):
            _take(event)
            self._typed()

    def _begins(self, event: events.Key) -> bool:
        """Begin to type if the key is one that the current field begins with."""
        here = self._field()
        letter = event.character if event.is_printable else None
        if here is None or letter is None or here.kind == CHOICE:
            return False
        if here.kind != TEXT and letter not in _BEGINS_NUMBER:
            return False
        self._edit("")
        return True

    def on_paste(self, event: events.Paste) -> None:
        here = self._field()
        if here is None or here.kind == CHOICE:
            return
        if self._editor is None:
            self._edit("")
        if self._editor is not None:
            self._editor.insert(event.text.strip())
            event.stop()
            self._typed()

    def on_click(self, event: events.Click) -> None:
        y = event.y + self.scroll_offset.y
        for name, (start, height) in self._rows.items():
            if start <= y < start + height:
                again = name == self._at
                self.go_to(name)
                if again or name == LAUNCH:
                    self.action_enter()

    def on_focus(self) -> None:
        self._redraw_changed()
        start, _ = self._rows.get(self._at, (0, 1))
        if self._at == next(iter(self._rows), None):
            # The form rather than the end of what stands above it, where only one has room.
            self.scroll_to(y=max(start - 1, 0), animate=False, immediate=True)

    def on_blur(self) -> None:
        self._accept()
        self.refresh()

    def _edit(self, text: str) -> None:
        if self.form is not None:
            self._before_edit = self.form.typed.get(self._at)
            self._editor = LineEditor(text)
            self.post_message(self.Editing(True))
            self._redraw_changed()

    def _typed(self) -> None:
        if self._editor is not None and self.form is not None:
            self.form.type(self._at, self._editor.text)
            self._redraw_changed()

    def _accept(self) -> None:
        if self._editor is not None:
            self._editor = None
            self.post_message(self.Editing(False))
            self._redraw_changed()

    def _cancel(self) -> None:
        if self.form is not None:
            self.form.undo(self._at)
            if self._before_edit is not None:
                self.form.type(self._at, self._before_edit)
        self._accept()

    def _field(self) -> Field | None:
        fields = self.form.fields() if self.form is not None else []
        return next((each for each in fields if each.name == self._at), None)

    def _redraw_changed(self) -> None:
        self.redraw()
        self.refresh()
        self._reveal()
        self.post_message(self.Changed())

    def _reveal(self) -> None:
        """Bring the current field into view, with a little of what is around it."""
        start, height = self._rows.get(self._at, (0, 1))
        region = Region(0, start - _MARGIN, 1, height + 2 * _MARGIN)
        self.scroll_to_region(region, animate=False, immediate=True, x_axis=False)


def _take(event: events.Key) -> None:
    event.stop()
    event.prevent_default()

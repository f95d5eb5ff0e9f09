"""Where a text to look for is typed, with what was found of it on the right."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from tui import keys
from tui.format import pad
from tui.widgets.line_editor import LineEditor
from tui.widgets.painted import Line, width
from tui.widgets.typed_line import TypedLine

_LABEL = "find "
_LEAST = 10  # cells to type in


class FindLine(TypedLine):
    """One line; there while a text is looked for."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("find")

    class Left(Message):
        """The person is done typing.

        Attributes:
            kept: Whether the text is still looked for.
        """

        def __init__(self, kept: bool) -> None:
            super().__init__()
            self.kept = kept

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", id=id)
        self._found = ""
        self.display = False

    def say(self, found: str) -> None:
        """Say what was found."""
        if found != self._found:
            self._found = found
            self.redraw()

    @property
    def is_open(self) -> bool:
        """Whether it is typed into."""
        return self.screen.focused is self

    def open(self) -> None:
        """Be there, to be typed into; what stood there before is taken or replaced."""
        self.display = True
        self._is_new = bool(self.text)
        self.redraw()
        self.screen.set_focus(self)  # now: what is typed next may have come already

    def take(self, event: events.Key) -> None:
        """Do what a key does that another widget was given."""
        if event.key == "enter":
            self.action_keep()
        elif event.key == "escape":
            self.action_leave()
        else:
            self.on_key(event)

    def close(self) -> None:
        """Be gone, with what was typed."""
        self._editor = LineEditor()
        self.display = False

    def on_blur(self) -> None:
        self.redraw()

    def compose_lines(self, cells: int) -> list[Line]:
        found = (f"  {self._found}", "muted") if self._found else ("", "")
        room = max(cells - len(_LABEL) - width((found,)), _LEAST)
        if not self.is_open:
            return [((_LABEL, "muted"), (pad(self.text, room), ""), found)]
        (typed,) = super().compose_lines(room)
        return [((_LABEL, "accent"), *typed, found)]

    def action_keep(self) -> None:
        """Go on with what was typed."""
        self.post_message(self.Left(kept=bool(self.text)))

    def action_leave(self) -> None:
        """Look for nothing any more."""
        self.post_message(self.Left(kept=False))

"""Where a text of any length is typed or pasted."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import TextArea

from tui import keys
from tui.safe_text import paragraph

LONGEST = 30_000
"""Characters: several times the longest review, and less than a question may be long."""


class TextBox(TextArea):
    """Lets a person type; what is pasted is made harmless.

    Args:
        text: What stands there at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("typing")

    class Left(Message):
        """The person wants to be elsewhere."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(
            paragraph(text), id=id, highlight_cursor_line=False, placeholder="Type or paste a text."
        )
        self.cursor_blink = False  # would write to the terminal twice a second

    def action_leave(self) -> None:
        """Let the screen's keys hold again."""
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Take everything away."""
        self.clear()

    async def _on_paste(self, event: events.Paste) -> None:
        room = max(LONGEST - len(self.text), 0)
        event.text = paragraph(event.text.replace("\r\n", "\n").replace("\t", " "))[:room]
        await super()._on_paste(event)
        event.stop()
        event.prevent_default()

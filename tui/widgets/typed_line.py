"""One line that is typed into: the answer to a question.

What stands there at first is taken as it is, changed with the cursor keys, or replaced by the first
character that is typed.
"""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.message import Message

from tui.widgets.line_editor import LineEditor
from tui.widgets.painted import Bar, Line


class TypedLine(Bar, can_focus=True):
    """Shows what is typed.

    Args:
        text: What stands there at first.
    """

    class Changed(Message):
        """Something else stands there now."""

    def __init__(self, text: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._editor = LineEditor(text)
        self._is_new = True

    @property
    def text(self) -> str:
        """What stands there."""
        return self._editor.text

    def compose_lines(self, cells: int) -> list[Line]:
        if self._is_new:
            shown = self._editor.text[: cells - 1]
            return [((shown, "cursor"), (" " * (cells - cell_len(shown)), "edit"))]
        before, under, after = self._editor.window(cells)
        rest = " " * (cells - sum(map(cell_len, (before, under, after))))
        return [((before, "edit"), (under, "caret"), (after + rest, "edit"))]

    def on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "escape", "tab", "shift+tab"):
            return
        if self._is_new and event.is_printable:
            self._editor = LineEditor()
        if self._editor.press(event.key, event.character if event.is_printable else None):
            event.stop()
            event.prevent_default()
            self._become()

    def on_paste(self, event: events.Paste) -> None:
        if self._is_new:
            self._editor = LineEditor()
        self._editor.insert(event.text.strip())
        event.stop()
        self._become()

    def _become(self) -> None:
        self._is_new = False
        self.redraw()
        self.post_message(self.Changed())

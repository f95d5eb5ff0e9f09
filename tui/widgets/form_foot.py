"""Below the form: what the current field does or what is wrong, and the equivalent command."""

from __future__ import annotations

from tui.format import shorten, wrap
from tui.widgets.painted import Bar, Line, lines_of


class FormFoot(Bar):
    """Help above, the equivalent command below: two lines each, or one where there is less room."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._help = ""
        self._command = ""
        self._problem = ""

    def say(self, help_text: str, command: str, problem: str = "") -> None:
        """Show another help text and another command line.

        Args:
            help_text: What the current field does.
            command: The equivalent command line.
            problem: What kept the training from being started; takes the place of the help.
        """
        if (help_text, command, problem) != (self._help, self._command, self._problem):
            self._help, self._command, self._problem = help_text, command, problem
            self.redraw()

    def compose_lines(self, cells: int) -> list[Line]:
        room = cells - 2
        lines: list[Line] = [(("─" * cells, "rule"),)]
        each = max((self.size.height - 1) // 2, 1)
        if self._problem:  # in full: it may hold a path
            texts = _at_most(self._problem, room, 2 * each)
            return lines + lines_of([f" {text}" for text in texts], "bad")
        lines += lines_of([f" {text}" for text in _at_most(self._help, room, each)], "muted")
        if not self._command:
            return lines
        copies = "   (y copies)"
        texts = _at_most(self._command, room - len(copies), each)
        for number, text in enumerate(texts):
            line: Line = ((f" {text}", "strong"),)
            lines.append((*line, (copies, "muted")) if number == 0 else line)
        return lines


def _at_most(text: str, cells: int, count: int) -> list[str]:
    """Wrap a text, pad it with empty lines to ``count`` of them, and cut what is longer."""
    lines = wrap(text, cells)
    if len(lines) > count:
        lines = [*lines[: count - 1], shorten(" ".join(lines[count - 1 :]), cells)]
    return lines + [""] * (count - len(lines))

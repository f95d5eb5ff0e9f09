"""Below the form: what the current field does or what is wrong, and what the form amounts to.

That is a forecast of what would be trained, and the equivalent command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from tui.form.forecast import Forecast
from tui.format import shorten, wrap
from tui.widgets.painted import Bar, Line, lines_of

if TYPE_CHECKING:
    from tui.screens.console_screen import Console


class Foreseen(Protocol):
    """What a form amounts to, as far as it is known."""

    @property
    def problem(self) -> str:
        """What keeps it from being started."""

    @property
    def is_known(self) -> bool:
        """Whether more is known than that it is being found out."""

    def text(self, cells: int) -> str:
        """Say it in one line of so many cells."""


class FormFoot(Bar):
    """Help, the forecast, the command: two lines, one and two, or one each where room is short.

    Args:
        copies: The binding that copies the command, as ``launch.copy``.
    """

    def __init__(self, copies: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._copies = copies
        self._help = ""
        self._command = ""
        self._problem = ""
        self._forecast: Foreseen = Forecast()

    def say(self, help_text: str, command: str, problem: str = "") -> None:
        """Show another help text and another command line.

        Args:
            help_text: What the current field does.
            command: The equivalent command line.
            problem: What kept the training from being started; takes the place of the rest.
        """
        if (help_text, command, problem) != (self._help, self._command, self._problem):
            self._help, self._command, self._problem = help_text, command, problem
            self.redraw()

    def foresee(self, forecast: Foreseen) -> None:
        """Show another forecast."""
        if forecast != self._forecast:
            self._forecast = forecast
            self.redraw()

    def compose_lines(self, cells: int) -> list[Line]:
        room = cells - 2
        lines: list[Line] = [(("─" * cells, "rule"),)]
        each = max((self.size.height - 2) // 2, 1)
        if self._problem:  # in full: it may hold a path
            return lines + _texts(self._problem, room, 2 * each + 1, "bad")
        if self._forecast.problem:
            lines += _texts(self._forecast.problem, room, each + 1, "bad")
        else:
            lines += _texts(self._help, room, each, "muted")
            look = "" if self._forecast.is_known else "muted"
            lines += _texts(self._forecast.text(room), room, 1, look)
        if not self._command:
            return lines
        copies = f"   ({cast('Console', self.app).key_name(self._copies)} copies)"
        texts = _at_most(self._command, room - len(copies), each)
        for number, text in enumerate(texts):
            line: Line = ((f" {text}", "strong"),)
            lines.append((*line, (copies, "muted")) if number == 0 else line)
        return lines


def _texts(text: str, cells: int, count: int, look: str) -> list[Line]:
    return lines_of([f" {line}" for line in _at_most(text, cells, count)], look)


def _at_most(text: str, cells: int, count: int) -> list[str]:
    """Wrap a text, pad it with empty lines to ``count`` of them, and cut what is longer."""
    lines = wrap(text, cells)
    if len(lines) > count:
        lines = [*lines[: count - 1], shorten(" ".join(lines[count - 1 :]), cells)]
    return lines + [""] * (count - len(lines))

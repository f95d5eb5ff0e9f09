"""The settings that compared runs share, in as many lines as there are."""

from __future__ import annotations

from collections.abc import Mapping

from tui.format import shorten, wrap
from tui.widgets.painted import Bar, Line, lines_of


class CommonLines(Bar):
    """Names settings and their values; what there is no room for is cut off at the end."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""

    def show(self, settings: Mapping[str, str], *, of_many: bool) -> None:
        """Show other settings.

        Args:
            settings: Values by name; those without a value are left out.
            of_many: Whether they are what several runs share.
        """
        told = ", ".join(f"{name} {value}" for name, value in settings.items() if value)
        self._text = f"The same in all: {told}" if of_many and told else told
        self.redraw()

    def compose_lines(self, cells: int) -> list[Line]:
        room = max(self.content_size.height, 1)
        lines = wrap(self._text, cells)
        if len(lines) > room:
            rest = " ".join(lines[room - 1 :])
            lines = [*lines[: room - 1], shorten(rest, cells)]
        return lines_of(lines, "muted")

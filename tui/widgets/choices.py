"""A page of lines of which one is current: to go through with the keys, and to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual import events
from textual.geometry import Region
from textual.message import Message

from tui.format import wrap
from tui.widgets.lines import Lines
from tui.widgets.painted import Line, lines_of

T = TypeVar("T")


class Choices(Lines, Generic[T]):
    """Lists things, with headings between them. A subclass says what their lines are.

    Attributes:
        empty_text: What is said where nothing is listed.
    """

    empty_text = ""

    class Moved(Message):
        """Another thing is current."""

    class Chosen(Message):
        """The current thing was clicked on."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[T | str] = []
        self._at = 0

    def line_of(self, thing: T, cells: int) -> Line:
        """Return the line of a thing in so many cells."""
        raise NotImplementedError

    @property
    def current(self) -> T | None:
        """The thing on which the cursor is."""
        row = self._rows[self._at] if self._at < len(self._rows) else ""
        return None if isinstance(row, str) else row

    def show(self, rows: Sequence[T | str], *, from_the_top: bool = False) -> None:
        """List things.

        Args:
            rows: The things; a text among them is a heading.
            from_the_top: Whether the first becomes the current one, rather than the same place.
        """
        self._rows = list(rows)
        self.redraw()
        if from_the_top:
            self._at = 0
            self.scroll_home(animate=False, immediate=True)
        self._go(self._at, 1)

    def action_move(self, step: int) -> None:
        """Go up or down so many lines."""
        self._go(self._at + step, 1 if step > 0 else -1)

    def action_page(self, step: int) -> None:
        """Go up or down a page."""
        self.action_move(step * max(self.size.height - 1, 1))

    def compose_lines(self, cells: int) -> list[Line]:
        if not self._rows:
            return lines_of([f" {line}" for line in wrap(self.empty_text, cells - 2)], "muted")
        return [
            ((f" {row}", "strong"),) if isinstance(row, str) else self.line_of(row, cells)
            for row in self._rows
        ]

    def look_of(self, y: int) -> str:
        return "cursor" if y == self._at and self.current is not None else ""

    def on_click(self, event: events.Click) -> None:
        y = event.y + self.scroll_offset.y
        if y < len(self._rows) and not isinstance(self._rows[y], str):
            again = y == self._at
            self._go(y, 1)
            if again:
                self.post_message(self.Chosen())

    def _go(self, place: int, direction: int) -> None:
        """Make a line the current one, or the nearest that is no heading, first that way."""
        things = [y for y, row in enumerate(self._rows) if not isinstance(row, str)]
        before = self._at
        if things:
            ahead = [y for y in things if (y - place) * direction >= 0]
            self._at = min(ahead or things, key=lambda y: abs(y - place))
        if before < len(self._rows):
            self.refresh_line(before)
        self.refresh_line(self._at)
        top = 0 if things and self._at == things[0] else self._at  # its heading comes into view
        region = Region(0, top, 1, self._at - top + 1)
        self.scroll_to_region(region, animate=False, immediate=True, x_axis=False)
        self.post_message(self.Moved())

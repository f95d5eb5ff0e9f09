"""The names of the panels in one line, the one in view marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from textual import events
from textual.message import Message

from tui.widgets.painted import Bar, Line, width

_MARKS = "①②③④⑤⑥⑦⑧⑨"
_WAYS = ((True, " "), (False, " "), (False, ""))
"""How names are written, by the room there is: whether numbered, and what stands between two."""
_LEAST_RULE = 2  # cells between the names and what is said on the right


class _Names(NamedTuple):
    """The names as they are drawn: the spans of each, and from where to where it stands."""

    spans: list[Line]
    places: list[tuple[int, int, str]]

    @property
    def cells(self) -> int:
        """How wide they are."""
        return self.places[-1][1] if self.places else 0

    def without_first(self) -> _Names:
        """Return the others, moved to the left."""
        left = self.places[0][1]
        places = [(start - left, end - left, panel) for start, end, panel in self.places[1:]]
        return _Names(self.spans[1:], places)


class PanelBar(Bar):
    """Says which panels there are.

    Args:
        titles: By the panel's id.
    """

    class Chosen(Message):
        """A panel was clicked on.

        Attributes:
            panel: Its id.
        """

        def __init__(self, panel: str) -> None:
            super().__init__()
            self.panel = panel

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__()
        self._titles = dict(titles)
        self._chosen = next(iter(titles))
        self._counts: dict[str, int] = {}
        self._said = ""
        self._places: list[tuple[int, int, str]] = []

    @property
    def chosen(self) -> str:
        """The panel in view."""
        return self._chosen

    def choose(self, panel: str) -> None:
        """Mark a panel as the one in view; what was new in it is no longer so."""
        self._chosen = panel
        self._counts.pop(panel, None)
        self.redraw()

    def count(self, panel: str, new: int) -> None:
        """Show how much is new in a panel."""
        if self._counts.get(panel, 0) != new:
            self._counts[panel] = new
            self.redraw()

    def say(self, text: str) -> None:
        """Show a word or two at the right end, where there is room."""
        if text != self._said:
            self._said = text
            self.redraw()

    def compose_lines(self, cells: int) -> list[Line]:
        names = next((n for n in (self._names(*way) for way in _WAYS) if n.cells <= cells), None)
        if names is None:  # as many as there is room for, the one in view among them
            names = self._names(*_WAYS[-1])
            while names.cells > cells and names.places[0][2] != self._chosen:
                names = names.without_first()
        self._places = names.places
        said = f" {self._said}" if self._said else ""
        room = cells - names.cells
        if len(said) + _LEAST_RULE > room:
            said = ""
        rule: Line = (("─" * max(room - len(said), 0), "rule"), (said, "muted"))
        return [(*(span for name in names.spans for span in name), *rule)]

    def _names(self, numbered: bool, apart: str) -> _Names:
        """Return the names with what is new in each.

        Args:
            numbered: Whether the digit that chooses a panel stands before its name.
            apart: What stands between two.
        """
        spans, places, x = [], [], 0
        for number, (panel, title) in enumerate(self._titles.items(), 1):
            new = self._counts.get(panel, 0)
            mark = "" if not new else _MARKS[new - 1] if new <= len(_MARKS) else str(new)
            look = "cursor" if panel == self._chosen else "muted"
            digit = f" {number}" if numbered else ""
            own: Line = ((digit, look if look == "cursor" else "accent"), (f" {title} ", look))
            own = (*own, (f"{mark}{apart}" if mark else apart, "warn"))
            spans.append(own)
            places.append((x, x + width(own), panel))
            x += width(own)
        return _Names(spans, places)

    def on_click(self, event: events.Click) -> None:
        x = event.x - self.gutter.left
        for start, end, panel in self._places:
            if start <= x < end:
                self.post_message(self.Chosen(panel))

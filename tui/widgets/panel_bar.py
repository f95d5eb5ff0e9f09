"""The names of the panels in one line, the one in view marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.message import Message

from tui.widgets.painted import Bar, Line

_MARKS = "①②③④⑤⑥⑦⑧⑨"


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
        self._places: list[tuple[int, int, str]] = []

    @property
    def chosen(self) -> str:
        """The panel in view."""
        return self._chosen

    @property
    def panels(self) -> Sequence[str]:
        """The ids of all panels, in order."""
        return list(self._titles)

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

    def compose_lines(self, cells: int) -> list[Line]:
        spans: list[tuple[str, str]] = []
        self._places, x = [], 0
        for panel, title in self._titles.items():
            new = self._counts.get(panel, 0)
            mark = "" if not new else f" {_MARKS[new - 1]}" if new <= len(_MARKS) else f" {new}"
            text = f" {title} "
            spans.append((text, "cursor" if panel == self._chosen else "muted"))
            spans.append((mark + " ", "warn"))
            end = x + len(text) + len(mark) + 1
            self._places.append((x, end, panel))
            x = end
        spans.append(("─" * max(cells - x, 0), "rule"))
        return [tuple(spans)]

    def on_click(self, event: events.Click) -> None:
        x = event.x - self.gutter.left
        for start, end, panel in self._places:
            if start <= x < end:
                self.post_message(self.Chosen(panel))

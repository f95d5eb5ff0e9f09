"""What a run's worker printed: the end of its log, followed while it grows, and searched."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message

from tui import keys
from tui.figures import count
from tui.panels.find_line import FindLine
from tui.panels.log_tail import LogTail
from tui.panels.panel import Panel
from tui.widgets.painted import Line, Span

_MARGIN = 1  # cells before each line


class LogPanel(Panel):
    """Shows the log of a run.

    A line is known by its number since the log was first looked at, so that the place one is at
    stays the same while older lines go.

    Args:
        path: The log.
        finding: Where the person types what is looked for.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("log")
    follow = True
    wide = True

    class Moved(Message):
        """Another place is in view, by a key."""

    def __init__(self, path: Path, finding: FindLine, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._finding = finding
        self.add_class("-sideways")
        self._tail = LogTail(path)
        self._shown: tuple[int, list[str]] = 0, []  # the number of the first line, the lines
        self._drawn_from = 0
        self._begun = False
        self._needle = ""
        self._places: list[int] = []
        self._at = -1

    def look(self) -> bool:
        """Read on."""
        if not self._tail.read():
            return False
        self._shown = self._tail.dropped, self._tail.shown()
        return True

    def refresh_view(self) -> None:
        """Show what came, and stay where one is."""
        was_at_end = self.is_vertical_scroll_end
        self.redraw()
        if not self._begun and self._shown[1]:
            self._begun = True
            self.scroll_end(animate=False, immediate=True, force=True)
        elif not was_at_end:
            gone = self._shown[0] - self._drawn_from
            if gone > 0:
                self.scroll_to(y=self.scroll_offset.y - gone, animate=False, immediate=True)
        self._drawn_from = self._shown[0]

    @property
    def key_places(self) -> tuple[str, ...]:
        return ("log",)

    @property
    def said(self) -> str:
        """Whether it is followed."""
        return "followed" if self.is_vertical_scroll_end else "not followed"

    @property
    def found(self) -> str:
        """How often what is looked for was found, and which of those is in view."""
        if not self._needle:
            return ""
        if not self._places:
            return "not found"
        place = self._places.index(self._at) + 1 if self._at in self._places else "-"
        many = len(self._places)
        return f"{place} of {count(many)} line" + "s" * (many != 1)

    def seek(self, text: str) -> None:
        """Look for a text, in any case of its letters; begin with what follows the top of the view.

        Args:
            text: As it stands in the log; nothing, to look for nothing any more.
        """
        self._needle = text.casefold()
        self.redraw()
        top = self._shown[0] + self.scroll_offset.y
        self._at = next((n for n in self._places if n >= top), max(self._places, default=-1))
        self._to_match()

    def action_find(self) -> None:
        """Let the person type what is looked for."""
        self._finding.open()
        self.post_message(self.Moved())

    def on_key(self, event: events.Key) -> None:
        # Of keys that come in one piece, those behind the one that opens the line are meant for it.
        # They are all handed to this widget before a binding of the first could be heeded.
        if self._finding.is_open:
            self._finding.take(event)
        elif any(
            each.action == "find" for each in self._bindings.key_to_bindings.get(event.key, ())
        ):
            self.action_find()
        else:
            return
        event.stop()
        event.prevent_default()

    def action_match(self, step: int) -> None:
        """Go to the next line in which the text stands, or the one before; from the last to first.

        Args:
            step: 1 or -1.
        """
        if not self._needle:
            self.action_find()
            return
        if not self._places:
            return
        if step > 0:
            self._at = next((n for n in self._places if n > self._at), self._places[0])
        else:
            self._at = next((n for n in reversed(self._places) if n < self._at), self._places[-1])
        self._to_match()

    def action_follow(self) -> None:
        """Go to the end, which is in view from then on."""
        self.scroll_to(x=0, animate=False, immediate=True)
        self.scroll_end(animate=False, immediate=True, x_axis=False)
        self.post_message(self.Moved())

    def _to_match(self) -> None:
        """Bring the place that was found into view."""
        self.redraw()
        first, lines = self._shown
        if not 0 <= self._at - first < len(lines):
            return
        text = lines[self._at - first]
        start = max(text.casefold().find(self._needle), 0)
        x = _MARGIN + cell_len(text[:start])
        self.scroll_to_region(
            Region(x, self._at - first, min(cell_len(self._needle), self.size.width // 2), 1),
            animate=False,
            immediate=True,
        )
        self.post_message(self.Moved())

    def compose_lines(self, cells: int) -> list[Line]:
        first, lines = self._shown
        if not lines:
            self._places = []
            return [((" Nothing was printed so far.", "muted"),)]
        needle = self._needle
        if not needle:
            self._places = []
            return [((f" {line}", ""),) for line in lines]
        self._places = [n for n, line in enumerate(lines, first) if needle in line.casefold()]
        wanted = set(self._places)
        return [
            _marked(line, needle, "caret" if n == self._at else "edit")
            if n in wanted
            else ((f" {line}", ""),)
            for n, line in enumerate(lines, first)
        ]


def _marked(text: str, needle: str, look: str) -> Line:
    """Return a line in which every place of a text has a look."""
    folded = text.casefold()
    if len(folded) != len(text):  # a letter that folds into two: places cannot be told
        return ((f" {text}", look),)
    spans: list[Span] = [(" ", "")]
    at = 0
    while (start := folded.find(needle, at)) >= 0:
        spans += [(text[at:start], ""), (text[start : start + len(needle)], look)]
        at = start + len(needle)
    return tuple(span for span in (*spans, (text[at:], "")) if span[0])

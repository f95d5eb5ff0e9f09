"""All runs, a line each.

Promises that the list may be replaced at any time without flicker: the cursor stays on its run, and
only lines that differ are drawn.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message

from tui import keys
from tui.figures import UNKNOWN, metric, progress, span
from tui.format import bar, pad, tone, when, wrap
from tui.widgets.lines import Lines
from tui.widgets.painted import Bar, Line, Span, lines_of
from tui.words import time_left

if TYPE_CHECKING:
    from engine.run.listing import Summary

_GAP = "  "
_LEAST_NAME, _MOST_NAME = 14, 48
_LEAST_EPOCHS, _MOST_EPOCHS = 9, 13
_BAR = 10


class RunTable(Lines):
    """Lists runs and has one of them current."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("table")

    class Opened(Message):
        """Enter was pressed on a run.

        Attributes:
            run: The run.
        """

        def __init__(self, run: Summary) -> None:
            super().__init__()
            self.run = run

    class Moved(Message):
        """Another run is the current one, or it is another than it was."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._runs: list[Summary] = []
        self._at = 0
        self.empty_text = "Reading the runs …"

    @property
    def current(self) -> Summary | None:
        """The run on which the cursor is."""
        return self._runs[self._at] if self._at < len(self._runs) else None

    @property
    def runs(self) -> Sequence[Summary]:
        """The runs that are listed."""
        return self._runs

    def show(self, runs: Sequence[Summary]) -> None:
        """List other runs, or the same ones as they are now."""
        before = self.current
        self._runs = list(runs)
        if before is not None:
            paths = [each.folder.path for each in self._runs]
            if before.folder.path in paths:
                self._at = paths.index(before.folder.path)
        self._at = min(self._at, max(len(self._runs) - 1, 0))
        self.redraw()
        self.post_message(self.Moved())

    def compose_lines(self, cells: int) -> list[Line]:
        if not self._runs:
            return lines_of([f" {line}" for line in wrap(self.empty_text, cells - 2)], "muted")
        columns, now = Columns(self._runs, cells), time.time()
        return [columns.line(each, now) for each in self._runs]

    def look_of(self, y: int) -> str:
        return "cursor" if self._runs and y == self._at else ""

    def action_move(self, step: int) -> None:
        """Go up or down so many runs."""
        if self._runs:
            self._go(self._at + step)

    def action_page(self, step: int) -> None:
        """Go up or down a page."""
        self.action_move(step * max(self.size.height - 1, 1))

    def action_open(self) -> None:
        """Look at the current run."""
        if self.current is not None:
            self.post_message(self.Opened(self.current))

    def on_click(self, event: events.Click) -> None:
        y = event.y + self.scroll_offset.y
        if y < len(self._runs):
            again = y == self._at
            self._go(y)
            if again:
                self.action_open()

    def _go(self, place: int) -> None:
        before, self._at = self._at, min(max(place, 0), len(self._runs) - 1)
        self.refresh_line(before)
        self.refresh_line(self._at)
        region = Region(0, self._at, 1, 1)
        self.scroll_to_region(region, animate=False, immediate=True, x_axis=False)
        self.post_message(self.Moved())


class RunHeadings(Bar):
    """The headings above a :class:`RunTable`."""

    def __init__(self, table: RunTable) -> None:
        super().__init__()
        self._table = table

    def compose_lines(self, cells: int) -> list[Line]:
        # The table is a cell narrower: its scroll bar.
        return [((Columns(self._table.runs, cells - 1).headings(), "muted"),)]


class Columns:
    """Which columns there is room for, and how wide they are.

    Args:
        runs: What is listed.
        cells: The width of a line.
    """

    def __init__(self, runs: Sequence[Summary], cells: int) -> None:
        names = [cell_len(each.name) for each in runs]
        monitors = {each.spec.monitor for each in runs if each.spec is not None}
        self._monitor = next(iter(monitors)) if len(monitors) == 1 else ""
        self.has_bar = cells >= 100
        self.started = 15 if cells >= 100 else 9
        self.metric = max(len(self._monitor), 8) if self._monitor else 18
        counted = [
            len(progress(each.status.epoch, each.status.epochs))
            for each in runs
            if each.status is not None
        ]
        self.epochs = min(max([_LEAST_EPOCHS, *counted]), _MOST_EPOCHS)
        fixed = 1 + 11 + self.epochs + 10 + self.metric + self.started + 5 * len(_GAP)
        fixed += (_BAR + 1) * self.has_bar
        room = cells - fixed
        self.name = max(min(max(names, default=0), _MOST_NAME, room), _LEAST_NAME)
        cause = room - self.name - len(_GAP)
        self.cause = cause if cause >= 20 else 0

    def headings(self) -> str:
        """Return the line of headings."""
        cells = [
            pad("state", 11),
            pad("run", self.name),
            pad("epochs", self.epochs + (_BAR + 1) * self.has_bar),
            pad("left", 10, right=True),
            pad(self._monitor.replace("_", " ") or "metric", self.metric, right=True),
            pad("started", self.started),
            pad("what happened", self.cause),
        ]
        return " " + _GAP.join(cells).rstrip()

    def line(self, run: Summary, now: float) -> Line:
        """Return the line of a run."""
        status, state = run.status, run.verdict.state
        glyph, look = tone(state)
        done, whole = (status.epoch, status.epochs) if status is not None else (0, 0)
        epochs = progress(done, whole)
        left = time_left(run.verdict, status)
        spans: list[Span] = [(f" {pad(f'{glyph} {state}', 11)}{_GAP}", look)]
        spans.append((f"{pad(run.name, self.name)}{_GAP}", ""))
        if self.has_bar:
            share = done / whole if whole > 0 else 0.0
            spans.append((f"{bar(share, _BAR)} ", "accent" if run.verdict.live else "muted"))
        spans.append((f"{pad(epochs, self.epochs, right=True)}{_GAP}", ""))
        spans.append((f"{pad(span(left), 10, right=True)}{_GAP}", ""))
        spans.append((f"{pad(self._metric(run), self.metric, right=True)}{_GAP}", ""))
        spans.append((pad(self._started(run.created, now), self.started), "muted"))
        if self.cause:
            spans.append((f"{_GAP}{pad(what_happened(run), self.cause)}", "muted"))
        return tuple(spans)

    def _metric(self, run: Summary) -> str:
        if run.status is None or run.spec is None:
            return UNKNOWN
        value = run.status.metrics.get(run.spec.monitor)
        if value is None:
            return UNKNOWN
        return metric(value) if self._monitor else f"{run.spec.monitor} {metric(value)}"

    def _started(self, at: float, now: float) -> str:
        text = when(at, now)
        return text if len(text) <= self.started else text.rpartition(" ")[0]


def what_happened(run: Summary) -> str:
    """Say why a run is in its state, where that is not plain from the state itself."""
    verdict = run.verdict
    if verdict.state == "queued":
        return f"queued · {run.status.detail}" if run.status is not None else ""
    if verdict.live and verdict.state != "silent":
        return ""
    return "" if verdict.state in ("done", "stopped") else f"{verdict.why} {verdict.remedy}".strip()

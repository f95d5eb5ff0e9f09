"""The lines around a search's charts and panels: the best setting, how far it is, what mattered."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tui.figures import metric, progress, span
from tui.format import bar, percent, shorten
from tui.search.mattered import mattered_line
from tui.search.values import heading, setting
from tui.search.watched import Seen
from tui.widgets.painted import Bar, Line, Span, width
from tui.widgets.progress_line import fitting
from tui.words import time_left

if TYPE_CHECKING:
    from engine.run.search_records import SearchSpec

_LEAST_BAR, _MOST_BAR = 8, 50


class SearchLine(Bar):
    """A line that says something of a search."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.seen = Seen()

    def show(self, seen: Seen) -> None:
        """Show the search as it is now."""
        self.seen = seen
        self.redraw()


class BestLine(SearchLine):
    """The best trial so far, with its setting."""

    def compose_lines(self, cells: int) -> list[Line]:
        best, search = self.seen.best, self.seen.search
        if search is None:
            return [()]
        if best is None:
            what = f"best {heading(search.objective)}: no trial has a score yet"
            return [((what, "muted"),)]
        spread = f" ± {best.spread:.2g}" if best.spread is not None else ""
        spans: list[Span] = [
            ("★ ", "good"),
            (f"{metric(best.score)}{spread}", "good"),
            (f"  trial {best.number}  ", "muted"),
        ]
        spans.append((shorten(setting(best.values), cells - width(tuple(spans))), ""))
        return [tuple(spans)]


class MatteredLine(SearchLine):
    """What mattered, in one line; gone while it is not known."""

    def show(self, seen: Seen) -> None:
        self.set_class(seen.importance is None, "-unknown")
        super().show(seen)

    def compose_lines(self, cells: int) -> list[Line]:
        return [mattered_line(self.seen.importance, cells)]


class SearchProgress(SearchLine):
    """How far a search is: trials, epochs, what it takes and what it costs."""

    def compose_lines(self, cells: int) -> list[Line]:
        seen = self.seen
        if seen.search is None:
            return [()]
        planned = seen.planned
        facts = [f"{progress(seen.ended, planned) if planned else seen.ended} trials"]
        facts += facts_of(seen)
        share = _share(seen)
        label = "searched "
        if share is None:
            return [((label, ""), *fitting(facts, cells - len(label)))]
        room = cells - len(label) - len("▕▏ 100 %")
        kept = fitting(facts, room - _LEAST_BAR)
        length = min(max(room - width(kept), _LEAST_BAR), _MOST_BAR)
        drawn: list[Span] = [("▕", "muted"), (bar(share, length), "accent"), ("▏", "muted")]
        return [((label, ""), *drawn, (f"{percent(share):>6}", ""), *kept)]


def facts_of(seen: Seen) -> list[str]:
    """Return what is to be known of how far a search is, the most important first."""
    done, whole = seen.epochs
    facts = [f"{progress(done, whole) if whole else done} epochs"]
    failed = sum(row.state == "failed" for row in seen.rows)
    facts += [f"{failed} failed"] * bool(failed)
    status, search = seen.status, seen.search
    if status is None or search is None:
        return facts
    seconds = status.seconds
    left = time_left(seen.verdict, status)
    if seconds:
        facts.append(f"{span(seconds)} so far" if seen.verdict.live else f"took {span(seconds)}")
    if search.rate > 0:
        facts.append(money(search, seconds, left))
    return facts


def money(search: SearchSpec, seconds: float, left: float | None) -> str:
    """Say what a search has cost and, while it goes on, what it will have cost in all."""
    spent = search.rate * seconds / 3600
    if left is None or not math.isfinite(left):
        return f"cost {spent:.2f}"
    return f"cost {spent:.2f} of about {spent + search.rate * left / 3600:.2f}"


def _share(seen: Seen) -> float | None:
    """Return how much of a search is done: by epochs where they are planned, else by trials."""
    done, whole = seen.epochs
    if not seen.verdict.live and seen.verdict.state == "done":
        return 1.0
    if whole > 0:
        return done / whole
    return seen.ended / seen.planned if seen.planned else None

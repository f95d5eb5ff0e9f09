"""The first line of every screen: where one is, and how things stand there."""

from __future__ import annotations

from collections.abc import Sequence

from tui.format import shorten
from tui.widgets.painted import Bar, Line, width

_LEAST_CRUMB = 12  # cells that the last crumb keeps, whatever stands on the right


class Header(Bar):
    """Crumbs on the left, facts on the right; the facts have the right of way.

    Args:
        crumbs: From the outside to the inside; the last is where one is.
    """

    def __init__(self, crumbs: Sequence[str]) -> None:
        super().__init__()
        self._crumbs = tuple(crumbs)
        self._facts: Line = ()

    def say(self, facts: Line) -> None:
        """Show facts on the right, the ones that can be left out last."""
        if facts != self._facts:
            self._facts = facts
            self.redraw()

    def rename(self, crumbs: Sequence[str]) -> None:
        """Show other crumbs."""
        if tuple(crumbs) != self._crumbs:
            self._crumbs = tuple(crumbs)
            self.redraw()

    def compose_lines(self, cells: int) -> list[Line]:
        *outer, here = self._crumbs
        left: list[tuple[str, str]] = []
        for crumb in outer:
            left += [(crumb, "accent" if not left else "muted"), (" › ", "muted")]
        facts = self._facts
        while len(facts) > 1 and width(facts) > cells - _LEAST_CRUMB - 2:
            facts = facts[:-1]
        room = cells - width(tuple(left)) - width(facts) - 2
        if room < _LEAST_CRUMB:
            # Where there is no room for both, the name of the program goes first.
            room += width(tuple(left[:2]))
            left = left[2:]
        left.append((shorten(here, max(room, _LEAST_CRUMB)), "strong"))
        gap = cells - width(tuple(left)) - width(facts)
        return [(*left, (" " * max(gap, 2), ""), *facts)]

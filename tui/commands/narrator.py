"""Chooses who tells a run on standard error."""

from __future__ import annotations

import os
import sys

from engine.run.search_view import SearchView
from engine.run.view import RunView
from tui.commands.following import Narrator
from tui.commands.narration import EPOCH_SECONDS, PlainLines
from tui.commands.search_narration import SearchLines
from tui.streams import is_terminal, narrate


def narrator(view: RunView, *, quiet: bool = False, past: int | None = None) -> Narrator:
    """Return what tells a run on standard error: a bar on a terminal, lines elsewhere.

    Args:
        view: The run.
        quiet: Whether nothing is to be told.
        past: Of a search, at most so many of the trials that have ended already; None tells all.
    """
    if quiet:
        return Silent()
    is_search = isinstance(view, SearchView)
    if is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb":
        # Drawing imports rich; lines do without.
        if is_search:
            from tui.commands.search_bar import search_bar

            return search_bar(past)
        from tui.commands.bar import RunBar

        return RunBar()
    if is_search:
        return SearchLines(narrate, past=past)
    return PlainLines(narrate, every=EPOCH_SECONDS, hold=True)


class Silent:
    """Says nothing."""

    def skip(self, view: RunView) -> None:
        """See :class:`~tui.commands.following.Narrator`."""

    def show(self, view: RunView) -> None:
        """See :class:`~tui.commands.following.Narrator`."""

    def say(self, line: str) -> None:
        """See :class:`~tui.commands.following.Narrator`."""

    def close(self, view: RunView) -> None:
        """See :class:`~tui.commands.following.Narrator`."""

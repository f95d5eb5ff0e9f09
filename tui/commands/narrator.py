"""Chooses who tells a run on standard error."""

from __future__ import annotations

import os
import sys

from engine.run.view import RunView
from tui.commands.following import Narrator
from tui.commands.narration import EPOCH_SECONDS, PlainLines
from tui.streams import is_terminal, narrate


def narrator(*, quiet: bool = False) -> Narrator:
    """Return what tells a run on standard error: a bar on a terminal, lines elsewhere."""
    if quiet:
        return Silent()
    if is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb":
        # Drawing imports rich; lines do without.
        from tui.commands.bar import RunBar

        return RunBar()
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

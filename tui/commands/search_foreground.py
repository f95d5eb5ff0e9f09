"""A search that a person waits for; see :mod:`tui.commands.foreground`.

What it promises beyond that: a search that pauses because trials fail one after another waits for
an answer only where somebody could give one. Else it is stopped, and the command fails.
"""

from __future__ import annotations

import sys
from typing import Any

from engine.run.commands import StopNow, send
from engine.run.search_view import SearchView
from engine.run.state import Verdict
from engine.run.view import RunView
from tui import search_words, wishes
from tui.commands.foreground import Foreground
from tui.commands.output import hint, say
from tui.commands.search_summary import print_trials, ranked, run_names, summary
from tui.exit_codes import FAILED, STOPPED
from tui.safe_text import printable
from tui.streams import is_terminal

_BEST_SHOWN = 10


class SearchForeground(Foreground):
    """A search that a person waits for; see :class:`Foreground`."""

    _given_up = False

    @property
    def search(self) -> SearchView:
        """The search's view."""
        assert isinstance(self._view, SearchView)  # its folder says that it is one
        return self._view

    def _pause(self, seconds: float) -> bool:
        """See :meth:`Foreground._pause`."""
        if not self._given_up and pauses_by_itself(self._view) and not is_terminal(sys.stderr):
            self._given_up = self._sent = True
            self._narrator.say("It is paused and nobody is here to say how to go on: stopping.")
            send(self._folder.commands, StopNow(wishes.generation(self._view)))
        return super()._pause(seconds)

    def _finish(self, verdict: Verdict) -> int:
        """See :meth:`Foreground._finish`."""
        code = super()._finish(verdict)
        return FAILED if self._given_up and code == STOPPED else code

    def summary(self, verdict: Verdict) -> dict[str, Any]:
        """See :meth:`Foreground.summary`."""
        return summary(self.search, verdict)

    def print_outcome(self) -> None:
        """Write the best trials to standard output."""
        view = self.search
        best = view.best()
        if best is None or view.search is None:
            return
        say(
            printable(
                f"best {view.search.objective} {search_words.score_text(best)} "
                f"in trial {best.number}: {search_words.setting_text(best.asked.values)}"
            )
        )
        if not self._quiet:
            print_trials(view, ranked(view)[:_BEST_SHOWN], indent="  ")

    def tell_more(self) -> None:
        """See :meth:`Foreground.tell_more`."""
        name, best = self._folder.name, self.search.best()
        hint(f"All trials: dlconsole show {name}")
        if best is not None:
            run = run_names(self.search, best)[0]
            hint(f"Its best setting as a run of its own: dlconsole train --like {run}")


def pauses_by_itself(view: RunView) -> bool:
    """Say whether a search stands still although nobody asked it to."""
    if view.verdict.state != "paused":
        return False
    asked = [action for _, action, _ in view.commands if action in ("pause", "go on")]
    return asked[-1:] != ["pause"]

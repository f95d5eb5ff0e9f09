"""What a person should know of a run: its notices, and what became of every command."""

from __future__ import annotations

import time

from engine.run.search_view import SearchView
from tui.figures import count
from tui.format import shorten, when, wrap
from tui.panels.view_panel import ViewPanel
from tui.widgets.painted import Line
from tui.words import fate, snapshot_at, went_on

_LOOKS = {"warning": ("!", "warn"), "info": ("·", "muted")}


class NoticesPanel(ViewPanel):
    """Lists commands, how the worker went on, its last snapshot, then notices, the latest first."""

    asked: tuple[tuple[str, str], ...] = ()
    """Commands sent from here, by id, with what was asked."""

    def compose_lines(self, cells: int) -> list[Line]:
        lines: list[Line] = []
        now = time.time()
        actions = {identity: action for identity, action, _ in self.view.commands}
        actions.update(self.asked)
        for identity, became in reversed(fates(self).items()):
            first, *rest = wrap(f"{actions[identity]}: {became}", max(cells - 4, 10))
            lines.append(((" ▸ ", "accent"), (first, "")))
            lines += [(("   ", ""), (text, "")) for text in rest]
        lines += self._about_the_worker(now, cells)
        # What several workers of a run have said is told once, as the last one said it.
        latest = {notice.text: notice for notice in self.view.notices}
        for notice in sorted(latest.values(), key=lambda each: -each.at):
            mark, look = _LOOKS.get(notice.level, ("·", "muted"))
            clock = when(notice.at, now)
            first, *rest = wrap(notice.text, max(cells - len(clock) - 5, 10))
            lines.append(((f" {mark} ", look), (f"{clock} ", "muted"), (first, "")))
            lines += [((" " * (len(clock) + 4), ""), (text, "")) for text in rest]
        faults = list(self.view.faults)
        if self.view.damaged:
            faults.append(f"{count(self.view.damaged)} lines of its files could not be read.")
        lines += [((" ! ", "bad"), (shorten(text, cells - 4), "")) for text in faults]
        return lines or [((" No notices.", "muted"),)]

    def _about_the_worker(self, now: float, cells: int) -> list[Line]:
        """Return how the run went on, where it did, and where its last snapshot stands."""
        started, taken = self.view.started, self.view.snapshot
        texts = []
        if started is not None and started.generation > 1:
            texts.append((started.at, went_on(started)))
        if taken is not None:
            texts.append((taken.at, f"snapshot at {snapshot_at(taken)}"))
        return [
            ((" · ", "muted"), (f"{when(at, now)} ", "muted"), (shorten(text, cells - 10), ""))
            for at, text in sorted(texts, reverse=True)
        ]


def fates(panel: NoticesPanel) -> dict[str, str]:
    """Return what became of every command, by its id, in the order of asking."""
    view = panel.view
    states = {identity: "asked" for identity, _ in panel.asked}
    for identity, _, state in view.commands:
        # A search takes no steps.
        applied = None if isinstance(view, SearchView) else view.applied.get(identity)
        states[identity] = fate(state, applied)
    return dict(sorted(states.items()))  # ids sort in the order of sending

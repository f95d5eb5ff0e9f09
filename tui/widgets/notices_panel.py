"""What a person should know of a run: its notices, and what became of every command."""

from __future__ import annotations

import time

from tui.figures import count
from tui.format import when, wrap
from tui.widgets.painted import Line
from tui.widgets.view_panel import ViewPanel

_LOOKS = {"warning": ("!", "warn"), "info": ("·", "muted")}


class NoticesPanel(ViewPanel):
    """Lists commands, then notices, the latest first."""

    asked: tuple[tuple[str, str], ...] = ()
    """Commands sent from here, by id, with what was asked."""

    def compose_lines(self, cells: int) -> list[Line]:
        lines: list[Line] = []
        for action, became in reversed(fates(self)):
            lines.append(((" ▸ ", "accent"), (action, "strong"), (f"  {became}", "muted")))
        now = time.time()
        for notice in reversed(self.view.notices):
            mark, look = _LOOKS.get(notice.level, ("·", "muted"))
            clock = when(notice.at, now)
            first, *rest = wrap(notice.text, max(cells - len(clock) - 5, 10))
            lines.append(((f" {mark} ", look), (f"{clock} ", "muted"), (first, "")))
            lines += [((" " * (len(clock) + 4), ""), (text, "")) for text in rest]
        if self.view.damaged:
            lines.append(
                (
                    (" ! ", "bad"),
                    (f"{count(self.view.damaged)} lines of its files could not be read.", ""),
                )
            )
        return lines or [((" No notices.", "muted"),)]


def fates(panel: NoticesPanel) -> list[tuple[str, str]]:
    """Return what was asked of a run and what became of it, in the order of asking."""
    view = panel.view
    actions = dict(panel.asked)
    states = dict.fromkeys(actions, "asked")
    for identity, action, state in view.commands:
        actions.setdefault(identity, action)
        applied = view.applied.get(identity)
        where = f" at step {count(applied.step)}" if state == "applied" and applied else ""
        states[identity] = f"{state}{where}"
    return [(actions[identity], state) for identity, state in states.items()]

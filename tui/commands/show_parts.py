"""What ``dlconsole show`` tells of runs and of searches alike."""

from __future__ import annotations

import sys

from engine.run.view import RunView
from tui.commands import narration
from tui.commands.endings import fate
from tui.commands.output import heading, print_wrapped, say, state_style, styled
from tui.safe_text import printable

_NOTICES_SHOWN = 20


def tell_head(view: RunView) -> None:
    """Write to standard output what a run is called, what it does, and where it lies."""
    verdict = view.verdict
    state = styled(verdict.state, sys.stdout, **state_style(verdict.state))
    say(f"{heading(view.folder.name)}  {state}")
    tell_line("why", verdict.why)
    tell_line("do", verdict.remedy)
    tell_line("folder", str(view.folder.path))


def tell_events(view: RunView) -> None:
    """Write notices, commands and damage to standard output."""
    if view.notices:
        say()
        say(heading("Notices"))
        told = list(dict.fromkeys(map(narration.told, view.notices)))
        for notice in told[-_NOTICES_SHOWN:]:
            print_wrapped(notice, indent="  ", hanging="    ")
    if view.commands:
        say()
        say(heading("Commands"))
        # Of each what became of it last, in the order of asking.
        fates = {identity: (action, state) for identity, action, state in view.commands}
        for identity, (action, state) in fates.items():
            say(printable(f"  {action}: {fate(view, identity, state)}"))
    if view.damaged:
        say()
        say(f"{view.damaged} lines of its files cannot be read and are left out.")


def tell_line(name: str, text: str) -> None:
    """Write a line about one thing, if there is anything to say about it."""
    if text:
        # No wrapping: paths and command lines are there to be copied.
        say(printable(f"  {name:<13} {text}"))

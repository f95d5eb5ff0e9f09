"""``dlconsole queue``: what has which device of this host, what waits for one, and in which order.

What it promises: every look tends the queue, so what ended is gone from it, and what waits goes on
waiting even where its process was killed.
"""

from __future__ import annotations

import time
from typing import Any

import click

from engine.process.queue import Entry, Queue
from engine.run.state import examine
from tui import figures
from tui.commands.completion import complete_waiting_run
from tui.commands.following import POLL_SECONDS, sleep
from tui.commands.output import Cell, Column, hint, print_json, print_table, state_style
from tui.commands.subcommand import CommandGroup, Invocation, Subcommand, json_option
from tui.streams import narrate

_REMOVAL_SECONDS = 5.0
"""What waits looks at its commands several times a second, unless it is suspended."""


@click.group(
    cls=CommandGroup,
    invoke_without_command=True,
    examples=[
        ("dlconsole queue", "who has which device, who waits"),
        ("dlconsole queue move k3f9 1", "let it be the next"),
        ("dlconsole queue remove k3f9", "let it wait no longer"),
    ],
)
@json_option
@click.pass_context
def queue(context: click.Context, as_json: bool) -> None:
    """See what runs on which device, and what waits; reorder it.

    A run for a busy device waits its turn, whether or not a console is open. Without a command:
    list. The place counts among the runs that wait for the same device.

    With --json: {"queue": [{"run", "folder", "state", "wanted" (as asked for), "device" (null
    while it waits), "place" (null once it has a device), "since"}]}.
    """
    if context.invoked_subcommand is None:
        _list(as_json)


@queue.command(
    "list",
    cls=Subcommand,
    examples=[
        ("dlconsole queue list", "who has which device, who waits"),
        ("dlconsole queue list --json | jq -r '.queue[] | select(.place).run'", "who waits"),
    ],
)
@json_option
def list_command(as_json: bool) -> None:
    """List what has a device, then what waits, in the order of turns.

    With --json: as dlconsole queue prints it.
    """
    _list(as_json)


@queue.command(
    cls=Subcommand,
    examples=[
        ("dlconsole queue move k3f9 1", "let it be the next"),
        ("dlconsole queue move k3f9 99", "let it be the last"),
    ],
)
@click.argument("run", shell_complete=complete_waiting_run)
@click.argument("place", type=click.IntRange(min=1))
@json_option
@click.pass_obj
def move(invocation: Invocation, run: str, place: int, as_json: bool) -> None:
    """Give a waiting run another place: 1 is the next.

    With --json: {"run", "place"}.
    """
    folder = invocation.run(run)
    place = Queue().move(folder, place)
    if as_json:
        print_json({"run": folder.name, "place": place})
    else:
        narrate(f"{folder.name} has place {place} now.")


@queue.command(
    cls=Subcommand,
    examples=[("dlconsole queue remove k3f9", "dlconsole resume k3f9 lets it wait again")],
)
@click.argument("run", shell_complete=complete_waiting_run)
@json_option
@click.pass_obj
def remove(invocation: Invocation, run: str, as_json: bool) -> None:
    """Let a run wait no longer; it counts as stopped, and can be resumed.

    With --json: {"run", "removed" (false where it was asked to, but has not done so yet)}.
    """
    folder = invocation.run(run)
    Queue().remove(folder)
    deadline = time.monotonic() + _REMOVAL_SECONDS
    while (live := examine(folder).live) and time.monotonic() < deadline:
        sleep(POLL_SECONDS)
    if as_json:
        print_json({"run": folder.name, "removed": not live})
    elif live:
        narrate(f"{folder.name} was asked to leave the queue, but has not answered yet.")
    else:
        narrate(f"{folder.name} waits no longer.")
        hint(f"dlconsole resume {folder.name} lets it wait again.")


def _list(as_json: bool) -> None:
    found = Queue().entries()
    if as_json:
        print_json({"queue": [_object(each) for each in found]})
    elif found:
        print_table(
            [
                Column("place", right=True),
                Column("run", flexible=True),
                Column("device"),
                Column("state"),
                Column("since"),
            ],
            [_cells(each) for each in found],
        )
    else:
        narrate("Nothing runs on this host, and nothing waits.")


def _object(each: Entry) -> dict[str, Any]:
    ticket = each.ticket
    return {
        "run": ticket.folder.name,
        "folder": ticket.run,
        "state": examine(ticket.folder).state,
        "wanted": ticket.wanted,
        "device": ticket.given or None,
        "place": each.place or None,
        "since": ticket.since,
    }


def _cells(each: Entry) -> list[str | Cell]:
    ticket = each.ticket
    state = examine(ticket.folder).state
    return [
        str(each.place) if each.place else "",
        ticket.folder.name,
        ticket.given or ticket.wanted,
        Cell(state, state_style(state)),
        figures.moment(ticket.since),
    ]

"""Another process for a waiting run whose own has died: its turn must not be lost with it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from engine.errors import Problem
from engine.process import announcing
from engine.process.environment import restored
from engine.process.hold import Hold
from engine.process.spawning import WAITER, spawn
from engine.process.tickets import Ticket
from engine.run.lock import RunLock

MOST = 3
"""So often another process is started: what dies again and again has a reason that stays."""

_DETACH_SECONDS = 30.0


class Orphan(NamedTuple):
    """A waiting run whose process has died."""

    ticket: Ticket
    """Its ticket."""
    lock: RunLock
    """Its lock, held by us until another process has it."""


def adopt(ticket: Ticket) -> Orphan | None:
    """Take the lock of a waiting run; None where somebody else does so this very moment."""
    try:
        return Orphan(ticket, RunLock(ticket.folder.lock))
    except Problem:
        return None


def give_up(orphan: Orphan) -> None:
    """Say in the run's journal that nobody waits for it any more, and let go of it."""
    folder = orphan.ticket.folder
    with suppress(OSError):
        announcing.ended(
            folder,
            "failed",
            f"The process that waited for its device died {MOST + 1} times.",
            f"See console.log in its folder; dlconsole resume {folder.name} lets it wait again.",
            reason="defect",
        )
    orphan.lock.release()


def start(orphans: Sequence[Orphan]) -> None:
    """Start a waiting process for each, which is no child of ours and outlives us."""
    for ticket, lock in orphans:
        hold = Hold(lock=lock.descriptor, exact=ticket.exact)
        variables = restored(ticket.environment)
        # Where it fails, the next one who looks at the queue tries again.
        with suppress(OSError, subprocess.TimeoutExpired):
            # It leaves a child of its own behind and ends at once.
            spawn(
                WAITER, ticket.folder, hold, variables, python=ticket.python, more=["--detach"]
            ).wait(_DETACH_SECONDS)
        lock.release()

"""The queue of this host's devices: who has one, who waits, whose turn it is. No server decides.

A run for a busy device waits as a light process (:mod:`engine.process.waiting`) that looks about
once a second whether its turn has come, and then becomes the worker. Every look, from whichever
process, also tends the queue: what ended is cleared away, and where the process of a waiting run
has died another one is started in its place. Runs on the CPU never wait; they are known here so
that they can share out its threads.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from engine.devices import choice, pretended
from engine.devices.gpu import Gpus
from engine.devices.readings import GpuReading
from engine.errors import Problem
from engine.process import announcing, revival
from engine.process.environment import kept
from engine.process.tickets import CPU, Ticket, Tickets, key
from engine.run.commands import StopNow, send
from engine.run.folder import RunFolder
from engine.run.lock import RunLock
from engine.settings import Settings

_STALLED_SECONDS = 30.0
"""A waiting process without a sign for so long (suspended, or its disk is) is passed over: those
behind it are not to stand still with it. It keeps its place."""


class Grant(NamedTuple):
    """A device that a run was given."""

    device: str
    """``cpu`` or ``gpu:N``."""
    keep: tuple[int, ...]
    """Descriptors that hold the device's lock."""


class Turn(NamedTuple):
    """How a run stands in the queue."""

    grant: Grant | None
    """Its device, if its turn has come."""
    place: str
    """Its place otherwise, such as ``2nd for gpu:0``."""


class Entry(NamedTuple):
    """A run in the queue."""

    ticket: Ticket
    """What is known of it."""
    place: int
    """Its place among those that wait for the same devices, from 1; 0 where it has its device."""


class Queue:
    """The queue of this host.

    Args:
        tickets: Where it is kept; the person's own by default.
    """

    def __init__(self, tickets: Tickets | None = None) -> None:
        self._tickets = tickets or Tickets(Settings.load().devices)

    def enter(self, ticket: Ticket, gpus: Sequence[GpuReading], *, wait: bool) -> Turn:
        """Ask for a device; the caller holds the run's lock.

        A run that is in the queue already, because its waiting process died, keeps its place.

        Args:
            ticket: The run's, not yet written.
            gpus: A reading of the GPUs.
            wait: Whether to wait for one that is free; else a busy one is shared.
        """
        with self._tickets.decision():
            others, orphans = self._sweep(own=ticket.run)
            found = self._find(others, ticket.run)
            if found is not None and found.waits:
                ticket.rank, ticket.since = found.rank, found.since
            else:
                ticket.rank = max((each.rank for each in others), default=0) + 1
            self._tickets.write(ticket)
            entered = [each for each in others if each.run != ticket.run] + [ticket]
            turn = self._decide(ticket, entered, gpus, wait=wait)
        revival.start(orphans)
        return turn

    def turn(self, ticket: Ticket) -> Turn:
        """Look whether a waiting run's turn has come; the caller holds the run's lock.

        Args:
            ticket: The run's as it was; written anew, should it have gone.
        """
        with self._tickets.decision():
            tickets, orphans = self._sweep(own=ticket.run)
            found = self._find(tickets, ticket.run)
            if found is None:
                self._tickets.write(ticket)
                tickets.append(ticket)
            else:
                ticket = found
                self._tickets.freshen(ticket)
            turn = self._decide(ticket, tickets, None, wait=True)
        revival.start(orphans)
        return turn

    def leave(self, folder: RunFolder) -> None:
        """Take a run off the queue and tend what is left; called by whoever ends with it.

        Nothing is raised: what cannot be tended now is tended by the next one who looks.
        """
        with suppress(Problem, OSError):
            with self._tickets.decision():
                if found := self._find(self._tickets.all(), key(folder)):
                    self._tickets.drop(found)
                _, orphans = self._sweep()
            revival.start(orphans)

    def ticket(self, folder: RunFolder) -> Ticket | None:
        """Return a run's ticket, if it has one."""
        return self._find(self._tickets.all(), key(folder))

    def entries(self, *, tend: bool = True) -> list[Entry]:
        """Return what has a device, then what waits, in the order of turns.

        Args:
            tend: Whether to clear away what ended, and to revive what died, at this occasion.
        """
        if tend:
            with self._tickets.decision():
                tickets, orphans = self._sweep()
            revival.start(orphans)
        else:
            tickets = [each for each in self._tickets.all() if each.waits or each.is_alive()]
        running = [Entry(each, 0) for each in tickets if not each.waits]
        return running + [Entry(each, _place(each, tickets)) for each in tickets if each.waits]

    def move(self, folder: RunFolder, place: int) -> int:
        """Give a waiting run another place and return which one it got.

        Args:
            folder: The run.
            place: From 1, among those that wait for the same devices; beyond the last is the last.

        Raises:
            Problem: It does not wait.
        """
        with self._tickets.decision():
            tickets, orphans = self._sweep()
            mine = self._waiting(tickets, folder)
            waiting = [each for each in tickets if each.waits and each is not mine]
            rivals = [each for each in waiting if mine.competes(each)]
            if place <= len(rivals):
                waiting.insert(waiting.index(rivals[max(0, place - 1)]), mine)
            else:
                waiting.insert(waiting.index(rivals[-1]) + 1 if rivals else 0, mine)
            for rank, each in enumerate(waiting, start=1):
                if each.rank != rank:
                    each.rank = rank
                    self._tickets.write(each)
        revival.start(orphans)
        return _place(mine, waiting)

    def remove(self, folder: RunFolder) -> None:
        """Have a waiting run stopped; the process that waits for it does it within a second.

        Raises:
            Problem: It does not wait.
        """
        with self._tickets.decision():
            mine = self._waiting(self._tickets.all(), folder)
            if mine.is_alive():
                send(folder.commands, StopNow(mine.generation))
                return
            self._tickets.drop(mine)
            lock = RunLock(folder.lock)
            try:
                announcing.ended(folder, "stopped", *waited(mine))
            finally:
                lock.release()

    def _sweep(self, own: str = "") -> tuple[list[Ticket], list[revival.Orphan]]:
        """Clear away what ended; return the tickets that count, and what has to be revived.

        Args:
            own: The caller's run: its lock is the caller's.
        """
        tickets, orphans = [], []
        for ticket in self._tickets.all():
            if ticket.run == own or ticket.is_alive():
                tickets.append(ticket)
            elif not ticket.waits or not ticket.folder.spec.is_file():
                self._tickets.drop(ticket)
            elif (orphan := revival.adopt(ticket)) is None:
                tickets.append(ticket)
            elif ticket.starts < revival.MOST:
                ticket.starts += 1
                self._tickets.write(ticket)
                tickets.append(ticket)
                orphans.append(orphan)
            else:
                self._tickets.drop(ticket)
                revival.give_up(orphan)
        return tickets, orphans

    def _decide(
        self,
        ticket: Ticket,
        tickets: Sequence[Ticket],
        gpus: Sequence[GpuReading] | None,
        *,
        wait: bool,
    ) -> Turn:
        """Give a ticket its device if its turn has come."""
        place = f"{_ordinal(_place(ticket, tickets))} for {_words(ticket.wanted)}"
        device = self._choose(ticket, tickets, gpus, wait=wait)
        if not device:
            return Turn(None, place)
        keep = () if device == CPU else (self._tickets.take(device),)
        ticket.given, ticket.since = device, time.time()
        self._tickets.write(ticket)
        return Turn(Grant(device, keep), "")

    def _choose(
        self,
        ticket: Ticket,
        tickets: Sequence[Ticket],
        gpus: Sequence[GpuReading] | None,
        *,
        wait: bool,
    ) -> str:
        """Return the device that a ticket gets now; empty if it has to wait."""
        if not ticket.devices:
            return CPU
        waiting = [each for each in tickets if each.waits]
        every = dict.fromkeys(device for each in waiting for device in each.devices)
        free = self._tickets.free(every)
        if wait:
            now = self._tickets.freshness(ticket)
            for each in waiting:
                if each is ticket:
                    break
                options = [device for device in each.devices if device in free]
                if options and now - self._tickets.freshness(each) < _STALLED_SECONDS:
                    free.remove(options[0])
        options = [device for device in ticket.devices if device in free]
        if not options and not wait:
            options = ticket.devices
        if len(options) < 2:
            return options[0] if options else ""
        return choice.roomiest(options, Gpus().read() if gpus is None else gpus)

    @staticmethod
    def _find(tickets: Sequence[Ticket], run: str) -> Ticket | None:
        return next((each for each in tickets if each.run == run), None)

    def _waiting(self, tickets: Sequence[Ticket], folder: RunFolder) -> Ticket:
        found = self._find(tickets, key(folder))
        if found is None or not found.waits:
            raise Problem(
                f"{folder.name} does not wait for a device.",
                "dlconsole queue lists what does; dlconsole stop ends a run that has one.",
            )
        return found


def ticket_for(
    folder: RunFolder, wanted: str, generation: int, gpus: Sequence[GpuReading], *, exact: bool
) -> Ticket:
    """Return the ticket with which a run asks for its device.

    Args:
        folder: The run.
        wanted: The device that is asked for: ``auto``, ``cpu``, ``gpu`` or ``gpu:N``.
        generation: The worker that comes.
        gpus: A reading of the GPUs.
        exact: Whether it is to go on exactly.

    Raises:
        Problem: There is no such device.
    """
    visible = None if pretended.count() else os.environ.get("CUDA_VISIBLE_DEVICES")
    return Ticket(
        run=key(folder),
        wanted=wanted,
        devices=choice.candidates(wanted, gpus, visible),
        since=time.time(),
        generation=generation,
        exact=exact,
        python=sys.executable,
        environment=kept(),
    )


def waited(ticket: Ticket) -> tuple[str, str]:
    """Say that a run was stopped while it waited: cause and remedy."""
    return (
        f"Stopped on request while it waited for {_words(ticket.wanted)}.",
        f"dlconsole resume {ticket.folder.name} lets it wait again.",
    )


def _place(ticket: Ticket, tickets: Sequence[Ticket]) -> int:
    """Return a waiting ticket's place among those it competes with, from 1."""
    waiting = [each for each in tickets if each.waits]
    ahead = waiting[: next((i for i, e in enumerate(waiting) if e.run == ticket.run), None)]
    return 1 + sum(ticket.competes(each) for each in ahead)


def _words(wanted: str) -> str:
    return wanted if ":" in wanted else "a GPU"


def _ordinal(number: int) -> str:
    """Write a place, as ``1st``, ``2nd``, ``11th``."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"

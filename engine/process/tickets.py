"""What the queue consists of: a folder with one ticket a run, and one lock a device.

``mutex`` is held for the moment of a decision. ``gpu-0.lock`` is held, shared, by every run on that
device for life: the device is free when the lock can be had alone. ``<name>.<hash>.json`` is the
ticket of a run that waits or runs, replaced whole. A ticket counts as long as its run's own lock is
held; the kernel lets go of both locks when a process ends, so nothing here outlives its reason.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from engine.errors import Problem
from engine.run.files import PRIVATE_FILE, PRIVATE_FOLDER, replace
from engine.run.folder import RunFolder
from engine.run.lock import is_held, try_lock

CPU = "cpu"
"""The device that is not queued for."""

_MUTEX_SECONDS = 10.0
_RETRY_SECONDS = 0.005


def key(folder: RunFolder) -> str:
    """Return what a ticket calls a run, whatever way led to its folder."""
    return os.path.realpath(folder.path)


class Ticket(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A run that waits for a device or has one."""

    run: str
    """The run's folder, links followed; see :func:`key`."""
    wanted: str
    """What was asked for: ``auto``, ``cpu``, ``gpu`` or ``gpu:N``."""
    devices: list[str] = []
    """The devices that would do, in order of preference; none for a run on the CPU."""
    given: str = ""
    """The device that it has; empty while it waits."""
    rank: int = 0
    """The lower, the earlier its turn."""
    since: float
    """Since when it waits, or has its device; seconds since 1970."""
    generation: int
    """The worker that waits or runs."""
    exact: bool = True
    """Whether it goes on exactly; see :class:`~engine.process.hold.Hold`."""
    starts: int = 0
    """How often another process was started to wait in the place of one that died."""
    python: str
    """The interpreter that runs it."""
    environment: dict[str, str] = {}
    """What counts of the environment of the person who asked for it."""

    @property
    def folder(self) -> RunFolder:
        """The run."""
        return RunFolder(Path(self.run))

    @property
    def waits(self) -> bool:
        """Whether it has no device yet."""
        return not self.given

    def is_alive(self) -> bool:
        """Say whether some process is at the run."""
        return is_held(self.folder.lock)

    def competes(self, other: Ticket) -> bool:
        """Say whether some device would do for both."""
        return not set(self.devices).isdisjoint(other.devices)


class Tickets:
    """The folder of this host's queue.

    Args:
        folder: Where it is; made, readable by its owner alone, when something is to be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def decision(self) -> Iterator[None]:
        """Keep everybody else from deciding within this block.

        Raises:
            Problem: Somebody has been deciding for longer than is believable, or the folder cannot
                be written.
        """
        try:
            self._folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            handle = os.open(self._folder / "mutex", os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        except OSError as error:
            raise Problem(
                f"The device queue {self._folder} cannot be used: {error.strerror}.",
                "Name another folder with DLCONSOLE_DEVICES.",
            ) from None
        try:
            deadline = time.monotonic() + _MUTEX_SECONDS
            while not _try(handle, fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    raise Problem(
                        f"The device queue {self._folder} is held by a process that does not let "
                        "go of it.",
                        "It may be suspended (kill -CONT lets it go on); fuser -v "
                        f"{self._folder / 'mutex'} names it.",
                    )
                time.sleep(_RETRY_SECONDS)
            yield
        finally:
            os.close(handle)

    def all(self) -> list[Ticket]:
        """Return every ticket that can be read, in the order of the queue."""
        found = []
        with suppress(OSError):
            for path in self._folder.glob("*.json"):
                try:
                    found.append(msgspec.convert(json.loads(path.read_bytes()), Ticket))
                except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
                    continue  # whoever waits with it writes it anew
        return sorted(found, key=lambda ticket: (ticket.rank, ticket.since, ticket.run))

    def write(self, ticket: Ticket) -> None:
        """Write a ticket, in the place of the run's earlier one."""
        # Not msgspec's encoder: folders and variables may hold bytes that are no UTF-8.
        content = json.dumps(msgspec.to_builtins(ticket)).encode()
        replace(self._path(ticket), content, durable=False)

    def drop(self, ticket: Ticket) -> None:
        """Take a ticket away."""
        self._path(ticket).unlink(missing_ok=True)

    def freshen(self, ticket: Ticket) -> None:
        """Leave a sign that the process with this ticket goes on deciding."""
        with suppress(OSError):
            os.utime(self._path(ticket))

    def freshness(self, ticket: Ticket) -> float:
        """Return when the last such sign was left, by the clock of the disk."""
        try:
            return self._path(ticket).stat().st_mtime
        except OSError:
            return 0.0

    def free(self, devices: Iterable[str]) -> list[str]:
        """Return those of some devices that nobody has; only within a decision."""
        found = []
        for device in devices:
            handle = self._open(device)
            try:
                if _try(handle, fcntl.LOCK_EX):
                    found.append(device)
            finally:
                os.close(handle)
        return found

    def take(self, device: str) -> int:
        """Take a device's lock, beside others who have it, and return the descriptor that holds it.

        Only within a decision: whether the device is free is asked before.
        """
        handle = self._open(device)
        if not _try(handle, fcntl.LOCK_SH):
            os.close(handle)
            raise Problem(f"The lock of {device} is held by another program.")
        return handle

    def _open(self, device: str) -> int:
        name = "".join(each if each.isalnum() or each in "-_" else "-" for each in device)
        return os.open(self._folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, PRIVATE_FILE)

    def _path(self, ticket: Ticket) -> Path:
        mark = hashlib.sha256(os.fsencode(ticket.run)).hexdigest()[:12]
        return self._folder / f"{Path(ticket.run).name}.{mark}.json"


def _try(handle: int, kind: int) -> bool:
    remedy = "Name a folder on another one with DLCONSOLE_DEVICES."
    return try_lock(handle, kind, "device queue", remedy)

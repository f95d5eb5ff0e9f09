"""All that can be known of a run from outside, collected: files, lock, process, control group.

Nothing here raises: whatever cannot be read or asked is no evidence. What costs more than a look at
a few small files is asked only where it decides something.
"""

from __future__ import annotations

import math
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from engine.devices.cgroup import Cgroup
from engine.devices.disk import file_system, free_bytes
from engine.errors import Problem
from engine.run import remedies
from engine.run.folder import RunFolder
from engine.run.identity import Identity, boot_id
from engine.run.last_output import LastOutput, last_output
from engine.run.lock import is_held
from engine.run.records import JOURNAL_DECODER, Ended, RunSpec, Started, Status, decoder
from engine.run.silence import Age, Silence
from engine.run.tail import Tail

SILENCE_FACTOR = 3.0
"""A word this many times overdue is silence, not a busy disk."""

_DUE_SECONDS = 20.0  # where nobody has promised anything
_LONGEST_DUE = 600.0  # no phase promises more; a damaged file may
_LAST_WORDS_BYTES = 16 * 1024  # a worker reserves more for them than that
_TAIL_BYTES = 64 * 1024


@dataclass(frozen=True)
class Evidence:
    """What is known of a run; times in seconds.

    Attributes:
        name: What the run is called.
        exists: Whether its folder is there.
        damage: Why ``run.json`` cannot be used; empty where it can.
        created_ago: Since the run was asked for.
        started: The latest ``started`` record.
        ended: The ``ended`` record of that generation.
        status: ``status.json``, if it can be read.
        locked: Whether somebody holds the lock.
        shared: Whether a machine that cannot be seen from here may hold it all the same.
        local: Whether the worker belongs to this boot of this machine; None before it started.
        same_host: Whether the worker belongs to a machine of this name, whichever boot of it.
        same_boot: Whether it belongs to this kernel, be it in another container.
        alive: Whether its process runs; None where that cannot be seen from here.
        suspended: Whether its process was stopped by a signal.
        frozen: Whether its control group stands still.
        stalled: Whether it waits for a disk or network file system.
        copied: Whether the folder is a copy of the one that the worker took up.
        silent: Since the run's files last changed; see :mod:`engine.run.silence`.
        killed_for_memory: Whether the kernel has killed for memory in its group since it began.
        disk: What is wrong with the disk of a worker that is gone: its folder ``cannot be written``
            or ``has no room``; empty where nothing is.
        last_output: What a worker that is gone printed last.
        smaller: The batch size to try where memory did not suffice, and the command line that
            trains with it.
    """

    name: str
    exists: bool
    damage: str
    created_ago: float
    started: Started | None
    ended: Ended | None
    status: Status | None
    locked: bool
    shared: bool
    local: bool | None
    same_host: bool
    same_boot: bool
    alive: bool | None
    suspended: bool
    frozen: bool
    stalled: bool
    copied: bool
    silent: Age
    killed_for_memory: bool
    disk: str
    last_output: LastOutput | None
    smaller: tuple[int, str] | None

    @property
    def is_coming(self) -> bool:
        """Whether a later worker than the last one that spoke was announced."""
        return _is_coming(self.status, self.started)

    @property
    def due(self) -> float:
        """Seconds within which the next word was promised."""
        return _due(self.status)


def gather(
    folder: RunFolder,
    words: Callable[[], tuple[Started | None, Ended | None]] | None = None,
    silence: Silence | None = None,
) -> Evidence:
    """Collect the evidence about a run.

    Args:
        folder: The run.
        words: Returns the latest ``started`` record and what ended it, for a caller who follows the
            journal anyway; otherwise the journal is looked into.
        silence: What earlier looks have shown, for a caller who looks again and again.
    """
    silence = silence or Silence()
    # The lock before the journal: a worker writes its last word before it lets go, so one that is
    # seen to have let go has its last word found.
    locked = is_held(folder.lock)
    started, ended = words() if words else _first_and_last_words(folder)
    status = read_status(folder)
    is_coming = _is_coming(status, started)
    # A launcher takes the lock before it announces, so one that came in between is seen now.
    locked = locked or (is_coming and is_held(folder.lock))
    silent = _silence(folder, silence)
    spec, damage = _spec(folder)
    # The process of an earlier worker says nothing about the one to come.
    worker = started if started is not None and not is_coming else None
    identity = _identity(worker)
    local = identity.is_local() if identity else None
    copied = bool(worker and local and _is_copy(folder, worker))
    near = identity if local and not copied else None
    alive = near.is_alive() if near else None
    here = near if alive else None
    is_gone = not (locked or alive or (ended is not None and not is_coming))
    overdue = silent.seconds > SILENCE_FACTOR * _due(status)
    killed = bool(is_gone and worker and local and not copied and _killed_for_memory(worker))
    said = last_output(folder.console_log) if is_gone and not copied else None
    wants_memory = killed or (said is not None and said.reason == "memory")
    return Evidence(
        name=folder.name,
        exists=not damage or folder.path.is_dir(),
        damage=damage,
        created_ago=silence.since_creation(time.time() - _modified(folder)),
        started=started,
        ended=ended,
        status=status,
        locked=locked,
        shared=worker is None and is_gone and file_system(folder.path).is_network,
        local=local,
        same_host=identity is not None and identity.host == socket.gethostname(),
        same_boot=bool(identity and identity.boot_id and identity.boot_id == boot_id()),
        alive=alive,
        suspended=here is not None and here.is_suspended(),
        frozen=here is not None and silent.seconds > _due(status) and Cgroup(here.pid).is_frozen(),
        stalled=here is not None and overdue and here.is_stalled(),
        copied=copied,
        silent=silent,
        killed_for_memory=killed,
        disk=_disk(folder) if is_gone and local and not copied else "",
        last_output=said,
        smaller=remedies.smaller_batch(spec) if spec and wants_memory else None,
    )


def read_status(folder: RunFolder) -> Status | None:
    """Return ``status.json``, or None where it is missing or makes no sense."""
    try:
        return decoder(Status).decode(folder.status.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def generations(folder: RunFolder) -> int:
    """Return how many workers have taken up a run so far."""
    records = Tail(folder.journal, JOURNAL_DECODER).read().records
    return max((each.generation for each in records if isinstance(each, Started)), default=0)


def _first_and_last_words(folder: RunFolder) -> tuple[Started | None, Ended | None]:
    """Find the latest ``started`` and what ended it; a long journal is read at both ends only."""
    started: Started | None = None
    ended: Ended | None = None
    for record in Tail(folder.journal, JOURNAL_DECODER, last=_TAIL_BYTES).read().records:
        if isinstance(record, Started):
            started, ended = record, None
        elif isinstance(record, Ended):
            ended = record
    if started is None:
        records = Tail(folder.journal, JOURNAL_DECODER).read().records
        started = next((r for r in reversed(records) if isinstance(r, Started)), None)
    return started, ended


def _is_coming(status: Status | None, started: Started | None) -> bool:
    if status is None or status.phase == "ended":
        return False
    return status.generation > (started.generation if started is not None else 0)


def _due(status: Status | None) -> float:
    promised = status.next_word_seconds if status is not None else _DUE_SECONDS
    return min(max(promised, 1.0), _LONGEST_DUE) if math.isfinite(promised) else _DUE_SECONDS


def _identity(started: Started | None) -> Identity | None:
    if started is None:
        return None
    return Identity(started.host, started.boot_id, started.pid, started.start_ticks)


def _is_copy(folder: RunFolder, started: Started) -> bool:
    """Say whether the lock file is another one than the worker has locked."""
    if started.lock_inode is None:
        return False
    try:
        return folder.lock.stat().st_ino != started.lock_inode
    except OSError:
        return False  # without a lock file the process is all there is to go by


def _silence(folder: RunFolder, silence: Silence) -> Age:
    """Measure since when status and journal have not changed; before there are any, the request."""
    marks: list[tuple[int, int, int]] = []
    latest = 0.0
    for path in (folder.status, folder.journal):
        try:
            status = os.stat(path)  # noqa: PTH116 - several times a second for each run
        except OSError:
            continue
        marks.append((status.st_ino, status.st_mtime_ns, status.st_size))
        latest = max(latest, status.st_mtime)
    return silence.measure(tuple(marks), time.time() - (latest or _modified(folder)))


def _modified(folder: RunFolder) -> float:
    """Return when the run was asked for, by the date of its request; now where that is unknown."""
    try:
        return folder.spec.stat().st_mtime
    except OSError:
        return time.time()


def _spec(folder: RunFolder) -> tuple[RunSpec | None, str]:
    try:
        return folder.read_spec(), ""
    except Problem as problem:
        return None, problem.what


def _disk(folder: RunFolder) -> str:
    if not os.access(folder.path, os.W_OK):
        return "cannot be written"
    room = free_bytes(folder.path)
    return "has no room" if room is not None and room < _LAST_WORDS_BYTES else ""


def _killed_for_memory(started: Started) -> bool:
    if started.oom_kills is None:
        return False
    kills = Cgroup.remembered(started.cgroup).oom_kills()
    return kills is not None and kills > started.oom_kills

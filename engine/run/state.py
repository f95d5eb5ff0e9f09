"""What a run is doing, by evidence, and which evidence that is.

A status file says what a worker last meant to do; whether the worker still exists is another
question. It is answered by the strongest evidence there is: an ``ended`` record; the lock being
held; on the same boot of the same machine the recorded process; else how long the run's files have
been silent against when the worker promised its next word.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.devices.cgroup import Cgroup
from engine.errors import Problem
from engine.run.folder import RunFolder
from engine.run.identity import Identity
from engine.run.lock import is_held
from engine.run.records import JOURNAL_DECODER, Ended, Started, Status, decoder
from engine.run.tail import Tail

FINAL = frozenset({"done", "stopped", "failed", "lost", "damaged"})
"""States in which nothing more will come of itself."""

_START_SECONDS = 20.0  # a worker that has not said its first word by then never began
_SILENCE_FACTOR = 3.0  # a word this many times overdue is silence, not a busy disk
_TAIL_BYTES = 64 * 1024


@dataclass(frozen=True)
class Evidence:
    """All that can be known of a run from outside; times in seconds.

    Attributes:
        readable: Whether ``run.json`` makes sense.
        created_ago: Since the run was asked for.
        started: The latest ``started`` record.
        ended: The ``ended`` record of that generation.
        status: ``status.json``, if it can be read.
        locked: Whether a worker holds the lock.
        local: Whether the worker belongs to this boot of this machine; None before it started.
        same_host: Whether the worker belongs to this machine, whichever boot of it.
        alive: Whether its process runs; None where that cannot be seen from here.
        suspended: Whether its process was stopped by a signal.
        silent: Since the run's files last changed.
        killed_for_memory: Whether the kernel has killed for memory in its group since it began.
    """

    readable: bool
    created_ago: float
    started: Started | None
    ended: Ended | None
    status: Status | None
    locked: bool
    local: bool | None
    same_host: bool
    alive: bool | None
    suspended: bool
    silent: float
    killed_for_memory: bool


@dataclass(frozen=True)
class Verdict:
    """What a run is doing.

    Attributes:
        state: One word: a phase of :class:`~engine.run.records.Status` while a worker is at it,
            else ``done``, ``stopped``, ``failed``, ``lost`` (its worker is gone without a last
            word), ``silent`` (it is there but says nothing), ``last seen`` (another machine's) or
            ``damaged``.
        live: Whether a worker is at it, as far as can be seen.
        why: The evidence, in a sentence.
        remedy: What a person can do, in a sentence; empty where nothing need be done.
    """

    state: str
    live: bool
    why: str
    remedy: str = ""


def judge(evidence: Evidence) -> Verdict:
    """Say what a run is doing. Pure: everything it goes by is in ``evidence``."""
    e = evidence
    if e.ended is not None:
        return Verdict(
            e.ended.outcome, False, e.ended.cause or "It ended by itself.", e.ended.remedy
        )
    phase = e.status.phase if e.status and e.status.phase != "ended" else "starting"
    if e.locked or e.alive:
        return _present(e, phase)
    if not e.readable:
        return Verdict("damaged", False, "Its run.json makes no sense.", "dlconsole rm removes it.")
    if e.started is None:
        if e.created_ago < _START_SECONDS:
            return Verdict("starting", True, "Its worker is being started.")
        return Verdict(
            "lost",
            False,
            "Its worker never said a word.",
            "See console.log in its folder; train anew.",
        )
    if e.local is False and e.started.boot_id is not None and e.alive is None:
        return _elsewhere(e, phase)
    return _gone(e)


def _present(e: Evidence, phase: str) -> Verdict:
    due = e.status.next_word_seconds if e.status else _START_SECONDS
    if e.suspended:
        return Verdict(
            "silent",
            True,
            "Its worker was suspended by a signal.",
            f"kill -CONT {e.started.pid} lets it go on." if e.started else "",
        )
    if e.started is not None and e.silent > _SILENCE_FACTOR * due:
        return Verdict(
            "silent",
            True,
            f"Its worker runs but has said nothing for {_span(e.silent)}.",
            "A stalled disk or device does that; see its log.",
        )
    return Verdict(phase, True, "Its worker holds the lock." if e.locked else "Its worker runs.")


def _elsewhere(e: Evidence, phase: str) -> Verdict:
    assert e.started is not None
    due = e.status.next_word_seconds if e.status else _START_SECONDS
    if e.same_host:
        return Verdict(
            "lost",
            False,
            f"The machine was started anew since; last word {_span(e.silent)} ago.",
            "Train it anew.",
        )
    if e.silent <= _SILENCE_FACTOR * due:
        return Verdict(
            phase, True, f"It runs on {e.started.host}; last word {_span(e.silent)} ago."
        )
    return Verdict(
        "last seen",
        False,
        f"It ran on {e.started.host}; last word {_span(e.silent)} ago.",
        f"Ask there: dlconsole runs on {e.started.host}.",
    )


def _gone(e: Evidence) -> Verdict:
    if e.killed_for_memory:
        return Verdict(
            "lost",
            False,
            "Its worker is gone, and the kernel has killed for want of memory since it began.",
            "Train it anew with a smaller batch_size, or on a machine with more memory.",
        )
    return Verdict(
        "lost",
        False,
        f"Its worker is gone without a last word, {_span(e.silent)} ago "
        "(killed from outside, or the machine failed).",
        "Train it anew; what it wrote so far can still be read.",
    )


def gather(
    folder: RunFolder, words: Callable[[], tuple[Started | None, Ended | None]] | None = None
) -> Evidence:
    """Collect the evidence about a run.

    Args:
        folder: The run.
        words: Returns the latest ``started`` record and what ended it, for a caller who follows the
            journal anyway; otherwise the journal is looked into.
    """
    # The lock before the journal: a worker writes its last word before it lets go, so one that is
    # seen to have let go has its last word found.
    locked = is_held(folder.lock)
    started, ended = words() if words else _first_and_last_words(folder)
    status = read_status(folder)
    now = time.time()
    identity = (
        Identity(started.host, started.boot_id, started.pid, started.start_ticks)
        if started is not None
        else None
    )
    local = identity.is_local() if identity else None
    return Evidence(
        readable=_is_readable(folder),
        created_ago=now - _modified(folder.spec, now),
        started=started,
        ended=ended,
        status=status,
        locked=locked,
        local=local,
        same_host=identity is not None and identity.host == Identity.own().host,
        alive=identity.is_alive() if identity and local else None,
        suspended=bool(identity and local and identity.is_suspended()),
        silent=max(0.0, now - max(_modified(folder.status, 0.0), _modified(folder.journal, 0.0))),
        killed_for_memory=bool(started and local and not locked and _killed_for_memory(started)),
    )


def examine(folder: RunFolder) -> Verdict:
    """Say what a run is doing."""
    return judge(gather(folder))


def read_status(folder: RunFolder) -> Status | None:
    """Return ``status.json``, or None where it is missing or makes no sense."""
    try:
        return decoder(Status).decode(folder.status.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


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


def generations(folder: RunFolder) -> int:
    """Return how many workers have taken up a run so far."""
    records = Tail(folder.journal, JOURNAL_DECODER).read().records
    return max((each.generation for each in records if isinstance(each, Started)), default=0)


def _killed_for_memory(started: Started) -> bool:
    if started.oom_kills is None:
        return False
    kills = Cgroup.remembered(started.cgroup).oom_kills()
    return kills is not None and kills > started.oom_kills


def _is_readable(folder: RunFolder) -> bool:
    try:
        folder.read_spec()
    except Problem:
        return False
    return True


def _modified(path: Path, otherwise: float) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return otherwise


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 129600:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86400:.0f} days"

"""What a run is doing, by evidence, and which evidence that is.

A status file says what a worker last meant to do; whether the worker still exists is another
question. It is answered by the strongest evidence there is: an ``ended`` record; the lock being
held; on the same boot of the same machine the recorded process; else how long the run's files have
been silent against when the worker promised its next word.

:func:`judge` decides and is pure; :mod:`engine.run.evidence` collects what it decides by.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.run import remedies
from engine.run.evidence import SILENCE_FACTOR, Evidence, gather
from engine.run.folder import RunFolder
from engine.run.last_output import DEVICE, DISK, MEMORY
from engine.run.silence import Silence

FINAL = frozenset({"done", "stopped", "failed", "lost", "damaged"})
"""States in which nothing more will come of itself."""

_START_SECONDS = 20.0  # a worker that has not said its first word by then never began


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


def examine(folder: RunFolder, silence: Silence | None = None) -> Verdict:
    """Say what a run is doing.

    Args:
        folder: The run.
        silence: What earlier looks have shown, for a caller who looks again and again.
    """
    return judge(gather(folder, silence=silence))


def judge(evidence: Evidence) -> Verdict:
    """Say what a run is doing. Pure: everything it goes by is in ``evidence``."""
    e = evidence
    if e.ended is not None and not e.is_coming:
        return Verdict(
            e.ended.outcome, False, e.ended.cause or "It ended by itself.", e.ended.remedy
        )
    if e.locked or e.alive:
        return _present(e)
    if not e.exists:
        return Verdict(
            "lost", False, "Its folder is gone: moved, removed, or its disk is not there any more."
        )
    if e.damage:
        return Verdict("damaged", False, e.damage, f"dlconsole rm {e.name} moves it to the trash.")
    if e.started is None or e.is_coming:
        return _never_began(e)
    if e.copied:
        return Verdict(
            "lost",
            False,
            "This folder is a copy, made while the run was going on; the original may go on still.",
            f"{remedies.resume(e.name)} goes on in this one.",
        )
    if not (e.local or e.same_boot):
        return _elsewhere(e, e.started.host)
    return _gone(e)


def _phase(e: Evidence) -> str:
    # What an earlier worker said, or the original of a copy, is not what this one is doing.
    outdated = e.status is None or e.status.phase == "ended" or (e.copied and not e.is_coming)
    return "starting" if outdated or e.status is None else e.status.phase


def _present(e: Evidence) -> Verdict:
    phase = _phase(e)
    who = "Its waiting process" if phase == "queued" else "Its worker"
    if e.suspended and e.started is not None:
        return Verdict(
            "silent",
            True,
            f"{who} was suspended by a signal.",
            f"kill -CONT {e.started.pid} lets it go on.",
        )
    if e.frozen:
        return Verdict(
            "silent",
            True,
            f"{who} is frozen together with its control group (a paused container, for example).",
            "docker unpause, or systemctl thaw, lets it go on.",
        )
    if e.silent.seconds > SILENCE_FACTOR * e.due:
        return _silent(e, who)
    if phase == "queued":
        place = e.status.detail if e.status else ""
        return Verdict(phase, True, f"It waits its turn: {place}." if place else "It waits.")
    return Verdict(phase, True, f"{who} holds the lock." if e.locked else f"{who} runs.")


def _silent(e: Evidence, who: str) -> Verdict:
    span = _span(e.silent.seconds)
    if e.stalled:
        why = f"{who} has waited for a disk or network file system for {span}."
        remedy = "See whether its folder can be written (df, mount, dmesg)."
    else:
        why = f"{who} runs but has said nothing for {span}."
        remedy = "A stalled disk or device does that; see console.log in its folder."
    if e.alive and e.started is not None:
        remedy += f" If it stays so: kill -9 {e.started.pid}, then {remedies.resume(e.name)}"
    return Verdict("silent", True, why, remedy)


def _never_began(e: Evidence) -> Verdict:
    """Judge a run whose coming worker was announced, or only asked for, and is not there."""
    if e.status is None or not e.is_coming:
        if e.created_ago < _START_SECONDS:
            return Verdict("starting", True, "Its worker is being started.")
    elif e.shared and e.silent.known and e.silent.seconds <= SILENCE_FACTOR * e.due:
        ago = _span(e.silent.seconds)
        return Verdict(_phase(e), True, f"Another machine is at it, as it seems: word {ago} ago.")
    elif e.status.phase == "queued":
        return Verdict(
            "lost",
            False,
            "The process that waited for its device is gone.",
            f"{remedies.resume(e.name)} lets it wait again.",
        )
    said = f": {e.last_output.text}" if e.last_output else ""
    return Verdict(
        "lost",
        False,
        f"Its worker never said a word{said}.",
        f"See console.log in its folder; then {remedies.resume(e.name)}",
    )


def _elsewhere(e: Evidence, host: str) -> Verdict:
    ago = _span(e.silent.seconds)
    if e.silent.known and e.silent.seconds <= SILENCE_FACTOR * e.due:
        where = f"another machine called {host}" if e.same_host else host
        return Verdict(_phase(e), True, f"It runs on {where}; last word {ago} ago.")
    if e.same_host:
        when = f"; last word {ago} ago" if e.silent.known else ""
        return Verdict(
            "lost",
            False,
            f"The machine was started anew since{when}.",
            _resume(e),
        )
    told = f"last word {ago} ago" if e.silent.known else "its files are dated in the future"
    return Verdict(
        "last seen",
        False,
        f"It ran on {host}; {told}.",
        f"Ask there: dlconsole show {e.name}. If {host} is gone for good: "
        f"{remedies.resume(e.name, elsewhere=True)}",
    )


def _gone(e: Evidence) -> Verdict:
    go_on = remedies.resume(e.name)
    said = e.last_output
    if e.killed_for_memory:
        why = "Its worker is gone, and the kernel has killed for want of memory since it began."
        return Verdict("lost", False, why, _memory_remedy(e))
    gone = "Its worker is gone without a last word"
    if e.silent.known:
        gone += f", {_span(e.silent.seconds)} ago"
    if e.disk and (said is None or said.reason == DISK):
        why = f"{gone}; its folder {e.disk}."
        return Verdict("lost", False, why, f"Put that right (df, mount, dmesg), then: {go_on}")
    if said is None:
        why = f"{gone} (killed from outside, or the machine failed)."
        return Verdict("lost", False, why, _resume(e))
    remedy = {
        MEMORY: _memory_remedy(e),
        DEVICE: "nvidia-smi shows whether the GPU still answers, dmesg what the driver says; "
        f"when it does: {go_on}",
        DISK: f"See whether its folder has room and can be written, then: {go_on}",
    }.get(said.reason, f"console.log in its folder says more; {go_on} goes on.")
    return Verdict("lost", False, f"{gone}: {said.text}.", remedy)


def _resume(e: Evidence) -> str:
    snapshot = e.status.snapshot_epoch if e.status is not None else None
    if snapshot is None:
        return f"{remedies.resume(e.name)} lets it go on."
    epoch = f"{snapshot:.1f}".removesuffix(".0")
    return f"{remedies.resume(e.name)} goes on from epoch {epoch}."


def _memory_remedy(e: Evidence) -> str:
    go_on = f"Where there is more memory, {remedies.resume(e.name)} goes on."
    if e.smaller is None:
        return f"Train a smaller network. {go_on}"
    batch, command = e.smaller
    return f"Try batch_size={batch}: {command}. {go_on}"


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 129600:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86400:.0f} days"

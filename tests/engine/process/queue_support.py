"""For tests of the queue: what takes a device as a worker does, and what has become of each run."""

from __future__ import annotations

import signal
from collections.abc import Callable

import psutil

from engine.process.launch import Start, prepare
from engine.process.queue import Queue
from engine.run.evidence import read_status
from engine.run.folder import RunFolder
from engine.run.records import JOURNAL_DECODER, Ended, Started
from engine.run.tail import Tail


class Holder:
    """Has devices as workers do, until it lets go of them.

    Args:
        place: Makes a run.
    """

    def __init__(self, place: Callable[..., RunFolder]) -> None:
        self._place = place
        self._held: list[Start] = []

    def take(self, name: str, device: str = "gpu:0", *, queue: bool = True) -> Start:
        """Make a run and take what it is given."""
        self._held.append(prepare(self._place(name, device), queue=queue))
        return self._held[-1]

    def release(self, start: Start) -> None:
        """Let go of a run and its device, as an end or a kill does."""
        self._held.remove(start)
        start.close()

    def release_all(self) -> None:
        """Let go of everything that is still held."""
        for start in list(self._held):
            self.release(start)


def process_of(folder: RunFolder) -> psutil.Process | None:
    """Return the process that waits with a run or trains it."""
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if str(folder.path) in words and process.info["status"] != psutil.STATUS_ZOMBIE:
            return process
    return None


def kill(folder: RunFolder) -> None:
    """Kill the process of a run."""
    process = process_of(folder)
    assert process is not None
    process.send_signal(signal.SIGKILL)


def detail(folder: RunFolder) -> str:
    """Return what the run waits for, such as ``1st for gpu:0``; empty where it does not wait."""
    status = read_status(folder)
    return status.detail if status is not None and status.phase == "queued" else ""


def first_word(folder: RunFolder) -> Started | None:
    """Return what the latest worker of a run said first; None before there was one."""
    found = [each for each in _journal(folder) if isinstance(each, Started)]
    return found[-1] if found else None


def last_word(folder: RunFolder) -> Ended | None:
    """Return what ended a run last; None where nothing has."""
    found = [each for each in _journal(folder) if isinstance(each, Ended)]
    return found[-1] if found else None


def waiting() -> list[str]:
    """Return the names of the runs that wait, in the order of their turns; looks only."""
    return [each.ticket.folder.name for each in Queue().entries(tend=False) if each.place]


def _journal(folder: RunFolder) -> list[object]:
    return list(Tail(folder.journal, JOURNAL_DECODER).read().records)

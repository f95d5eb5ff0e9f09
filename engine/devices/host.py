"""The host as a run sees it: processor, memory and disk, for one line each second.

Promises: a reading never raises; what the system does not tell is ``None``. It is cheap enough for
each second: 0.3 ms of processor time with warm caches, a few milliseconds in a process that slept.
Percentages are means over the time since the reading before, so the first reading has none.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.devices.cgroup import MOUNT, PROC, Cgroup
from engine.devices.disk import free_bytes
from engine.devices.readings import HostReading

if TYPE_CHECKING:
    import psutil

_T = TypeVar("_T")

MIN_WINDOW = 0.1  # seconds
"""Two readings closer than this share their percentages: the kernel counts in ticks of 10 ms, and
over a shorter time the mean would jump between 0 and a full core."""

SEARCH_SHARE = 500
"""A search for child processes that took t is not repeated for 500 t: it costs 0.2 % of a core at
most, and only on machines where it takes over 2 ms is it rarer than once a second."""


class Host:
    """Reads the host again and again.

    Args:
        pid: The process whose tree is watched, usually a worker's; ``None`` watches none, and the
            fields about the process stay ``None``.
        folder: The folder whose disk is watched; it need not exist yet.
        proc: Where /proc is mounted. Default ``/proc``.
        cgroups: Where cgroups are mounted. Default ``/sys/fs/cgroup``.

    Example:
        >>> host = Host(os.getpid(), Path("runs"))
        >>> host.read().cpu_percent is None  # a percentage needs a second reading
        True
    """

    def __init__(
        self, pid: int | None, folder: Path, *, proc: Path = PROC, cgroups: Path = MOUNT
    ) -> None:
        self._pid = pid
        self._folder = folder
        self._proc = proc
        # A worker in a group of its own is judged by its limits, not by those of the one who asks.
        self._cgroup = Cgroup(pid, proc=proc, mount=cgroups)
        self._tree: ProcessTree | None = None
        self._before: tuple[float, float] | None = None  # busy, all seconds of all cores
        self._read_at = -float("inf")
        self._cpu_percent: float | None = None
        self._process_cpu_percent: float | None = None

    def read(self) -> HostReading:
        """Return the state of the host now."""
        pid, tree = self._pid, self._tree
        if pid is not None and tree is None:
            # Again at each reading, should the system refuse it once.
            tree = self._tree = _told(lambda: ProcessTree(pid, proc=self._proc))
        seen = _told(tree.read) if tree is not None else None
        now = time.monotonic()
        if now - self._read_at >= MIN_WINDOW:
            self._cpu_percent = _told(self._machine_percent)
            self._process_cpu_percent = (
                _told(tree.percent_since_last) if tree is not None and seen is not None else None
            )
            self._read_at = now
        used, total = self._memory()
        return HostReading(
            cpu_percent=self._cpu_percent,
            process_cpu_percent=self._process_cpu_percent if seen is not None else None,
            usable_cores=self._usable_cores(),
            memory_used_bytes=used,
            memory_total_bytes=total,
            process_memory_bytes=seen,
            disk_free_bytes=free_bytes(self._folder),
        )

    def _machine_percent(self) -> float | None:
        import psutil

        times: dict[str, float] = psutil.cpu_times()._asdict()
        # Linux counts the time of virtual machines a second time within user and nice.
        everything = sum(times.values()) - times.get("guest", 0.0) - times.get("guest_nice", 0.0)
        busy = everything - times.get("idle", 0.0) - times.get("iowait", 0.0)
        before, self._before = self._before, (busy, everything)
        if before is None or everything <= before[1]:
            return None
        share = (busy - before[0]) / (everything - before[1])
        return round(100 * min(1.0, max(0.0, share)), 1)

    def _memory(self) -> tuple[int | None, int | None]:
        """Return used and total bytes, of the cgroup where its limit is below the machine's."""
        machine = _told(_machine_memory)
        limit = self._cgroup.memory()
        if limit is not None and (machine is None or limit.limit_bytes < machine[1]):
            return limit
        return machine if machine is not None else (None, None)

    def _usable_cores(self) -> float | None:
        cores = _told(lambda: len(os.sched_getaffinity(self._pid or 0)))
        if cores is None:  # no such question on macOS, or the process is gone
            cores = os.cpu_count()
        quota = self._cgroup.cores()
        known = [float(count) for count in (cores, quota) if count is not None]
        return min(known, default=None)


class ProcessTree:
    """A process and all below it: their processor time and memory.

    Args:
        pid: The process at the root.
        proc: Where /proc is mounted. Default ``/proc``.

    Raises:
        psutil.Error: There is no such process.
    """

    def __init__(self, pid: int, *, proc: Path = PROC) -> None:
        import psutil

        self._psutil = psutil
        self._root = psutil.Process(pid)
        self._proc = proc
        self._children: list[int] = []
        self._search_due = -float("inf")
        self._now: dict[tuple[int, float], tuple[float, float]] = {}
        self._now_at = 0.0
        self._before: dict[tuple[int, float], tuple[float, float]] | None = None
        self._before_at = 0.0
        self._before_clock = 0.0

    def read(self) -> int | None:
        """Look at every process of the tree.

        Returns:
            Their resident memory in bytes, or ``None`` when the root has ended.
        """
        if (root := self._root_now()) is None:
            return None
        memory = 0
        now = {}
        for process in (root, *self._descendants()):
            try:
                with process.oneshot():
                    if process is root and process.status() == self._psutil.STATUS_ZOMBIE:
                        # Dead, and nobody has waited for it: psutil still calls it running.
                        return None
                    times = process.cpu_times()
                    reaped = times.children_user + times.children_system
                    now[process.pid, process.create_time()] = (times.user + times.system, reaped)
                    memory += process.memory_info().rss
            except self._psutil.Error:
                continue  # ended between being found and being asked
        self._now, self._now_at = now, time.monotonic()
        return memory or None

    def percent_since_last(self) -> float | None:
        """Return the processor time between this call's reading and the one before.

        Returns:
            100 for one core fully used; ``None`` at the first call.
        """
        before, self._before = self._before, self._now
        elapsed, self._before_at = self._now_at - self._before_at, self._now_at
        since, self._before_clock = self._before_clock, time.time()
        if before is None or elapsed <= 0:
            return None
        spent = gained = 0.0
        for key, (own, reaped) in self._now.items():
            if key in before:
                spent += own - before[key][0]
                gained += reaped - before[key][1]
            elif key[1] >= since - 1:  # one second: start times are that coarse on some systems
                spent += own + reaped
            # Else it was only found late: its time was not spent since the last reading.
        # What a process that ended had used is now in its parent's account of those it waited for;
        # the part that was already counted must not be counted again.
        ended = sum(own + reaped for key, (own, reaped) in before.items() if key not in self._now)
        spent += gained - min(gained, ended)
        return round(100 * max(0.0, spent) / elapsed, 1)

    def _root_now(self) -> psutil.Process | None:
        """Return the root as it is now, or ``None`` when its number is nobody's or another's."""
        try:
            root = self._psutil.Process(self._root.pid)
        except self._psutil.Error:
            return None
        return root if root == self._root else None  # equal: also started at the same moment

    def _descendants(self) -> list[psutil.Process]:
        started = time.monotonic()
        if started >= self._search_due:
            self._children = self._search()
            took = time.monotonic() - started
            self._search_due = started + SEARCH_SHARE * took
        found = []
        for pid in self._children:
            try:
                found.append(self._psutil.Process(pid))
            except self._psutil.Error:
                continue
        return found

    def _search(self) -> list[int]:
        """Return the numbers of all processes below the root.

        The kernel's own lists of children are read where it keeps them: psutil would look at every
        process of the machine, which takes tens of milliseconds on a busy one.
        """
        found: list[int] = []
        waiting = [self._root.pid]
        while waiting:
            children = self._children_of(waiting.pop())
            if children is None:
                return [child.pid for child in self._root.children(recursive=True)]
            found += children
            waiting += children
        return found

    def _children_of(self, pid: int) -> list[int] | None:
        """Return the children of ``pid``, or ``None`` where the kernel keeps no such lists.

        Each thread has a list of those it has started.
        """
        children: list[int] = []
        tasks = f"{self._proc}/{pid}/task"
        try:
            threads = os.listdir(tasks)  # noqa: PTH208 - Path objects for 100 threads cost more
        except OSError:
            return None if pid == self._root.pid else []
        for thread in threads:
            try:
                with open(f"{tasks}/{thread}/children", "rb", buffering=0) as file:  # noqa: PTH123
                    children += map(int, file.read().split())
            except FileNotFoundError:
                # Either the thread has just ended, or this kernel keeps no lists at all.
                if thread == str(pid):
                    return None if pid == self._root.pid else []
            except (OSError, ValueError):
                continue
        return children


def _machine_memory() -> tuple[int, int]:
    import psutil

    memory = psutil.virtual_memory()
    return memory.total - memory.available, memory.total


def _told(question: Callable[[], _T]) -> _T | None:
    """Return the answer, or ``None`` when the system has none.

    Every exception counts: psutil raises its own kinds, and in sandboxes also others, from files
    it could not read or parse. A reading is never worth the run it describes.
    """
    try:
        return question()
    except Exception:  # noqa: BLE001 - see above
        return None

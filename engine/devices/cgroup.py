"""What a Linux control group allows a process: memory, processor time, and whom it cost its life.

A container, a batch system or a systemd slice sets limits far below what the machine has, and the
kernel kills at the limit, not at the machine's end. Both versions of cgroups are read, and both at
once (a "hybrid" machine has memory in one and the rest in the other). Limits of all enclosing
groups count, since the tightest one holds.

Promises: nothing here raises; without /proc or without cgroups (macOS) every answer is ``None``.

References:
    https://docs.kernel.org/admin-guide/cgroup-v2.html and
    https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import NamedTuple

PROC = Path("/proc")
MOUNT = Path("/sys/fs/cgroup")

_UNLIMITED = 1 << 62


class MemoryLimit(NamedTuple):
    """A limit on memory and what counts against it."""

    used_bytes: int
    """Memory charged to the limited group, in bytes, without file cache that can be dropped."""
    limit_bytes: int
    """Where the kernel starts to kill, in bytes."""


class _Place(NamedTuple):
    """Where one controller (memory, cpu) of a process is found."""

    version: int
    folders: list[Path]  # the process's own group first, then the enclosing ones


_NOWHERE = _Place(2, [])


class Cgroup:
    """The control group of a process, looked up once.

    The object outlives the process: asked after its death, it still answers for the group.

    Args:
        pid: The process; ``None`` is the calling one. Default ``None``.
        proc: Where /proc is mounted. Default ``/proc``.
        mount: Where cgroups are mounted. Default ``/sys/fs/cgroup``.
    """

    def __init__(self, pid: int | None = None, *, proc: Path = PROC, mount: Path = MOUNT) -> None:
        self._take(membership(pid, proc=proc), mount)

    @classmethod
    def remembered(cls, lines: list[str], *, mount: Path = MOUNT) -> Cgroup:
        """Return the group that a process had, from its :func:`membership` in its lifetime."""
        group = cls.__new__(cls)
        group._take(lines, mount)
        return group

    def _take(self, lines: list[str], mount: Path) -> None:
        self._memory = _place(lines, "memory", mount)
        self._cpu = _place(lines, "cpu", mount)
        # A hybrid machine can freeze by either version.
        self._freezers = (
            _place(lines, "freezer", mount),
            _place([line for line in lines if line.startswith("0:")], "freezer", mount),
        )

    def memory(self) -> MemoryLimit | None:
        """Return the tightest memory limit on the process, or ``None`` where none is set.

        File cache that the kernel drops before it kills is not counted as used, as ``docker stats``
        does it: with it a training run that reads its data from disk would always look full.
        """
        if self._memory.version == 2:
            limit_file, used_file, cache = "memory.max", "memory.current", "inactive_file"
        else:
            limit_file, used_file, cache = (
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
                "total_inactive_file",
            )
        limits = [(_number(f / limit_file), f) for f in self._memory.folders]
        set_ones = [(limit, folder) for limit, folder in limits if limit is not None]
        if not set_ones:
            return None
        limit, folder = min(set_ones, key=lambda one: one[0])
        used = _number(folder / used_file)
        if used is None:
            return None
        return MemoryLimit(max(0, used - (_entry(folder / "memory.stat", cache) or 0)), limit)

    def cores(self) -> float | None:
        """Return the tightest quota of processor time in cores, such as 1.5; ``None``: no quota."""
        quotas = []
        for folder in self._cpu.folders:
            if self._cpu.version == 2:
                quota, _, period = _text(folder / "cpu.max").partition(" ")
            else:
                quota = _text(folder / "cpu.cfs_quota_us")
                period = _text(folder / "cpu.cfs_period_us")
            # "max" in version 2 and -1 in version 1 are "no quota".
            if quota.strip().isdecimal() and period.strip().isdecimal() and int(period):
                quotas.append(int(quota) / int(period))
        return min(quotas, default=None)

    def oom_kills(self) -> int | None:
        """Return how many processes of the group the kernel has killed for want of memory.

        The count never falls while the group exists, so a rise since the start of a run says that
        something in the group was killed; it does not say which process. ``None`` where the kernel
        does not count (version 1 before Linux 4.13, no memory controller).
        """
        file = "memory.events" if self._memory.version == 2 else "memory.oom_control"
        for folder in self._memory.folders:
            kills = _entry(folder / file, "oom_kill")
            if kills is not None:
                return kills
        return None

    def is_frozen(self) -> bool:
        """Say whether the group stands still: a paused container, ``systemctl freeze``.

        Its processes look asleep then, and signals reach them only after the thaw.
        """
        for version, folders in self._freezers:
            for folder in folders:
                if version == 2 and _entry(folder / "cgroup.events", "frozen"):
                    return True
                if version == 1 and _text(folder / "freezer.state") in ("FROZEN", "FREEZING"):
                    return True
        return False


def membership(pid: int | None = None, *, proc: Path = PROC) -> list[str]:
    """Return the lines that say in which groups a process is; ``None`` is the calling one.

    They name the groups after the process is gone: see :meth:`Cgroup.remembered`.
    """
    return _lines(proc / ("self" if pid is None else str(pid)) / "cgroup")


def oom_kills(pid: int, *, proc: Path = PROC, mount: Path = MOUNT) -> int | None:
    """Return how many processes the kernel has killed for memory in the group of ``pid``.

    Meant to be asked twice, with a rise as the news. Once the process is gone its group cannot be
    looked up: keep a :class:`Cgroup` where the second question comes after its death.

    Args:
        pid: A living process.
        proc: Where /proc is mounted. Default ``/proc``.
        mount: Where cgroups are mounted. Default ``/sys/fs/cgroup``.

    Returns:
        The count, or ``None`` where it is unknown.
    """
    return Cgroup(pid, proc=proc, mount=mount).oom_kills()


def _place(lines: list[str], controller: str, mount: Path) -> _Place:
    """Find the folders of ``controller`` from the lines of a /proc/<pid>/cgroup.

    A line is ``4:memory:/a/b`` (version 1, perhaps several controllers, ``cpu,cpuacct``) or
    ``0::/a/b`` (version 2). A controller named in a version 1 line is not in version 2.
    """
    unified = _NOWHERE
    for line in lines:
        number, _, rest = line.partition(":")
        names, _, path = rest.partition(":")
        if controller in names.split(","):
            for folder in (mount / controller, mount / names):
                if folder.is_dir():
                    return _Place(1, _folders(folder, path))
            return _NOWHERE
        if number == "0" and not names:
            hybrid = mount / "unified"
            unified = _Place(2, _folders(hybrid if hybrid.is_dir() else mount, path))
    return unified


def _folders(mount: Path, path: str) -> list[Path]:
    """Return the group's folder and the enclosing ones up to ``mount``, as far as they exist.

    In a container /proc may name the path as the host sees it while the mount shows only the part
    below the container's own group; so leading parts are dropped until a folder is met.
    """
    parts = [part for part in PurePosixPath(path).parts if part not in ("/", "..")]
    for start in range(len(parts)):
        below = parts[start:]
        if mount.joinpath(*below).is_dir():
            return [mount.joinpath(*below[:depth]) for depth in range(len(below), -1, -1)]
    return [mount] if mount.is_dir() else []


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _lines(file: Path) -> list[str]:
    return _text(file).splitlines()


def _number(file: Path) -> int | None:
    """Return the number in ``file``; ``None`` for "max", which is no limit."""
    text = _text(file)
    # Version 1 says "no limit" with the largest count of pages it can hold, near 2**63 bytes.
    return int(text) if text.isdecimal() and int(text) < _UNLIMITED else None


def _entry(file: Path, key: str) -> int | None:
    """Return the number beside ``key`` in a file of lines ``key number``."""
    for line in _lines(file):
        name, _, value = line.partition(" ")
        if name == key and value.strip().isdecimal():
            return int(value)
    return None

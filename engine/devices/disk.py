"""On what kind of file system a path lies, how much room it has, and what it does when tried.

A run folder on a network file system matters to a person: locks may not be seen by other machines,
and replacing a file may take long. Nothing here raises; what cannot be found out is ``None``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

MOUNTS = Path("/proc/self/mounts")

_SERVED = {"9p", "afpfs", "afs", "cifs", "davfs", "nfs", "nfs4", "smb3", "smbfs", "webdav"}
"""Types behind which another machine stands (9p: another kernel on this one)."""

_CLUSTERED = {"beegfs", "ceph", "gfs2", "glusterfs", "gpfs", "lustre", "ocfs2", "orangefs"} | {
    "panfs", "pvfs2", "wekafs",
}  # fmt: skip
"""Types that several machines mount at once."""

_BEHIND_FUSE = {"blobfuse2", "ceph-fuse", "davfs2", "gcsfuse", "goofys", "juicefs", "mfs"} | {
    "mount-s3", "mountpoint-s3", "rclone", "s3fs", "sshfs",
}  # fmt: skip
"""Programs that show distant storage as a folder; the kernel writes ``fuse.`` before them."""

_NETWORK = _SERVED | _CLUSTERED | _BEHIND_FUSE


class FileSystem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The file system that a path lies on."""

    type: str | None = None
    """As the kernel names it: ``ext4``, ``nfs4``, ``overlay``, ``tmpfs``, ``apfs``."""
    mount: str | None = None
    """The folder it is mounted at."""
    is_network: bool = False
    """Whether other machines may read and write it too; ``False`` also where nobody can say."""
    free_bytes: int | None = None
    """Room for this user, in bytes."""
    total_bytes: int | None = None
    """All room, in bytes."""


class Trial(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a file system does, by trying it."""

    locks: bool | None = None
    """Whether a file that is locked (flock) cannot be locked a second time."""
    replace_seconds: float | None = None
    """What it takes to put a small file in the place of another so that it lasts."""


def file_system(path: Path, *, mounts: Path = MOUNTS) -> FileSystem:
    """Describe the file system of ``path``, which need not exist yet.

    Args:
        path: A file or folder. For one that does not exist, the nearest folder that does counts.
        mounts: The kernel's table of mounts. Default ``/proc/self/mounts``; where there is none
            (macOS), psutil is asked.

    Returns:
        What could be found out. To check by hand: ``df -T PATH``.
    """
    place = _nearest_existing(path)
    free, total = _room(place)
    mount, kind = _longest_match(place, _mount_table(mounts))
    return FileSystem(
        type=kind,
        mount=mount,
        is_network=_is_network(kind),
        free_bytes=free,
        total_bytes=total,
    )


def free_bytes(path: Path) -> int | None:
    """Return the room for this user on the disk of ``path``, in bytes; ``None`` when unknown."""
    return _room(_nearest_existing(path))[0]


def try_out(path: Path, *, times: int = 5) -> Trial:
    """Lock and replace a small file in ``path``, or in the nearest folder that exists.

    Args:
        path: A folder. Nothing is left behind in it.
        times: How often to replace the file; the median counts.

    Returns:
        What could be found out; nothing where no file can be made.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".dlconsole-", dir=_nearest_existing(path)) as name:
            folder = Path(name)
            seconds = [_replace_once(folder) for _ in range(times)]
            return Trial(locks=_locks(folder / "file"), replace_seconds=statistics.median(seconds))
    except OSError:
        return Trial()


def _replace_once(folder: Path) -> float:
    begun = time.perf_counter()
    with (folder / "aside").open("wb") as file:
        file.write(b"x" * 1000)
        file.flush()
        os.fsync(file.fileno())
    (folder / "aside").replace(folder / "file")
    return time.perf_counter() - begun


def _locks(file: Path) -> bool:
    with file.open("rb+") as first, file.open("rb+") as second:
        try:
            fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        with contextlib.suppress(OSError):
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False  # a lock that keeps nobody out
        return True


def _room(place: Path) -> tuple[int | None, int | None]:
    try:
        usage = shutil.disk_usage(place)
    except (OSError, ValueError):
        return None, None
    return usage.free, usage.total


def _nearest_existing(path: Path) -> Path:
    try:
        place = path.expanduser().resolve()
    except (OSError, RuntimeError, ValueError):
        # No home, a loop of links, a name no file can have.
        return path
    for folder in (place, *place.parents):
        # os.path.exists is False, not an exception, for folders we may not look into.
        if os.path.exists(folder):  # noqa: PTH110
            return folder
    return place


def _mount_table(mounts: Path) -> list[tuple[str, str]]:
    """Return ``(mount point, type)`` of every mount, later ones last."""
    try:
        text = mounts.read_text("utf-8", "surrogateescape")
    except OSError:
        return _psutil_table()
    rows = (line.split(" ") for line in text.splitlines())
    return [(_unescaped(row[1]), row[2]) for row in rows if len(row) > 2]


def _psutil_table() -> list[tuple[str, str]]:
    try:
        import psutil

        return [(part.mountpoint, part.fstype) for part in psutil.disk_partitions(all=True)]
    except Exception:  # noqa: BLE001 - psutil fails in ways of its own where a sandbox forbids it
        return []


def _unescaped(name: str) -> str:
    """Undo the kernel's spelling of blanks in mount points, a backslash and three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), name)


def _longest_match(place: Path, table: Iterable[tuple[str, str]]) -> tuple[str | None, str | None]:
    best: tuple[str | None, str | None] = (None, None)
    depth = 0
    for mount, kind in table:
        parts = Path(mount).parts
        # Of several mounts at one folder the last is on top, hence >=.
        if len(parts) >= depth and place.parts[: len(parts)] == parts:
            best, depth = (mount, kind or None), len(parts)
    return best


def _is_network(kind: str | None) -> bool:
    return kind is not None and kind.lower().removeprefix("fuse.") in _NETWORK

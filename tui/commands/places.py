"""On what disk the folders of runs and data lie: whether it can be written, locks files, has room.

A run's folder has to bear more than data does: its lock is the evidence that a worker lives, small
files are replaced in it every second, and snapshots need room.
"""

from __future__ import annotations

import os
from pathlib import Path

from engine.devices.disk import FileSystem, Trial
from engine.run.folder import list_folders
from tui import figures
from tui.commands.check import BROKEN, OK, WARNING, Check

_LITTLE_DISK = 1_000_000_000
"""Bytes: some snapshots and a log are more than that."""
_SNAPSHOTS = 4
"""A run keeps two snapshots and writes a third, and the network beside them."""
_SLOW_SECONDS = 0.25
"""To replace a small file; a worker does it once a second."""
_ELSEWHERE = "Name another folder with --runs-dir or DLCONSOLE_RUNS."


def data_folder(folder: Path, system: FileSystem) -> Check:
    """Say on what disk the data lies.

    Args:
        folder: Where it is, or will be made.
        system: Its file system.
    """
    found = _where(folder, system)
    if blocked := _unwritable(folder):
        remedy = "Make it writable for yourself."
        return Check(subject="data", mark=BROKEN, found=f"{found}; {blocked}", remedy=remedy)
    if system.free_bytes is not None and system.free_bytes < _LITTLE_DISK:
        return Check(subject="data", mark=WARNING, found=found, remedy="Make room.")
    return Check(subject="data", mark=OK, found=found)


def runs_folder(folder: Path, system: FileSystem, trial: Trial) -> list[Check]:
    """Say on what disk the runs lie and whether it does all that they need.

    Args:
        folder: Where they are, or will be.
        system: Its file system.
        trial: What it did when it was tried.
    """
    found = _where(folder, system)
    if blocked := _unwritable(folder):
        return [_check(BROKEN, f"{found}; {blocked}", _ELSEWHERE)]
    if trial.locks is False:
        return [_check(BROKEN, f"{found}; it cannot lock files, and a run needs that", _ELSEWHERE)]
    checks = []
    if shortage := _shortage(folder, system):
        checks.append(_check(WARNING, f"{found}; {shortage}", "Make room, or a run ends there."))
    if system.is_network:
        checks.append(
            _check(
                WARNING,
                f"{found}; it is a network file system",
                "Locks may not be seen by other machines: steer a run from where it trains. "
                "A local folder is quicker, too: --runs-dir or DLCONSOLE_RUNS.",
            )
        )
    if trial.replace_seconds is not None and trial.replace_seconds > _SLOW_SECONDS:
        took = figures.span(trial.replace_seconds)
        checks.append(
            _check(
                WARNING,
                f"{found}; replacing a small file takes {took}",
                f"Snapshots will keep trainings waiting. {_ELSEWHERE}",
            )
        )
    return checks or [_check(OK, found)]


def _check(mark: str, found: str, remedy: str = "") -> Check:
    return Check(subject="runs", mark=mark, found=found, remedy=remedy)


def _where(folder: Path, system: FileSystem) -> str:
    kind = system.type or "an unknown file system"
    return f"{folder} on {kind}, {figures.size(system.free_bytes)} free"


def _shortage(folder: Path, system: FileSystem) -> str:
    """Say what the room will not suffice for; empty where it does."""
    if system.free_bytes is None:
        return ""
    largest = max((_snapshot_bytes(each.snapshots) for each in list_folders(folder)), default=0)
    if system.free_bytes < _SNAPSHOTS * largest:
        return f"a run here has snapshots of {figures.size(largest)} each"
    return "little room for snapshots" if system.free_bytes < _LITTLE_DISK else ""


def _snapshot_bytes(snapshots: Path) -> int:
    """Return what the largest snapshot of a run takes."""
    try:
        with os.scandir(snapshots) as entries:
            return max((each.stat(follow_symlinks=False).st_size for each in entries), default=0)
    except OSError:
        return 0


def _unwritable(folder: Path) -> str:
    """Say why a folder could not be written, or made; empty where it can."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        return f"{place} is no folder"
    return "" if os.access(place, os.W_OK | os.X_OK) else f"{place} cannot be written"

"""Which networks of a run can be asked: its own, the one in training, and its checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import Problem
from engine.run.checkpoints import FINAL, list_checkpoints
from engine.run.folder import RunFolder
from engine.run.snapshots import path_of, read_index

SNAPSHOT = "snapshot"
"""What the network of the latest snapshot is called."""

OWN = "its network"
"""What the run's own network is called."""


@dataclass(frozen=True)
class Network:
    """A network on the disk.

    Attributes:
        name: What it is called.
        path: Its file: a ``.keras`` file or a snapshot.
        epoch: Complete epochs of training in it; None where that is not known.
        step: Of a snapshot within an epoch its step since the beginning of the run; else None.
        saved_at: When it was written; seconds since 1970.
        stamp: Something else as soon as something else lies there.
    """

    name: str
    path: Path
    epoch: int | None
    step: int | None
    saved_at: float
    stamp: tuple[int, int, int]


def list_networks(folder: RunFolder, live: bool) -> list[Network]:
    """Return a run's networks: the one a person means without saying so first, then newer ones.

    Of a run in training that is the newest there is; otherwise the run's own, if it has one.

    Args:
        folder: The run.
        live: Whether somebody trains it.
    """
    own = _network(OWN, folder.model, None)
    snapshot = latest_snapshot(folder)
    others = [
        _network(_name(each.path), each.path, None if each.path.name == FINAL else each.epoch)
        for each in list_checkpoints(folder)
    ]
    found = [each for each in (own, snapshot, *others) if each is not None]
    found.sort(key=lambda each: -each.saved_at)
    if not live and own is not None:
        found.remove(own)
        found.insert(0, own)
    return found


def latest_snapshot(folder: RunFolder) -> Network | None:
    """Return the network of the snapshot in force; None where none can be read."""
    try:
        entries = read_index(folder).entries
    except Problem:
        return None
    for entry in entries[:1]:
        return _network(SNAPSHOT, path_of(folder, entry), entry.epoch, entry.step)
    return None


def _network(name: str, path: Path, epoch: int | None, step: int | None = None) -> Network | None:
    try:
        file = path.stat()
    except OSError:
        return None
    stamp = (file.st_ino, file.st_size, file.st_mtime_ns)
    return Network(name, path, epoch, step, file.st_mtime, stamp)


def _name(path: Path) -> str:
    return path.name.removesuffix(".keras")

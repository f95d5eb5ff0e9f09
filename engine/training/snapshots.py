"""Snapshots: everything that a training needs to go on exactly, written now and then.

One is written at the end of an epoch, and every minute within a long one, as long as that takes no
more than 2 % of the time; :class:`SnapshotPace` decides. It comes into force when it is completely
on the disk, together with the journal up to it (:mod:`engine.run.snapshots`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.errors import Problem
from engine.run.files import PRIVATE_FOLDER
from engine.run.folder import RunFolder
from engine.run.recorder import Recorder
from engine.run.records import Snapshot
from engine.run.snapshots import Entry, path_of, put_in_force, read_index
from engine.training.archive import DamagedArchive, Tree, read, write

SHARE = 0.02
"""The part of the time that snapshots may take."""
_WITHIN_SECONDS = 60.0  # between two snapshots within an epoch
_FIRST_SECONDS = 0.03  # what one takes, as long as nothing better is known


class SnapshotPace:
    """Decides when a snapshot is worth its time. Pure: it is told the time.

    Args:
        policy: ``auto``, ``epoch`` or ``off``.
        now: Seconds of any clock that never goes back.
    """

    def __init__(self, policy: str, now: float) -> None:
        self._policy = policy
        self._last = now
        self._cost = _FIRST_SECONDS

    def is_due(self, now: float, *, epoch_complete: bool) -> bool:
        """Say whether to write one."""
        if self._policy != "auto":
            return self._policy == "epoch" and epoch_complete
        since = now - self._last
        return since * SHARE >= self._cost and (epoch_complete or since >= _WITHIN_SECONDS)

    def took(self, now: float, seconds: float) -> None:
        """Tell that one has just been written, and how long the training waited for it."""
        self._last, self._cost = now, seconds


@dataclass(frozen=True)
class Resumption:
    """Where a run goes on.

    Attributes:
        entry: The snapshot, as the index names it.
        tree: What is in it.
        notes: What a person should know about it.
    """

    entry: Entry
    tree: Tree
    notes: tuple[str, ...] = ()


def load(folder: RunFolder) -> Resumption | None:
    """Read the good snapshot of a run; None where there is none and it begins at the beginning.

    Raises:
        Problem: There should be one, but none can be read. Beginning anew instead would void what
            was trained.
    """
    entries = read_index(folder).entries
    damage: list[str] = []
    for entry in entries:
        try:
            return Resumption(entry, read(path_of(folder, entry), entry.sha256), tuple(damage))
        except DamagedArchive as error:
            damage.append(f"A snapshot is damaged ({error}); the one before it is used.")
    if entries:
        raise Problem(
            f"No snapshot of {folder.name} can be read.",
            f"Copies of {folder.snapshots} would help; its networks and curves are still there.",
        )
    return None


class SnapshotKeeper:
    """Writes a run's snapshots.

    Args:
        folder: The run.
        recorder: Where each is told.
        generation: Which worker writes.
        policy: ``auto``, ``epoch`` or ``off``; what is asked for by name is always written.
        conditions: What decides about the last bits, kept with each.
        data_sha256: The content that is learned from, kept with each.
    """

    def __init__(
        self,
        folder: RunFolder,
        recorder: Recorder,
        generation: int,
        policy: str,
        conditions: Mapping[str, str],
        data_sha256: str,
    ) -> None:
        self._folder = folder
        self._recorder = recorder
        self._generation = generation
        self._conditions = dict(conditions)
        self._data_sha256 = data_sha256
        self._pace = SnapshotPace(policy, time.monotonic())
        self._count = 0
        self.is_off = policy == "off"

    def is_due(self, *, epoch_complete: bool) -> bool:
        """Say whether to write one of our own accord."""
        return self._pace.is_due(time.monotonic(), epoch_complete=epoch_complete)

    def write(
        self, epoch: int, step: int, capture: Callable[[], Tree], *, ended: bool = False
    ) -> None:
        """Write a snapshot and bring it into force.

        Args:
            epoch: Complete epochs.
            step: Training steps since the beginning of the run.
            capture: Returns what it has to hold.
            ended: Whether the training has come to its end by itself.

        Raises:
            OSError: The disk takes no more; the earlier snapshot stays in force.
        """
        begun = time.monotonic()
        self._folder.snapshots.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        self._count += 1
        # A name that was never used: the one in force must stay what its hash says.
        name = f"{step:010d}-{self._generation}-{self._count}.zip"
        tree = {**capture(), "data": self._data_sha256}
        sha256, size = write(self._folder.snapshots / name, tree)
        self._recorder.sync()  # it must not know of epochs that the journal has lost
        put_in_force(
            self._folder,
            Entry(
                file=name,
                sha256=sha256,
                generation=self._generation,
                epoch=epoch,
                step=step,
                at=time.time(),
                ended=ended,
                conditions=self._conditions,
            ),
        )
        now = time.monotonic()
        self._pace.took(now, now - begun)
        self._recorder.snapshot(
            Snapshot(
                at=time.time(), epoch=epoch, step=step, file=name, size=size, seconds=now - begun
            )
        )

"""Which snapshot of a run is the good one: ``snapshots/snapshot.json``.

A snapshot is written aside under a name that was never used, and counts from the moment at which
the small index names it, together with a hash of its content. A kill between any two of these steps
leaves the earlier snapshot in force. The one before the last is kept as well, for a disk that
damages files.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from engine.errors import Problem
from engine.run.files import replace
from engine.run.folder import RunFolder
from engine.run.records import decoder, encode


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One snapshot."""

    file: str
    """Its name within ``snapshots/``."""
    sha256: str
    """Of its table of contents, which has the hashes of everything else in it."""
    generation: int
    """Which worker wrote it."""
    epoch: int
    """Complete epochs."""
    step: int
    """Training steps since the beginning of the run."""
    at: float
    """When it was written; seconds since 1970."""
    ended: bool
    """Whether the training had come to its end by itself."""
    conditions: dict[str, str]
    """What decides about the last bits, see :mod:`engine.run.conditions`."""


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """``snapshots/snapshot.json``."""

    entries: list[Entry] = []
    """The good one first, then the one before it."""


_KEPT = 2


def read_index(folder: RunFolder) -> Index:
    """Return what is known of a run's snapshots; empty where none was written.

    Raises:
        Problem: There is an index, but it makes no sense.
    """
    try:
        return decoder(Index).decode(folder.snapshot_index.read_bytes())
    except FileNotFoundError:
        return Index()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Problem(
            f"The run {folder.name} has snapshots, but {folder.snapshot_index.name} is damaged.",
            "What it wrote so far can be read and predicted with; it cannot go on.",
        ) from None


def put_in_force(folder: RunFolder, entry: Entry) -> None:
    """Make a snapshot that is completely on the disk the good one; drop what is superseded."""
    earlier: list[Entry] = []
    with suppress(Problem):  # a damaged index is mended by this
        earlier = read_index(folder).entries
    entries = [entry, *earlier][:_KEPT]
    replace(folder.snapshot_index, encode(Index(entries=entries)))
    named = {each.file for each in entries}
    for path in folder.snapshots.iterdir():
        if path != folder.snapshot_index and path.name not in named:
            path.unlink(missing_ok=True)


def path_of(folder: RunFolder, entry: Entry) -> Path:
    """Return where a snapshot lies; a name that leads elsewhere is cut down to its last part."""
    return folder.snapshots / Path(entry.file).name

"""Reads all runs of a folder again and again, each time only those that may have changed.

A run that has ended stays as it is until one of its small files is replaced, so a look at a
thousand runs costs a few system calls for each.
"""

from __future__ import annotations

from pathlib import Path

from engine.run.folder import RunFolder, list_folders
from engine.run.listing import Summary, summarize
from engine.run.silence import Silence

_Stamp = tuple[int, ...]


class RunReader:
    """Knows the runs of a folder.

    Args:
        runs: The runs folder; it need not exist.
    """

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self._known: dict[Path, tuple[_Stamp, Summary]] = {}
        self._silences: dict[Path, Silence] = {}

    def read(self) -> list[Summary]:
        """Return every run, the latest first. Called in a thread."""
        known: dict[Path, tuple[_Stamp, Summary]] = {}
        silences: dict[Path, Silence] = {}
        for folder in list_folders(self._runs):
            stamp = _stamp(folder)
            silences[folder.path] = silence = self._silences.get(folder.path) or Silence()
            before = self._known.get(folder.path)
            if before is None or before[0] != stamp or before[1].verdict.live:
                before = (stamp, summarize(folder, silence))
            known[folder.path] = before
        self._known, self._silences = known, silences
        return sorted((summary for _, summary in known.values()), key=lambda each: -each.created)


def _stamp(folder: RunFolder) -> _Stamp:
    """Return what differs when one of the files of a summary was replaced or has grown."""
    stamp: list[int] = []
    for path in (folder.spec, folder.status, folder.journal, folder.label):
        try:
            status = path.stat()
        except OSError:
            stamp += (0, 0)
        else:
            stamp += (status.st_mtime_ns, status.st_size)
    return tuple(stamp)

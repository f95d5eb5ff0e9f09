"""Reads all runs of a folder again and again, each time only those that may have changed.

A run that has ended stays as it is until one of its small files is replaced, so a look at a
thousand runs costs a few system calls for each.
"""

from __future__ import annotations

import os
from pathlib import Path

from engine.run.folder import RunFolder, list_names
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
        self._known: dict[str, _Known] = {}
        self._listed: list[Summary] = []

    def read(self) -> list[Summary]:
        """Return every run, the latest first; the very same list where nothing has changed.

        Called in a thread.
        """
        known = {
            name: self._known.get(name) or _Known(RunFolder(self._runs / name))
            for name in list_names(self._runs)
        }
        changed = [each.look() for each in known.values()]
        if any(changed) or known.keys() != self._known.keys():
            found = (each.summary for each in known.values() if each.summary is not None)
            self._listed = sorted(found, key=lambda each: -each.created)
        self._known = known
        return self._listed


class _Known:
    """What is known of one run."""

    def __init__(self, folder: RunFolder) -> None:
        self.summary: Summary | None = None
        self._folder = folder
        self._silence = Silence()
        self._stamp: _Stamp = ()
        files = (folder.spec, folder.status, folder.journal, folder.label)
        self._files = tuple(map(str, files))

    def look(self) -> bool:
        """Look whether the run is another than it was; say so."""
        stamp = self._stamp
        self._stamp = tuple(number for path in self._files for number in _stamp(path))
        before = self.summary
        if before is not None and stamp == self._stamp and not before.verdict.live:
            return False
        self.summary = summarize(self._folder, self._silence)
        return self.summary != before


def _stamp(path: str) -> _Stamp:
    """Return what differs when a file was replaced or has grown."""
    try:
        status = os.stat(path)  # noqa: PTH116 - thousands of times a second
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size

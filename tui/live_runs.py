"""Which runs are live, and which have ended since one last looked."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.run.listing import Summary

_LOOKS_TO_THE_NEXT_WHOLE_ONE = 5
_YOUNG_SECONDS = 60.0
"""For so long a run that nobody is at may still be about to be started."""


def live(runs: Path) -> list[Path]:
    """Return the runs that a worker holds: the quickest evidence there is."""
    from engine.run.lock import is_held

    try:
        with os.scandir(runs) as entries:
            return [Path(entry.path) for entry in entries if is_held(Path(entry.path) / "lock")]
    except OSError:
        return []


@dataclass(frozen=True)
class Ending:
    """A run that has ended.

    Attributes:
        path: Its folder.
        text: What a person is told: its name, how it ended, how good it is.
        is_bad: Whether it ended otherwise than asked for.
    """

    path: Path
    text: str
    is_bad: bool


class Endings:
    """Looks again and again for runs that end, whoever has started them.

    A look costs next to nothing: only the runs that were live before are looked at. Every run of
    the folder is looked at when one has come or gone, and now and then.

    Args:
        runs: The runs folder.
    """

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self._begun = time.time()
        self._followed: dict[Path, bool] = {}
        """Runs that have not ended, each with whether it was seen to be held."""
        self._known: set[Path] = set()
        self._folder_time = -1
        self._looks = 0

    def look(self) -> list[Ending]:
        """Return what has ended since the last look. To be called in a thread, not in two."""
        from engine.run.lock import is_held

        told = []
        for path, was_held in list(self._followed.items()):
            if is_held(path / "lock"):
                self._followed[path] = True
            elif (ending := self._ending(path, was_held)) is not None:
                told.append(ending)
        at = 0
        with suppress(OSError):
            at = self._runs.stat().st_mtime_ns
        if at != self._folder_time or self._looks % _LOOKS_TO_THE_NEXT_WHOLE_ONE == 0:
            self._look_at_all()
        self._folder_time = at
        self._looks += 1
        return told

    def _look_at_all(self) -> None:
        from engine.run.lock import is_held

        there: set[Path] = set()
        with suppress(OSError), os.scandir(self._runs) as entries:
            there = {Path(entry.path) for entry in entries}
        for path in there - self._followed.keys():
            held = is_held(path / "lock")
            # One that has come and gone between two looks has ended, too.
            if held or (self._looks and path not in self._known):
                self._followed[path] = held
        self._known = there

    def _ending(self, path: Path, was_held: bool) -> Ending | None:
        """Say how a run has ended, and follow it no longer; None where it has not, or is gone."""
        from engine.run.folder import RunFolder
        from engine.run.listing import summarize
        from engine.run.state import FINAL

        run = summarize(RunFolder(path))
        state = run.verdict.state
        if path.is_dir():
            if run.verdict.live:
                return None  # it changes hands: the next look says more
            if not was_held and state not in FINAL and time.time() - run.created < _YOUNG_SECONDS:
                return None  # it has only just been asked for
        del self._followed[path]
        is_told = was_held or (state in FINAL and run.created >= self._begun)
        return _told(run) if is_told and path.is_dir() else None


def _told(run: Summary) -> Ending:
    """Return what a person is told of a run that has ended."""
    from tui.figures import metric

    state, status = run.verdict.state, run.status
    is_bad = state not in ("done", "stopped")
    text = f"{run.name}: {state}"
    if run.spec is not None and run.spec.search is not None:
        return Ending(run.folder.path, _told_of_search(run, text), is_bad)
    if status is not None and status.epoch:
        text += f" after {status.epoch} epoch" + "s" * (status.epoch != 1)
    if is_bad:
        return Ending(run.folder.path, f"{text}. {run.verdict.why}".rstrip(), is_bad)
    if status is not None and run.spec is not None:
        value = status.metrics.get(run.spec.monitor)
        if value is not None:
            text += f", {run.spec.monitor.replace('_', ' ')} {metric(value)}"
    return Ending(run.folder.path, text, is_bad)


def _told_of_search(run: Summary, text: str) -> str:
    """Return what a person is told of a search that has ended, after its name and state."""
    from tui.figures import metric

    status = run.status
    if status is not None:
        text += f" after {status.step} trial" + "s" * (status.step != 1)
        if status.best is not None and run.spec is not None:
            text += f", best {run.spec.monitor.replace('_', ' ')} {metric(status.best)}"
    return f"{text}. {run.verdict.why}".rstrip()

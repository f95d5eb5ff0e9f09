"""Following a run until it ends, and the exit code that its end has."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from typing import Protocol

from engine.run.folder import RunFolder
from engine.run.records import Ended
from engine.run.state import Verdict
from engine.run.view import RunView
from tui.exit_codes import DONE, FAILED, STOPPED, USAGE

POLL_SECONDS = 0.25
"""Between two looks at a run: its worker tells its progress that often, and no bar need be redrawn
more often over a slow line."""

_WRONG_INPUT = ("data", "settings")
_LOG_BYTES = 8192
_REAP_SECONDS = 10.0  # a worker that has said its last word needs a moment to unload its libraries


class Narrator(Protocol):
    """Tells a person how a run goes."""

    def skip(self, view: RunView) -> None:
        """Take what is there as told already."""

    def show(self, view: RunView) -> None:
        """Tell what is new."""

    def say(self, line: str) -> None:
        """Tell something else."""

    def close(self, view: RunView) -> None:
        """Tell what is left to tell, and leave the terminal as it was."""


def exit_code(verdict: Verdict, ended: Ended | None) -> int:
    """Return the exit code of a command that followed a run to its end.

    Args:
        verdict: What the run is doing, by evidence.
        ended: Its last word, if there was one.
    """
    if verdict.state == "done":
        return DONE
    if verdict.state == "stopped":
        return STOPPED
    if verdict.state == "failed" and ended is not None and ended.reason in _WRONG_INPUT:
        return USAGE
    return FAILED


def follow(
    view: RunView,
    narrator: Narrator,
    pause: Callable[[float], bool],
    process: subprocess.Popen[bytes] | None = None,
    *,
    after: int = 0,
) -> Verdict | None:
    """Read a run again and again until nothing more will come.

    Args:
        view: The run.
        narrator: Is shown it whenever something is new.
        pause: Waits so many seconds (less if a person asks for something) and says whether to go
            on.
        process: The worker, if it is the caller's child; its end is noticed at once.
        after: The generation that was the last one before ``process`` was started; what became of
            it is not what becomes of the run.

    Returns:
        What became of the run; None if ``pause`` said not to go on.
    """
    while True:
        # Before the look at the files, so that the look sees everything it wrote.
        exited = process is not None and process.poll() is not None
        if view.refresh() and (not after or _has_begun(view, after) or _is_queued(view)):
            narrator.show(view)
        verdict = outcome(view, exited=exited, after=after)
        if verdict is not None:
            narrator.show(view)
            return verdict
        if not pause(POLL_SECONDS):
            return None


def outcome(view: RunView, *, exited: bool = False, after: int = 0) -> Verdict | None:
    """Say what became of a run; None while something may still come.

    Args:
        view: The run, just refreshed.
        exited: Whether its worker is known to have exited.
        after: As for :func:`follow`.
    """
    if not exited and (view.verdict.live or (after and not _has_begun(view, after))):
        return None
    if view.ended is None or after:
        # The last word may have been written between the look into the journal and the one at the
        # process; only a second look tells that from a worker without a last word.
        view.refresh()
    if exited and not _has_begun(view, after) and (after or view.verdict.live):
        return _stillborn(view.folder)
    return None if view.verdict.live else view.verdict


def reap(process: subprocess.Popen[bytes]) -> None:
    """Wait for a worker that has said its last word, so that it leaves no zombie behind."""
    try:
        process.wait(timeout=_REAP_SECONDS)
    except subprocess.TimeoutExpired:
        return


def sleep(seconds: float) -> bool:
    """Wait and go on: the simplest ``pause``."""
    time.sleep(seconds)
    return True


def _has_begun(view: RunView, after: int) -> bool:
    """Say whether there is a first word of a later generation, or a last one."""
    if view.started is not None and view.started.generation > after:
        return True
    # What is stopped while it waits for its device ends without having begun.
    status = view.status
    return status is not None and status.phase == "ended" and status.generation > after


def _is_queued(view: RunView) -> bool:
    return view.verdict.state == "queued"


def _stillborn(folder: RunFolder) -> Verdict:
    """Judge a run whose worker exited before its first record."""
    said = last_log_line(folder)
    return Verdict(
        "failed",
        False,
        f"Its worker ended before it began{': ' + said if said else '.'}",
        f"All it printed stands in {folder.console_log}.",
    )


def last_log_line(folder: RunFolder) -> str:
    """Return the last line of what a worker printed; empty where there is none."""
    try:
        with folder.console_log.open("rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - _LOG_BYTES))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")

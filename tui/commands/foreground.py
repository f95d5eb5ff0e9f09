"""A training that a person waits for: started, followed, reported, and stopped by Ctrl+C.

What it promises: the worker is a process of its own: Ctrl+C or SIGTERM stops it and keeps its
network, a second Ctrl+C does not wait for that. A closed terminal, or a reader of our output that
goes away, ends nothing. Where a run goes on, what earlier workers said is not told again.
"""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from engine.errors import Problem
from engine.run.commands import StopNow, send
from engine.run.folder import RunFolder
from engine.run.report import Report, read_report
from engine.run.search_view import SearchView, view_of
from engine.run.state import Verdict
from engine.run.view import RunView
from tui import wishes
from tui.commands import search_summary
from tui.commands.endings import ending
from tui.commands.following import exit_code, follow, reap
from tui.commands.interrupts import Interrupts
from tui.commands.narrator import narrator
from tui.commands.output import hint, print_json, say
from tui.commands.report import print_short_report
from tui.exit_codes import DONE, HUNG_UP, INTERRUPTED
from tui.streams import give_up_stdout, narrate

Start = Callable[[], subprocess.Popen[bytes]]
"""Starts the worker; raises :class:`~engine.errors.Problem` where it cannot."""

_DEAF_SECONDS = 5.0
"""A worker that nothing is known of by then is ended by a signal."""


class Foreground:
    """A training that a person waits for.

    Args:
        folder: The run.
        start: Starts its worker.
        interrupts: Collects what a person asks for by signals.
        quiet: Whether to say nothing but what goes wrong.
        as_json: Whether to print :meth:`summary` at the end rather than what came out.
    """

    def __init__(
        self,
        folder: RunFolder,
        start: Start,
        interrupts: Interrupts,
        *,
        quiet: bool,
        as_json: bool,
    ) -> None:
        self._folder = folder
        self._start = start
        self._interrupts = interrupts
        self._as_json = as_json
        self._quiet = quiet
        self._view = view_of(folder)
        self._narrator = narrator(self._view, quiet=quiet)
        self._asked_at: float | None = None
        self._sent = False

    def run(self) -> int:
        """Start the worker, follow it and report; return the exit code."""
        self._view.refresh()
        self._narrator.skip(self._view)
        self._before = self._view.started.generation if self._view.started else 0
        self._process = self._start()
        self._narrator.say(f"{self._folder.name} in {self._folder.path}")
        try:
            verdict = follow(
                self._view, self._narrator, self._pause, self._process, after=self._before
            )
        finally:
            self._narrator.close(self._view)
        if verdict is None:
            return self._leave()
        reap(self._process)
        return self._finish(verdict)

    def _pause(self, seconds: float) -> bool:
        """Wait; heed what a person asked for. See :func:`~tui.commands.following.follow`."""
        self._interrupts.wait(seconds)
        if self._interrupts.hung_up or self._interrupts.stops > 1:
            return False
        if self._interrupts.stops and not self._sent:
            if self._asked_at is None:
                self._asked_at = time.monotonic()
                self._narrator.say("Stopping. Ctrl+C once more returns without waiting for it.")
            self._stop(time.monotonic() - self._asked_at)
        return True

    def _stop(self, waited: float) -> None:
        """Ask the worker to stop now, as soon as it is known which one it is."""
        self._view.refresh()
        generation = wishes.generation(self._view)
        if generation > self._before:
            send(self._folder.commands, StopNow(generation))
        elif waited > _DEAF_SECONDS:
            self._process.terminate()
        else:
            return
        self._sent = True

    def _leave(self) -> int:
        """Let the worker go on without us."""
        if self._interrupts.hung_up:
            return HUNG_UP
        if not self._sent:
            self._stop(waited=math.inf)
        narrate(f"Not waited for. See what becomes of it: dlconsole watch {self._folder.name}")
        return INTERRUPTED

    def _finish(self, verdict: Verdict) -> int:
        """Say what became of the run; return the exit code."""
        if verdict.state != "done" or not self._quiet:
            narrate(f"{self._folder.name} {ending(self._view, verdict)}")
        if verdict.remedy:
            narrate(verdict.remedy)
        try:
            if self._as_json:
                print_json(self.summary(verdict))
            else:
                self.print_outcome()
                sys.stdout.flush()
        except BrokenPipeError:  # a reader that has gone does not change what became of the run
            give_up_stdout()
        self.tell_more()
        return INTERRUPTED if self._interrupts.stops else exit_code(verdict, self._view.ended)

    def summary(self, verdict: Verdict) -> dict[str, Any]:
        """Return the object that ``--json`` prints."""
        return summary(self._view, verdict, _report(self._view))

    def print_outcome(self) -> None:
        """Write what came out to standard output."""
        report = _report(self._view)
        if report is not None:
            print_short_report(report)

    def tell_more(self) -> None:
        """Tell a person at a terminal what they might look at next."""
        name = self._folder.name
        if _report(self._view) is not None and not self._as_json:
            hint(f"More: dlconsole report {name}")
        elif self._folder.model.is_file():
            hint(f"Its network is kept: dlconsole predict {name} FILE")


def detached(folder: RunFolder, *, as_json: bool) -> int:
    """Say which run was started and how to follow it; return the exit code."""
    view = RunView(folder)
    view.refresh()
    waits = view.verdict.state == "queued"
    if as_json:
        verdict = view.verdict if waits else Verdict("starting", True, "")
        unread = view_of(folder)
        if isinstance(unread, SearchView):
            print_json(search_summary.summary(unread, verdict))
        else:
            print_json(summary(unread, verdict, None))
    else:
        say(folder.name)
    if waits and view.status is not None:
        narrate(f"It waits: {view.status.detail}. See the others: dlconsole queue")
    narrate(f"Follow it: dlconsole watch {folder.name}; stop it: dlconsole stop {folder.name}")
    return DONE


def summary(view: RunView, verdict: Verdict, report: Report | None) -> dict[str, Any]:
    """Return the one object that ``train --json`` and ``resume --json`` print."""
    status, started = view.status, view.started
    return {
        "run": view.folder.name,
        "folder": str(view.folder.path),
        "state": verdict.state,
        "epochs": view.epochs[-1].epoch if view.epochs else 0,
        "metrics": view.epochs[-1].metrics if view.epochs else {},
        "best": status.best if status else None,
        "best_epoch": status.best_epoch if status else 0,
        "seconds": view.ended.seconds if view.ended else None,
        "generation": started.generation if started else None,
        "from_epoch": started.from_epoch if started else None,
        "exact": started.exact if started else None,
        "report": report,
        "cause": "" if verdict.state == "done" else verdict.why,
        "remedy": verdict.remedy,
    }


def _report(view: RunView) -> Report | None:
    """Return the report; None where there is none, or one of before the run went on."""
    try:
        report = read_report(view.folder)
    except Problem:
        return None
    return report if not view.epochs or report.epochs == view.epochs[-1].epoch else None

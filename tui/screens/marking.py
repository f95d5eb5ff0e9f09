"""Marking runs of a list, and asking the same of all that are marked.

Where none is marked, keys are about the run under the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from engine.run.folder import RunFolder
from engine.run.listing import Summary
from tui.screens import marked_runs
from tui.screens.console_screen import ConsoleScreen
from tui.screens.steering import SteeringScreen, Target
from tui.tables.run_table import RunTable

Ask = Callable[[ConsoleScreen, Sequence[Target]], Coroutine[Any, Any, None]]
"""Asks something of several runs."""


class MarkingScreen(SteeringScreen):
    """A screen with a :class:`RunTable`."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: Sequence[Summary] = ()

    async def look(self) -> None:
        """Read the runs and show them."""
        raise NotImplementedError

    def marked(self) -> list[Summary]:
        """Return the marked runs in the order of the list; those that are not shown, too, last."""
        table = self.query_one(RunTable)
        listed = {run.folder.path for run in table.runs}
        others = [run for run in self._runs if run.folder.path not in listed]
        return [run for run in (*table.runs, *others) if run.folder.path in table.marked]

    def action_mark(self) -> None:
        """Mark the current run, or take its mark away."""
        self.query_one(RunTable).mark()

    def action_mark_all(self) -> None:
        """Mark every run that is shown, or take all marks away."""
        self.query_one(RunTable).mark_all()

    def action_pause(self) -> None:
        """Let the run, or the marked ones, stand still or go on."""
        if not self._ask_marked(marked_runs.pause):
            super().action_pause()

    def action_stop(self) -> None:
        """Ask the worker, or those of the marked runs, to stop after the epoch."""
        if not self._ask_marked(marked_runs.stop):
            super().action_stop()

    def action_stop_now(self) -> None:
        """Ask the person, then the worker or those of the marked runs, to stop at once."""
        if not self._ask_marked(marked_runs.stop_now):
            super().action_stop_now()

    def _ask_marked(self, ask: Ask) -> bool:
        """Ask the same of all marked runs; say whether there are any."""
        marked = self.marked()
        if marked:
            self.run_beside(ask(self, [target_of(run) for run in marked]))
        return bool(marked)

    def action_compare(self) -> None:
        """Look at the marked runs beside each other, or at the current one alone."""
        current = self.query_one(RunTable).current
        runs = self.marked() or ([current] if current is not None else [])
        if runs:
            self.console.compare([run.folder for run in runs])

    def action_remove(self) -> None:
        """Ask, then move the current run or the marked ones to the trash; live ones are refused."""
        current = self.query_one(RunTable).current
        runs = self.marked() or ([current] if current is not None else [])
        if runs:
            self.run_beside(self._remove([run.folder for run in runs]))

    async def _remove(self, folders: Sequence[RunFolder]) -> None:
        if await marked_runs.remove(self, folders):
            await self.look()


def target_of(run: Summary) -> Target:
    """Return a listed run as what keys are about."""
    generation = run.status.generation if run.status is not None else 0
    # Before its first word, the first one.
    return Target(run.folder, run.verdict, run.status, run.spec, generation or 1)

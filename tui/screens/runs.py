"""Runs: every run there is, with its state, progress and main metric; act on one."""

from __future__ import annotations

import asyncio
import re
import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from engine.errors import Problem
from engine.run.folder import RunFolder
from engine.run.listing import Summary, summarize
from tui import keys
from tui.screens.confirm import ConfirmScreen
from tui.screens.run_reader import RunReader
from tui.screens.steering import SteeringScreen, Target, labels
from tui.widgets.footer import Footer
from tui.widgets.header import Header
from tui.widgets.run_table import RunHeadings, RunTable, what_happened
from tui.widgets.trouble import Trouble
from tui.words import ordinal

POLL_SECONDS = 1.0
"""Between two looks at the runs folder."""
_REST_FACTOR = 20
"""A look that took long is followed by a rest this many times as long: 5 % of a core at most."""


class _Filter(Input):
    """Where a regular expression is typed."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("filter")


class RunsScreen(SteeringScreen):
    """Lists the runs of the runs folder."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("runs")
    CSS_PATH = "../styles/runs.tcss"
    place = "runs"

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[Summary] = []
        self._pattern: re.Pattern[str] | None = None

    def compose(self) -> ComposeResult:
        yield Header(("dlconsole", "runs"))
        table = RunTable(id="runs")
        yield RunHeadings(table)
        yield table
        yield _Filter(placeholder="regular expression", compact=True, id="filter")
        yield Trouble(id="about")
        yield Footer("table", "runs")

    def on_mount(self) -> None:
        box = self.query_one(_Filter)
        box.display = False
        box.cursor_blink = False
        self.query_one(RunTable).focus()
        self._reader = RunReader(self.console.settings.runs)
        self.run_beside(self._watch())

    async def _watch(self) -> None:
        """Look at the runs again and again, while the screen is the current one."""
        while True:
            rest = POLL_SECONDS
            if self.in_view:
                begun = time.monotonic()
                self._runs = await asyncio.to_thread(self._reader.read)
                self._show()
                rest = max(POLL_SECONDS, _REST_FACTOR * (time.monotonic() - begun))
            await asyncio.sleep(rest)

    def on_screen_resume(self) -> None:
        if self.is_mounted and not self._runs:
            return
        self._show()

    def _show(self) -> None:
        """Show the runs that fit the filter."""
        pattern = self._pattern
        shown = [each for each in self._runs if pattern is None or pattern.search(each.name)]
        table = self.query_one(RunTable)
        folder = self.console.settings.runs
        table.empty_text = (
            f"None of {len(self._runs)} runs fits the filter."
            if self._runs
            else f"No runs in {folder} so far. Press n to launch one."
        )
        table.show(shown)
        self.query_one(RunHeadings).redraw()
        live = sum(each.verdict.live for each in self._runs)
        of = f"{len(shown)} of " if pattern is not None else ""
        many = f"{of}{len(self._runs)} run" + "s" * (len(self._runs) != 1)
        self.query_one(Header).say(((f"{many} · {live} live" if live else many, "muted"),))

    def on_run_table_moved(self, event: RunTable.Moved) -> None:
        run = self.query_one(RunTable).current
        self.query_one(Footer).call(labels("runs", run.verdict if run is not None else None))
        if run is None:
            self.query_one(Trouble).say()
            return
        about = run.name
        if run.spec is not None:
            data = run.spec.data.path or run.spec.data.kind
            about += f" · {run.spec.recipe} {run.spec.preset} on {data}"
        self.query_one(Trouble).say((about, "muted"), (what_happened(run), "warn"))

    def on_run_table_opened(self, event: RunTable.Opened) -> None:
        self.console.open_run(event.run.folder)

    def target(self) -> Target | None:
        run = self.query_one(RunTable).current
        if run is None:
            return None
        generation = run.status.generation if run.status is not None else 0
        # Before its first word, the first one.
        return Target(run.folder, run.verdict, run.status, run.spec, generation or 1)

    def sent(self, identity: str, action: str) -> None:
        self.tell(f"Asked: {action}.")

    def action_queue(self, step: int) -> None:
        """Move the current run up or down in the queue of its device."""
        run = self.query_one(RunTable).current
        if run is not None and run.verdict.state == "queued":
            self.run_beside(self._move(run.folder, step))

    async def _move(self, folder: RunFolder, step: int) -> None:
        try:
            place = await asyncio.to_thread(_moved, folder, step)
        except (Problem, OSError) as problem:
            self.tell(str(problem), error=True)
            return
        self.tell(f"{folder.name} is {ordinal(place)} now." if place else "It has its device.")

    def action_remove(self) -> None:
        """Ask, then move the current run to the trash; a live one is refused."""
        run = self.query_one(RunTable).current
        if run is None:
            return
        folder = run.folder

        def answered(yes: bool | None) -> None:
            if not yes:
                return
            try:
                if summarize(folder).verdict.live:  # as it is now, not as it was listed
                    raise Problem(f"{folder.name} is live.", "Stop it first.")
                place = folder.remove()
            except Problem as problem:
                self.tell(str(problem), error=True)
                return
            self._runs = [each for each in self._runs if each.folder.path != folder.path]
            self._show()
            self.tell(f"Moved to {place}.")

        if run.verdict.live:
            self.tell(f"{run.name} is live. Stop it first (s or x).", error=True)
            return
        self.app.push_screen(ConfirmScreen(f"Move {run.name} to the trash?"), answered)

    def action_filter(self) -> None:
        """Type a filter."""
        box = self.query_one(_Filter)
        box.display = True
        box.focus()
        self.query_one(Footer).turn_to("filter", everywhere=False)

    def action_clear(self) -> None:
        """Show every run again."""
        box = self.query_one(_Filter)
        box.value = ""
        self._leave_filter()

    def on_input_changed(self, event: Input.Changed) -> None:
        box = self.query_one(_Filter)
        try:
            self._pattern = re.compile(event.value, re.IGNORECASE) if event.value else None
        except re.error as error:
            box.border_subtitle = ""
            self.query_one(Trouble).say((f"Not a regular expression yet: {error}.", "bad"))
            return
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._leave_filter()

    def _leave_filter(self) -> None:
        box = self.query_one(_Filter)
        box.display = bool(box.value)
        self.query_one(RunTable).focus()
        self.query_one(Footer).turn_to("table", "runs")


def _moved(folder: RunFolder, step: int) -> int:
    """Move a run in the queue; return its place, or 0 where it does not wait. Runs in a thread."""
    from engine.process.queue import Queue

    queue = Queue()
    entries = queue.entries()
    place = next((each.place for each in entries if each.ticket.run == str(folder.path)), 0)
    return queue.move(folder, max(place + step, 1)) if place else 0

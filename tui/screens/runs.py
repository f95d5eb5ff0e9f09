"""Runs: every run there is, with its state, progress and main metric; act on one, or on several."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from engine.errors import Problem
from engine.run.folder import RunFolder
from engine.run.listing import Summary
from engine.run.matching import Filter, abbreviations
from tui import keys
from tui.screens.console_screen import ConsoleScreen
from tui.screens.marking import MarkingScreen, target_of
from tui.screens.resting import rest_after
from tui.screens.run_reader import RunReader
from tui.screens.steering import Target, labels
from tui.tables.own_columns import about, is_search
from tui.tables.row_table import Headings, RowTable
from tui.tables.run_columns import FIXED, columns
from tui.tables.run_table import RunTable
from tui.widgets.footer import Footer
from tui.widgets.header import Header
from tui.widgets.trouble import Trouble
from tui.words import ordinal

POLL_SECONDS = 1.0
"""Between two looks at the runs folder."""
_SHARE = 0.05
"""Of a core, what looking may take."""


_UNMARKED = dict.fromkeys(
    ("table.open", *(f"runs.{key}" for key in ("new", "resume", "earlier", "later", "filter"))), ""
)
"""What the footer leaves out while runs are marked: it is not about them."""


class _Filter(Input):
    """Where a filter is typed."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("filter")


class RunsScreen(MarkingScreen):
    """Lists the runs of the runs folder."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("runs")
    CSS_PATH = "../styles/runs.tcss"
    place = "runs"

    def __init__(self) -> None:
        super().__init__()
        self._is_read = False
        self._filter = Filter("")
        self._filtered: tuple[Sequence[Summary], Filter, list[Summary]] | None = None
        self._abbreviations: dict[str, str] = {}
        self._names: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield Header(("dlconsole", "runs"))
        table = RunTable(id="runs")
        yield Headings(table)
        yield table
        yield _Filter(
            placeholder="wine  state=done  lr=3e-4  val_loss<0.2", compact=True, id="filter"
        )
        yield Trouble(id="about")
        yield Footer("table", "runs")

    def on_mount(self) -> None:
        box = self.query_one(_Filter)
        box.display = False
        box.cursor_blink = False
        self._names = self.console.preferences.columns
        table = self.query_one(RunTable)
        table.focus()
        table.show((), columns(self._names, ()))
        table.sort(self.console.preferences.sort)
        self._reader = RunReader(self.console.settings.runs)
        self.run_beside(self._watch())

    async def _watch(self) -> None:
        """Look at the runs again and again, while the screen is the current one."""
        while True:
            rest = POLL_SECONDS
            if self.in_view:
                begun = time.monotonic()
                await self.look()
                rest = rest_after(time.monotonic() - begun, least=POLL_SECONDS, share=_SHARE)
            await asyncio.sleep(rest)

    async def look(self) -> None:
        """Read the runs and show them."""
        found = await asyncio.to_thread(self._reader.read)
        is_news = found is not self._runs or not self._is_read
        self._runs, self._is_read = found, True
        if is_news:
            self._show()
        else:
            self.query_one(RunTable).redraw()  # ages go on

    def on_screen_resume(self) -> None:
        if self.is_mounted and not self._is_read:
            return
        self._show()

    def _show(self) -> None:
        """Show the runs that fit the filter."""
        shown = self._fitting()
        table = self.query_one(RunTable)
        table.marked &= {run.folder.path for run in self._runs}
        folder = self.console.settings.runs
        table.empty_text = (
            f"None of {len(self._runs)} runs fits the filter."
            if self._runs
            else f"No runs in {folder} so far. "
            f"Press {self.console.key_name('runs.new')} to launch one."
        )
        table.show(shown, columns(self._names, shown))
        self.query_one(Headings).redraw()
        self._count(len(shown))

    def _fitting(self) -> list[Summary]:
        known = self._filtered
        if known is None or known[0] is not self._runs or known[1] is not self._filter:
            found = [run for run in self._runs if self._filter.fits(run)]
            known = self._filtered = self._runs, self._filter, found
        return known[2]

    def _count(self, shown: int) -> None:
        """Say in the header how many runs there are."""
        if not self._is_read:
            return
        table = self.query_one(RunTable)
        live = sum(each.verdict.live for each in self._runs)
        of = f"{shown} of " if self._filter.is_narrow else ""
        facts = [f"{of}{len(self._runs)} run" + "s" * (len(self._runs) != 1)]
        facts += [f"{live} live"] * bool(live) + [f"{len(table.marked)} marked"] * bool(
            table.marked
        )
        self.query_one(Header).say(((" · ".join(facts), "muted"),))

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        table = self.query_one(RunTable)
        run = table.current
        called = labels("runs", run.verdict if run is not None else None)
        if table.marked:
            called = {**_UNMARKED, "runs.compare": f"compare {len(table.marked)}"}
        self.query_one(Footer).call(called)
        self.query_one(Headings).redraw()
        self._count(len(table.rows))
        if run is None:
            self.query_one(Trouble).say()
            return
        what = run.name
        if run.spec is not None:
            data = run.spec.data.path or run.spec.data.kind
            what += f" · {run.spec.recipe} {run.spec.preset} on {data}"
        self.query_one(Trouble).say((what, "muted"), (about(run), "warn"))

    def on_row_table_opened(self, event: RowTable.Opened) -> None:
        run = self.query_one(RunTable).current
        if run is not None:
            self.console.open_run(run.folder)

    # Whom keys are about.

    def target(self) -> Target | None:
        run = self.query_one(RunTable).current
        return target_of(run) if run is not None else None

    def sent(self, identity: str, action: str) -> None:
        self.tell(f"Asked: {action}.")

    def action_try_out(self) -> None:
        """Give the run's network input of one's own; of a search, that of its best trial."""
        run = self.query_one(RunTable).current
        if run is not None and is_search(run):
            self.run_beside(self._try_best(run.folder))
        else:
            super().action_try_out()

    async def _try_best(self, folder: RunFolder) -> None:
        training = await asyncio.to_thread(_best_training, folder)
        if training is None:
            self.tell(f"No trial of {folder.name} has a score yet.")
        else:
            self.console.try_out(training)

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

    # The table.

    def action_sort(self, step: int) -> None:
        """Sort by the next column."""
        table = self.query_one(RunTable)
        table.sort_by_next(step)
        self._keep_sorting(table)

    def action_turn(self) -> None:
        """Turn the order round."""
        table = self.query_one(RunTable)
        table.turn()
        self._keep_sorting(table)

    def _keep_sorting(self, table: RunTable) -> None:
        self.console.prefer(sort=table.sorting)
        by = next((each for each in table.columns if each.id == table.sorting.lstrip("-")), None)
        if by is None:
            by_what = "The oldest first." if table.sorting else "The latest first."
            self.notify(by_what, timeout=1.5, markup=False)

    def action_columns(self) -> None:
        """Choose the columns."""
        self.run_beside(self._choose_columns())

    async def _choose_columns(self) -> None:
        from tui.screens.choose_columns import ColumnsScreen

        shown = [each.id for each in self.query_one(RunTable).columns if each.id not in FIXED]
        chosen = await self.put(ColumnsScreen(shown, self._runs))
        if chosen is not None:
            self._names = tuple(chosen)
            self.console.prefer(columns=self._names)
            self._show()

    def action_write(self) -> None:
        """Write the table into a file."""
        from tui.screens.writing import write_file
        from tui.tables.columns import as_csv

        table = self.query_one(RunTable)
        self.run_beside(write_file(self, "runs.csv", as_csv(table.columns, table.rows)))

    # The filter.

    def action_filter(self) -> None:
        """Type a filter."""
        box = self.query_one(_Filter)
        box.display = True
        box.focus()
        self.query_one(Footer).turn_to("filter", everywhere=False)
        if not self._abbreviations:
            self.run_beside(self._learn_abbreviations())

    async def _learn_abbreviations(self) -> None:
        """Find out what recipes let stand for their settings, as ``lr``."""
        self._abbreviations = await asyncio.to_thread(_abbreviations, self)
        self._refilter(self.query_one(_Filter).value)

    def action_clear(self) -> None:
        """Show every run again; without a filter, take all marks away."""
        box = self.query_one(_Filter)
        table = self.query_one(RunTable)
        if not box.display and table.marked:
            table.marked.clear()
            self._show()
        box.value = ""
        self._leave_filter()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._refilter(event.value)

    def _refilter(self, text: str) -> None:
        try:
            self._filter = Filter(text, self._abbreviations)
        except re.error as error:
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


def _abbreviations(screen: ConsoleScreen) -> dict[str, str]:
    """Return the names of settings by what stands for them in names of runs. Runs in a thread."""
    entries = screen.console.load_catalog().entries.values()
    return abbreviations(entry.recipe.space for entry in entries)


def _best_training(folder: RunFolder) -> RunFolder | None:
    """Return the first training of a search's best trial. Runs in a thread."""
    from engine.run.search_view import SearchView

    view = SearchView(folder)
    view.refresh()
    best = view.best()
    return view.runs(best)[0] if best is not None else None


def _moved(folder: RunFolder, step: int) -> int:
    """Move a run in the queue; return its place, or 0 where it does not wait. Runs in a thread."""
    from engine.process.queue import Queue

    queue = Queue()
    entries = queue.entries()
    place = next((each.place for each in entries if each.ticket.run == str(folder.path)), 0)
    return queue.move(folder, max(place + step, 1)) if place else 0

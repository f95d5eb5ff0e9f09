"""Compare: the curves of several runs over each other, and what differs beside what came out.

A run keeps its colour whatever is sorted, hidden or zoomed. Runs that are still training are
followed; those that have ended are read once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from engine.run.comparison import Compared, common
from engine.run.facts import written
from engine.run.folder import RunFolder
from tui import keys
from tui.charts.compared_run import BOTH, TRAIN, VAL, ComparedRun, short_names
from tui.charts.grid import ChartGrid
from tui.charts.style import PALETTE, Plot
from tui.comparing import columns, heading, name_column, state_column
from tui.screens.charting import ChartingScreen
from tui.screens.resting import rest_after
from tui.screens.writing import write_file
from tui.tables.columns import as_csv
from tui.tables.compare_table import CompareTable
from tui.tables.row_table import Headings, RowTable
from tui.widgets.common_lines import CommonLines
from tui.widgets.footer import Footer
from tui.widgets.header import Header

POLL_SECONDS = 1.0
"""Between two looks at the runs."""
_SHARE = 0.05
"""Of a core, what looking may take."""

MOST_CURVES = 12
"""Runs whose curves are shown at first; more could not be told apart."""

_ROLES = [name for name in PALETTE if name.startswith("other-")]
_TABLE_SHARE = 0.4  # of the screen's height, at most
_FLAT = 16  # lines, from which the styles have charts
_LEGEND_NAME = 24
_PARTS = (VAL, TRAIN, BOTH)


class CompareScreen(ChartingScreen):
    """Looks at runs beside each other.

    Args:
        folders: The runs.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("compare")
    CSS_PATH = "../styles/compare.tcss"
    place = "compare"

    def __init__(self, folders: Sequence[RunFolder]) -> None:
        super().__init__()
        self._runs = {
            folder.path: ComparedRun(folder, _ROLES[place % len(_ROLES)])
            for place, folder in enumerate(folders)
        }
        for run in list(self._runs.values())[MOST_CURVES:]:
            run.is_hidden = True
        self._part = VAL

    def compose(self) -> ComposeResult:
        yield Header(("dlconsole", "runs", "compare"))
        preferred = self.console.preferences
        yield ChartGrid(
            ascii_only=self.console.ascii_only,
            axis=preferred.x_axis,
            smoothing=preferred.smoothing,
            id="charts",
        )
        shapes = self.console.ascii_only or self.app.no_color
        table = CompareTable(self._role_of, shapes=shapes, id="compared")
        yield Headings(table)
        yield table
        yield CommonLines(id="about")
        yield Footer("compare", "charts")

    def on_mount(self) -> None:
        self._fit()
        self.query_one(CompareTable).focus()
        self.run_beside(self._watch())

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """Give the table the lines that it needs, or its share of the screen."""
        styles = self.query_one(CompareTable).styles
        if self.size.height < _FLAT:
            styles.height = "1fr"  # there is no room for charts beside it
            return
        most = max(int(self.size.height * _TABLE_SHARE), 2)
        styles.height = min(max(len(self._runs), 2), most)

    async def _watch(self) -> None:
        """Look at the runs again and again, while the screen is the current one."""
        looked = False
        while True:
            rest = POLL_SECONDS
            if self.in_view:
                begun = time.monotonic()
                changed = await asyncio.to_thread(self._look)
                if changed or not looked:
                    self._show()
                looked = True
                rest = rest_after(time.monotonic() - begun, least=POLL_SECONDS, share=_SHARE)
            await asyncio.sleep(rest)

    def _look(self) -> bool:
        """Read what is new of every run. Runs in a thread."""
        changed = [run.look() for run in self._runs.values()]
        return any(changed)

    def _show(self) -> None:
        """Show the runs as they are now."""
        runs = [run.compared for run in self._runs.values()]
        table = self.query_one(CompareTable)
        table.show(runs, [name_column(), state_column(), *columns(runs)])
        self.query_one(Headings).redraw()
        self._say(runs)
        self.refresh_charts()

    def _say(self, runs: Sequence[Compared]) -> None:
        live = sum(run.is_live for run in self._runs.values())
        facts = [f"{len(runs)} run" + "s" * (len(runs) != 1)]
        facts += [f"{live} live"] * bool(live)
        facts += [f"curves of {self._part}" if self._part != BOTH else "curves of val and train"]
        hidden = sum(run.is_hidden for run in self._runs.values())
        facts += [f"{hidden} hidden"] * bool(hidden)
        self.query_one(Header).say(((" · ".join(facts), "muted"),))
        shared = {heading(name): written(value) for name, value in common(runs).items()}
        self.query_one(CommonLines).show(shared, of_many=len(runs) > 1)

    def _role_of(self, run: Compared) -> str:
        found = self._runs[run.folder.path]
        return "" if found.is_hidden else found.role

    # The charts.

    def refresh_charts(self) -> None:
        shown = [run for run in self._runs.values() if not run.is_hidden]
        names = short_names([run.compared.name for run in self._runs.values()], _LEGEND_NAME)
        name_of = dict(zip(self._runs, names, strict=True))
        axis = self.charts.axis.name
        metrics = dict.fromkeys(name for run in self._runs.values() for name in run.metrics())
        plots = [
            Plot(
                self._title(metric),
                tuple(
                    series
                    for run in shown
                    for series in run.series(metric, axis, self._part, name_of[run.folder.path])
                ),
            )
            for metric in metrics
        ]
        is_waiting = any(run.is_live for run in self._runs.values())
        self.charts.show(plots, "waiting for the first epoch" if is_waiting else "no curves")

    def _title(self, metric: str) -> str:
        is_val = self._part == VAL and any(run.has_val(metric) for run in self._runs.values())
        return f"val {metric}" if is_val else metric

    @property
    def export_name(self) -> str:
        return "compared-curves"

    # What the keys do.

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        self.query_one(Headings).redraw()

    def on_row_table_opened(self, event: RowTable.Opened) -> None:
        run = self.query_one(CompareTable).current
        if run is not None:
            self.console.open_run(run.folder)

    def action_hide(self) -> None:
        """Leave the current run's curves out, or show them again."""
        table = self.query_one(CompareTable)
        if table.current is None:
            return
        run = self._runs[table.current.folder.path]
        run.is_hidden = not run.is_hidden
        table.action_move(1)
        self._show()

    def action_sort(self, step: int) -> None:
        """Sort by the next column."""
        self.query_one(CompareTable).sort_by_next(step)

    def action_turn(self) -> None:
        """Turn the order round."""
        self.query_one(CompareTable).turn()

    def action_parts(self) -> None:
        """Show the curves of val, of train, or of both."""
        self._part = _PARTS[(_PARTS.index(self._part) + 1) % len(_PARTS)]
        self._show()

    def action_again(self) -> None:
        """Set up a training with the settings of the current run."""
        run = self.query_one(CompareTable).current
        if run is not None:
            self.console.launch_like(run.folder)

    def action_write_table(self) -> None:
        """Write the table as CSV."""
        table = self.query_one(CompareTable)
        self.run_beside(write_file(self, "compared.csv", as_csv(table.columns, table.rows)))

    def action_back(self) -> None:
        """Go back to the runs; from trials, to their search."""
        searches = {path: run.folder.search for path, run in self._runs.items()}
        search = next(iter(searches.values()), None)
        if search is not None and {each.path if each else None for each in searches.values()} == {
            search.path
        }:
            self.console.open_run(search)
        else:
            self.console.show("runs")

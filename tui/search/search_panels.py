"""The panels of a search: their names in a line, and the one in view.

Promises that what happened in a panel out of view is told in the line of names.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from tui.panels.notices_panel import NoticesPanel
from tui.panels.panel import Panel
from tui.panels.panel_bar import PanelBar
from tui.search.search_pages import MatteredPage, ParallelPage, PlanPage, RungsPage, SearchPage
from tui.search.trial_rows import TrialRow
from tui.search.trial_table import TrialTable
from tui.search.watched import WatchedSearch
from tui.tables.row_table import Headings

PANELS = {
    "trials": "Trials",
    "rungs": "Brackets",
    "parallel": "Parallel",
    "mattered": "Mattered",
    "notices": "Notices",
    "plan": "Plan",
}
"""The panels by id, in the order in which tab goes through them; the digits 1 to 6 choose one."""


class SearchPanels(Vertical):
    """Shows one of the panels.

    Args:
        watched: The search; somebody else reads it.
        ascii_only: Whether the terminal knows ASCII alone.
    """

    class Turned(Message):
        """Another panel is in view."""

    def __init__(self, watched: WatchedSearch, *, ascii_only: bool) -> None:
        super().__init__(id="panels")
        self._watched = watched
        self._ascii_only = ascii_only
        self._notices_seen = 0

    def compose(self) -> ComposeResult:
        yield PanelBar(PANELS)
        table = TrialTable(ascii_only=self._ascii_only, id="trials")
        yield Headings(table)
        yield table
        yield RungsPage(id="rungs")
        yield ParallelPage(ascii_only=self._ascii_only, id="parallel")
        yield MatteredPage(ascii_only=self._ascii_only, id="mattered")
        yield NoticesPanel(self._watched.view, id="notices")
        yield PlanPage(id="plan")

    def on_mount(self) -> None:
        self.choose(next(iter(PANELS)))

    @property
    def table(self) -> TrialTable:
        """The trials."""
        return self.query_one(TrialTable)

    @property
    def trial(self) -> TrialRow | None:
        """The trial that keys are about."""
        return self.table.current

    @property
    def current(self) -> Panel:
        """The panel in view."""
        return self.query_one(f"#{self.query_one(PanelBar).chosen}", Panel)

    @property
    def key_places(self) -> tuple[str, ...]:
        """Whose keys mean something here, beside the search's."""
        return self.current.key_places

    def choose(self, panel: str) -> None:
        """Show a panel."""
        for name in PANELS:
            self.query_one(f"#{name}").display = name == panel
        self.query_one(Headings).display = panel == "trials"
        self.query_one(PanelBar).choose(panel)
        self._mark_notices()
        self._draw()
        self.current.focus()
        self.post_message(self.Turned())

    def step(self, step: int) -> None:
        """Show the next panel, or the one before."""
        names = list(PANELS)
        at = names.index(self.query_one(PanelBar).chosen)
        self.choose(names[(at + step) % len(names)])

    def refresh_view(self) -> None:
        """Show the search as it is now."""
        seen = self._watched.seen
        self._mark_notices()
        if seen.search is not None:
            self.table.show_trials(seen.rows, seen.search)
        self._draw()

    def _draw(self) -> None:
        """Draw the panel in view."""
        current = self.current
        trial = self.trial
        for page in self.query(SearchPage):
            page.seen = self._watched.seen
        self.query_one(ParallelPage).current = trial.number if trial is not None else None
        if current is self.table:
            self.table.redraw()
            self.query_one(Headings).redraw()
        else:
            current.refresh_view()
        self.query_one(PanelBar).say(current.said)

    def _mark_notices(self) -> None:
        bar = self.query_one(PanelBar)
        total = len(self._watched.view.notices)
        if bar.chosen == "notices":
            self._notices_seen = total
        bar.count("notices", max(total - self._notices_seen, 0))

    def on_panel_bar_chosen(self, event: PanelBar.Chosen) -> None:
        self.choose(event.panel)

    def on_row_table_moved(self) -> None:
        self.query_one(Headings).redraw()
        if self.current is self.query_one(ParallelPage):
            self._draw()
        self.query_one(PanelBar).say(self.current.said)

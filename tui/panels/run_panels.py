"""The panels of a run: their names in a line, and the one in view.

Promises that what happened in a panel out of view is told in the line of names, and that the report
comes into view when it is there, unless the person has chosen a panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from tui.panels.checkpoints_panel import CheckpointsPanel
from tui.panels.devices_panel import DevicesPanel
from tui.panels.find_line import FindLine
from tui.panels.log_panel import LogPanel
from tui.panels.network_panel import NetworkPanel
from tui.panels.notices_panel import NoticesPanel
from tui.panels.panel import Panel
from tui.panels.panel_bar import PanelBar
from tui.panels.report_panel import ReportPanel
from tui.panels.samples_panel import SamplesPanel
from tui.panels.settings_panel import SettingsPanel
from tui.widgets.typed_line import TypedLine

if TYPE_CHECKING:
    from engine.run.view import RunView

PANELS = {
    "samples": "Samples",
    "log": "Log",
    "notices": "Notices",
    "report": "Report",
    "checkpoints": "Checkpoints",
    "settings": "Settings",
    "network": "Network",
    "devices": "Devices",
}
"""The panels by id, in the order in which tab goes through them; the digits 1 to 8 choose one."""

_BEFORE_THE_REPORT = (
    *("queued", "starting", "fetching", "loading", "building", "training", "validating", "paused"),
)
"""States of a live run that is not at its report yet; one that goes on has that of before still."""


class RunPanels(Vertical):
    """Shows one of the panels.

    Args:
        view: The run; somebody else refreshes it.
        ascii_only: Whether the terminal knows ASCII alone.
    """

    class Turned(Message):
        """Another panel is in view, or other keys mean something in it."""

    def __init__(self, view: RunView, *, ascii_only: bool) -> None:
        super().__init__(id="panels")
        self.view = view
        self._ascii_only = ascii_only
        self._notices_seen = 0
        self._is_theirs = False

    def compose(self) -> ComposeResult:
        yield PanelBar(PANELS)
        yield SamplesPanel(self.view, id="samples")
        finding = FindLine(id="find")
        yield LogPanel(self.view.folder.console_log, finding, id="log")
        yield NoticesPanel(self.view, id="notices")
        yield ReportPanel(self.view, ascii_only=self._ascii_only, id="report")
        yield CheckpointsPanel(self.view, id="checkpoints")
        yield SettingsPanel(self.view, id="settings")
        yield NetworkPanel(self.view, id="network")
        yield DevicesPanel(self.view, id="devices")
        yield finding

    def on_mount(self) -> None:
        self._choose(next(iter(PANELS)))

    @property
    def current(self) -> Panel:
        """The panel in view."""
        return self.query_one(f"#{self.query_one(PanelBar).chosen}", Panel)

    @property
    def key_places(self) -> tuple[str, ...]:
        """Whose keys mean something here, beside the run's; while one types, these alone."""
        return ("find",) if self.is_typing else self.current.key_places

    @property
    def is_typing(self) -> bool:
        """Whether the person types into a line here."""
        return self.query_one(FindLine).is_open

    def choose(self, panel: str) -> None:
        """Show a panel because the person says so."""
        self._is_theirs = True
        self._choose(panel)

    def step(self, step: int) -> None:
        """Show the next panel, or the one before."""
        names = list(PANELS)
        at = names.index(self.query_one(PanelBar).chosen)
        self.choose(names[(at + step) % len(names)])

    def look(self, current: Panel) -> tuple[bool, bool]:
        """Read what the panels show and is no part of the view. Runs in a thread.

        Args:
            current: The panel in view, as it was in the event loop.

        Returns:
            Whether what the panel in view shows is another than before, and the same of the report.
        """
        report = self.query_one(ReportPanel)
        news = report.look()
        return (news if current is report else current.look()), news

    def refresh_view(self, changed: bool, *, report: bool) -> None:
        """Show the run as it is now.

        Args:
            changed: Whether anything of what is in view changed.
            report: Whether the report was replaced.
        """
        self._mark_notices()
        if report:
            self._mark_report()
        if changed:
            self.current.refresh_view()
        self.say()

    def say(self) -> None:
        """Say beside the names, and beside what is looked for, how things stand."""
        self.query_one(PanelBar).say(self.current.said)
        self.query_one(FindLine).say(self.query_one(LogPanel).found)

    def _choose(self, panel: str) -> None:
        for name in PANELS:
            self.query_one(f"#{name}").display = name == panel
        self.query_one(PanelBar).choose(panel)
        finding = self.query_one(FindLine)
        finding.display = panel == "log" and bool(finding.text)
        self._mark_notices()
        self.current.refresh_view()
        self.current.focus()
        self.say()
        self.post_message(self.Turned())

    def _mark_notices(self) -> None:
        bar = self.query_one(PanelBar)
        total = len(self.view.notices)
        if bar.chosen == "notices":
            self._notices_seen = total
        bar.count("notices", max(total - self._notices_seen, 0))

    def _mark_report(self) -> None:
        bar = self.query_one(PanelBar)
        if bar.chosen == "report":
            return
        report = self.query_one(ReportPanel)
        is_news = report.there and self.view.verdict.state not in _BEFORE_THE_REPORT
        if is_news and not self._is_theirs:
            self._choose("report")  # what all of it was for
        else:
            bar.count("report", int(is_news))

    def on_panel_bar_chosen(self, event: PanelBar.Chosen) -> None:
        self.choose(event.panel)

    def on_log_panel_moved(self, event: LogPanel.Moved) -> None:
        self.say()
        self.post_message(self.Turned())

    def on_typed_line_changed(self, event: TypedLine.Changed) -> None:
        self.query_one(LogPanel).seek(self.query_one(FindLine).text)
        self.say()

    def on_find_line_left(self, event: FindLine.Left) -> None:
        log = self.query_one(LogPanel)
        log.focus()
        if not event.kept:
            self.query_one(FindLine).close()
            log.seek("")
        self.say()
        self.post_message(self.Turned())

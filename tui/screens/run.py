"""Run: one training, live: its curves, how far it is, what the machine does, what it says.

One loop reads the run's folder twice a second, in a thread, and tells the widgets; each of them
draws only what differs. A damaged or missing file costs its own content and is told.
"""

from __future__ import annotations

import asyncio
import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from engine.errors import Problem
from engine.run.checkpoints import Checkpoint, restore
from engine.run.folder import RunFolder
from engine.run.view import RunView
from tui import keys, wishes
from tui.figures import progress, span
from tui.format import tone
from tui.screens.confirm import ConfirmScreen
from tui.screens.steering import SteeringScreen, Target, labels
from tui.widgets.chart_row import ChartRow
from tui.widgets.checkpoints_panel import CheckpointsPanel
from tui.widgets.device_line import DeviceLine
from tui.widgets.footer import Footer
from tui.widgets.header import Header
from tui.widgets.log_panel import LogPanel
from tui.widgets.notices_panel import NoticesPanel, fates
from tui.widgets.painted import Span
from tui.widgets.panel_bar import PanelBar
from tui.widgets.progress_line import ProgressLine, epochs_done
from tui.widgets.report_panel import ReportPanel
from tui.widgets.samples_panel import SamplesPanel
from tui.widgets.settings_panel import SettingsPanel
from tui.widgets.trouble import Trouble
from tui.words import time_left

POLL_SECONDS = 0.5
"""Between two looks at the run. A worker replaces its status once a second."""

PANELS = {
    "samples": "Samples",
    "log": "Log",
    "notices": "Notices",
    "report": "Report",
    "checkpoints": "Checkpoints",
    "settings": "Settings",
}
"""The panels by id, in the order in which tab goes through them."""

Panel = SamplesPanel | LogPanel | NoticesPanel | ReportPanel | CheckpointsPanel | SettingsPanel

_BEFORE = ("queued", "starting", "fetching", "loading", "building", "validating")
"""States of a live run that is not at its report yet, apart from the training itself."""

_UNDER_WAY = ("validating", "reporting", "silent")
"""States in which a worker has epochs to count, once there are any."""

_SETTLED_SECONDS = 12.0
"""What became of the last command is told for so long after it was settled; then in Notices."""


class RunScreen(SteeringScreen):
    """Watches a run.

    Args:
        folder: The run.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("run")
    CSS_PATH = "../styles/run.tcss"
    place = "run"

    def __init__(self, folder: RunFolder) -> None:
        super().__init__()
        self.folder = folder
        self.view = RunView(folder)
        self._asked: dict[str, str] = {}
        self._settled_at: dict[str, float] = {}
        self._notices_seen = 0
        self._panel_is_theirs = False

    def compose(self) -> ComposeResult:
        yield Header(("dlconsole", "runs", self.folder.name))
        yield Trouble(id="trouble")
        yield ChartRow(self.view, ascii_only=self.console.ascii_only, id="charts")
        yield PanelBar(PANELS)
        with Container(id="panels"):
            yield SamplesPanel(self.view, id="samples")
            yield LogPanel(self.folder.console_log, id="log")
            yield NoticesPanel(self.view, id="notices")
            yield ReportPanel(self.view, ascii_only=self.console.ascii_only, id="report")
            yield CheckpointsPanel(self.view, id="checkpoints")
            yield SettingsPanel(self.view, id="settings")
        yield ProgressLine(self.view, id="progress")
        yield DeviceLine(self.view, id="devices")
        yield Footer("run")

    def on_mount(self) -> None:
        self._choose("samples")
        self.run_beside(self._watch())

    async def _watch(self) -> None:
        """Look at the run again and again, for as long as the screen is there."""
        while True:
            self._show(await asyncio.to_thread(self.view.refresh))
            await asyncio.sleep(POLL_SECONDS)

    def _show(self, changed: bool) -> None:
        """Tell the widgets what the run is like now."""
        if changed:
            self.query_one(Header).rename(("dlconsole", "runs", self.folder.name))
            self.query_one(Header).say(self._facts())
            self.query_one(Footer).call(labels("run", self.view.verdict))
            self.query_one(ChartRow).refresh_view()
            self.query_one(ProgressLine).redraw()
            self.query_one(DeviceLine).redraw()
            self._mark_news()
        self._say_trouble()
        if changed or self._panel.id == "log":
            self._panel.refresh_view()
            self._turn_footer()

    def _facts(self) -> tuple[Span, ...]:
        """Return the right side of the header."""
        view = self.view
        state = view.verdict.state
        glyph, look = tone(state)
        spans: list[Span] = [(f"{glyph} {state}", look)]
        status = view.status
        begun = state in ("training", "paused") or (state in _UNDER_WAY and epochs_done(view))
        if status is not None and begun and view.verdict.live:
            within = status.phase in ("training", "paused")
            epoch = min(epochs_done(view) + within, status.epochs)
            spans.append((f"   epoch {progress(epoch, status.epochs)}", ""))
            left = time_left(view.verdict, status)
            if left is not None:
                spans.append((f"   {span(left)} left", "strong"))
        elif status is not None and state == "queued" and status.detail:
            spans.append((f" · {status.detail}", look))
        if view.described is not None:
            if view.described.synthetic:
                spans.append(("   generated data", "warn"))
            spans.append((f"   {view.described.device}", "muted"))
        return tuple(spans)

    def _say_trouble(self) -> None:
        """Say how the run ended or what is wrong with it, and what became of the last command."""
        view = self.view
        verdict = view.verdict
        sentences: list[tuple[str, str]] = []
        if not self.folder.path.is_dir():
            sentences.append((f"Its folder is gone: {self.folder.path}", "bad"))
        elif not verdict.live or verdict.state == "silent":
            look = tone(verdict.state).look
            if verdict.state not in ("done", "stopped"):
                sentences.append((f"{verdict.why} {verdict.remedy}".strip(), look))
            elif verdict.state == "stopped" and verdict.why:
                sentences.append((verdict.why, look))
        if verdict.live:
            sentences.append(self._last_fate())
        self.query_one(Trouble).say(*sentences)

    def _last_fate(self) -> tuple[str, str]:
        """Say what became of the last command from here, until it has been there to be read."""
        identity = next(reversed(self._asked), "")
        if not identity:
            return "", ""
        became = fates(self._notices)[identity]
        if became not in ("asked", "received"):
            since = self._settled_at.setdefault(identity, time.monotonic())
            if time.monotonic() - since > _SETTLED_SECONDS:
                return "", ""
        look = "bad" if became.startswith("refused") else "accent"
        return f"{self._asked[identity]}: {became}", look

    def _mark_news(self) -> None:
        bar = self.query_one(PanelBar)
        total = len(self.view.notices)
        if bar.chosen == "notices":
            self._notices_seen = total
        bar.count("notices", max(total - self._notices_seen, 0))
        report = self.query_one(ReportPanel)
        if bar.chosen == "report" or not report.look():
            return
        # A run that goes on has the report of before still.
        is_news = report.there and self.view.verdict.state not in ("training", "paused", *_BEFORE)
        if is_news and not self._panel_is_theirs:
            self._choose("report")  # what all of it was for
        else:
            bar.count("report", int(is_news))

    @property
    def _panel(self) -> Panel:
        found = self.query_one(f"#{self.query_one(PanelBar).chosen}")
        assert isinstance(found, Panel)
        return found

    @property
    def _notices(self) -> NoticesPanel:
        return self.query_one(NoticesPanel)

    def _choose(self, panel: str) -> None:
        for name in PANELS:
            self.query_one(f"#{name}").display = name == panel
        self.query_one(PanelBar).choose(panel)
        if panel == "notices":
            self._notices_seen = len(self.view.notices)
        self._panel.refresh_view()
        self._panel.focus()
        self._turn_footer()

    def _turn_footer(self) -> None:
        """Show the keys of the panel in view before those of the run."""
        panel = self._panel
        own: tuple[str, ...] = ("checkpoints",) if panel.id == "checkpoints" else ()
        if isinstance(panel, ReportPanel):
            own = panel.key_places
        self.query_one(Footer).turn_to(*own, "run")

    def on_panel_bar_chosen(self, event: PanelBar.Chosen) -> None:
        self._panel_is_theirs = True
        self._choose(event.panel)

    def action_panel(self, step: int) -> None:
        """Show the next panel, or the one before."""
        self._panel_is_theirs = True
        bar = self.query_one(PanelBar)
        names = bar.panels
        self._choose(names[(names.index(bar.chosen) + step) % len(names)])

    def action_metric(self, step: int) -> None:
        """Begin the charts with another metric."""
        self.query_one(ChartRow).turn(step)

    def action_log_scale(self) -> None:
        """Switch between a linear and a logarithmic scale."""
        self.query_one(ChartRow).toggle_log()

    def action_smooth(self, step: int) -> None:
        """Smooth the curves more or less."""
        weight = self.query_one(ChartRow).smooth(step)
        self.notify(f"Smoothing {weight:g}" if weight else "No smoothing", timeout=1.5)

    def action_back(self) -> None:
        """Go back to the runs."""
        self.console.show("runs")

    def action_copy(self) -> None:
        """Copy the run's command line."""
        if self.view.spec is not None:
            self.console.copy(self.view.spec.command)

    def on_checkpoints_panel_chosen(self, event: CheckpointsPanel.Chosen) -> None:
        if self.view.verdict.live:
            self.tell("Its worker would write over the network. Stop it first (s or x).")
        else:
            self.run_beside(self._restore(event.checkpoint))

    async def _restore(self, checkpoint: Checkpoint) -> None:
        question = (
            f"Make {checkpoint.name} the network of {self.folder.name}, the one that predicts? "
            "The network of the end is kept as a checkpoint."
        )
        if not await self.put(ConfirmScreen(question)):
            return
        try:
            await asyncio.to_thread(restore, self.folder, checkpoint)
        except Problem as problem:
            self.tell(str(problem), error=True)
            return
        self.tell(f"{checkpoint.name} is its network now.")
        self.query_one(CheckpointsPanel).refresh_view()

    def target(self) -> Target:
        view = self.view
        generation = wishes.generation(view)
        return Target(self.folder, view.verdict, view.status, view.spec, generation)

    def sent(self, identity: str, action: str) -> None:
        self._asked[identity] = action
        self._notices.asked = tuple(self._asked.items())
        self._say_trouble()
        if self._panel is self._notices:
            self._notices.refresh_view()

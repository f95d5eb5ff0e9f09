"""Run: one training, live: its curves, how far it is, what the machine does, what it says.

One loop reads the run's folder twice a second, in a thread, and tells the widgets; each of them
draws only what differs. Nothing else here reads from the disk. A damaged or missing file costs its
own content and is told.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType

from engine.errors import Problem
from engine.run.checkpoints import Checkpoint, restore
from engine.run.folder import RunFolder
from engine.run.view import RunView
from tui import keys, wishes
from tui.charts.grid import ChartGrid
from tui.charts.run_charts import RunCharts
from tui.figures import progress, span
from tui.format import tone
from tui.panels.checkpoints_panel import CheckpointsPanel
from tui.panels.notices_panel import NoticesPanel, fates
from tui.panels.panel import Panel
from tui.panels.run_panels import RunPanels
from tui.published import published_for
from tui.screens.charting import ChartingScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.steering import SteeringScreen, Target, labels
from tui.widgets.device_line import DeviceLine
from tui.widgets.footer import Footer
from tui.widgets.header import Header
from tui.widgets.painted import Span
from tui.widgets.progress_line import ProgressLine, epochs_done
from tui.widgets.trouble import Trouble
from tui.words import time_left

POLL_SECONDS = 0.5
"""Between two looks at the run. A worker replaces its status once a second."""

_UNDER_WAY = ("validating", "reporting", "silent")
"""States in which a worker has epochs to count, once there are any."""

_SETTLED_SECONDS = 12.0
"""What became of the last command is told for so long after it was settled; then in Notices."""


class _Seen(NamedTuple):
    """What one look at a run's folder brought.

    Attributes:
        name: What the run is called.
        is_there: Whether its folder is.
        changed: Whether anything else about the run is new.
        panel: Whether what the panel in view shows is new.
        report: Whether there is another report than before.
    """

    name: str
    is_there: bool
    changed: bool
    panel: bool
    report: bool


class RunScreen(SteeringScreen, ChartingScreen):
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
        self._run_charts = RunCharts(self.view)
        self._asked: dict[str, str] = {}
        self._settled_at: dict[str, float] = {}
        self._run_name = folder.name
        self._is_there = True
        self._look_now = asyncio.Event()
        self._published_due = True

    def compose(self) -> ComposeResult:
        yield Header(("dlconsole", "runs", self._run_name))
        yield Trouble(id="trouble")
        preferred = self.console.preferences
        yield ChartGrid(
            ascii_only=self.console.ascii_only,
            axis=preferred.x_axis,
            smoothing=preferred.smoothing,
            id="charts",
        )
        yield RunPanels(self.view, ascii_only=self.console.ascii_only)
        yield ProgressLine(self.view, id="progress")
        yield DeviceLine(self.view, id="device-line")
        yield Footer("run")

    def on_mount(self) -> None:
        self.run_beside(self._watch())

    async def _watch(self) -> None:
        """Look at the run again and again, for as long as the screen is there."""
        while True:
            self._look_now.clear()
            self._show(await asyncio.to_thread(self._look, self._panels.current))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), POLL_SECONDS)

    def _look(self, current: Panel) -> _Seen:
        """Read what is new. Runs in a thread.

        Args:
            current: The panel in view.
        """
        changed = self.view.refresh()
        if self._published_due and self.view.spec is not None:
            self._run_charts.published = published_for(self.view.spec)
            self._published_due = False
        panel, report = self._panels.look(current)
        return _Seen(self.folder.name, self.folder.path.is_dir(), changed, panel, report)

    def _show(self, seen: _Seen) -> None:
        """Tell the widgets what the run is like now."""
        self._run_name, self._is_there = seen.name, seen.is_there
        self.query_one(Header).rename(("dlconsole", "runs", self._run_name))
        if seen.changed:
            self.query_one(Header).say(self._facts())
            self.query_one(Footer).call(labels("run", self.view.verdict))
            self.refresh_charts()
            self.query_one(ProgressLine).redraw()
            self.query_one(DeviceLine).redraw()
        self._say_trouble()
        self._panels.refresh_view(seen.changed or seen.panel, report=seen.report)
        self._turn_footer()

    def refresh_charts(self) -> None:
        charts, run = self.charts, self._run_charts
        charts.show(run.plots(charts.axis.name), run.empty_text)

    @property
    def export_name(self) -> str:
        return f"{self.folder.path.name}-curves"

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
        if not self._is_there:
            sentences.append((f"Its folder is gone: {self.folder.path}", "bad"))
        elif not verdict.live or verdict.state == "silent":
            look = tone(verdict.state).look
            if verdict.state not in ("done", "stopped"):
                sentences.append((f"{verdict.why} {verdict.remedy}".strip(), look))
            elif verdict.state == "stopped" and verdict.why:
                sentences.append((verdict.why, look))
        if self._is_there:
            told = " ".join(text for text, _ in sentences)
            sentences += [(fault, "bad") for fault in view.faults if fault not in told]
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

    @property
    def _panels(self) -> RunPanels:
        return self.query_one(RunPanels)

    @property
    def _notices(self) -> NoticesPanel:
        return self.query_one(NoticesPanel)

    def _turn_footer(self) -> None:
        """Show the keys of the panel in view before those of the run."""
        panels = self._panels
        if panels.is_typing:
            self.query_one(Footer).turn_to(*panels.key_places, everywhere=False)
        else:
            self.query_one(Footer).turn_to(*panels.key_places, "run", "charts")

    def on_run_panels_turned(self, event: RunPanels.Turned) -> None:
        self._look_now.set()
        self._turn_footer()

    def on_screen_resume(self) -> None:
        if self.query(RunPanels):
            self._panels.current.refresh_view()  # preferences may be others now

    def action_panel(self, step: int) -> None:
        """Show the next panel, or the one before."""
        self._panels.step(step)

    def action_to(self, panel: str) -> None:
        """Show a panel."""
        self._panels.choose(panel)

    def action_copy_panel(self) -> None:
        """Copy what the panel in view shows, as text."""
        self.console.copy(self._panels.current.as_text())

    def action_back(self) -> None:
        """Go back to the runs; from a trial, to its search."""
        if self.folder.search is not None:
            self.console.open_run(self.folder.search)
        else:
            self.console.show("runs")

    def action_copy(self) -> None:
        """Copy the run's command line."""
        if self.view.spec is not None:
            self.console.copy(self.view.spec.command)

    def on_checkpoints_panel_chosen(self, event: CheckpointsPanel.Chosen) -> None:
        if self.view.verdict.live:
            stops = " or ".join(map(self.console.key_name, ("run.stop", "run.stop-now")))
            self.tell(f"Its worker would write over the network. Stop it first ({stops}).")
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
        self._look_now.set()

    def target(self) -> Target:
        view = self.view
        generation = wishes.generation(view)
        return Target(self.folder, view.verdict, view.status, view.spec, generation)

    def sent(self, identity: str, action: str) -> None:
        self._asked[identity] = action
        self._notices.asked = tuple(self._asked.items())
        self._say_trouble()
        if self._panels.current is self._notices:
            self._notices.refresh_view()

"""Search: settings tried one after another, live: how far it is, which is best, what mattered.

One loop reads the search's folder twice a second, in a thread, and tells the widgets; each of them
draws only what differs. What its keys do with the search stands in
:mod:`tui.screens.search_steering`.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from tui import keys
from tui.charts.grid import ChartGrid
from tui.figures import metric, progress, span
from tui.format import tone
from tui.panels.notices_panel import NoticesPanel, fates
from tui.screens.resting import rest_after
from tui.screens.search_steering import SearchSteering
from tui.screens.steering import labels
from tui.search.search_charts import plots_of
from tui.search.search_lines import BestLine, MatteredLine, SearchProgress
from tui.search.search_pages import RungsPage
from tui.search.search_panels import SearchPanels
from tui.search.watched import WatchedSearch
from tui.tables.row_table import RowTable
from tui.widgets.footer import Footer
from tui.widgets.header import Header
from tui.widgets.painted import Span
from tui.widgets.trouble import Trouble
from tui.words import time_left

if TYPE_CHECKING:
    from engine.run.folder import RunFolder
    from tui.charts.style import Plot

POLL_SECONDS = 0.5
"""Between two looks at the search. A coordinator replaces its status once a second."""
_SHARE = 0.1
"""Of a core, what looking may take."""

_CALLED = {"stop after epoch": "stop after the trials under way"}
"""What a command asks of a search, where that is something else than of a run."""

_SETTLED_SECONDS = 12.0
"""What became of the last command is told for so long after it was settled; then in Notices."""


class SearchScreen(SearchSteering):
    """Watches a search.

    Args:
        folder: The search.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("search")
    CSS_PATH = "../styles/search.tcss"
    place = "search"

    def __init__(self, folder: RunFolder) -> None:
        super().__init__()
        self.folder = folder
        self.watched = WatchedSearch(folder)
        self._search_name = folder.name
        self._is_there = True
        self._asked: dict[str, str] = {}
        self._settled_at: dict[str, float] = {}
        self._look_now = asyncio.Event()
        self._plots: list[Plot] = []

    def compose(self) -> ComposeResult:
        yield Header(("dlconsole", "runs", self._search_name))
        yield BestLine(id="best")
        yield Trouble(id="trouble")
        preferred = self.console.preferences
        with Horizontal(id="above"):
            side = RungsPage(id="side")
            side.is_brief = True
            side.can_focus = False
            yield side
            yield ChartGrid(
                ascii_only=self.console.ascii_only,
                axis=preferred.x_axis,
                smoothing=0.0,  # a trial's epochs are few
                id="charts",
            )
        yield SearchPanels(self.watched, ascii_only=self.console.ascii_only)
        yield MatteredLine(id="mattered-line")
        yield SearchProgress(id="progress")
        yield Footer("search")

    def on_mount(self) -> None:
        self.run_beside(self._watch())

    async def _watch(self) -> None:
        """Look at the search again and again, for as long as the screen is there."""
        is_first = True
        while True:
            self._look_now.clear()
            begun = time.monotonic()
            changed, name, is_there = await asyncio.to_thread(self._look)
            rest = rest_after(time.monotonic() - begun, least=POLL_SECONDS, share=_SHARE)
            self._show(name, changed=changed or is_first, is_there=is_there)
            is_first = False
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), rest)

    def _look(self) -> tuple[bool, str, bool]:
        """Read what is new. Runs in a thread."""
        changed = self.watched.look()
        return changed, self.folder.name, self.folder.path.is_dir()

    def look_now(self) -> None:
        self._look_now.set()

    def _show(self, name: str, *, changed: bool, is_there: bool) -> None:
        """Tell the widgets what the search is like now."""
        self._search_name, self._is_there = name, is_there
        self.query_one(Header).rename(("dlconsole", "runs", name))
        if changed:
            seen = self.watched.seen
            self.set_class(bool(seen.rungs), "-with-rungs")
            self.query_one(Header).say(self._facts())
            for line in (BestLine, MatteredLine, SearchProgress):
                self.query_one(line).show(seen)
            self.refresh_charts()
            side = self.query_one("#side", RungsPage)
            side.seen = seen
            side.refresh_view()
            self.panels.refresh_view()
        self._say_trouble()
        self._turn_footer()

    def refresh_charts(self) -> None:
        watched, charts = self.watched, self.charts
        self._plots = plots_of(watched.seen, watched.curves, watched.number_of, charts.axis.name)
        charts.show(self._plots, "waiting for the first trial")

    @property
    def export_name(self) -> str:
        return f"{self.folder.path.name}-curves"

    @property
    def panels(self) -> SearchPanels:
        """The panels."""
        return self.query_one(SearchPanels)

    def _facts(self) -> tuple[Span, ...]:
        """Return the right side of the header."""
        seen = self.watched.seen
        state = seen.verdict.state
        glyph, look = tone(state)
        spans: list[Span] = [(f"{glyph} {state}", look)]
        planned = seen.planned
        spans.append((f"   trial {progress(seen.ended, planned) if planned else seen.ended}", ""))
        left = time_left(seen.verdict, seen.status)
        if left is not None:
            spans.append((f"   {span(left)} left", "strong"))
        done, whole = seen.epochs
        spans.append((f"   epochs {progress(done, whole) if whole else done}", "muted"))
        if seen.best is not None:
            spans.append((f"   best {metric(seen.best.score)}", "good"))
        return tuple(spans)

    def _say_trouble(self) -> None:
        """Say how the search ended or what is wrong with it, and what became of a command."""
        seen = self.watched.seen
        verdict = seen.verdict
        sentences: list[tuple[str, str]] = []
        if not self._is_there:
            sentences.append((f"Its folder is gone: {self.folder.path}", "bad"))
        elif not verdict.live or verdict.state == "silent":
            text = f"{verdict.why} {verdict.remedy}".strip()
            sentences.append((text, tone(verdict.state).look))
        elif verdict.state == "paused":
            sentences.append((self._why_paused(), "warn"))
        if self._is_there:
            told = " ".join(text for text, _ in sentences)
            sentences += [(fault, "bad") for fault in self.watched.view.faults if fault not in told]
        if verdict.live:
            sentences.append(self._last_fate())
        self.query_one(Trouble).say(*sentences)

    def _why_paused(self) -> str:
        """Say why the search stands still, where it was not a person who asked for it."""
        warnings = [each for each in self.watched.view.notices if each.level == "warning"]
        status = self.watched.seen.status
        detail = status.detail if status is not None else ""
        goes_on = f"{self.console.key_name('search.pause')} lets it go on."
        is_asked = any(action == "pause" for _, action, _ in self.watched.view.commands[-1:])
        if warnings and not is_asked:
            return f"{warnings[-1].text} {goes_on}"
        return f"It is paused{f' ({detail})' if detail else ''}. {goes_on}"

    def _last_fate(self) -> tuple[str, str]:
        """Say what became of the last command from here, until it has been there to be read."""
        identity = next(reversed(self._asked), "")
        if not identity:
            return "", ""
        became = fates(self.query_one(NoticesPanel))[identity]
        if became not in ("asked", "received"):
            since = self._settled_at.setdefault(identity, time.monotonic())
            if time.monotonic() - since > _SETTLED_SECONDS:
                return "", ""
        look = "bad" if became.startswith("refused") else "accent"
        return f"{self._asked[identity]}: {became}", look

    def _turn_footer(self) -> None:
        """Show the keys that mean something as things stand."""
        seen = self.watched.seen
        called = labels("search", seen.verdict)
        if not seen.verdict.live:
            called["search.fix"] = ""
        trial = self.panels.trial
        if trial is None or not (trial.is_open and seen.verdict.live):
            called["search.cull"] = ""
        if seen.best is None:
            called |= {"search.best": "", "search.launch-best": "", "search.preset": ""}
        marked = len(self.panels.table.marked)
        called["search.compare"] = f"compare {marked}" if marked else ""
        footer = self.query_one(Footer)
        footer.call(called)
        footer.turn_to(*self.panels.key_places, "search", "charts")

    def on_search_panels_turned(self, event: SearchPanels.Turned) -> None:
        self._turn_footer()

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        self._turn_footer()

    def on_row_table_opened(self, event: RowTable.Opened) -> None:
        self.open_trial()

    def on_screen_resume(self) -> None:
        if self.query(SearchPanels):
            self.panels.refresh_view()  # preferences may be others now

    def sent(self, identity: str, action: str) -> None:
        self._asked[identity] = _CALLED.get(action, action)
        notices = self.query_one(NoticesPanel)
        notices.asked = tuple(self._asked.items())
        self._say_trouble()
        if self.panels.current is notices:
            notices.refresh_view()

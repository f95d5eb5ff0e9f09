"""The console: the application around the screens.

Whatever happens to it, training is not touched: workers are processes of their own, and the console
only reads and writes files. It promises that the terminal is usable afterwards: SIGHUP and SIGTERM
end it the orderly way, a terminal that has gone away ends it too, and if the orderly way is blocked
(a stalled connection takes no more bytes) it goes the short way after a few seconds.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen

from engine.errors import Problem
from engine.settings import Settings
from tui import keys, terminal
from tui.live_runs import Endings, live
from tui.preferring import PreferringApp
from tui.safe_text import printable
from tui.shown_cells import ShownCells, Written
from tui.standing_by import StandingBy
from tui.widgets.ascii_only import AsciiOnly

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

    from textual.driver import Driver
    from textual.notifications import SeverityLevel

    from engine.catalog import Catalog
    from engine.process.order import Order
    from engine.process.searching import SearchOrder
    from engine.run.folder import RunFolder

INTERRUPTED = 130
"""The exit code after a signal, as the command line has it."""

_ATTEND_SECONDS = 1.0
_ANNOUNCE_SECONDS = 2.0
_AGAIN_SECONDS = 2.0


class ConsoleApp(PreferringApp):
    """The console.

    Args:
        settings: Where runs, data and recipes lie.
        recipe_file: A recipe of a person's own to begin with.
        has_standby: Whether a process imports ahead what questions and trainings need.
    """

    TITLE = "dlconsole"
    ENABLE_COMMAND_PALETTE = False  # ours is drawn from the table of keys
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("everywhere")
    NOTIFICATION_TIMEOUT = 4
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - declared without ClassVar by Textual
        (0, "-narrow"),
        (80, "-normal"),
        (120, "-wide"),
        (180, "-widest"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - likewise
        (0, "-flat"),
        (16, "-low"),
        (24, "-medium"),
        (34, "-high"),
    ]

    def __init__(
        self, settings: Settings, recipe_file: Path | None = None, *, has_standby: bool = True
    ) -> None:
        self.ascii_only = terminal.is_ascii_only()
        self._first = "runs" if live(settings.runs) else "launch"
        # A screen's own styles are loaded when it is pushed, which the first one never is.
        styles = Path(__file__).with_name("styles")
        super().__init__(css_path=[styles / "console.tcss", styles / f"{self._first}.tcss"])
        self.settings = settings
        self.first_recipe: str | None = None
        self.standing_by = StandingBy(is_wanted=has_standby)
        self.animation_level = "none"  # every frame of an animation is bytes over SSH
        self._recipe_file = recipe_file
        self._workers_launched: list[tuple[subprocess.Popen[bytes], RunFolder]] = []
        self._interrupted_at = -_AGAIN_SECONDS
        self._is_ready = False
        self._leave_when_ready = False
        self._shown = ShownCells()
        self._ascii_filters = [AsciiOnly()] if self.ascii_only else []

    def get_line_filters(self) -> list[LineFilter]:
        """Return what every line goes through before it reaches the terminal."""
        return [*super().get_line_filters(), *self._ascii_filters]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send what was drawn: only the cells in which the terminal shows something else."""
        if self._batch_count:
            renderable = None  # as Textual has it: all is drawn at the end of the batch
        elif isinstance(renderable, ChopsUpdate | LayoutUpdate):
            sent = self._shown.difference(renderable, self.console)
            if not sent:
                return
            renderable = Written(sent)
        super()._display(screen, renderable)

    def get_driver_class(self) -> type[Driver]:
        """Return what reads the terminal and writes to it."""
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":
            return usual
        from tui.quick_input import QuickInput

        return QuickInput

    def get_default_screen(self) -> Screen[None]:
        """Open on the runs where one is live, else on Launch."""
        screen = self._make(self._first)
        self.install_screen(screen, self._first)
        return screen

    def on_resize(self) -> None:
        """Draw all anew: a terminal keeps what it likes of what it showed."""
        self._shown.forget()

    def on_mount(self) -> None:
        """Begin to look after what was launched."""
        self.set_interval(_ATTEND_SECONDS, self._attend)
        self.run_worker(self._announce())

    def on_unmount(self) -> None:
        """Let the standby go."""
        self.standing_by.dismiss()

    def on_ready(self) -> None:
        """Heed a signal that came before the first frame; get ready for what comes next."""
        self._is_ready = True
        if self._leave_when_ready:
            self.leave()
        threading.Thread(target=_import_the_rest, daemon=True).start()

    # Where one is.

    def show(self, name: str) -> None:
        """Go to ``launch`` or ``runs``; each stays as it was left."""
        if not self.is_screen_installed(name):
            self.install_screen(self._make(name), name)
        self._go_to(self.get_screen(name))

    def open_run(self, folder: RunFolder) -> None:
        """Look at a run, or at a search."""
        if is_search(folder):
            from tui.screens.search import SearchScreen

            self._go_to(SearchScreen(folder))
            return
        from tui.screens.run import RunScreen

        self._go_to(RunScreen(folder))

    def compare(self, folders: Sequence[RunFolder]) -> None:
        """Look at runs beside each other."""
        from engine.run.folder import list_folders
        from tui.screens.compare import CompareScreen

        # Of a search its trials are meant: it has no curves itself.
        self._go_to(
            CompareScreen([run for each in folders for run in list_folders(each.trials) or [each]])
        )

    def try_out(self, folder: RunFolder) -> None:
        """Give a run's network input of one's own, and come back to where one was."""
        from tui.screens.try_out import TryScreen

        self.push_screen(TryScreen(folder))

    def launch_like(self, folder: RunFolder) -> None:
        """Go to the launch form, filled in with what a run was asked for."""
        from tui.screens.launch import LaunchScreen

        self.show("launch")
        if isinstance(self.screen, LaunchScreen):
            self.screen.fill_like(folder)

    def _go_to(self, screen: Screen[None]) -> None:
        """Make a screen the current one, with nothing but the first screen beneath it."""
        while len(self.screen_stack) > 1 and self.screen is not screen:
            self.pop_screen()
        if self.screen is not screen:
            self.push_screen(screen)

    @staticmethod
    def _make(name: str) -> Screen[None]:
        # Each is imported when it is needed: the first frame must not wait for the other.
        if name == "runs":
            from tui.screens.runs import RunsScreen

            return RunsScreen()
        from tui.screens.launch import LaunchScreen

        return LaunchScreen()

    def action_show(self, name: str) -> None:
        """See :meth:`show`."""
        self.show(name)

    async def action_help(self) -> None:
        """List every key."""
        from tui.screens.help import HelpScreen

        with self.batch_update():
            await self.push_screen(HelpScreen(getattr(self.screen, "place", "everywhere")))

    def action_settings(self) -> None:
        """Change settings and keys."""
        from tui.screens.preferences import PreferencesScreen

        if not isinstance(self.screen, PreferencesScreen):
            self.push_screen(PreferencesScreen())

    def action_palette(self) -> None:
        """Offer everything that can be done here by name; nothing while a question is open."""
        from tui.screens.palette import PaletteScreen, offers

        if not isinstance(self.screen, ModalScreen):
            self.push_screen(PaletteScreen(offers(self.screen)))

    # What one does.

    def load_catalog(self) -> Catalog:
        """Find the recipes, and the one of ``--recipe-file`` among them. May run in a thread."""
        from engine.catalog import Catalog, read_recipe_file, with_presets

        catalog = Catalog.load(self.settings.recipes)
        if self._recipe_file is None:
            return catalog
        try:
            entry = read_recipe_file(self._recipe_file)
        except Problem as problem:
            notice = f"{self._recipe_file} cannot be used: {problem}"
            return Catalog(catalog.entries, (notice, *catalog.notices))
        assert entry is not None  # only an optional file may hold no recipe
        self.first_recipe = entry.recipe.name
        name = entry.recipe.name
        found, notices = with_presets({name: entry}, self.settings.recipes)
        # A file that cannot be used has been told of already.
        notices = [each for each in notices if each not in catalog.notices]
        return Catalog({**catalog.entries, **found}, (*catalog.notices, *notices))

    def launch(self, order: Order | SearchOrder) -> RunFolder:
        """Place an order and start its worker. For a thread: disks and devices may take a while.

        Raises:
            Problem: Something in the order is not allowed, or the worker cannot be started.
        """
        from engine.process import prompt

        folder = order.place(self.settings.runs)
        process = prompt.launch(folder, self.standing_by.current, queue=order.queue)
        if process is not None:
            self.look_after(process, folder)
        return folder

    def look_after(self, process: subprocess.Popen[bytes], folder: RunFolder) -> None:
        """Reap a worker when it ends. May be called in a thread."""
        self._workers_launched.append((process, folder))

    def copy_to_clipboard(self, text: str) -> None:
        """Send the terminal a text to be copied, through whatever lies between."""
        from tui import clipboard

        self._clipboard = text
        if self._driver is not None and not self.is_headless and (sent := clipboard.sequence(text)):
            self._driver.write(sent)

    def copy(self, text: str) -> None:
        """Put text on the clipboard, and into a file for whom that does not reach; say so."""
        self.copy_to_clipboard(text)
        self.run_worker(self._copy(text))

    async def _copy(self, text: str) -> None:
        from tui import clipboard

        try:
            place = f"It stands in {await asyncio.to_thread(clipboard.keep, text)}"
        except Problem as problem:
            place = str(problem)
        if await asyncio.to_thread(clipboard.give_tmux, text):
            said = "Copied, also into tmux."
        elif clipboard.sequence(text):
            said = "Copied, if the terminal lets programs copy."
        else:
            said = "Not copied: the terminal cannot take it."
        self.notify(printable(f"{said} {place}"), markup=False)

    def action_redraw(self) -> None:
        """Send all of the screen, where something else has written over it."""
        self._shown.forget()
        self.screen.refresh()

    def action_interrupt(self) -> None:
        """Take a second Ctrl+C as the wish to leave, and say so at the first."""
        now = asyncio.get_running_loop().time()
        if now - self._interrupted_at < _AGAIN_SECONDS:
            self.exit()
            return
        self._interrupted_at = now
        leave = self.key_name("everywhere.quit")
        self.notify(f"Once more, or {leave}, leaves the console. Training goes on.", markup=False)

    def leave(self) -> None:
        """End because a signal said so or the terminal is gone."""
        self._leave_when_ready = True
        if self._is_ready:  # else as soon as it is: half a screen cannot be taken down
            self.exit(return_code=INTERRUPTED)

    def leave_later(self) -> None:
        """End the process in a few seconds if the orderly way has not done so by then."""
        if not self.is_headless:
            terminal.leave_later(getattr(self._driver, "attrs_before", None), INTERRUPTED)

    def _fatal_error(self) -> None:
        """Say in two lines that the console failed; the traceback goes to a file."""
        import tempfile
        import traceback

        error = sys.exc_info()[1]
        with tempfile.NamedTemporaryFile(
            "w", prefix="dlconsole-", suffix=".log", delete=False, encoding="utf-8"
        ) as file:
            traceback.print_exception(error, file=file)
        first = printable(f"{type(error).__name__}: {error}".partition("\n")[0])
        self._exit_renderables.append(
            Text(
                f"This is a defect of dlconsole: {first}\n"
                f"Training is not touched. What a report needs stands in {file.name}"
            )
        )
        self._close_messages_no_wait()

    async def _announce(self) -> None:
        """Say of each run that ends that it has, whatever one is looking at."""
        endings = Endings(self.settings.runs)
        while True:
            for ending in await asyncio.to_thread(endings.look):
                if self.preferences.bell:
                    self.bell()
                folder = getattr(self.screen, "folder", None)
                if folder is None or folder.path != ending.path:  # else it is there to be seen
                    severity: SeverityLevel = "error" if ending.is_bad else "information"
                    self.notify(printable(ending.text), severity=severity, markup=False)
            await asyncio.sleep(_ANNOUNCE_SECONDS)

    def _attend(self) -> None:
        """Reap processes that have ended, and leave where the terminal has gone away."""
        self.standing_by.attend()
        for process, folder in list(self._workers_launched):
            if process.poll() is not None:
                self._workers_launched.remove((process, folder))
        if not self.is_headless and not terminal.is_there():
            self.leave_later()
            self.leave()


def is_search(folder: RunFolder) -> bool:
    """Say whether a run is a search; one whose ``run.json`` makes no sense is none."""
    try:
        return folder.read_spec().search is not None
    except Problem:
        return False


def _import_the_rest() -> None:
    """Import what the first run to be opened needs (NumPy, for one), while nobody waits for it."""
    import tui.screens.run
    import tui.screens.runs  # noqa: F401

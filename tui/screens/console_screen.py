"""What all screens of the console have in common, and what they ask of the application."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from textual.css.query import NoMatches
from textual.screen import ModalScreen, Screen

from tui.safe_text import printable

if TYPE_CHECKING:
    import subprocess

    from engine.catalog import Catalog
    from engine.process.order import Order
    from engine.process.searching import SearchOrder
    from engine.run.folder import RunFolder
    from engine.settings import Settings
    from tui.preferences import Preferences
    from tui.standing_by import StandingBy


T = TypeVar("T")


class Console(Protocol):
    """The application, as its screens know it."""

    settings: Settings
    """Where runs, data and recipes lie."""
    ascii_only: bool
    """Whether the terminal knows ASCII alone."""
    first_recipe: str | None
    """The recipe to begin with, where one was asked for."""
    standing_by: StandingBy
    """What answers the form's questions."""
    preferences: Preferences
    """What the person prefers; changed by :meth:`prefer` alone."""

    def prefer(self, **changes: object) -> None:
        """Change preferences by name, and keep them; raises Problem if a value is not allowed."""

    def key_name(self, binding: str) -> str:
        """Return what the first key of a binding is called, as rebound: ``p`` for ``run.pause``."""

    def show(self, name: str) -> None:
        """Go to ``launch`` or ``runs``."""

    def open_run(self, folder: RunFolder) -> None:
        """Look at a run."""

    def compare(self, folders: Sequence[RunFolder]) -> None:
        """Look at runs beside each other."""

    def try_out(self, folder: RunFolder) -> None:
        """Give a run's network input of one's own."""

    def launch_like(self, folder: RunFolder) -> None:
        """Go to the launch form, filled in with what a run was asked for."""

    def load_catalog(self) -> Catalog:
        """Find the recipes. May run in a thread."""

    def launch(self, order: Order | SearchOrder) -> RunFolder:
        """Place an order and start its worker; raises Problem. To be called in a thread."""

    def look_after(self, process: subprocess.Popen[bytes], folder: RunFolder) -> None:
        """Reap a worker when it ends. May be called in a thread."""

    def copy(self, text: str) -> None:
        """Put text on the clipboard, or where that cannot be in a file, and say so."""


class ConsoleScreen(Screen[None]):
    """A screen of the console."""

    AUTO_FOCUS = ""

    place = "everywhere"
    """Whose keys help lists first; a key of :data:`tui.keys.PLACES`."""

    @property
    def in_view(self) -> bool:
        """Whether it is the current screen, or lies just beneath a question or help."""
        above = [screen for screen in self.app.screen_stack if not isinstance(screen, ModalScreen)]
        return bool(above) and above[-1] is self

    def tell(self, text: str, *, error: bool = False) -> None:
        """Say something to the person, for a moment."""
        self.notify(printable(text), severity="error" if error else "information", markup=False)

    async def put(self, question: ModalScreen[T]) -> T:
        """Put a question to the person and return the answer; within :meth:`run_beside`."""
        return await self.app.push_screen_wait(question)

    def run_beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the screen, for as long as the screen is whole."""
        whole = len(self.walk_children())

        async def attended() -> None:
            try:
                await work
            except NoMatches:
                # A screen is taken down widget by widget; what works beside it may hear it last.
                if len(self.walk_children()) >= whole:
                    raise

        self.run_worker(attended())

    @property
    def console(self) -> Console:
        """The application."""
        return cast("Console", self.app)

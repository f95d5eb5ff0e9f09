"""Help: every key there is, from the table that dispatches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui import keys
from tui.format import wrap
from tui.widgets.footer import Footer
from tui.widgets.lines import Lines
from tui.widgets.painted import Line

if TYPE_CHECKING:
    from tui.screens.console_screen import Console

_KEYS_WIDTH = 16


class _Page(Lines):
    """The table as a page, the keys of the place one came from first."""

    def __init__(self, first: str) -> None:
        super().__init__(id="help-page")
        self._first = first

    def compose_lines(self, cells: int) -> list[Line]:
        # Headings begin with the name of the screen: those of the present one stand first.
        here = keys.PLACES[self._first]
        places = sorted(
            keys.PLACES,
            key=lambda place: keys.PLACES[place] != here and f"{here}," not in keys.PLACES[place],
        )
        rebound = cast("Console", self.app).preferences.keys
        lines: list[Line] = []
        for place in places:
            if lines:
                lines.append(())
            lines.append(((f" {keys.PLACES[place]}", "strong"),))
            for key in keys.of(place):
                names = keys.shown(key.pressed(rebound), all_of_them=True)
                first, *rest = wrap(key.help, max(cells - _KEYS_WIDTH - 6, 10))
                lines.append(((f"   {names:<{_KEYS_WIDTH}} ", "accent"), (first, "")))
                lines += [((" " * (_KEYS_WIDTH + 4), ""), (text, "")) for text in rest]
        return lines


class HelpScreen(ModalScreen[None]):
    """Lists the keys.

    Args:
        place: The place one came from; a key of :data:`tui.keys.PLACES`.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("help")
    CSS_PATH = "../styles/questions.tcss"

    def __init__(self, place: str = "") -> None:
        super().__init__()
        self._place = place or next(iter(keys.PLACES))

    def compose(self) -> ComposeResult:
        with Vertical(id="help") as box:
            box.border_title = " keys "
            yield _Page(self._place)
            yield Footer("help", everywhere=False)

    def on_mount(self) -> None:
        page = self.query_one(_Page)
        page.focus()
        page.redraw()

"""Which columns the list of runs has, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.geometry import Region
from textual.screen import ModalScreen

from tui import keys
from tui.format import pad
from tui.tables.run_columns import USUAL, available, column
from tui.widgets.footer import Footer
from tui.widgets.lines import Lines
from tui.widgets.painted import Line

if TYPE_CHECKING:
    from engine.run.listing import Summary


class ColumnList(Lines, can_focus=False):
    """Lists columns: those that are shown first, in their order.

    Args:
        shown: The names of those that are shown.
        runs: The runs that they are over.
    """

    def __init__(self, shown: Sequence[str], runs: Sequence[Summary]) -> None:
        super().__init__(id="columns")
        self._runs = runs
        self.shown = list(shown)
        self._names = [*shown, *(name for name in available(runs) if name not in shown)]
        self._at = 0

    def compose_lines(self, cells: int) -> list[Line]:
        lines: list[Line] = []
        for name in self._names:
            about = column(name, self._runs)
            is_shown = name in self.shown
            mark = "✓ " if is_shown else "  "
            title = about.heading or name
            lines.append(
                (
                    (f" {mark}", "accent"),
                    (pad(title, 20), "strong" if is_shown else ""),
                    (f" {about.about}", "muted"),
                )
            )
        return lines

    def look_of(self, y: int) -> str:
        return "cursor" if y == self._at else ""

    def move(self, step: int) -> None:
        """Make another column the current one."""
        before, self._at = self._at, min(max(self._at + step, 0), len(self._names) - 1)
        self.refresh_line(before)
        self.refresh_line(self._at)
        self.scroll_to_region(
            Region(0, self._at, 1, 1), animate=False, immediate=True, x_axis=False
        )

    def choose(self) -> None:
        """Show the current column, after the others, or not any more."""
        name = self._names[self._at]
        if name in self.shown:
            self.shown.remove(name)
        else:
            self.shown.append(name)
        self.redraw()

    def shift(self, step: int) -> None:
        """Move the current column among those that are shown."""
        name = self._names[self._at]
        if name not in self.shown:
            return
        place = self.shown.index(name)
        target = min(max(place + step, 0), len(self.shown) - 1)
        self.shown.insert(target, self.shown.pop(place))
        self._sort(name)

    def take_usual(self) -> None:
        """Show the usual columns."""
        name = self._names[self._at]
        self.shown = list(USUAL)
        self._sort(name)

    def _sort(self, current: str) -> None:
        self._names = [*self.shown, *(name for name in self._names if name not in self.shown)]
        self.redraw()
        self.move(self._names.index(current) - self._at)


class ColumnsScreen(ModalScreen[list[str] | None]):
    """Lets a person choose columns; closes with their names, or None where all stays as it was.

    Args:
        shown: The names of those that are shown now.
        runs: The runs that they are over.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("columns")
    CSS_PATH = "../styles/questions.tcss"

    def __init__(self, shown: Sequence[str], runs: Sequence[Summary]) -> None:
        super().__init__()
        self._list = ColumnList(shown, runs)

    def compose(self) -> ComposeResult:
        box = Vertical(id="choose-columns")
        box.border_title = " columns "
        with box:
            yield self._list
            yield Footer("columns", everywhere=False)

    def action_move(self, step: int) -> None:
        """Go up or down."""
        self._list.move(step)

    def action_choose(self) -> None:
        """Show the current column, or not any more."""
        self._list.choose()

    def action_shift(self, step: int) -> None:
        """Move the current column to the left or right."""
        self._list.shift(step)

    def action_usual(self) -> None:
        """Show the usual columns."""
        self._list.take_usual()

    def action_accept(self) -> None:
        """Close with the columns that are chosen."""
        usual = self._list.shown == list(USUAL)
        self.dismiss([] if usual else self._list.shown)

    def action_leave(self) -> None:
        """Close without a change."""
        self.dismiss(None)

"""A look at what the form is about: the data it names, or the network it describes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui import data_seen, keys
from tui.form.forecast import ASKING, Forecast
from tui.format import table, wrap
from tui.panels.layer_lines import layer_lines
from tui.widgets.footer import Footer
from tui.widgets.labelled_lines import labelled_lines
from tui.widgets.lines import Lines
from tui.widgets.painted import EMPTY, Line, lines_of
from tui.widgets.pictures import Shaded

if TYPE_CHECKING:
    from tui.asking import Answer, Asking

_LOOK_SECONDS = 0.2
_SIDEWAYS = 10  # cells: about a column of numbers


class _Page(Lines, Shaded):
    """What is looked at; wider than the screen, if it has to be."""

    wide = True

    def __init__(self, lines_in: Callable[[int], list[Line]]) -> None:
        super().__init__(id="look-page", classes="-sideways")
        self._lines_in = lines_in

    def compose_lines(self, cells: int) -> list[Line]:
        return self._lines_in(max(cells - 2, 10))

    def action_scroll_left(self) -> None:
        self.scroll_relative(x=-_SIDEWAYS, animate=False, immediate=True)

    def action_scroll_right(self) -> None:
        self.scroll_relative(x=_SIDEWAYS, animate=False, immediate=True)


class LookScreen(ModalScreen[None]):
    """A box with a page in it. A subclass says what stands there."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("look")
    CSS_PATH = "../styles/look.tcss"
    title_text = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="look") as box:
            box.border_title = self.title_text
            yield _Page(self.compose_lines)
            yield Footer("look", everywhere=False)

    def compose_lines(self, cells: int) -> list[Line]:
        """Return the page in so many cells; lines may be longer."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.query_one(_Page).focus()
        self.redraw()

    def redraw(self) -> None:
        """Show what is known by now."""
        self.query_one(_Page).redraw()


class NetworkScreen(LookScreen):
    """The layers of the network that the form describes.

    Args:
        forecast: Returns what is known of it by now.
    """

    title_text = "network"

    def __init__(self, forecast: Callable[[], Forecast]) -> None:
        super().__init__()
        self._forecast = forecast

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(_LOOK_SECONDS, self.redraw)

    def compose_lines(self, cells: int) -> list[Line]:
        forecast = self._forecast()
        text = forecast.problem or forecast.text(cells) or "Nothing is known of it."
        lines = lines_of([f" {line}" for line in wrap(text, cells)])
        described = forecast.described
        if described is None or forecast.problem:
            return lines
        lines += [(), *layer_lines(described, cells)]
        if forecast.notes:
            lines.append(())
        for note in forecast.notes:
            lines += lines_of([f" {line}" for line in wrap(note, cells)], "muted")
        return lines


class DataScreen(LookScreen):
    """What is in the data that the form names.

    Args:
        ask: Puts the question; what comes of it is told to the screen.
    """

    title_text = "data"

    def __init__(self, ask: Callable[[DataScreen], Asking]) -> None:
        super().__init__()
        self._ask = ask
        self._asking: Asking | None = None
        self._answer: Answer | None = None
        self._problem = ""

    def on_mount(self) -> None:
        super().on_mount()
        self._asking = self._ask(self)

    def on_unmount(self) -> None:
        if self._asking is not None:
            self._asking.cancel()

    def on_asking_answered(self, event: Asking.Answered) -> None:
        if event.asking is self._asking:
            self._answer = event.answer
            self.redraw()

    def on_asking_over(self, event: Asking.Over) -> None:
        if event.asking is self._asking and event.problem is not None:
            self._problem = str(event.problem)
            self.redraw()

    def compose_lines(self, cells: int) -> list[Line]:
        def said(text: str, look: str = "") -> list[Line]:
            return lines_of([f" {line}" for line in wrap(text, cells)], look) if text else []

        if self._problem:
            return said(self._problem, "bad")
        answer = self._answer
        if answer is None:
            return [((f" {ASKING} reading the data", "muted"),)]
        absent = data_seen.absent(answer)
        if absent:
            return said(f"{absent} It is fetched when it is launched.")
        lines = said(data_seen.heading(answer), "strong")
        lines += said(data_seen.problem(answer), "bad")
        for text, look in data_seen.sentences(answer):
            lines += said(text, look)
        lines.append(EMPTY)
        if "classes" in answer:
            ramp = self.query_one(_Page).way
            return lines + labelled_lines(answer, cells, ramp)
        return [*lines, *_columns(answer), EMPTY, *_head(answer)]


def _columns(answer: Answer) -> list[Line]:
    looks = {"target": "accent", "left out": "muted"}
    headings, *body = table(*data_seen.column_table(answer))
    lines: list[Line] = [((f" {headings}", "muted"),)]
    for text, column in zip(body, answer["columns"], strict=True):
        lines.append(((f" {text}", looks.get(column["role"], "")),))
    if answer["left"]:
        lines.append(((f" and {answer['left']:,} more columns", "muted"),))
    return lines


def _head(answer: Answer) -> list[Line]:
    names = [column["name"] for column in answer["columns"]]
    headings, *body = table(names, answer["head"])
    count = len(body)
    title = f" the first {count} rows" if count < answer["rows"] else " all rows"
    return [
        ((title, "strong"),),
        ((f" {headings}", "muted"),),
        *lines_of([f" {line}" for line in body]),
    ]

"""The palette: all that can be done on the present screen, every place and every run, by name.

What can be done comes from the one table of keys, as things stand: what the footer leaves out is
left out here. Each line says the key, too, so that the palette is needed once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen

from tui import keys, themes
from tui.format import pad, shorten
from tui.widgets.choices import Choices
from tui.widgets.footer import Footer
from tui.widgets.painted import Line
from tui.widgets.typed_line import TypedLine

if TYPE_CHECKING:
    from engine.run.folder import RunFolder
    from tui.screens.console_screen import Console

_NAME_CELLS = 26
_KEY_CELLS = 7


@dataclass(frozen=True)
class Offer:
    """Something that can be done.

    Attributes:
        name: What it is called.
        help: What it does, in a line.
        key: The key that does it as well; empty where there is none.
        do: Does it.
    """

    name: str
    help: str
    key: str
    do: Callable[[], Awaitable[object] | object]

    def fit(self, words: Sequence[str]) -> int:
        """Say how well it fits what was typed: 0 for not at all.

        Args:
            words: All of them have to be found, in any order.
        """
        name, text = self.name.lower(), f"{self.name} {self.help}".lower()
        if not all(word in text for word in words):
            return 0
        if name.startswith(" ".join(words)):
            return 3
        return 2 if all(word in name for word in words) else 1


def offers(screen: Screen[Any]) -> list[Offer]:
    """Return all that can be done on a screen, and where one can go from there.

    Args:
        screen: The screen one is on.
    """
    console = cast("Console", screen.app)
    there = list(_of_the_table(screen))
    known = {offer.help for offer in there}
    places = (
        Offer("launch", "set up and start a training", "", partial(console.show, "launch")),
        Offer("runs", "every run there is", "", partial(console.show, "runs")),
    )
    there += [offer for offer in places if offer.help not in known]
    there += [
        Offer(f"theme {name}", "other colours", "", partial(console.prefer, theme=name))
        for name in themes.known()
        if name != screen.app.theme
    ]
    return there


def _of_the_table(screen: Screen[Any]) -> Iterator[Offer]:
    """Return what the keys do that hold now, in the table's order."""
    app, console = screen.app, cast("Console", screen.app)
    footers = list(screen.query(Footer))
    holding = {
        active.binding.id: active
        for active in screen.active_bindings.values()
        if active.binding.id and active.enabled
    }
    found = [key for key in keys.KEYS if key.binding in holding and key.id != "palette"]
    for key in sorted(found, key=_rank):
        label = footers[0].label_of(key) if footers else key.label
        if label is None:
            continue
        active = holding[key.binding]
        do = partial(app.run_action, active.binding.action, active.node)
        yield Offer(label or key.id.replace("-", " "), key.help, console.key_name(key.binding), do)


def _rank(key: keys.Key) -> tuple[bool, bool, bool]:
    """Put what this screen does before what every one does, and what only moves behind that."""
    only_moves = key.action.startswith(("move(", "page("))
    return only_moves, key.where == "everywhere", not key.label


class _Offers(Choices[Offer]):
    """The offers that fit."""

    empty_text = "Nothing here is called that."

    def line_of(self, thing: Offer, cells: int) -> Line:
        room = cells - _KEY_CELLS - 3
        name = min(_NAME_CELLS, room)
        if not thing.help:
            name = room
        help = shorten(thing.help, room - name - 1) if room - name > 10 else ""
        return (
            (f" {pad(thing.name, name)} ", ""),
            (pad(help, max(room - name - 1, 0)), "muted"),
            (f" {pad(thing.key, _KEY_CELLS, right=True)}", "accent"),
        )


class PaletteScreen(ModalScreen[None]):
    """Finds what is typed among what can be done, and does it.

    Args:
        offers: What can be done; the runs are added when they are known.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("palette")
    CSS_PATH = "../styles/questions.tcss"

    def __init__(self, offers: Sequence[Offer]) -> None:
        super().__init__()
        self._offers = list(offers)

    def compose(self) -> ComposeResult:
        with Vertical(id="palette") as box:
            box.border_title = " what to do "
            yield TypedLine("", id="answer")
            yield _Offers(id="offers")
            yield Footer("palette", everywhere=False)

    def on_mount(self) -> None:
        self.query_one(_Offers).can_focus = False
        self.query_one(TypedLine).focus()
        self.call_after_refresh(self._find)
        self.run_worker(self._add_runs())

    async def _add_runs(self) -> None:
        console = cast("Console", self.app)
        runs = await asyncio.to_thread(_named_runs, console.settings.runs)
        self._offers += [
            Offer(name, "look at this run", "", partial(console.open_run, folder))
            for name, folder in runs
        ]
        self._find(from_the_top=False)

    def _find(self, *, from_the_top: bool = True) -> None:
        words = self.query_one(TypedLine).text.lower().split()
        fits = [(offer.fit(words), offer) for offer in self._offers]
        found = [offer for fit, offer in sorted(fits, key=lambda each: -each[0]) if fit]
        self.query_one(_Offers).show(found, from_the_top=from_the_top)

    def on_typed_line_changed(self, event: TypedLine.Changed) -> None:
        self._find()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.action_choose()

    def action_move(self, step: int) -> None:
        """Go up or down."""
        self.query_one(_Offers).action_move(step)

    def action_page(self, step: int) -> None:
        """Go up or down a page."""
        self.query_one(_Offers).action_page(step)

    def action_choose(self) -> None:
        """Close, and do what is current."""
        offer = self.query_one(_Offers).current
        if offer is not None:
            self.dismiss()
            self.app.call_later(offer.do)


def _named_runs(runs: Path) -> list[tuple[str, RunFolder]]:
    """Return every run with what it is called, the latest first. Runs in a thread."""
    from engine.run.folder import list_folders

    found = [(folder.name, folder) for folder in list_folders(runs)]
    found.sort(key=lambda each: -_changed_at(each[1].path))
    return found


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

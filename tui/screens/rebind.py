"""Waits for the key that a binding is to have."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui import keys
from tui.keys import Key
from tui.rebinding import in_the_way
from tui.screens.confirm import QuestionText
from tui.widgets.footer import Footer
from tui.widgets.settings_list import called
from tui.widgets.trouble import Trouble


class RebindScreen(ModalScreen[str | None]):
    """Closes with Textual's name of the key that was pressed, or with None.

    A key that already means something there is not taken; that is said, and another can be pressed.

    Args:
        key: The binding.
        others: What a person has bound otherwise, by :attr:`tui.keys.Key.binding`.
        more: Whether the key is one more, rather than in the place of the ones before.
    """

    CSS_PATH = "../styles/questions.tcss"

    def __init__(self, key: Key, others: Mapping[str, str], *, more: bool = False) -> None:
        super().__init__()
        self._key, self._others, self._more = key, others, more

    def compose(self) -> ComposeResult:
        now = keys.shown(self._key.pressed(self._others), all_of_them=True)
        what = f"Press {'one more key' if self._more else 'the key'} for: {self._key.help}."
        with Vertical(id="question"):
            yield QuestionText(f"{what} Now: {now}")
            yield Trouble(id="verdict")
            yield Footer("rebind", everywhere=False)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.dismiss(None)
            return
        other = in_the_way(self._key, event.key, self._others)
        if other is None:
            self.dismiss(event.key)
            return
        where = keys.PLACES[other.where]
        self.query_one(Trouble).say(
            (f"{keys.shown(event.key)} is {called(other)} already ({where}).", "bad"),
            ("Press another key, or give that one another first.", "muted"),
        )

"""The last line of every screen: the keys that hold there, from the one table of bindings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from textual import events

from tui import keys
from tui.widgets.painted import Bar, Line

if TYPE_CHECKING:
    from tui.screens.console_screen import Console

_GAPS = (3, 2)
_ALWAYS = ("help", "quit")


class Footer(Bar):
    """As many keys as there is room for; help and quit are always among them.

    A click on one presses it.

    Args:
        where: Whose keys are shown; a key of :data:`tui.keys.PLACES`.
        everywhere: Whether the keys that hold everywhere are shown as well.
    """

    def __init__(self, *where: str, everywhere: bool = True) -> None:
        super().__init__()
        self._where = where
        self._everywhere = everywhere
        self._labels: dict[str, str] = {}
        self._places: list[tuple[int, int, str]] = []

    def call(self, labels: Mapping[str, str]) -> None:
        """Call keys otherwise than their table does, as things stand now.

        Args:
            labels: By place and id, as ``run.pause``; an empty one keeps a key out.
        """
        if dict(labels) != self._labels:
            self._labels = dict(labels)
            self.redraw()

    def turn_to(self, *where: str, everywhere: bool = True) -> None:
        """Show the keys of other places."""
        if (where, everywhere) != (self._where, self._everywhere):
            self._where, self._everywhere = where, everywhere
            self.redraw()

    def label_of(self, key: keys.Key) -> str | None:
        """Return what a key is called as things stand: its label, or None where it is kept out."""
        called = self._labels.get(key.binding)
        return None if called == "" else called or key.label

    def compose_lines(self, cells: int) -> list[Line]:
        everywhere = [key for key in keys.of("everywhere") if key.label and self._everywhere]
        always = [key for key in everywhere if key.id in _ALWAYS]
        own = [key for where in self._where for key in keys.of(where) if self._label(key)]
        keys_width = sum(self._width(key) for key in (*own, *always))
        # Closer together where that lets all of them be seen.
        gap = next(
            (g for g in _GAPS if keys_width + g * (len(own) + len(always)) <= cells), _GAPS[-1]
        )
        room = cells - sum(self._width(key) + gap for key in always)
        shown = []
        # Where there is room, what else holds everywhere is the last of them.
        for key in (*own, *(key for key in everywhere if key not in always)):
            room -= self._width(key) + gap
            if room < 0:
                break
            shown.append(key)
        self._places, x = [], 0
        spans: list[tuple[str, str]] = []
        for key in (*shown, *always):
            spans += [
                (keys.shown(self._keys(key)), "accent"),
                (f" {self._label(key)}", "muted"),
                (" " * gap, ""),
            ]
            self._places.append((x, x + self._width(key), self._keys(key).split(",")[0]))
            x += self._width(key) + gap
        return [tuple(spans)]

    def on_click(self, event: events.Click) -> None:
        x = event.x - self.gutter.left
        for start, end, key in self._places:
            if start <= x < end:
                self.app.simulate_key(key)

    def _label(self, key: keys.Key) -> str:
        return self._labels.get(key.binding, key.label)

    def _width(self, key: keys.Key) -> int:
        return len(keys.shown(self._keys(key))) + 1 + len(self._label(key))

    def _keys(self, key: keys.Key) -> str:
        return key.pressed(cast("Console", self.app).preferences.keys)

"""The line that is only there when something has to be said: how a run ended, or what is wrong."""

from __future__ import annotations

from tui.format import wrap
from tui.widgets.painted import Bar, Line

_MOST_LINES = 3


class Trouble(Bar):
    """Shows sentences, each in its look, in the lines they take; gone while there are none."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sentences: tuple[tuple[str, str], ...] = ()
        self.display = False

    def say(self, *sentences: tuple[str, str]) -> None:
        """Show sentences, each with its look; empty ones are left out."""
        kept = tuple(each for each in sentences if each[0])
        if kept == self._sentences:
            return
        self._sentences = kept
        self.display = bool(kept)
        self._fit()
        self.redraw()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        parent = self.parent
        cells = self.content_size.width or (self.screen.size.width - 2 if parent else 0)
        height = max(min(len(self._wrapped(cells)), _MOST_LINES), 1) + self.gutter.height
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height

    def _wrapped(self, cells: int) -> list[Line]:
        return [
            ((line, look),) for text, look in self._sentences for line in wrap(text, max(cells, 10))
        ]

    def compose_lines(self, cells: int) -> list[Line]:
        return self._wrapped(cells)

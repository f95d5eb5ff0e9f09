"""The networks kept with a run, one at each new best; enter makes one the run's network."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message

from engine.run.checkpoints import Checkpoint, list_checkpoints
from tui import keys
from tui.figures import UNKNOWN, metric, size
from tui.format import pad, wrap
from tui.panels.view_panel import ViewPanel
from tui.widgets.painted import Line, lines_of
from tui.words import best_of

if TYPE_CHECKING:
    from engine.run.view import RunView

_HEAD = 1  # lines above the first checkpoint


class CheckpointsPanel(ViewPanel):
    """Lists checkpoints, the latest first, and has one of them current."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("checkpoints")

    class Chosen(Message):
        """Enter was pressed on a checkpoint.

        Attributes:
            checkpoint: Which one.
        """

        def __init__(self, checkpoint: Checkpoint) -> None:
            super().__init__()
            self.checkpoint = checkpoint

    def __init__(self, view: RunView, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._listed: list[Checkpoint] = []
        self._checkpoints: list[Checkpoint] = []
        self._at = 0

    @property
    def key_places(self) -> tuple[str, ...]:
        return ("checkpoints",)

    def look(self) -> bool:
        """List them."""
        listed = list_checkpoints(self.view.folder)[::-1]
        changed, self._listed = listed != self._listed, listed
        return changed

    def refresh_view(self) -> None:
        current = self._current
        self._checkpoints = self._listed
        names = [each.name for each in self._checkpoints]
        if current is not None and current.name in names:
            self._at = names.index(current.name)
        self._at = min(self._at, max(len(names) - 1, 0))
        self.redraw()

    def compose_lines(self, cells: int) -> list[Line]:
        if not self._checkpoints:
            text = "No checkpoints yet. One is kept at each new best, under its epoch and metric."
            return lines_of([f" {line}" for line in wrap(text, cells - 2)], "muted")
        best = best_of(self._checkpoints[::-1])
        named = max((each.metric for each in self._checkpoints), key=len) or "value"
        value = max(len(named), 9)
        head = f"   {'epoch':>6}  {named.replace('_', ' '):>{value}}  {'size':>8}"
        return [
            ((head, "muted"),),
            *(_line(each, value, each == best) for each in self._checkpoints),
        ]

    def look_of(self, y: int) -> str:
        return "cursor" if self._checkpoints and y == self._at + _HEAD and self.has_focus else ""

    def action_move(self, step: int) -> None:
        """Go up or down so many checkpoints."""
        if self._checkpoints:
            self._at = min(max(self._at + step, 0), len(self._checkpoints) - 1)
            self.refresh()
            top = 0 if self._at == 0 else self._at + _HEAD
            self.scroll_to_region(Region(0, top, 1, 1), animate=False, immediate=True, x_axis=False)

    def action_restore(self) -> None:
        """Ask for the current checkpoint to be restored."""
        if self._current is not None:
            self.post_message(self.Chosen(self._current))

    def on_click(self, event: events.Click) -> None:
        place = event.y + self.scroll_offset.y - _HEAD
        if 0 <= place < len(self._checkpoints):
            self.action_move(place - self._at)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    @property
    def _current(self) -> Checkpoint | None:
        return self._checkpoints[self._at] if self._at < len(self._checkpoints) else None


def _line(each: Checkpoint, value: int, is_best: bool) -> Line:
    epoch = UNKNOWN if each.value is None else str(each.epoch)
    mark = "best" if is_best else "the network of the end" if each.value is None else ""
    return (
        (f"   {epoch:>6}  {pad(metric(each.value), value, right=True)}", ""),
        (f"  {pad(size(each.size), 8, right=True)}", "muted"),
        (f"  {mark:<4}", "good" if is_best else "muted"),
        (f"  {each.name}", "muted"),
    )

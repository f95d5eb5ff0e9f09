"""What a picture is drawn on, with the mouse or with keys.

A pixel is half a cell, or where there is room two cells, so that it is square either way. The pen
of the keys is put down and lifted; the mouse draws while a button is held, and rubs out with the
right one.
"""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui import keys
from tui.tryout.drawing import Drawing
from tui.widgets.painted import EMPTY, Line, Span
from tui.widgets.pictures import Shaded, grey_lines

_CURSOR = "pen-"
"""Begins the name of a look: the cursor on a grey level."""

_RIGHT = 3

_DOING = {"up": "", "draw": "the pen draws", "erase": "the rubber rubs out"}


class Canvas(Shaded, can_focus=True):
    """Shows a drawing and lets a person draw.

    Args:
        drawing: What is drawn on.

    Attributes:
        drawing: The same.
        pen: What moving does: ``up`` nothing, ``draw``, ``erase``.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("canvas")

    class Changed(Message):
        """Something else is drawn now."""

    def __init__(self, drawing: Drawing, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.drawing = drawing
        self.pen = "up"
        self._is_large = False
        self._at = (drawing.width // 2, drawing.height // 2)
        self._mouse: tuple[float, float] | None = None
        self._is_erasing = False
        self._drawn: list[Line] = []
        self._is_stale = True

    @property
    def size_small(self) -> Size:
        """The cells it takes with half a cell a pixel, frame included."""
        return Size(self.drawing.width + 2, (self.drawing.height + 1) // 2 + 2)

    def fit(self, room: Size) -> None:
        """Take the size that fits into so many cells."""
        drawing = self.drawing
        large = Size(2 * drawing.width + 2, drawing.height + 2)
        self._is_large = large.width <= room.width and large.height <= room.height
        width, height = large if self._is_large else self.size_small
        self.styles.width, self.styles.height = width, height
        self.redraw()

    def redraw(self) -> None:
        """Draw it as it is now."""
        self.border_title = _DOING[self.pen]
        before, self._is_stale = self._drawn, True
        for y, (old, new) in enumerate(zip(before, self._all_lines(), strict=False)):
            if old != new:
                self.refresh_content_line(y)
        if len(before) != len(self._drawn):
            self.refresh()

    def refresh_content_line(self, y: int) -> None:
        """Refresh one line of the picture."""
        from textual.geometry import Region

        self.refresh(Region(0, y + self.gutter.top, self.size.width + self.gutter.width, 1))

    def render_line(self, y: int) -> Strip:
        lines = self._all_lines()
        return self.paint(lines[y] if y < len(lines) else EMPTY, self.content_size.width)

    # What the keys do.

    def action_move(self, right: int, down: int) -> None:
        """Move the pen by so many pixels, drawing if it is down."""
        x, y = self._at
        drawing = self.drawing
        self._at = (
            min(max(x + right, 0), drawing.width - 1),
            min(max(y + down, 0), drawing.height - 1),
        )
        if self.pen != "up":
            drawing.stroke((x, y), self._at, self.pen == "erase")
            self.post_message(self.Changed())
        self.redraw()

    def action_pen(self) -> None:
        """Put the pen down, or lift it."""
        self._turn("draw")

    def action_erase(self) -> None:
        """Put the rubber down, or lift it."""
        self._turn("erase")

    def action_undo(self) -> None:
        """Take the last stroke back."""
        self.pen = "up"
        if self.drawing.undo():
            self._changed()

    def action_clear(self) -> None:
        """Take everything away."""
        if not self.drawing.is_blank:
            self.drawing.begin()
            self.drawing.clear()
        self.pen = "up"
        self._changed()

    def action_centre(self) -> None:
        """Move what is drawn to the middle."""
        if self.drawing.off_middle() != (0, 0):
            self.drawing.begin()
            self.drawing.centre()
            self._changed()

    def _turn(self, pen: str) -> None:
        self.pen = "up" if self.pen == pen else pen
        if self.pen != "up":
            self.drawing.begin()
            self.drawing.stroke(self._at, self._at, pen == "erase")
        self._changed()

    def _changed(self) -> None:
        self.redraw()
        self.post_message(self.Changed())

    # What the mouse does.

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.focus()
        self.capture_mouse()
        self.drawing.begin()
        self.pen = "up"
        self._is_erasing = event.button == _RIGHT
        self._mouse = self._pixel(event)
        self._mouse_to(self._mouse)
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._mouse is not None:
            self._mouse_to(self._pixel(event))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._mouse = None
        self.release_mouse()

    def _mouse_to(self, pixel: tuple[float, float]) -> None:
        assert self._mouse is not None
        self.drawing.stroke(self._mouse, pixel, self._is_erasing)
        self._mouse = pixel
        width, height = self.drawing.width, self.drawing.height
        self._at = (
            min(max(round(pixel[0]), 0), width - 1),
            min(max(round(pixel[1]), 0), height - 1),
        )
        self._changed()

    def _pixel(self, event: events.MouseEvent) -> tuple[float, float]:
        """Return which pixel lies under the mouse."""
        x, y = event.x - self.gutter.left, event.y - self.gutter.top
        return ((x - 0.5) / 2, float(y)) if self._is_large else (float(x), 2 * y + 0.5)

    # How it looks.

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()

    def _all_lines(self) -> list[Line]:
        if self._is_stale:
            self._drawn = self._large() if self._is_large else self._small()
            self._is_stale = False
        return self._drawn

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._is_stale = True

    def _small(self) -> list[Line]:
        drawing = self.drawing
        levels = [level >> 4 for level in drawing.levels]
        if drawing.height % 2:
            levels += [drawing.ground >> 4] * drawing.width
        lines = grey_lines(levels, drawing.width, self.ramp)
        if self.has_focus:
            x, y = self._at
            level = levels[(y ^ 1) * drawing.width + x]  # of the other half of the cell
            mark = "+" if self.ramp else ("▀", "▄")[y % 2]
            lines[y // 2] = _put(lines[y // 2], x, (mark, f"{_CURSOR}{level:x}"))
        return lines

    def _large(self) -> list[Line]:
        drawing = self.drawing
        width = drawing.width
        lines = []
        for top in range(0, len(drawing.levels), width):
            twice = [level >> 4 for level in drawing.levels[top : top + width] for _ in "xx"]
            lines += grey_lines([*twice, *twice], 2 * width, self.ramp)
        if self.has_focus:
            x, y = self._at
            level = drawing.levels[y * width + x] >> 4
            lines[y] = _put(lines[y], 2 * x, ("[]", f"{_CURSOR}{level:x}"))
        return lines

    def _style(self, look: str, fill: str) -> Style:
        if not look.startswith(_CURSOR):
            return super()._style(look, fill)
        accent = self.get_component_rich_style("look--cursor" if self.ramp else "look--accent")
        if self.ramp:
            return accent
        level = int(look.removeprefix(_CURSOR), 16) * 17
        return accent + Style.parse(f"on #{level:02x}{level:02x}{level:02x}")


def _put(line: Line, place: int, span: Span) -> Line:
    """Return a line with a span at a cell, in the place of what stood there."""
    spans: list[Span] = []
    cell = 0
    for text, look in line:
        before = text[: max(place - cell, 0)]
        after = text[max(place + len(span[0]) - cell, 0) :]
        if before:
            spans.append((before, look))
        if cell <= place < cell + len(text):
            spans.append(span)
        if after and cell + len(text) > place + len(span[0]):
            spans.append((after, look))
        cell += len(text)
    return tuple(spans)

"""A scrolling page of lines: panels, help, the form.

Promises to ask for its lines again when its width changes, to keep its place while they change, and
to follow its own end where that was in view, if it is told to.
"""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.painted import EMPTY, Line, Painted, width


class Lines(Painted, ScrollView, can_focus=True):
    """A page. A subclass says what stands in it."""

    follow: bool = False
    """Whether a page whose end is in view keeps its end in view when it grows."""

    wide: bool = False
    """Whether lines may be longer than the page, which then scrolls sideways too."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.lines: list[Line] = []
        self._lines_width = -1
        self._end = -1  # where the page was scrolled to when its end was last followed

    def compose_lines(self, cells: int) -> list[Line]:
        """Return what the page says in so many cells."""
        raise NotImplementedError

    def look_of(self, y: int) -> str:
        """Return the look on which the whole of line ``y`` stands."""
        return ""

    def redraw(self) -> None:
        """Ask for the lines again and refresh those that changed."""
        cells = self.scrollable_content_region.width
        if not self.is_mounted or cells <= 0:
            self._lines_width = -1
            return
        self._lines_width = cells
        at_end = self.follow and self._is_at_end
        before, self.lines = self.lines, self.compose_lines(cells)
        widest = max(map(width, self.lines), default=0) if self.wide else cells
        size = Size(widest, len(self.lines))
        if size != self.virtual_size:
            self.virtual_size = size
            self.refresh()
            if at_end:
                # Forced: the page may have been too short to scroll until now.
                self.scroll_end(animate=False, immediate=True, force=True)
                self._end = self.scroll_offset.y
        elif len(before) == len(self.lines):
            for y, (old, new) in enumerate(zip(before, self.lines, strict=True)):
                if old != new:
                    self.refresh_line(y)
        else:
            self.refresh()

    @property
    def _is_at_end(self) -> bool:
        return self.is_vertical_scroll_end or self.scroll_offset.y == self._end

    def watch_show_horizontal_scrollbar(self) -> None:
        """Keep the end in view: the bar takes a line of it."""
        if self.follow and self._is_at_end:
            self.call_after_refresh(self.scroll_end, animate=False, immediate=True, force=True)

    def on_resize(self, event: events.Resize) -> None:
        if self.scrollable_content_region.width != self._lines_width:
            self.redraw()

    def render_line(self, y: int) -> Strip:
        cells = self.scrollable_content_region.width
        left, top = self.scroll_offset
        place = top + y
        if place >= len(self.lines):
            return self.paint(EMPTY, cells)
        strip = self.paint(self.lines[place], left + cells, self.look_of(place))
        return strip.crop(left, left + cells) if left else strip

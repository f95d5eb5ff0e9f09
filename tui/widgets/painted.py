"""Lines of text in a few looks: what most widgets of the console are made of.

A line is a tuple of spans, a span a text and the name of a look. Painting promises that text is
shown as it is: nothing in it is read as markup, and control characters are spelled out here, in
the one place through which all of it passes. Only lines that differ from the last drawing are
refreshed, so that a widget which says the same again costs nothing, here and on the way out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from tui.safe_text import printable
from tui.widgets.lazy_looks import LazyLooks

Span = tuple[str, str]
"""A text, and its look: one of :data:`LOOKS`, or nothing for the widget's own."""

Line = tuple[Span, ...]

HEAT = ("heat-1", "heat-2", "heat-3", "heat-4")
"""Looks of more and more of what should not be."""

LOOKS = (
    *("muted", "strong", "accent", "good", "warn", "bad", "cursor", "rule", "edit", "caret"),
    *HEAT,
)
"""Names of the looks; the styles of the component classes ``look--<name>`` say what they are."""

_OWN_GROUND = ("cursor", "edit", "caret", *HEAT)

EMPTY: Line = ()


def width(line: Line) -> int:
    """Return the cells that a line takes."""
    return sum(cell_len(printable(text)) for text, _ in line)


def lines_of(texts: Sequence[str], look: str = "") -> list[Line]:
    """Return texts as lines of one look."""
    return [((text, look),) for text in texts]


class Painted(LazyLooks):
    """A widget that draws lines."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"look--{look}" for look in LOOKS}
    ALLOW_SELECT = False

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._painted_styles: dict[tuple[str, str], Style] = {}

    def notify_style_update(self) -> None:
        """Forget the styles: the theme may be another."""
        super().notify_style_update()
        self._painted_styles.clear()

    def paint(self, line: Line, cells: int, fill: str = "") -> Strip:
        """Draw one line.

        Args:
            line: What it says.
            cells: How wide it is; what is longer is cut off.
            fill: The look on which all of it stands, to the right edge.
        """
        segments = [each for span in line for each in self.segments(span, fill)]
        return Strip(segments).adjust_cell_length(max(cells, 0), self._style("", fill))

    def segments(self, span: Span, fill: str) -> Sequence[Segment]:
        """Return a span as it is drawn."""
        text, look = span
        return (Segment(printable(text), self._style(look, fill)),)

    def _style(self, look: str, fill: str) -> Style:
        style = self._painted_styles.get((look, fill))
        if style is None:
            style = self.get_component_rich_style(f"look--{look}") if look else self.rich_style
            if fill and look not in _OWN_GROUND:
                ground = self.get_component_rich_style(f"look--{fill}")
                style += Style(bgcolor=ground.bgcolor, bold=ground.bold, reverse=ground.reverse)
            self._painted_styles[look, fill] = style
        return style


class Bar(Painted):
    """A few lines that do not scroll. A subclass says what stands in them."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._lines: list[Line] = []
        self._lines_width = -1

    def compose_lines(self, cells: int) -> list[Line]:
        """Return what the bar says in so many cells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Ask for the lines again and refresh those that changed."""
        cells = self.content_size.width
        if cells <= 0 or cells != self._lines_width:
            self._lines_width = -1  # whatever is drawn next asks for them
            self.refresh()
            return
        before, self._lines = self._lines, self.compose_lines(cells)
        for y in range(max(len(before), len(self._lines))):
            if before[y : y + 1] != self._lines[y : y + 1]:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Return one line of the drawing."""
        cells = self.content_size.width
        if cells != self._lines_width:
            self._lines_width = cells
            self._lines = self.compose_lines(cells)
        return self.paint(self._lines[y] if y < len(self._lines) else EMPTY, cells)

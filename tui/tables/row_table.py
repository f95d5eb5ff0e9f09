"""A table of many rows: one of them is current, any may be marked, any column sorts them.

Promises that rows may be replaced at any time without flicker (the cursor stays on its row, only
lines that differ are drawn), and that a thousand of them cost what is in view costs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from rich.cells import cell_len
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tui.format import pad, wrap
from tui.tables.columns import GAP, Column, Layout, in_order, lay_out
from tui.widgets.lines import Lines
from tui.widgets.painted import EMPTY, Bar, Line, Span, lines_of

R = TypeVar("R")

_MARGIN = 2  # cells before the first column, for marks
_MARK = "◆"


class RowTable(Lines, Generic[R]):
    """Lists rows.

    Args:
        key_of: Tells rows apart: a row that was replaced has the same key as before.
        fixed: How many columns at the beginning stay when the others are moved sideways.

    Attributes:
        marked: The keys of the marked rows.
        empty_text: What is said where there is no row.
    """

    class Opened(Message):
        """Enter was pressed on the current row."""

    class Moved(Message):
        """Another row is the current one, or it is another than it was."""

    def __init__(
        self, key_of: Callable[[R], Hashable], *, fixed: int = 1, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._key_of = key_of
        self._fixed = fixed
        self._given: Sequence[R] = ()
        self._rows: list[R] = []
        self._columns: Sequence[Column[R]] = ()
        self._sorted_by = ""
        self._backwards = False
        self._at = 0
        self._first = 0
        self._wanted: list[int] = []
        self._layout = Layout((), 0, 0)
        self._drawn: dict[int, Line] = {}
        self.marked: set[Hashable] = set()
        self.empty_text = ""

    @property
    def current(self) -> R | None:
        """The row on which the cursor is."""
        return self._rows[self._at] if self._at < len(self._rows) else None

    @property
    def rows(self) -> Sequence[R]:
        """The rows in the order in which they are listed."""
        return self._rows

    @property
    def columns(self) -> Sequence[Column[R]]:
        """All columns, in view or not."""
        return self._columns

    @property
    def sorting(self) -> str:
        """The id of the column by which rows are sorted, ``-`` before it if the other way round."""
        return ("-" if self._backwards else "") + self._sorted_by

    def show(self, rows: Sequence[R], columns: Sequence[Column[R]] | None = None) -> None:
        """List other rows, or the same ones as they are now.

        Args:
            rows: In the order in which they are listed where nothing sorts them.
            columns: Other columns than before.
        """
        before = self.current
        self._given = rows
        if columns is not None:
            self._columns = columns
            self._first = min(self._first, max(len(columns) - self._fixed - 1, 0))
        self._arrange()
        if before is not None:
            self._follow(self._key_of(before))
        self._at = min(self._at, max(len(self._rows) - 1, 0))
        self.redraw()
        self.post_message(self.Moved())

    def sort(self, sorting: str) -> None:
        """Sort rows: see :attr:`sorting`; a column that is not there sorts nothing."""
        before = self.current
        self._sorted_by, self._backwards = sorting.removeprefix("-"), sorting.startswith("-")
        self._arrange()
        if before is not None:
            self._follow(self._key_of(before))
        self._bring_column()
        self.redraw()
        self._reveal()
        self.post_message(self.Moved())

    def sort_by_next(self, step: int = 1) -> None:
        """Sort by the next column that has a heading; after the last one, not at all."""
        ids = ["", *(column.id for column in self._columns if column.heading)]
        here = ids.index(self._sorted_by) if self._sorted_by in ids else 0
        self.sort(ids[(here + step) % len(ids)])

    def turn(self) -> None:
        """Sort the other way round."""
        self.sort(self._sorted_by if self._backwards else f"-{self._sorted_by}")

    def headings(self, cells: int) -> Line:
        """Return the line above the rows."""
        self._lay_out(cells)
        spans: list[Span] = [(("‹" if self._layout.left else "").ljust(_MARGIN), "accent")]
        for place, width in self._layout.places:
            column = self._columns[place]
            text = column.heading
            is_sorted = column.id == self._sorted_by
            if is_sorted:
                arrow = "↓" if column.down is not self._backwards else "↑"
                text = pad(text, max(width - 2, 0)).rstrip() + f" {arrow}"
            look = "accent" if is_sorted else "muted"
            spans += [(pad(text, width, right=column.right), look), (" " * GAP, "")]
        if self._layout.right:
            spans[-1] = (" ›", "accent")
        return tuple(spans)

    # Drawing: lines come into being when they are seen.

    def compose_lines(self, cells: int) -> list[Line]:
        """Return every line there is; what is drawn is composed line by line."""
        self._lay_out(cells)
        return [self._line(place) for place in range(self._height(cells))]

    def redraw(self) -> None:
        """Draw what differs among the lines in view."""
        cells = self.scrollable_content_region.width
        if not self.is_mounted or cells <= 0:
            self._lines_width = -1
            return
        self._lines_width = cells
        self._lay_out(cells)
        size = Size(cells, self._height(cells))
        if size != self.virtual_size:
            self.virtual_size = size
        top = self.scroll_offset.y
        for y in range(self.size.height):
            place = top + y
            if self._drawn.get(place) != self._line(place):
                self.refresh_line(place)

    def render_line(self, y: int) -> Strip:
        cells = self.scrollable_content_region.width
        place = self.scroll_offset.y + y
        if len(self._drawn) > 4 * max(self.size.height, 1):
            self._drawn.clear()
        line = self._drawn[place] = self._line(place)
        return self.paint(line, cells, self.look_of(place))

    def look_of(self, y: int) -> str:
        return "cursor" if self._rows and y == self._at else ""

    def margin_of(self, row: R) -> Span:
        """Return what stands before a row, in a cell or two: its mark, if it has one."""
        return _MARK if self._key_of(row) in self.marked else "", "accent"

    def _height(self, cells: int) -> int:
        return len(self._rows) or len(wrap(self.empty_text, cells - 2))

    def _line(self, place: int) -> Line:
        if not self._rows:
            cells = max(self.scrollable_content_region.width, 10)
            lines = lines_of([f" {line}" for line in wrap(self.empty_text, cells - 2)], "muted")
            return lines[place] if place < len(lines) else EMPTY
        if place >= len(self._rows):
            return EMPTY
        row = self._rows[place]
        mark, look = self.margin_of(row)
        spans: list[Span] = [(f"{mark:<{_MARGIN}}", look)]
        for number, width in self._layout.places:
            column = self._columns[number]
            spans.append((column.text(row, width), column.look(row)))
            spans.append((" " * GAP, ""))
        return tuple(spans)

    def _lay_out(self, cells: int) -> None:
        if len(self._wanted) != len(self._columns):
            self._wanted = [
                max(
                    column.wanted(self._rows),
                    cell_len(column.heading) + 2 * (column.id == self._sorted_by),  # the arrow
                )
                for column in self._columns
            ]
        self._layout = lay_out(
            self._columns, self._wanted, cells - _MARGIN, fixed=self._fixed, first=self._first
        )

    # Moving about.

    def action_move(self, step: int) -> None:
        """Go up or down so many rows."""
        if self._rows:
            self._go(self._at + step)

    def action_page(self, step: int) -> None:
        """Go up or down a page."""
        self.action_move(step * max(self.size.height - 1, 1))

    def action_sideways(self, step: int) -> None:
        """Bring columns into view that are out of it on the left or right."""
        if step < 0 or self._layout.right:
            self._first = max(self._first + step, 0)
            self.redraw()
            self.post_message(self.Moved())

    def action_open(self) -> None:
        """Open the current row."""
        if self.current is not None:
            self.post_message(self.Opened())

    def go_to(self, key: Hashable) -> None:
        """Put the cursor on the row with a key, if it is listed, and bring it into view."""
        self._follow(key)
        self._reveal()
        self.post_message(self.Moved())

    def mark(self) -> None:
        """Mark the current row or take its mark away, and go on to the next."""
        if self.current is not None:
            self.marked ^= {self._key_of(self.current)}
            self.action_move(1)
            self.redraw()

    def mark_all(self) -> None:
        """Mark all rows that are listed; where they are marked, take the marks away."""
        listed = {self._key_of(row) for row in self._rows}
        self.marked = self.marked - listed if listed <= self.marked else self.marked | listed
        self.redraw()
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        y = event.y + self.scroll_offset.y
        if y < len(self._rows):
            again = y == self._at
            self._go(y)
            if again:
                self.action_open()

    def _go(self, place: int) -> None:
        before, self._at = self._at, min(max(place, 0), len(self._rows) - 1)
        self.refresh_line(before)
        self.refresh_line(self._at)
        self._reveal()
        self.post_message(self.Moved())

    def _reveal(self) -> None:
        region = Region(0, self._at, 1, 1)
        self.scroll_to_region(region, animate=False, immediate=True, x_axis=False)

    def _arrange(self) -> None:
        column = next((each for each in self._columns if each.id == self._sorted_by), None)
        if column is not None:
            self._rows = in_order(self._given, column, backwards=self._backwards)
        else:
            self._rows = list(reversed(self._given) if self._backwards else self._given)
        self._wanted = []

    def _follow(self, key: Hashable) -> None:
        """Put the cursor on the row with a key, if it is listed still."""
        for place, row in enumerate(self._rows):
            if self._key_of(row) == key:
                self._at, before = place, self._at
                if place != before:
                    self.refresh_line(before)
                    self.refresh_line(place)
                return

    def _bring_column(self) -> None:
        """Bring the column by which rows are sorted into view."""
        ids = [column.id for column in self._columns]
        if self._sorted_by not in ids[self._fixed :]:
            return
        place = ids.index(self._sorted_by)
        cells = self.scrollable_content_region.width
        self._first = min(self._first, place - self._fixed)
        while self._first < place - self._fixed:
            self._lay_out(cells)
            if any(number == place for number, _ in self._layout.places):
                return
            self._first += 1


class Headings(Bar, Generic[R]):
    """The headings above a :class:`RowTable`.

    Args:
        table: The table.
    """

    def __init__(self, table: RowTable[R]) -> None:
        super().__init__()
        self._table = table

    def compose_lines(self, cells: int) -> list[Line]:
        return [self._table.headings(cells - 1)]  # the table is a cell narrower: its scroll bar

"""What the network says about a few fixed examples: as of the latest sample, or an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType

from tui import keys
from tui.figures import count
from tui.format import shorten, table, wrap
from tui.panels.misses_lines import LEAST_MISSES, misses_lines
from tui.panels.view_panel import ViewPanel
from tui.widgets.page_parts import BETWEEN, beside
from tui.widgets.painted import EMPTY, Line, Span, lines_of, width
from tui.widgets.pictures import PIXELS, ROWS, SIDE, Shaded, side_by_side

if TYPE_CHECKING:
    from engine.run.records import Sample
    from engine.run.view import RunView

_TEXT_LINES = 4
"""Lines of a review that are shown."""


class SamplesPanel(ViewPanel, Shaded):
    """Shows a ``sample`` record: pictures, texts, or a table.

    It is the latest one, as they come, until the person goes back to an earlier one.

    Args:
        view: The run; somebody else refreshes it.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("samples")

    def __init__(self, view: RunView, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._held: Sample | None = None
        self._drawn: Sample | None = None

    @property
    def key_places(self) -> tuple[str, ...]:
        return ("samples",) if len(self.view.samples) > 1 else ()

    def action_earlier(self, step: int) -> None:
        """Go back so many samples, or on; the latest is followed by those that come.

        Args:
            step: Samples; less than 0 goes on.
        """
        samples = self.view.samples
        if not samples:
            return
        at = min(max(self._at() - step, 0), len(samples) - 1)
        self._held = None if at == len(samples) - 1 else samples[at]
        self.refresh_view()
        self.scroll_home(animate=False, immediate=True)

    def _at(self) -> int:
        """Return the place of the sample that is shown; there is at least one."""
        samples = self.view.samples
        held = self._held
        if held is None:
            return len(samples) - 1
        # Of many the older ones are thinned, and a later worker may have gone on before it.
        return max((n for n, each in enumerate(samples) if each.epoch <= held.epoch), default=0)

    def refresh_view(self) -> None:
        super().refresh_view()
        samples = self.view.samples
        shown = samples[self._at()] if samples else None
        if shown is not self._drawn and self.way == PIXELS:
            # All of it: of the terminal's pictures those that were drawn longest ago go.
            self.refresh()
        self._drawn = shown

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.redraw()  # the height counts too

    def compose_lines(self, cells: int) -> list[Line]:
        samples = self.view.samples
        if not samples:
            waiting = "No sample yet." if self.view.verdict.live else "There are no samples."
            return [((f" {waiting}", "muted"),)]
        at = self._at()
        shown = samples[at]
        back = len(samples) - 1 - at
        before = f" · {count(back)} before the latest" if back else ""
        caption = f" after epoch {shown.epoch}{before}{self.generated()}"
        look = "warn" if back else "muted"
        if shown.kind == "digits" and shown.pictures:
            heading = f"{' → '.join(shown.columns[:2])}, {caption.strip()}"
            lines = lines_of([f" {shorten(heading, cells - 2)}"], look)
            is_low = self.scrollable_content_region.height < ROWS + 2
            return lines + _digits(shown, cells, self.way, above=is_low)
        if shown.kind == "reviews":
            return [((caption, look),), EMPTY, *_reviews(shown, cells)]
        head, *rows = table(shown.columns, shown.rows, gap=3)
        if shown.misses is None:
            lines = [((f" {shorten(head, cells - 2)}", "muted"), (f"  {caption}", look))]
            return lines + [((f" {row}", ""),) for row in rows]
        numbers: list[Line] = [((f" {head}", "muted"),), *lines_of([f" {row}" for row in rows])]
        room = cells - max(map(width, numbers)) - BETWEEN
        misses = misses_lines(shown.misses, room if room >= LEAST_MISSES else cells)
        blocks = beside((numbers, misses), cells)
        return [((caption, look),), *blocks]


def _digits(sample: Sample, cells: int, ramp: str, *, above: bool) -> list[Line]:
    """Draw pictures, each with its class, the one predicted, and how probable that is.

    Args:
        sample: Whose pictures.
        cells: Room for a line.
        ramp: See :func:`~tui.widgets.pictures.picture_lines`.
        above: Whether what is said of a picture stands above it: where its end is out of view.
    """
    cards = []
    for picture, row in zip(sample.pictures, sample.rows, strict=False):
        cards.append((picture, _beneath(*_cells(row, 4))))
    return side_by_side(cards, cells, ramp, above=above)


def _beneath(actual: str, predicted: str, probability: str, mark: str) -> list[Line]:
    """Say of a picture what it was taken for, within its width as far as that is possible."""
    whole = _verdict(actual, predicted, probability)
    below: Line = ((f"  {mark}", "muted"),)
    if width(whole) <= SIDE:
        return [whole, below] if mark else [whole]
    sign = whole[0]
    lines: list[Line] = [(sign, (f" {actual}", "")), (("→ ", ""), (predicted, sign[1]))]
    rest = ", ".join(text for text in (probability, mark) if text)
    return [*lines, ((f"  {rest}", "muted"),)] if rest else lines


def _reviews(sample: Sample, cells: int) -> list[Line]:
    """Write texts, each with its class, the one predicted, and the words that moved it."""
    room = max(cells - 5, 10)
    lines: list[Line] = []
    for row in sample.rows:
        actual, predicted, score, text, moved_by = _cells(row, 5)
        lines.append(((" ", ""), *_verdict(actual, predicted, score)))
        wrapped = wrap(" ".join(text.split()), room)
        if len(wrapped) > _TEXT_LINES:
            last = wrapped[_TEXT_LINES - 1]
            wrapped[_TEXT_LINES - 1 :] = [shorten(f"{last} …", room)]
        lines += lines_of([f"   {line}" for line in wrapped])
        if moved_by:
            moved = wrap(f"moved by: {moved_by}", room)
            lines += lines_of([f"   {line}" for line in moved], "accent")
        lines.append(EMPTY)
    return lines[:-1]


def _verdict(actual: str, predicted: str, probability: str) -> Line:
    """Say what it is and what it was taken for, with a sign before it that needs no colour."""
    sign: Span = ("✓", "good") if predicted == actual else ("✗", "bad")
    if not actual:
        sign = ("?", "muted")
    spans = [sign, (f" {actual} → ", ""), (predicted, sign[1])]
    if probability:
        spans.append((f"  {probability}", "muted"))
    return tuple(spans)


def _cells(row: list[str], count: int) -> list[str]:
    """Return as many cells as are shown; a file can say anything."""
    return [*row, *[""] * count][:count]

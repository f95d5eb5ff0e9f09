"""What the network says about a few fixed examples, as of the latest sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.format import shorten, table, wrap
from tui.widgets.painted import EMPTY, Line, Span, lines_of, width
from tui.widgets.pictures import SIDE, Shaded, side_by_side
from tui.widgets.view_panel import ViewPanel

if TYPE_CHECKING:
    from engine.run.records import Sample

_TEXT_LINES = 4
"""Lines of a review that are shown."""


class SamplesPanel(ViewPanel, Shaded):
    """Shows the latest ``sample`` record: pictures, texts, or a table."""

    def compose_lines(self, cells: int) -> list[Line]:
        samples = self.view.samples
        if not samples:
            waiting = "No sample yet." if self.view.verdict.live else "There are no samples."
            return [((f" {waiting}", "muted"),)]
        latest = samples[-1]
        caption = f" after epoch {latest.epoch}{self.generated()}"
        if latest.kind == "digits" and latest.pictures:
            heading = f"{' → '.join(latest.columns[:2])}, {caption.strip()}"
            lines = lines_of([f" {shorten(heading, cells - 2)}"], "muted")
            return lines + _digits(latest, cells, self.ramp)
        if latest.kind == "reviews":
            return [((caption, "muted"),), EMPTY, *_reviews(latest, cells)]
        head, *rows = table(latest.columns, latest.rows, gap=3)
        lines = [((f" {shorten(head, cells - 2)}", "muted"), (f"  {caption}", "muted"))]
        return lines + [((f" {row}", ""),) for row in rows]


def _digits(sample: Sample, cells: int, ramp: str) -> list[Line]:
    """Draw pictures, each with its class, the one predicted, and how probable that is."""
    cards = []
    for picture, row in zip(sample.pictures, sample.rows, strict=False):
        cards.append((picture, _beneath(*_cells(row, 4))))
    return side_by_side(cards, cells, ramp)


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

"""What pages of figures are put together from: headings, tables, blocks beside one another."""

from __future__ import annotations

from collections.abc import Sequence

from tui.format import table
from tui.widgets.painted import Line, lines_of, width

BETWEEN = 4
"""Cells between two blocks."""


def heading(text: str, about: str = "") -> Line:
    """Return a heading and, quieter, what is to be known with it."""
    return (f" {text}", "strong"), (f" {about}" if about else "", "muted")


def figures_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, first: str = ""
) -> list[Line]:
    """Return a table, columns of numbers flush right.

    Args:
        headings: One a column.
        rows: Cells.
        first: The look of the first row.
    """
    head, *body = table(headings, rows, gap=3)
    lines = lines_of([f"   {head}"], "muted")
    lines += lines_of([f"   {line}" for line in body[:1]], first)
    return lines + lines_of([f"   {line}" for line in body[1:]])


def beside(blocks: Sequence[Sequence[Line]], cells: int) -> list[Line]:
    """Put blocks beside one another as far as they fit, the others below, a line apart.

    Args:
        blocks: Lines each; empty ones are passed over.
        cells: Room for a line.
    """
    rows: list[tuple[list[Line], int]] = []
    for block in (list(each) for each in blocks if each):
        needs = max(map(width, block))
        if rows and rows[-1][1] + BETWEEN + needs <= cells:
            left, taken = rows[-1]
            rows[-1] = (_joined(left, taken + BETWEEN, block), taken + BETWEEN + needs)
        else:
            rows.append((block, needs))
    return [line for block, _ in rows for line in (*block, ())]


def _joined(left: Sequence[Line], cells: int, right: Sequence[Line]) -> list[Line]:
    lines = []
    for y in range(max(len(left), len(right))):
        line = left[y] if y < len(left) else ()
        more = right[y] if y < len(right) else ()
        lines.append((*line, (" " * (cells - width(line)), ""), *more) if more else line)
    return lines

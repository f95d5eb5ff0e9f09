"""Parallel coordinates: an axis for each hyperparameter and one for the score, a line a trial.

Where lines lie close together on an axis and come out high on the last one, a value matters
(Inselberg, "The plane with parallel coordinates", 1985). Pure: made of what the search shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.charts.cells import cells_of
from tui.charts.raster import ASCII, BRAILLE, Canvas, Curve, View, draw_curves
from tui.figures import metric
from tui.format import shorten, shorten_within
from tui.search.values import ends, heading, share, written
from tui.widgets.ascii_only import ascii_of
from tui.widgets.painted import Line

if TYPE_CHECKING:
    from engine.run.search_records import SearchSpec
    from tui.search.trial_rows import TrialRow

LEAST_AXIS = 9
"""Cells between two axes, at least: so that what stands at their ends can be read."""
CELLS_A_LINE, FEWEST_LINES = 7, 16
"""Cells across for each line, and how many lines there may be however narrow it is."""
LEAST_ROWS = 6
"""Rows of cells with which there is something to be seen."""

_LOOKS = ("", "rule", "accent", "good", "warn", "muted", "strong")
_REST, _QUARTER, _BEST, _CURSOR, _TEXT, _NAME = range(1, 7)
SHAPES = {_BEST: "#", _CURSOR: "+"}
"""What the lines that stand out are made of where there is no colour."""

_MORE = " ›"  # behind the last name where there is no room for all
_SPAN_FOR_LOG = 20.0  # a score that spans more than so many times its least is laid out by its log


class _Axis(NamedTuple):
    name: str
    low: str
    high: str
    marks: tuple[str, ...]
    shares: tuple[float, ...]


def parallel_lines(
    rows: Sequence[TrialRow],
    search: SearchSpec,
    size: tuple[int, int],
    *,
    current: int | None,
    first: int = 0,
    ascii_only: bool = False,
    shapes: bool = False,
) -> tuple[list[Line], int]:
    """Draw the trials that have a score, each setting once.

    Args:
        rows: The trials.
        search: What is varied, and what is to become best.
        size: Cells across and down.
        current: The trial that is to stand out, by its number.
        first: How many hyperparameters are out of view on the left.
        ascii_only: Whether to draw with ASCII alone.
        shapes: Whether lines are told apart by their shape rather than by colour.

    Returns:
        The lines, and how many hyperparameters there was no room for on the right.
    """
    width, height = size
    scored = shown(rows, width, current)
    axes = [_axis(search, place, scored) for place in range(len(search.space))][first:]
    room = max((width - 2) // LEAST_AXIS - 1, 1)
    hidden = max(len(axes) - room, 0)
    axes = axes[: len(axes) - hidden]
    if first:
        axes[0] = axes[0]._replace(name=f"‹ {axes[0].name}")
    if hidden:
        axes[-1] = axes[-1]._replace(name=axes[-1].name + _MORE)
    axes.append(_score_axis(search, scored))
    canvas = Canvas(width, height)
    dots = ASCII if ascii_only else BRAILLE
    left, right = _margins(axes, width)
    view = View(dots, left, 2, width - left - right, height - 3, 0.0, len(axes) - 1.0, 0, 1, False)
    bar = "|" if ascii_only else "│"
    places = [left + (view.cell_x(float(number)) or 0) for number in range(len(axes))]
    for x in places:
        for y in range(view.rows):
            canvas.put(x, view.top + y, bar, _REST)
    curves = [
        Curve(*_line(axes, place), look, False, SHAPES.get(look) if shapes else None)
        for place in _drawing_order(scored, current)
        for look in (_look(scored, place, current),)
    ]
    if curves:
        draw_curves(canvas, view, curves, "*" if ascii_only else "•")
    _label(canvas, view, axes, places, ascii_only=ascii_only)
    lines: list[Line] = [
        tuple((text, _LOOKS[look]) for text, look in canvas.runs(y)) for y in range(height)
    ]
    return lines, hidden


def shown(rows: Sequence[TrialRow], width: int, current: int | None) -> list[TrialRow]:
    """Return the trials that are drawn, the best first: as many as can be told apart.

    A trial that was promoted is there once: as what became of it. Of too many, half are the best
    ones, and the other half go evenly through the rest.

    Args:
        rows: The trials.
        width: Cells across.
        current: The trial that is there in any case, by its number.
    """
    found = [
        row
        for row in rows
        if not row.is_open and math.isfinite(row.rank) and row.state not in ("promoted", "repeated")
    ]
    found.sort(key=lambda row: row.rank)
    half = max(width // CELLS_A_LINE, FEWEST_LINES) // 2
    if len(found) <= 2 * half:
        return found
    step = (len(found) - half) / half
    kept = {*range(half), *(half + int(step * place) for place in range(half))}
    return [row for place, row in enumerate(found) if place in kept or row.number == current]


def _axis(search: SearchSpec, place: int, rows: Sequence[TrialRow]) -> _Axis:
    dimension = search.space[place]
    low, high = ends(dimension)
    between = tuple(written(each) for each in dimension.options) if dimension.options else ()
    shares = tuple(share(dimension, row.values.get(dimension.name)) for row in rows)
    return _Axis(heading(dimension.name), low, high, between, shares)


def _score_axis(search: SearchSpec, rows: Sequence[TrialRow]) -> _Axis:
    """Return the axis of the score, the best at the top."""
    scores = [row.score for row in rows if row.score is not None]
    low, high = min(scores, default=0.0), max(scores, default=1.0)
    best, worst = (high, low) if search.direction == "max" else (low, high)
    is_log = low > 0 and high > _SPAN_FOR_LOG * low

    def place(value: float) -> float:
        return math.log(value) if is_log else value

    reach = place(best) - place(worst)
    shares = [(place(each) - place(worst)) / reach if reach else 0.5 for each in scores]
    return _Axis(heading(search.objective), metric(worst), metric(best), (), tuple(shares))


def _line(axes: Sequence[_Axis], trial: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a trial's line; what means nothing with its other values is a gap."""
    x = np.arange(len(axes), dtype=np.float64)
    return x, np.array([axis.shares[trial] for axis in axes], dtype=np.float64)


def _drawing_order(rows: Sequence[TrialRow], current: int | None) -> list[int]:
    """Return the trials, those that are to be seen best last."""
    order = sorted(range(len(rows)), key=lambda place: -rows[place].rank)
    return sorted(order, key=lambda place: (rows[place].number == current, rows[place].is_best))


def _look(rows: Sequence[TrialRow], place: int, current: int | None) -> int:
    row = rows[place]  # the best one comes first
    if row.number == current:
        return _CURSOR
    if row.is_best:
        return _BEST
    return _QUARTER if place < len(rows) / 4 else _REST


def _margins(axes: Sequence[_Axis], width: int) -> tuple[int, int]:
    """Return the cells left of the first axis and right of the last one."""
    first = max(len(axes[0].name), len(axes[0].high), len(axes[0].low)) // 2 + 1
    last = max(len(axes[-1].name), len(axes[-1].high), len(axes[-1].low)) // 2 + 1
    return min(first, width // 6), min(last, width // 6)


def _label(
    canvas: Canvas,
    view: View,
    axes: Sequence[_Axis],
    places: Sequence[int],
    *,
    ascii_only: bool,
) -> None:
    """Write the name and the ends of each axis, and the options between them."""
    apart = places[1] - places[0] - 1 if len(places) > 1 else canvas.width
    for axis, x in zip(axes, places, strict=True):
        for text, y, look in (
            (axis.name, 0, _NAME),
            (axis.high, 1, _TEXT),
            (axis.low, view.top + view.rows, _TEXT),
        ):
            fits = shorten_within(text, apart, 2) if text.endswith(_MORE) else shorten(text, apart)
            cells = cells_of(ascii_of(fits) if ascii_only else fits)
            begin = min(max(x - cells.size // 2, 0), canvas.width - cells.size)
            canvas.put(begin, y, cells, look)
        for number, text in enumerate(axis.marks[1:-1], start=1):
            y_cell = view.cell_y(number / (len(axis.marks) - 1))
            if y_cell is not None and 0 < y_cell < view.rows - 1:
                cells = cells_of(shorten(text, max(apart // 2, 1)), ascii_only)
                canvas.put(x + 1, view.top + y_cell, cells, _TEXT)

"""What mattered in a search, in lines: importance as bars, and how the score goes with each. Pure.

Importance says how much a hyperparameter decides, partial dependence which of its values are good.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tui.format import bar, pad, percent, wrap
from tui.search.values import heading, written
from tui.sparkline import ASCII, BLOCKS, sparkline
from tui.widgets.painted import EMPTY, Line, Span, lines_of, width

if TYPE_CHECKING:
    from engine.run.importance import Dependence, Importance
    from engine.run.search_records import SearchSpec

_LITTLE = 0.1  # of the variance explained, below which nothing of it can be relied on
_NAME, _BAR = 18, 20
_NOT_YET = (
    "What mattered is learned from the trials that have a score, from eight of them on: a forest "
    "of trees is grown on their settings."
)


def mattered_lines(
    importance: Importance | None, search: SearchSpec | None, cells: int, *, ascii_only: bool
) -> list[Line]:
    """Return the page.

    Args:
        importance: What mattered; None where nothing can be said yet.
        search: What was asked for.
        cells: How wide lines may be.
        ascii_only: Whether the terminal knows ASCII alone.
    """
    room = max(cells - 2, 10)
    if importance is None or search is None:
        return lines_of([f" {line}" for line in wrap(_NOT_YET, room)], "muted")
    explained = importance.explained
    head = (
        f"Learned from {importance.trials} trials. A forest on their settings explains "
        f"{percent(explained)} of the variance of {heading(search.objective)} in trials that it "
        "was not grown on (R², out of bag). Below each: what it expects with some values of it, "
        "the good ones high."
    )
    lines = lines_of([f" {line}" for line in wrap(head, room)], "muted")
    if not explained > _LITTLE:
        text = "That is too little: none of this can be relied on yet."
        lines += lines_of([f" {line}" for line in wrap(text, room)], "warn")
    marks = ASCII if ascii_only else BLOCKS
    is_less = search.direction != "max"
    everything = [each for one in importance.hyperparameters for each in one.scores]
    finite = [each for each in everything if math.isfinite(each)]
    span = (min(finite, default=0.0), max(finite, default=1.0))
    name = min(max((len(each.name) for each in importance.hyperparameters), default=0), _NAME)
    for each in importance.hyperparameters:
        lines.append(EMPTY)
        lines += _about(each, name, room, span, marks, is_less=is_less)
    return lines


def mattered_line(importance: Importance | None, cells: int) -> Line:
    """Return what mattered in one line, as far as there is room; nothing where it is not known."""
    if importance is None:
        return ()
    spans: list[Span] = [(" what mattered ", "strong")]
    for each in importance.hyperparameters:
        length = max(round(each.share * 12), 1)
        own: Line = (
            (f"  {heading(each.name)} ", ""),
            (bar(each.share * 12 / length, length), "accent"),
            (f" .{round(each.share * 100):02}" if each.share < 0.995 else " 1", "muted"),
        )
        if width((*spans, *own)) > cells:
            break
        spans += own
    return tuple(spans)


def _about(
    each: Dependence,
    name: int,
    room: int,
    span: tuple[float, float],
    marks: str,
    *,
    is_less: bool,
) -> list[Line]:
    """Return the bar of a hyperparameter and, below, the score expected with its values."""
    length = min(max(room - name - 20, 6), _BAR * 2)
    first: Line = (
        (f" {pad(heading(each.name), name)}  ", "strong"),
        (bar(each.share, length), "accent"),
        (f" {percent(each.share):>5}", ""),
        (f" ±{percent(each.spread)}" if each.spread > 0 else "", "muted"),
    )
    pairs = [pair for pair in zip(each.values, each.scores, strict=False) if math.isfinite(pair[1])]
    if not pairs:
        return [first]
    best = min(pairs, key=lambda pair: pair[1] if is_less else -pair[1])
    low, high = span
    if is_less:  # what is good stands high
        heights, low, high = [-score for _, score in pairs], -span[1], -span[0]
    else:
        heights = [score for _, score in pairs]
    drawn = sparkline(heights, low, high, marks)
    # Few values are named each; of many, the ends.
    if len(pairs) <= 6:
        named = [
            (f"{written(value)} {drawn[place]} {score:.3g}", (value, score) == best)
            for place, (value, score) in enumerate(pairs)
        ]
        lines: list[list[Span]] = [[(" " * (name + 3), "")]]
        for text, is_best in named:
            if width(tuple(lines[-1])) + len(text) + 3 > room and len(lines[-1]) > 1:
                lines.append([(" " * (name + 3), "")])
            lines[-1] += [(text, "good" if is_best else "muted"), ("   ", "")]
        return [first, *(tuple(line) for line in lines)]
    wide = "".join(letter * max(min(24 // len(drawn), 3), 1) for letter in drawn)
    second: Line = (
        (" " * (name + 3), ""),
        (f"{written(each.values[0])} ", "muted"),
        (wide, "accent"),
        (f" {written(each.values[-1])}", "muted"),
        (f"   best near {written(best[0])}: {best[1]:.3g}", "good"),
    )
    return [first, second]

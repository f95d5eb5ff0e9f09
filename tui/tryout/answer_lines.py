"""What a network says of an input of a person's own, as lines. Pure functions of an answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from tui import figures
from tui.format import bar, pad, percent, shorten, wrap
from tui.safe_text import printable
from tui.widgets.painted import EMPTY, Line, lines_of

if TYPE_CHECKING:
    from engine.run.expected import Rows

Answer = Mapping[str, Any]

_MOST_CLASSES = 12
_LONGEST_NAME = 20
_WIDEST_BAR = 40
_FIGURE = 7


def class_lines(answer: Answer, cells: int) -> list[Line]:
    """Return what a classifier says: its class, and how probable each is."""
    said: dict[str, float] = {
        str(name): _number(value) for name, value in answer["probabilities"].items()
    }
    predicted = str(answer["predicted"])
    own = said.get(predicted, math.nan)
    lines: list[Line] = [((f" {shorten(predicted, cells - 10)}", "strong"), _percent(own)), EMPTY]
    if len(said) == 2:
        return [*lines, *_score_lines(said, cells)]
    names = list(said)
    if len(names) > _MOST_CLASSES:
        names = sorted(names, key=lambda name: -said[name])[:_MOST_CLASSES]
    label = min(max(map(_cells, names), default=0), _LONGEST_NAME, max(cells // 3, 4))
    room = min(max(cells - label - _FIGURE - 4, 4), _WIDEST_BAR)
    for name in names:
        look = "accent" if name == predicted else "muted"
        lines.append(
            (
                (f" {pad(name, label)} ", "strong" if name == predicted else ""),
                (bar(said[name], room), look),
                (f"{figures.share(said[name]):>{_FIGURE}}", look),
            )
        )
    if len(said) > len(names):
        lines.append(((f" and {len(said) - len(names):,} classes less probable", "muted"),))
    return lines


def number_lines(answer: Answer, expected: Rows, cells: int) -> list[Line]:
    """Return what a regression says, on the scale of the training rows."""
    value = _number(answer["predicted"])
    head: Line = ((f" {shorten(expected.target, cells // 2)} ", ""), (f"{value:.4g}", "strong"))
    lines = [head, EMPTY]
    low, high = expected.low, expected.high
    if low is None or high is None or not high > low or not math.isfinite(value):
        return [*lines, ((f" {expected.mean:.4g} on average in the training rows", "muted"),)]
    ends = f" {low:.4g} ", f" {high:.4g}"
    room = min(max(cells - sum(map(cell_len, ends)) - 2, 4), _WIDEST_BAR)
    place = round(min(max((value - low) / (high - low), 0), 1) * (room - 1))
    usual = round((expected.mean - low) / (high - low) * (room - 1))
    scale = ["─"] * room
    scale[usual] = "┼"
    rail = "".join(scale)
    lines.append(
        (
            (ends[0], "muted"),
            (rail[:place], "rule"),
            ("●", "accent"),
            (rail[place + 1 :], "rule"),
            (ends[1], "muted"),
        )
    )
    told = f"lowest and highest of the training rows, ┼ their mean {expected.mean:.4g}"
    return [*lines, *lines_of([f" {line}" for line in wrap(told, cells - 2)], "muted")]


def moved_lines(answer: Answer, cells: int) -> list[Line]:
    """Return which words or columns moved the network, and how far."""
    moved = {str(name): _number(share) for name, share in answer.get("moved_by", {}).items()}
    moved = {name: share for name, share in moved.items() if share}
    if not moved:
        return []
    of_classes = "probabilities" in answer
    heading = (
        f"moved towards {answer['predicted']} by"
        if of_classes
        else "moved by, against the same row with the usual value"
    )
    largest = max((abs(share) for share in moved.values() if math.isfinite(share)), default=0.0)
    label = min(max(map(_cells, moved)), _LONGEST_NAME, max(cells // 2 - 4, 6))
    room = min(max(cells - label - 12, 2), _WIDEST_BAR // 2)
    lines = lines_of([f" {line}" for line in wrap(heading, cells - 2)], "muted")
    for name, share in moved.items():
        length = abs(share) / largest if largest else 0.0
        look = "good" if share >= 0 else "warn"
        figure = f"{share:+.2f}" if of_classes else f"{share:+.3g}"
        lines.append(
            (
                (f" {pad(name, label)} ", ""),
                (f"{figure.replace('-', '−'):>8} ", look),
                (bar(length, room).rstrip(), look),
            )
        )
    if of_classes:
        told = "what each adds to the logarithm of the odds: found by taking it away"
        lines += lines_of([f" {line}" for line in wrap(told, cells - 2)], "muted")
    return lines


def said_lines(texts: Sequence[tuple[str, str]], cells: int) -> list[Line]:
    """Return sentences, each with its look, in lines; empty ones are left out."""
    return [
        line
        for text, look in texts
        if text
        for line in lines_of([f" {each}" for each in wrap(text, cells - 2)], look)
    ]


def _score_lines(said: Mapping[str, float], cells: int) -> list[Line]:
    """Return the score between two classes, from 0 to 1."""
    (no, _), (yes, score) = said.items()
    left, right = f" {shorten(no, cells // 4)} 0 ", f" 1 {shorten(yes, cells // 4)}"
    room = min(max(cells - cell_len(left + right) - 2, 4), _WIDEST_BAR)
    line: Line = (
        (left, "muted"),
        ("▕", "rule"),
        (bar(score, room), "accent"),
        ("▏", "rule"),
        (right, "muted"),
    )
    return [line, ((f" score {score:.3f}", ""),)]


def _cells(name: str) -> int:
    return cell_len(printable(name))


def _percent(value: float) -> tuple[str, str]:
    return (f"  {percent(value)}", "accent")


def _number(value: object) -> float:
    """Return a number of an answer; NaN and the infinities come as words."""
    return float(value)  # type: ignore[arg-type]

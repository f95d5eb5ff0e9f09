"""Brackets and rungs: what was planned of each, and who was promoted and who was not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.figures import metric
from tui.format import pad, wrap
from tui.search.trial_rows import TONES, Place, TrialRow
from tui.widgets.painted import EMPTY, Line, Span, width

if TYPE_CHECKING:
    from engine.insight.search_plan import Plan

_PLANNED = "·"
_OPEN = "●"
_ORDER = ("promoted", "completed", "out", "repeated", "culled", "failed")
"""States of trials in the order in which a rung shows them; those under way come last."""
_LEAST_BAR = 9


@dataclass(frozen=True)
class RungRow:
    """One rung.

    Attributes:
        place: Its iteration, bracket and rung.
        epochs: To how many epochs it trains.
        planned: How many trials it will have.
        trials: Those it has so far, the best first.
    """

    place: Place
    epochs: int
    planned: int
    trials: tuple[TrialRow, ...]

    @property
    def ended(self) -> int:
        """Trials that are over."""
        return sum(not each.is_open for each in self.trials)

    def count(self, state: str) -> int:
        """Return how many trials are in a state."""
        return sum(each.state == state and not each.is_open for each in self.trials)


def rungs_of(rows: Iterable[TrialRow], plan: Plan | None) -> tuple[RungRow, ...]:
    """Return every rung, planned or begun, in the order in which they are gone through.

    Args:
        rows: The trials.
        plan: What is planned; None where that is not known.
    """
    planned: dict[Place, tuple[int, int]] = {}
    for rung in plan.rungs if plan is not None else ():
        planned[rung.iteration, rung.bracket, rung.rung] = rung.epochs, rung.trials
    begun: dict[Place, list[TrialRow]] = {}
    for row in rows:
        if row.place is not None:
            begun.setdefault(row.place, []).append(row)
    if not begun and len(planned) < 2:
        return ()
    found = []
    for place in sorted({*planned, *begun}, key=lambda each: (each[0], -each[1], each[2])):
        trials = begun.get(place, [])
        epochs, number = planned.get(place, (trials[0].whole if trials else 0, len(trials)))
        found.append(RungRow(place, epochs, max(number, len(trials)), tuple(trials)))
    return tuple(found)


def rung_lines(rungs: Sequence[RungRow], cells: int, *, brief: bool = False) -> list[Line]:
    """Return the rungs, a line each under a heading for their bracket.

    Args:
        rungs: In the order in which they are gone through.
        cells: How wide lines may be.
        brief: Whether to leave out everything but the counts.
    """
    lines: list[Line] = []
    iterations = {each.place[0] for each in rungs}
    most = max((each.planned for each in rungs), default=1)
    bar = min(max(cells - 36, _LEAST_BAR), max(most, _LEAST_BAR), 30)
    for place in dict.fromkeys(each.place[:2] for each in rungs):
        own = [each for each in rungs if each.place[:2] == place]
        if lines and not brief:
            lines.append(EMPTY)
        iteration = f"iteration {place[0] + 1}, " if len(iterations) > 1 else ""
        lines.append(_bracket_line(f"{iteration}bracket {place[1]}", own))
        for each in own:
            lines += _rung_lines(each, cells, bar, brief=brief)
    return lines


def _bracket_line(name: str, rungs: Sequence[RungRow]) -> Line:
    way = " ▸ ".join(f"{each.planned} @ {each.epochs}" for each in rungs)
    ended = sum(each.ended for each in rungs)
    is_over = ended >= sum(each.planned for each in rungs)
    look = "muted" if is_over else "strong" if ended or any(r.trials for r in rungs) else "muted"
    return (f" {name}", "strong"), (f"  {way}", look)


def _rung_lines(rung: RungRow, cells: int, bar: int, *, brief: bool) -> list[Line]:
    epochs = f"{rung.epochs} epoch" + "s" * (rung.epochs != 1)
    best = next(
        (each.score for each in rung.trials if not each.is_open and each.score is not None), None
    )
    head: Line = (
        (f"   {rung.place[2]}", "muted"),
        (f" {pad(epochs, 10, right=True)}  ", ""),
        *_marks(rung, bar),
        (f" {rung.ended:>3}/{rung.planned:<3}", "muted"),
        (
            f" {metric(best):>7}" if best is not None else " " * 8,
            "accent" if best is not None else "",
        ),
    )
    if brief:
        return [head]
    words = _who(rung)
    first = cells - width(head) - 3
    if words and width(words) <= first:
        return [(*head, ("   ", ""), *words)]
    lines = [head]
    if words:
        text = "".join(text for text, _ in words)
        lines += [((f"     {line}", "muted"),) for line in wrap(text, max(cells - 6, 10))]
    return lines


def _marks(rung: RungRow, cells: int) -> list[Span]:
    """Return a mark for each trial of a rung; where they are too many, a mark for several."""
    marks: list[Span] = []
    for state in _ORDER:
        tone = TONES[state]
        marks += [(tone.glyph, tone.look)] * rung.count(state)
    marks += [(_OPEN, "accent")] * (len(rung.trials) - rung.ended)
    marks += [(_PLANNED, "muted")] * (rung.planned - len(rung.trials))
    if len(marks) > cells:
        marks = [marks[place * len(marks) // cells] for place in range(cells)]
    spans: list[Span] = []
    for glyph, look in marks:
        if spans and spans[-1][1] == look:
            spans[-1] = spans[-1][0] + glyph, look
        else:
            spans.append((glyph, look))
    return [*spans, (" " * (cells - len(marks)), "")]


def _who(rung: RungRow) -> Line:
    """Return who was promoted and who was not, by number."""
    spans: list[Span] = []
    for state in _ORDER:
        numbers = [str(each.number) for each in rung.trials if each.state == state]
        if numbers:
            tone = TONES[state]
            gap = "   " if spans else ""
            spans += [(f"{gap}{state} ", "muted"), (" ".join(numbers), tone.look)]
    open_ones = [str(each.number) for each in rung.trials if each.is_open]
    if open_ones:
        spans += [
            ("   under way " if spans else "under way ", "muted"),
            (" ".join(open_ones), "accent"),
        ]
    return tuple(spans)

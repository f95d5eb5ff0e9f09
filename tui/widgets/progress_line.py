"""How far a run is: a bar with the step, the pace and what an epoch takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tui.figures import count, progress, size, span
from tui.format import bar, percent
from tui.widgets.painted import Bar, Line, Span, width
from tui.words import PHASES, learning_rate

if TYPE_CHECKING:
    from engine.run.view import RunView

SHORT_EPOCH = 2.0
"""Seconds; below this a bar of the epoch only flickers, and the whole training is drawn instead."""

_LEAST_BAR, _MOST_BAR = 8, 60


def epochs_done(view: RunView) -> int:
    """Return the complete epochs: the journal may know of more than the status, or the other way.

    A status is replaced once a second, and short epochs come by the dozen in that time.
    """
    told = view.status.epoch if view.status is not None else 0
    return max(told, view.epochs[-1].epoch if view.epochs else 0)


class ProgressLine(Bar):
    """Shows where a run is, in one line.

    Args:
        view: The run; somebody else refreshes it.
    """

    def __init__(self, view: RunView, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view = view

    def compose_lines(self, cells: int) -> list[Line]:
        label, share, facts = self._parts()
        start: list[Span] = [(f"{label} ", "")]
        if share is None:
            return [(*start, *fitting(facts, cells - len(label) - 2))]
        room = cells - len(label) - len(" ▕▏ 100 %")
        kept = fitting(facts, room - _LEAST_BAR)
        length = min(max(room - width(kept), _LEAST_BAR), _MOST_BAR)
        drawn: list[Span] = [("▕", "muted"), (bar(share, length), "accent"), ("▏", "muted")]
        return [(*start, *drawn, (f"{percent(share):>6}", ""), *kept)]

    def _parts(self) -> tuple[str, float | None, list[str]]:
        """Return what the bar is of, how full it is, and what stands behind it, in order."""
        status, verdict = self.view.status, self.view.verdict
        if status is None:
            return (PHASES["starting"] if verdict.live else ""), None, []
        done = epochs_done(self.view)
        if not verdict.live:
            took = f"took {span(status.seconds)}" if status.seconds else ""
            return (
                "epochs",
                _share(done, status.epochs),
                [
                    progress(done, status.epochs),
                    *([took] if took else []),
                ],
            )
        if status.phase == "fetching":
            share = _share(status.step, status.steps)
            return (
                f"fetching {status.detail}",
                share,
                [f"{size(status.step)} of {size(status.steps)}"],
            )
        if status.phase == "queued":
            return " · ".join(filter(None, (PHASES["queued"], status.detail))), None, []
        if status.phase not in ("training", "validating", "paused"):
            return f"{PHASES.get(status.phase, status.phase)} {status.detail}".strip(), None, []
        within = _share(status.step, status.steps)
        whole = _share(done + within, status.epochs)
        step = f"step {progress(status.step, status.steps)}"
        if status.phase == "paused":  # nothing has a pace
            return PHASES["paused"], whole, [f"epoch {progress(done, status.epochs)}", step]
        facts = []
        if status.samples_per_second and math.isfinite(status.samples_per_second):
            facts.append(f"{count(round(status.samples_per_second))} samples/s")
        epoch_seconds = status.epoch_seconds
        if epoch_seconds is not None:
            facts.append(f"{span(epoch_seconds)}/epoch")
        if status.learning_rate is not None:
            facts.append(f"learning rate {learning_rate(status.learning_rate)}")
        if status.phase == "validating" and status.detail:
            step = f"validating {status.detail}"
        if epoch_seconds is None or epoch_seconds >= SHORT_EPOCH:
            return "epoch", within, [step, *facts]
        return "training", whole, [f"epoch {progress(done, status.epochs)}", *facts]


def _share(done: float, whole: float) -> float:
    return done / whole if whole > 0 and math.isfinite(done) else 0.0


def fitting(facts: list[str], room: int) -> Line:
    """Return as many facts as there is room for, the first ones first."""
    spans: list[Span] = []
    for fact in facts:
        room -= len(fact) + 3
        if room < 0:
            break
        spans.append((f"   {fact}", "muted"))
    return tuple(spans)

"""The columns that every list of runs can have, whatever the runs were asked for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui.figures import UNKNOWN, metric, moment, progress, span
from tui.format import age, bar, tone, when
from tui.tables.columns import NAME_END, Column
from tui.words import time_left

if TYPE_CHECKING:
    from engine.run.listing import Summary

_LEAST_NAME, _MOST_NAME = 14, 48
_BAR = 10


def what_happened(run: Summary) -> str:
    """Say why a run is in its state, where that is not plain from the state itself."""
    verdict = run.verdict
    if verdict.state == "queued":
        return f"queued · {run.status.detail}" if run.status is not None else ""
    if verdict.live and verdict.state != "silent":
        return ""
    if is_search(run) and verdict.state in ("done", "stopped"):
        return verdict.why
    return "" if verdict.state in ("done", "stopped") else f"{verdict.why} {verdict.remedy}".strip()


def about(run: Summary) -> str:
    """Say what a person noted about a run and what happened to it."""
    return " · ".join(filter(None, (" ".join(run.note.split()), what_happened(run))))


def is_search(run: Summary) -> bool:
    """Say whether a run is a search: it counts trials."""
    return run.spec is not None and run.spec.search is not None


def _epochs(run: Summary) -> tuple[int, int]:
    """Return complete epochs and epochs in all; of a search, trials."""
    if run.status is None:
        return 0, 0
    if is_search(run):
        return run.status.step, run.status.steps
    return run.status.epoch, run.status.epochs


def _written_epochs(run: Summary) -> str:
    done, whole = _epochs(run)
    if not is_search(run):
        return progress(done, whole)
    return f"{progress(done, whole) if whole else done} trials"


def _share(run: Summary) -> float:
    done, whole = _epochs(run)
    return done / whole if whole > 0 else 0.0


def _state(run: Summary) -> str:
    return f"{tone(run.verdict.state).glyph} {run.verdict.state}"


def _left(run: Summary) -> float | None:
    return time_left(run.verdict, run.status)


def _age(run: Summary) -> float | None:
    # Sorted by when it began: what changes with every look would be no order.
    return run.created or None


def _seconds(run: Summary) -> float | None:
    return run.status.seconds or None if run.status is not None else None


def _best(run: Summary) -> float | None:
    return run.status.best if run.status is not None else None


def _rate(run: Summary) -> float | None:
    return run.status.samples_per_second if run.status is not None and run.verdict.live else None


def _written_rate(run: Summary) -> str:
    rate = _rate(run)
    return UNKNOWN if rate is None else f"{rate:,.0f}/s"


def _muted(run: Summary) -> str:
    return "muted"


OWN: tuple[Column[Summary], ...] = (
    Column(
        id="state",
        heading="state",
        cell=_state,
        key=lambda run: run.verdict.state,
        look=lambda run: tone(run.verdict.state).look,
        most=12,
    ),
    Column(
        id="name",
        heading="run",
        cell=lambda run: run.name,
        key=lambda run: run.name,
        least=_LEAST_NAME,
        most=_MOST_NAME,
        end=NAME_END,
    ),
    Column(
        id="epochs",
        heading="epochs",
        cell=_written_epochs,
        key=lambda run: _share(run) if run.status is not None else None,
        right=True,
        down=True,
        about="complete epochs, and epochs in all; of a search, trials",
        export=lambda run: _epochs(run)[0],
    ),
    Column(
        id="bar",
        heading="",
        cell=lambda run: bar(_share(run), _BAR),
        key=_share,
        look=lambda run: "accent" if run.verdict.live else "muted",
        down=True,
        optional=True,
        about="the same as a bar, where there is room",
    ),
    Column(
        id="left",
        heading="left",
        cell=lambda run: span(_left(run)),
        key=_left,
        right=True,
        about="the time that the training will take still",
    ),
    Column(
        id="device",
        heading="device",
        cell=lambda run: run.device or UNKNOWN,
        key=lambda run: run.device,
        look=_muted,
        about="where it trains",
    ),
    Column(
        id="age",
        heading="age",
        cell=lambda run: age(time.time() - run.created) if run.created else UNKNOWN,
        key=_age,
        look=_muted,
        right=True,
        down=True,
        about="since when it was asked for",
        export=lambda run: moment(run.created),
    ),
    Column(
        id="about",
        heading="what happened",
        cell=about,
        key=about,
        look=_muted,
        least=16,
        most=200,
        stretches=True,
        about="your note, and why a run is in its state",
    ),
    Column(
        id="started",
        heading="started",
        cell=lambda run: when(run.created, time.time()),
        key=_age,
        look=_muted,
        down=True,
        about="when it was asked for",
        export=lambda run: moment(run.created),
    ),
    Column(
        id="seconds",
        heading="took",
        cell=lambda run: span(_seconds(run)),
        key=_seconds,
        right=True,
        about="how long its last worker has been at it",
    ),
    Column(
        id="best",
        heading="best",
        cell=lambda run: metric(_best(run)),
        key=_best,
        right=True,
        about="the best value so far of the metric that decides",
    ),
    Column(
        id="best_epoch",
        heading="best epoch",
        cell=lambda run: str(run.status.best_epoch or UNKNOWN) if run.status else UNKNOWN,
        key=lambda run: run.status.best_epoch or None if run.status else None,
        right=True,
        about="the epoch of that value",
    ),
    Column(
        id="rate",
        heading="samples",
        cell=_written_rate,
        key=_rate,
        right=True,
        down=True,
        about="training rows a second",
    ),
    Column(
        id="note",
        heading="note",
        cell=lambda run: " ".join(run.note.split()),
        key=lambda run: run.note,
        most=40,
        about="what you noted about it",
    ),
)
"""In the order in which they are offered."""

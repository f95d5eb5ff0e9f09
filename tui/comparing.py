"""How a comparison of runs is written: headings, figures, settings, and which figure is best.

What the command and the screen both need; see :mod:`engine.run.comparison` for what is compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from engine.run.comparison import TEST, Compared, differing, figure_names, lower_is_better
from engine.run.facts import METRIC, Fact, written
from tui.figures import UNKNOWN, count, metric, span
from tui.format import tone
from tui.tables.columns import NAME_END, Column

_COUNTS = ("epochs_done", "best_epoch")
_HEADINGS = {"epochs_done": "epochs done", "best_epoch": "at epoch", "seconds": "took"}


def heading(name: str) -> str:
    """Return what a setting is called."""
    return name.replace("_", " ")


def figure_heading(name: str) -> str:
    """Return what a figure is called."""
    if name.startswith(TEST):
        return f"test {heading(name.removeprefix(TEST))}"
    return _HEADINGS.get(name, heading(name.removeprefix(METRIC)))


def setting_text(run: Compared, name: str, unknown: str = UNKNOWN) -> str:
    """Write a run's setting, and what it was changed to while the run went on: ``1e-3 → 3e-4``."""
    text = written(run.settings.get(name)) or unknown
    return f"{text} → {written(run.changed[name])}" if name in run.changed else text


def figure_text(run: Compared, name: str) -> str:
    """Write a run's figure."""
    value = run.figures.get(name)
    if value is None:
        return UNKNOWN
    if name in _COUNTS:
        return count(int(value))
    return span(value) if name == "seconds" else metric(value)


def best_of(name: str, runs: Sequence[Compared]) -> float | None:
    """Return the best of the runs' figures; None where no way is better or there is no choice."""
    is_lower = lower_is_better(name, runs)
    known = [run.figures[name] for run in runs if math.isfinite(run.figures.get(name, math.nan))]
    if is_lower is None or len(set(known)) < 2:
        return None
    return min(known) if is_lower else max(known)


def setting_column(name: str, runs: Sequence[Compared]) -> Column[Compared]:
    """Return the column of a setting."""

    def value(run: Compared) -> Fact:
        return run.settings.get(name)

    return Column(
        id=name,
        heading=heading(name),
        cell=lambda run: setting_text(run, name),
        key=value,
        right=not any(isinstance(value(run), str) for run in runs),
        most=32,
        export=lambda run: setting_text(run, name, ""),
    )


def figure_column(name: str, runs: Sequence[Compared]) -> Column[Compared]:
    """Return the column of a figure; the best one stands out."""
    best = best_of(name, runs)

    def value(run: Compared) -> float | None:
        return run.figures.get(name)

    return Column(
        id=name,
        heading=figure_heading(name),
        cell=partial(_figure, name),
        key=value,
        look=lambda run: "good" if best is not None and value(run) == best else "",
        right=True,
        down=lower_is_better(name, runs) is False,
    )


def _figure(name: str, run: Compared) -> str:
    return figure_text(run, name)


def name_column() -> Column[Compared]:
    """Return the column of the runs' names."""
    return Column(
        id="name",
        heading="run",
        cell=lambda run: run.name,
        key=lambda run: run.name,
        least=14,
        most=48,
        end=NAME_END,
    )


def state_column() -> Column[Compared]:
    """Return the column of a run's state."""
    return Column(
        id="state",
        heading="state",
        cell=lambda run: f"{tone(run.state).glyph} {run.state}",
        key=lambda run: run.state,
        look=lambda run: tone(run.state).look,
    )


def columns(runs: Sequence[Compared]) -> list[Column[Compared]]:
    """Return the columns of a comparison: what differs, then what came out."""
    asked = [setting_column(name, runs) for name in differing(runs)]
    return [*asked, *(figure_column(name, runs) for name in figure_names(runs))]

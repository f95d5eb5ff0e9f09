"""The columns that a list of runs can have: what is known of every run, and any setting or metric.

Columns are named in preferences: those of every list by their ids, a setting by its name, and a
metric by its name with ``metric.`` before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from engine.run.facts import METRIC, Fact, figures, setting, settings, written
from tui.figures import UNKNOWN, metric
from tui.safe_text import printable
from tui.tables.columns import Column
from tui.tables.own_columns import OWN

if TYPE_CHECKING:
    from engine.run.listing import Summary

FIXED = ("state", "name")
"""Columns that are always there, before all others."""

USUAL = ("epochs", "bar", "left", "metric", "device", "age", "about")
"""Those that a list has where nothing else is preferred."""

_BY_NAME = {each.id: each for each in OWN}


def column(name: str, runs: Sequence[Summary]) -> Column[Summary]:
    """Return the column of a name.

    Args:
        name: As preferences have it.
        runs: What is listed: decides how the main metric is headed.
    """
    if name == "metric":
        return _main_metric(runs)
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(METRIC):
        return _metric(name.removeprefix(METRIC))
    return _setting(name, runs)


def columns(names: Iterable[str], runs: Sequence[Summary]) -> list[Column[Summary]]:
    """Return the columns of a list: the fixed ones, then those of the names (the usual if none)."""
    chosen = [name for name in dict.fromkeys(names) if name not in FIXED] or USUAL
    return [column(name, runs) for name in (*FIXED, *chosen)]


def available(runs: Iterable[Summary]) -> list[str]:
    """Return the names of all columns that there can be over some runs, the fixed ones left out."""
    asked: dict[str, None] = {}
    came_out: dict[str, None] = {}
    for run in runs:
        if run.spec is not None:
            asked |= dict.fromkeys(settings(run.spec))
        came_out |= dict.fromkeys(name for name in figures(run) if name.startswith(METRIC))
    own = [name for name in (*_BY_NAME, "metric") if name not in FIXED]
    return list(dict.fromkeys((*USUAL, *own, *asked, *came_out)))


def _last(name: str, run: Summary) -> float | None:
    return run.status.metrics.get(name) if run.status is not None else None


def _asked(name: str, run: Summary) -> Fact:
    return setting(run.spec, name) if run.spec is not None else None


def _main_metric(runs: Sequence[Summary]) -> Column[Summary]:
    """Return the column of the metric by which each run's best epoch is chosen."""
    monitors = {run.spec.monitor for run in runs if run.spec is not None}
    shared = next(iter(monitors)) if len(monitors) == 1 else ""
    modes = {run.spec.monitor_mode for run in runs if run.spec is not None}

    def value(run: Summary) -> float | None:
        return _last(run.spec.monitor, run) if run.spec is not None else None

    def cell(run: Summary) -> str:
        found = value(run)
        if found is None or run.spec is None:
            return UNKNOWN
        return metric(found) if shared else f"{run.spec.monitor} {metric(found)}"

    return Column(
        id="metric",
        heading=_plain(shared) or "metric",
        cell=cell,
        key=value,
        right=True,
        down=modes == {"max"},
        about="the metric that decides, after the last epoch",
    )


def _metric(name: str) -> Column[Summary]:
    return Column(
        id=f"{METRIC}{name}",
        heading=_plain(name),
        cell=lambda run: metric(_last(name, run)),
        key=partial(_last, name),
        right=True,
        about="a metric, after the last epoch",
    )


def _setting(name: str, runs: Sequence[Summary]) -> Column[Summary]:
    return Column(
        id=name,
        heading=_plain(name),
        cell=lambda run: written(_asked(name, run)) or UNKNOWN,
        key=partial(_asked, name),
        right=not any(isinstance(_asked(name, run), str) for run in runs),
        about="a setting",
    )


def _plain(name: str) -> str:
    return printable(name.replace("_", " "))

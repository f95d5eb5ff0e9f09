"""What the charts of a search show: the best score so far, and the curves of its trials.

Trials under way are in colour, the best one stands out, and the others lie quietly beneath.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from tui.charts.style import Axis, Plot, Series
from tui.search.values import heading
from tui.search.watched import Seen, split

if TYPE_CHECKING:
    from tui.charts.compared_run import ComparedRun

TRAINED: Final = Axis("epochs in all")
"""What the best so far is laid out by: epochs trained by the whole search."""


_MOST_POINTS = 50
"""Scores that can be told apart as points."""


def plots_of(
    seen: Seen, curves: Mapping[Path, ComparedRun], number_of: Mapping[Path, int], axis: str
) -> list[Plot]:
    """Return the plots.

    Args:
        seen: The search.
        curves: The trainings that are followed, by folder.
        number_of: The trial of each of these.
        axis: What x counts in the curves of trials; a key of :data:`~tui.charts.style.AXES`.
    """
    if seen.search is None:
        return []
    return [_best_so_far(seen), _trials(seen, curves, number_of, axis)]


def _best_so_far(seen: Seen) -> Plot:
    """Return how the best score came about, and the score of each trial when it ended."""
    series = []
    if seen.scores:
        x, y = zip(*_thinned(seen), strict=True)
        # A gap behind each of them: points, and no line.
        xs = np.repeat(np.array(x, dtype=np.float64), 2)
        ys = np.array([each for value in y for each in (value, np.nan)], dtype=np.float64)
        series.append(Series("", xs, ys, "train", key="score"))
    mark = None
    if seen.points:
        steps = [seen.points[0]]
        for before, after in zip(seen.points, seen.points[1:], strict=False):
            if after[1] != before[1]:
                steps += [(after[0], before[1]), after]
        steps.append(seen.points[-1])
        x, y = zip(*steps, strict=True)
        series.append(Series("best so far", np.array(x, float), np.array(y, float), "val"))
        at, best = next(each for each in seen.points if each[1] == seen.points[-1][1])
        mark = float(at), best
    return Plot("best so far", tuple(series), mark_best=mark, axis=TRAINED)


def _thinned(seen: Seen) -> list[tuple[int, float]]:
    """Return the scores by epochs trained; of too many, the best of each few that follow on."""
    assert seen.search is not None
    few = -(-len(seen.scores) // _MOST_POINTS)
    best = max if seen.search.direction == "max" else min
    groups = (seen.scores[place : place + few] for place in range(0, len(seen.scores), few))
    return [best(group, key=lambda point: point[1]) for group in groups]


def _trials(
    seen: Seen, curves: Mapping[Path, ComparedRun], number_of: Mapping[Path, int], axis: str
) -> Plot:
    """Return the curves of trials over each other."""
    assert seen.search is not None
    metric, parts = split(seen.search.objective)
    row_of = {row.number: row for row in seen.rows}
    quiet: list[Series] = []
    best: list[Series] = []
    live: list[Series] = []
    for path, run in curves.items():
        row = row_of.get(number_of.get(path, 0))
        if row is None:
            continue
        fold = path.name.partition("-f")[2]
        name = f"trial {row.number}" + (f", fold {fold}" if fold else "")
        for each in run.series(metric, axis, parts, name):
            key = f"trial {row.number}" + (f" fold {fold}" if fold else "")
            if row.is_open:
                live.append(Series(name, each.x, each.y, run.role, key=key))
            elif row.is_best:
                best.append(Series(f"best, {name}", each.x, each.y, "val", key=key))
            else:
                quiet.append(Series("", each.x, each.y, "train", faint=True, key=key))
    title = f"{heading(seen.search.objective)} of the trials"
    return Plot(title, (*quiet, *best, *live))

"""What mattered in a search: how much each hyperparameter explains of the scores, and which way.

A random forest (Breiman, 2001) is grown on the trials: settings in, score out. How much it relies
on a hyperparameter is by how much its error grows when that one's values are shuffled among the
trials; each tree is asked only about trials that it was not grown on, so that nothing is credited
for what was learned by heart. Which way a hyperparameter acts is its partial dependence (Friedman,
2001): what the forest expects with one value of it, the other values being those of each trial.

A diverged training can have a loss of any size, and how bad the bad are says nothing of where the
good are. So scores beyond the outer fence (Tukey, 1977: the bad quartile and three times the
distance of the quartiles) count as if they lay on it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.run.importance import Dependence, Importance
from engine.run.search_records import SearchSpec, SearchValue
from engine.search.columns import Columns, Numbers, columns

LEAST_TRIALS = 8
"""Trials with a score below which nothing is said: a forest would say anything."""

_TREES = 200
_LEAF = 2  # trials; alone, a lucky one would be believed
_SHUFFLINGS = 10
_FENCE = 3.0

Rows = npt.NDArray[np.float32]


def importance(
    search: SearchSpec, trials: Sequence[tuple[Mapping[str, SearchValue], float]]
) -> Importance | None:
    """Say what mattered; None where there are too few trials to say it.

    The same trials in the same order give the same answer.

    Args:
        search: What was asked for.
        trials: What was varied and the score of each trial; of a run that was promoted only once,
            as far as it came. What has no finite score is left out.
    """
    scored = [(values, score) for values, score in trials if math.isfinite(score)]
    if len(scored) < LEAST_TRIALS:
        return None
    scores = _fenced(np.array([score for _, score in scored]), search.direction)
    parts: list[_Part] = []
    for dimension in search.space:
        values = [found.get(dimension.name) for found, _ in scored]
        met = [value for value in values if value is not None]
        parts.append(_Part.of(columns(dimension, met), values, sum(p.width for p in parts)))
    table = np.hstack([part.table for part in parts]).astype(np.float32)
    forest = _Forest(table, scores, search.seed)
    growths = np.array([list(_growths(forest, part, search.seed)) for part in parts])
    shares, spreads = _shares(growths)
    found = [
        Dependence(
            name=part.columns.dimension.name,
            share=share,
            spread=spread,
            values=part.grid,
            scores=[forest.expected(part.with_value(table, value)) for value in part.grid],
        )
        for part, share, spread in zip(parts, shares, spreads, strict=True)
    ]
    return Importance(
        trials=len(scored),
        explained=forest.explained,
        hyperparameters=sorted(found, key=lambda each: -each.share),
    )


@dataclass(frozen=True)
class _Part:
    """One dimension's place in the table.

    Attributes:
        columns: What stands there.
        start: Its first column.
        table: Its columns: ``(trials, width)``.
        there: The trials in which it means anything.
        grid: The values at which its dependence is told; none where it never meant anything.
    """

    columns: Columns
    start: int
    table: Numbers
    there: npt.NDArray[np.intp]
    grid: list[SearchValue]

    @classmethod
    def of(cls, found: Columns, values: Sequence[SearchValue | None], start: int) -> _Part:
        there = np.array([row for row, value in enumerate(values) if value is not None], np.intp)
        grid = found.grid() if len(there) else []
        return cls(found, start, found.table(values), there, grid)

    @property
    def width(self) -> int:
        return self.columns.width

    @property
    def place(self) -> slice:
        return slice(self.start, self.start + self.width)

    def shuffled(self, table: Rows, rng: np.random.Generator) -> Rows:
        """Return the table with this one's values dealt out anew among those that have one."""
        dealt = table.copy()
        dealt[self.there, self.place] = table[rng.permutation(self.there), self.place]
        return dealt

    def with_value(self, table: Rows, value: SearchValue) -> Rows:
        """Return the trials in which it means anything, all with one value."""
        rows = table[self.there]
        rows[:, self.place] = self.columns.encode(value)
        return rows


class _Forest:
    """Trees grown on trials.

    Args:
        table: The settings: ``(trials, columns)``.
        scores: ``(trials,)``.
        seed: Decides which trials each tree is grown on.

    Attributes:
        table: As given.
    """

    def __init__(self, table: Rows, scores: Numbers, seed: int) -> None:
        from sklearn.ensemble import RandomForestRegressor

        self.table = table
        self._scores = scores
        grown = RandomForestRegressor(_TREES, min_samples_leaf=_LEAF, random_state=seed)
        grown.fit(table, scores)
        self._trees: list[Any] = [each.tree_ for each in grown.estimators_]
        # Which trials each tree has not seen, and how many trees have not seen each trial.
        self._apart = np.ones((_TREES, len(table)), bool)
        for apart, seen in zip(self._apart, grown.estimators_samples_, strict=True):
            apart[seen] = False
        self._judges = self._apart.sum(axis=0)
        self._judged = self._judges > 0
        self.error = float(self.errors(table[np.newaxis])[0])

    @property
    def explained(self) -> float:
        """The share of the scores' variance that it explains in trials not seen: R²."""
        variance = float(np.var(self._scores[self._judged]))
        return 1.0 - self.error / variance if variance > 0 else 0.0

    def errors(self, tables: Rows) -> Numbers:
        """Return the mean squared error of tables; trees judge trials that they do not know.

        Args:
            tables: Settings of the same trials: ``(tables, trials, columns)``.
        """
        count, trials, width = tables.shape
        expected = np.zeros((count, trials))
        for tree, apart in zip(self._trees, self._apart, strict=True):
            rows = np.ascontiguousarray(tables[:, apart]).reshape(-1, width)
            expected[:, apart] += tree.predict(rows).reshape(count, -1)
        misses = expected[:, self._judged] / self._judges[self._judged] - self._scores[self._judged]
        return np.asarray(np.mean(misses**2, axis=1))

    def expected(self, rows: Rows) -> float:
        """Return the score that is expected on average over settings: ``(rows, columns)``."""
        rows = np.ascontiguousarray(rows)
        return float(np.mean([tree.predict(rows).mean() for tree in self._trees]))


def _growths(forest: _Forest, part: _Part, seed: int) -> Iterator[float]:
    """Yield by how much the error grows with each shuffling of a dimension's values."""
    rng = np.random.default_rng((seed, part.start))
    tables = [part.shuffled(forest.table, rng) for _ in range(_SHUFFLINGS)]
    yield from forest.errors(np.array(tables)) - forest.error


def _shares(growths: Numbers) -> tuple[list[float], list[float]]:
    """Return each dimension's share of what all explain, and its deviation over shufflings.

    Args:
        growths: Of the error: ``(dimensions, shufflings)``.
    """
    whole = float(np.maximum(growths.mean(axis=1), 0.0).sum())
    if whole <= 0:
        return [0.0] * len(growths), [0.0] * len(growths)
    shares = np.maximum(growths.mean(axis=1), 0.0) / whole
    return shares.tolist(), (growths.std(axis=1) / whole).tolist()


def _fenced(scores: Numbers, direction: str) -> Numbers:
    """Return scores, those beyond the outer fence on the bad side put on it."""
    low, high = (float(each) for each in np.quantile(scores, (0.25, 0.75)))
    if high <= low:  # most are alike: there is nothing to measure a distance by
        return scores
    reach = _FENCE * (high - low)
    if direction == "max":
        return np.clip(scores, low - reach, None)
    return np.clip(scores, None, high + reach)

"""One class against the rest: ROC and PR curves, areas, and figures at a threshold. Pure NumPy.

Everything is counted from all rows at once and exactly; rows of equal probability cross a threshold
together, whatever order they come in. A row without a number for its probability (a network that
diverged) is never taken for the class, and leaves no area to speak of.

References:
    Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27, 2006.
    Douglas, Peucker, "Algorithms for the reduction of the number of points", 1973 (the thinning).
"""

from __future__ import annotations

import heapq
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.run.report import Curve, OperatingPoint

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MOST_POINTS = 200
"""Points that a curve is thinned to."""


class Steps(NamedTuple):
    """What a ROC curve is made of, one entry for each distinct score, the highest first."""

    thresholds: FloatArray
    """``(steps,)``."""
    true_positives: IntArray
    """Positive rows with this score or a higher one, ``(steps,)``."""
    false_positives: IntArray
    """Negative rows likewise, ``(steps,)``."""
    positives: int
    """All positive rows."""
    negatives: int
    """All negative rows."""
    complete: bool
    """Whether every row has a finite score."""


def steps_of(scores: FloatArray, positive: BoolArray) -> Steps:
    """Count what lies above each distinct score.

    Args:
        scores: ``(rows,)``; the higher, the likelier a row is positive.
        positive: Which rows are, ``(rows,)``.
    """
    known = np.isfinite(scores)
    order = np.argsort(-scores[known], kind="stable")
    falling, hits = scores[known][order], positive[known][order]
    ends = np.flatnonzero(np.append(falling[1:] != falling[:-1], True)[: falling.size])
    caught = np.cumsum(hits, dtype=np.int64)[ends]
    positives = int(np.count_nonzero(positive))
    return Steps(
        thresholds=falling[ends],
        true_positives=caught,
        false_positives=ends.astype(np.int64) + 1 - caught,
        positives=positives,
        negatives=len(scores) - positives,
        complete=bool(known.all()),
    )


def area(steps: Steps) -> float:
    """Return the area under the ROC curve; NaN without positive or without negative rows."""
    if not (steps.complete and steps.positives and steps.negatives):
        return math.nan
    found = np.concatenate(([0], steps.true_positives)).astype(np.float64)
    wrong = np.diff(steps.false_positives, prepend=0)
    return float((wrong * (found[1:] + found[:-1])).sum() / 2 / steps.positives / steps.negatives)


def average_precision(steps: Steps) -> float:
    """Return the mean precision, weighted by what each step adds to the recall; NaN without any."""
    if not (steps.complete and steps.positives):
        return math.nan
    gained = np.diff(steps.true_positives, prepend=0)
    taken = steps.true_positives + steps.false_positives
    return float((gained * steps.true_positives / taken).sum() / steps.positives)


def auc(scores: FloatArray, positive: BoolArray) -> float:
    """Return the area under the ROC curve of some scores; see :func:`area`."""
    return area(steps_of(scores, positive))


def curve(name: str, scores: FloatArray, positive: BoolArray, most: int = MOST_POINTS) -> Curve:
    """Return the ROC and PR curves of a class, areas from all rows, points thinned.

    Args:
        name: The class.
        scores: Its probability, ``(rows,)``.
        positive: Which rows are of it, ``(rows,)``.
        most: Points to keep at most.
    """
    steps = steps_of(scores, positive)
    best_f1, best_threshold = _best(steps)
    kept = thinned(steps, most)
    return Curve(
        name=name,
        auc=area(steps),
        average_precision=average_precision(steps),
        positives=steps.positives,
        negatives=steps.negatives,
        thresholds=[float(each) for each in steps.thresholds[kept]],
        true_positives=steps.true_positives[kept].tolist(),
        false_positives=steps.false_positives[kept].tolist(),
        best_f1=best_f1,
        best_threshold=best_threshold,
    )


def _best(steps: Steps) -> tuple[float, float]:
    """Return the highest F1 and its threshold."""
    if not (steps.thresholds.size and steps.positives):
        return math.nan, math.nan
    taken = steps.true_positives + steps.false_positives
    f1 = 2 * steps.true_positives / (taken + steps.positives)
    best = int(np.argmax(f1))
    return float(f1[best]), float(steps.thresholds[best])


def thinned(steps: Steps, most: int) -> IntArray:
    """Choose the points that keep the shape of the ROC and of the PR curve.

    Begins with the ends and adds, again and again, the point that lies farthest from the straight
    line between its kept neighbours, in the plane of either curve.

    Returns:
        Their positions, ascending, ``most`` at most.
    """
    size = steps.thresholds.size
    if size <= 2 or not (steps.positives or steps.negatives):
        return np.arange(size, dtype=np.int64)
    recall = steps.true_positives / max(steps.positives, 1)
    fallout = steps.false_positives / max(steps.negatives, 1)
    precision = steps.true_positives / (steps.true_positives + steps.false_positives)
    planes = (np.stack([fallout, recall]), np.stack([recall, precision]))
    kept = {0, size - 1}
    waiting: list[tuple[float, int, int, int]] = []

    def examine(first: int, last: int) -> None:
        if last - first < 2:
            return
        away = np.max([_distances(plane[:, first : last + 1]) for plane in planes], axis=0)
        farthest = int(np.argmax(away))
        if away[farthest] > 1e-9:
            heapq.heappush(waiting, (-float(away[farthest]), first, first + 1 + farthest, last))

    examine(0, size - 1)
    while waiting and len(kept) < most:
        _, first, middle, last = heapq.heappop(waiting)
        kept.add(middle)
        examine(first, middle)
        examine(middle, last)
    return np.array(sorted(kept), dtype=np.int64)


def _distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the inner points, ``(2, n)`` in all, lie from the line between the outer."""
    way = points[:, -1] - points[:, 0]
    inner = points[:, 1:-1] - points[:, :1]
    length = float(np.hypot(*way))
    if length == 0:
        return np.asarray(np.hypot(*inner), dtype=np.float64)
    return np.asarray(np.abs(way[0] * inner[1] - way[1] * inner[0]) / length, dtype=np.float64)


def at_threshold(
    scores: FloatArray, positive: BoolArray, threshold: float, name: str
) -> OperatingPoint:
    """Count what taking every row from a threshold on for a class gets right and wrong.

    Args:
        scores: Its probability, ``(rows,)``.
        positive: Which rows are of it, ``(rows,)``.
        threshold: From which probability on. It is rounded as the scores are: 0.7 means the float32
            nearest to it where these are of that kind.
        name: The class.
    """
    taken = scores >= scores.dtype.type(threshold)
    right = int(np.count_nonzero(taken & positive))
    return operating_point(
        name,
        threshold,
        right,
        int(np.count_nonzero(taken)) - right,
        int(np.count_nonzero(positive)),
        len(scores),
    )


def operating_point(
    name: str,
    threshold: float,
    true_positives: int,
    false_positives: int,
    positives: int,
    rows: int,
) -> OperatingPoint:
    """Return the figures that follow from some counts.

    Args:
        name: The class.
        threshold: Where it was counted.
        true_positives: Rows of the class from the threshold on.
        false_positives: Other rows from there on.
        positives: Rows of the class in all.
        rows: Rows in all.
    """
    missed = positives - true_positives
    rejected = rows - positives - false_positives
    return OperatingPoint(
        name=name,
        threshold=threshold,
        true_positives=true_positives,
        false_positives=false_positives,
        false_negatives=missed,
        true_negatives=rejected,
        precision=ratio(true_positives, true_positives + false_positives),
        recall=ratio(true_positives, positives),
        f1=ratio(2 * true_positives, true_positives + false_positives + positives),
        specificity=ratio(rejected, rows - positives),
        accuracy=ratio(true_positives + rejected, rows),
    )


def ratio(some: int, of: int) -> float:
    """Return a share; NaN of nothing."""
    return some / of if of else math.nan

"""How well classes are predicted: from probabilities and labels to figures. Pure NumPy.

The predicted class of a row is the one of the highest probability (the first of several). A row
with a probability that is no number, as a network that diverged gives them, has no predicted class:
it counts as wrong, and what is computed from the probabilities themselves is NaN.

References:
    Guo et al., "On Calibration of Modern Neural Networks", 2017 (expected calibration error).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.insight.ranking import MOST_POINTS, FloatArray, IntArray, auc, curve, ratio
from engine.run.report import Calibration, Classification, ClassScore, Mistake

MOST_CONFUSED = 10
"""Confused pairs that a report names."""
MOST_MISTAKES = 12
"""Mistakes that a report shows."""

_CLIP = 1e-7  # what Keras clips probabilities at before it takes their logarithm
_BINS = 10
_MATRIX_CLASSES = 100  # a matrix of more is read by nobody
_CURVE_POINTS = 10_000  # of all classes together, so that a report stays small with many of them
_LEAST_POINTS = 10


def measure(probabilities: FloatArray, labels: IntArray) -> dict[str, float]:
    """Measure predictions.

    Args:
        probabilities: ``(rows, classes)``, summing to 1 over the classes; two classes have two
            columns as well, and the second is the positive one.
        labels: The actual classes, ``(rows,)``.

    Returns:
        ``loss`` (mean negative logarithm of the actual class's probability), ``accuracy``,
        ``macro_f1`` (mean of F1 over the classes that occur or are predicted) and ``auc`` (of the
        positive class; with more classes the mean of each against the rest, over those for which
        there is one). NaN of no rows.
    """
    if not len(labels):
        return dict.fromkeys(("loss", "accuracy", "macro_f1", "auc"), math.nan)
    predicted = predicted_classes(probabilities)
    classes = probabilities.shape[1]
    areas = [auc(probabilities[:, each], labels == each) for each in _against_the_rest(classes)]
    f1 = [each[2] for each in _class_figures(predicted, labels, classes)]
    return {
        "loss": log_loss(probabilities, labels),
        "accuracy": float(np.mean(predicted == labels)),
        "macro_f1": _mean(f1),
        "auc": _mean(areas),
    }


def predicted_classes(probabilities: FloatArray) -> IntArray:
    """Return the class of the highest probability of each row, ``(rows,)``; -1 where none is."""
    predicted: IntArray = np.argmax(probabilities, axis=1)
    predicted[~np.isfinite(probabilities).all(axis=1)] = -1
    return predicted


def log_loss(probabilities: FloatArray, labels: IntArray) -> float:
    """Return the mean cross-entropy in nats, probabilities clipped as Keras does (1e-7)."""
    actual = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(actual, _CLIP, 1 - _CLIP)).mean())


def confusion_matrix(predicted: IntArray, labels: IntArray, classes: int) -> IntArray:
    """Count rows by actual (down) and predicted class (across), ``(classes, classes)``."""
    decided = predicted >= 0
    cells = labels[decided] * classes + predicted[decided]
    matrix: IntArray = np.bincount(cells, minlength=classes**2).reshape(classes, classes)
    return matrix


def calibrate(probabilities: FloatArray, labels: IntArray) -> Calibration:
    """Hold probabilities against what was so; see :class:`engine.run.report.Calibration`.

    Args:
        probabilities: ``(rows, classes)``.
        labels: ``(rows,)``.
    """
    decided = np.isfinite(probabilities).all(axis=1)
    known, actual = probabilities[decided].astype(np.float64), labels[decided]
    if probabilities.shape[1] == 2:
        stated, so = known[:, 1], actual == 1
    else:
        stated, so = known.max(axis=1, initial=0), known.argmax(axis=1) == actual
    edges = np.linspace(0, 1, _BINS + 1)
    bins = np.searchsorted(edges[1:-1], stated)
    counts = np.bincount(bins, minlength=_BINS)
    empty = np.where(counts, 1.0, np.nan)
    divisor = np.maximum(counts, 1)
    mean = np.bincount(bins, stated, minlength=_BINS) / divisor * empty
    share = np.bincount(bins, so, minlength=_BINS) / divisor * empty
    far = np.nansum(np.abs(mean - share) * counts)
    return Calibration(
        edges=[float(each) for each in edges],
        mean_probability=mean.tolist(),
        share=share.tolist(),
        counts=counts.tolist(),
        error=float(far / len(stated)) if len(labels) and decided.all() else math.nan,
    )


def worst(probabilities: FloatArray, labels: IntArray, most: int = MOST_MISTAKES) -> list[int]:
    """Return the positions of the rows that are predicted wrongly with most confidence.

    Args:
        probabilities: ``(rows, classes)``.
        labels: ``(rows,)``.
        most: How many at most.
    """
    predicted = predicted_classes(probabilities)
    wrong = np.flatnonzero((predicted >= 0) & (predicted != labels))
    sure = probabilities[wrong, predicted[wrong]]
    return [int(each) for each in wrong[np.argsort(-sure, kind="stable")[:most]]]


def details(
    probabilities: FloatArray,
    labels: IntArray,
    classes: Sequence[str],
    part: str,
    describe: Callable[[int], tuple[str, dict[str, str]]] | None = None,
) -> Classification:
    """Return what a report says about one part of the data, class by class.

    Args:
        probabilities: ``(rows, classes)``.
        labels: ``(rows,)``.
        classes: Their names.
        part: The part's name.
        describe: Returns the name and the drawable form of a row (by its position in
            ``probabilities``) for the worst mistakes; without it they are named by number.
    """
    count = len(classes)
    predicted = predicted_classes(probabilities)
    points = min(MOST_POINTS, max(_CURVE_POINTS // count, _LEAST_POINTS))
    matrix = confusion_matrix(predicted, labels, count)
    mistakes = []
    for row in worst(probabilities, labels):
        name, shown = describe(row) if describe else (str(row + 1), {})
        mistakes.append(
            Mistake(
                name=name,
                actual=classes[labels[row]],
                predicted=classes[predicted[row]],
                probability=float(probabilities[row, predicted[row]]),
                shown=shown,
            )
        )
    return Classification(
        part=part,
        classes=list(classes),
        per_class=[
            ClassScore(name=name, precision=precision, recall=recall, f1=f1, support=support)
            for name, (precision, recall, f1, support) in zip(
                classes, _class_figures(predicted, labels, count), strict=True
            )
        ],
        confusion=matrix.tolist() if count <= _MATRIX_CLASSES else [],
        confused=_confused(matrix, classes),
        curves=[
            curve(classes[each], probabilities[:, each], labels == each, points)
            for each in _against_the_rest(count)
        ],
        calibration=calibrate(probabilities, labels),
        mistakes=mistakes,
        undecided=int(np.count_nonzero(predicted < 0)),
    )


def _against_the_rest(classes: int) -> range:
    """Return the classes that are held against the rest: of two, the second says all."""
    return range(1, 2) if classes == 2 else range(classes)


def _class_figures(
    predicted: IntArray, labels: IntArray, classes: int
) -> list[tuple[float, float, float, int]]:
    """Return precision, recall, F1 and rows of each class."""
    right = np.bincount(labels[predicted == labels], minlength=classes).tolist()
    taken = np.bincount(predicted[predicted >= 0], minlength=classes).tolist()
    support = np.bincount(labels, minlength=classes).tolist()
    return [
        (ratio(hits, took), ratio(hits, rows), ratio(2 * hits, took + rows), rows)
        for hits, took, rows in zip(right, taken, support, strict=True)
    ]


def _confused(matrix: NDArray[np.int64], classes: Sequence[str]) -> list[tuple[str, str, int]]:
    """Return the pairs that are taken for one another most often."""
    apart = matrix - np.diag(np.diag(matrix))
    order = np.argsort(-apart, axis=None, kind="stable")[:MOST_CONFUSED]
    pairs = (divmod(int(each), len(classes)) for each in order)
    return [
        (classes[actual], classes[predicted], int(apart[actual, predicted]))
        for actual, predicted in pairs
        if apart[actual, predicted]
    ]


def _mean(values: Sequence[float]) -> float:
    """Return the mean of those values that are numbers; NaN of none."""
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics

from engine.insight.ranking import at_threshold, auc, curve, steps_of, thinned


def made(rows: int = 4000, seed: int = 0, decimals: int = 2):
    """Return scores with ties, and which rows are positive."""
    chance = np.random.default_rng(seed)
    positive = chance.random(rows) < 0.3
    scores = 1 / (1 + np.exp(-(chance.normal(size=rows) + 1.5 * positive - 1)))
    return np.round(scores, decimals).astype(np.float32), positive


@pytest.mark.parametrize("decimals", [1, 2, 6])
def test_the_areas_are_those_of_scikit_learn_ties_or_not(decimals):
    scores, positive = made(decimals=decimals)
    found = curve("yes", scores, positive)
    assert found.auc == pytest.approx(metrics.roc_auc_score(positive, scores))
    assert found.average_precision == pytest.approx(
        metrics.average_precision_score(positive, scores)
    )


def test_the_order_of_equal_rows_does_not_matter():
    scores = np.full(10, 0.5, np.float32)
    positive = np.arange(10) < 4
    assert auc(scores, positive) == auc(scores, positive[::-1]) == 0.5


def test_the_steps_are_those_of_scikit_learn():
    scores, positive = made(decimals=3)
    steps = steps_of(scores, positive)
    fallout, recall, thresholds = metrics.roc_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_allclose(steps.thresholds, thresholds[1:])
    np.testing.assert_allclose(steps.true_positives / steps.positives, recall[1:])
    np.testing.assert_allclose(steps.false_positives / steps.negatives, fallout[1:])


@pytest.mark.parametrize("sharp", [1.0, 4.0, 12.0])
def test_thinning_keeps_the_shape_of_both_curves(sharp):
    chance = np.random.default_rng(3)
    positive = chance.random(20_000) < 0.1
    scores = (chance.normal(size=20_000) + sharp / 2 * positive).astype(np.float32)
    steps = steps_of(scores, positive)
    kept = thinned(steps, 200)
    assert len(kept) <= 200
    taken = steps.true_positives + steps.false_positives
    recall, precision = steps.true_positives / steps.positives, steps.true_positives / taken
    fallout = steps.false_positives / steps.negatives
    for x, y in ((fallout, recall), (recall, precision)):
        # The thinned line, at points so close that the nearest one is as good as the line.
        places = np.linspace(0, len(kept) - 1, 8000)
        line = [np.interp(places, np.arange(len(kept)), axis[kept]) for axis in (x, y)]
        away = [
            np.min(np.hypot(line[0] - a, line[1] - b))
            for a, b in zip(x[::20], y[::20], strict=True)
        ]
        assert max(away) < 0.01


def test_the_best_threshold_is_where_f1_is_highest():
    scores, positive = made()
    found = curve("yes", scores, positive)
    precision, recall, thresholds = metrics.precision_recall_curve(positive, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    assert found.best_f1 == pytest.approx(f1.max())
    assert found.best_threshold == pytest.approx(thresholds[f1[:-1].argmax()])


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.7, 1.0])
def test_figures_at_a_threshold_are_those_of_scikit_learn(threshold):
    scores, positive = made(decimals=1)
    taken = np.round(scores.astype(np.float64), 1) >= threshold
    point = at_threshold(scores, positive, threshold, "yes")
    matrix = metrics.confusion_matrix(positive, taken, labels=[False, True])
    assert [
        [point.true_negatives, point.false_positives],
        [point.false_negatives, point.true_positives],
    ] == matrix.tolist()
    assert point.accuracy == pytest.approx(metrics.accuracy_score(positive, taken))
    assert point.recall == pytest.approx(metrics.recall_score(positive, taken))
    assert point.specificity == pytest.approx(metrics.recall_score(~positive, ~taken))
    assert point.f1 == pytest.approx(metrics.f1_score(positive, taken))
    precision = metrics.precision_score(positive, taken, zero_division=np.nan)
    np.testing.assert_allclose(point.precision, precision)


def test_a_threshold_that_no_row_reaches_has_no_precision():
    point = at_threshold(np.array([0.1, 0.2]), np.array([False, True]), 0.9, "yes")
    assert math.isnan(point.precision)
    assert (point.recall, point.f1, point.specificity) == (0, 0, 1)


def test_rows_without_a_score_are_never_taken():
    scores = np.array([np.nan, 0.9, np.nan, 0.1], np.float32)
    point = at_threshold(scores, np.array([True, True, False, False]), 0.0, "yes")
    assert (point.true_positives, point.false_positives) == (1, 1)
    assert (point.false_negatives, point.true_negatives) == (1, 1)

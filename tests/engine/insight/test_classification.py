from __future__ import annotations

import math
import warnings

import msgspec
import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from engine.insight.classification import (
    calibrate,
    details,
    log_loss,
    measure,
    predicted_classes,
    worst,
)
from engine.run.records import decoder, encode
from engine.run.report import Classification

NAMES = [f"class {number}" for number in range(46)]


def made(rows: int, classes: int, seed: int = 0, present: int | None = None):
    """Return probabilities that are right more often than not, and labels."""
    chance = np.random.default_rng(seed)
    labels = chance.integers(present or classes, size=rows)
    scores = chance.normal(size=(rows, classes))
    scores[np.arange(rows), labels] += 1.0
    # Coarse, so that there are ties.
    scores = np.round(np.exp(scores), 1) + 0.1
    return (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32), labels


@pytest.mark.parametrize("classes", [2, 3, 46])
def test_the_figures_are_those_of_scikit_learn(classes):
    probabilities, labels = made(3000, classes)
    predicted = probabilities.argmax(axis=1)
    found = measure(probabilities, labels)
    exact = probabilities.astype(np.float64)
    against_the_rest = range(1, 2) if classes == 2 else range(classes)
    areas = [metrics.roc_auc_score(labels == each, exact[:, each]) for each in against_the_rest]
    assert found["loss"] == pytest.approx(-np.log(exact[np.arange(3000), labels]).mean())
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(labels, predicted))
    assert found["macro_f1"] == pytest.approx(metrics.f1_score(labels, predicted, average="macro"))
    assert found["auc"] == pytest.approx(np.mean(areas))
    report = details(probabilities, labels, NAMES[:classes], "test")
    expected = metrics.precision_recall_fscore_support(
        labels, predicted, labels=range(classes), zero_division=np.nan
    )
    got = [(each.precision, each.recall, each.f1, each.support) for each in report.per_class]
    np.testing.assert_allclose(np.array(got).T, np.array(expected, dtype=float))
    matrix = metrics.confusion_matrix(labels, predicted, labels=range(classes))
    assert report.confusion == matrix.tolist()


def test_a_class_that_is_absent_has_no_recall_and_no_area():
    probabilities, labels = made(500, 4, present=3)
    probabilities[:, 3] = 0.0  # never predicted either
    found = measure(probabilities, labels)
    report = details(probabilities, labels, NAMES[:4], "test")
    absent = report.per_class[3]
    assert absent.support == 0
    assert all(map(math.isnan, (absent.precision, absent.recall, absent.f1)))
    assert math.isnan(report.curves[3].auc)
    assert math.isnan(report.curves[3].average_precision)
    predicted = probabilities.argmax(axis=1)
    assert found["macro_f1"] == pytest.approx(metrics.f1_score(labels, predicted, average="macro"))
    areas = [metrics.roc_auc_score(labels == each, probabilities[:, each]) for each in range(3)]
    assert found["auc"] == pytest.approx(np.mean(areas))


def test_a_class_that_is_absent_but_predicted_has_a_precision_of_nothing():
    probabilities = np.array([[0.2, 0.8], [0.7, 0.3]], np.float32)
    score = details(probabilities, np.array([0, 0]), ["no", "yes"], "val").per_class[1]
    assert (score.precision, score.f1) == (0, 0)
    assert math.isnan(score.recall)


@pytest.mark.parametrize("classes", [2, 5])
def test_all_rows_of_one_class_leave_an_accuracy_and_no_area(classes):
    probabilities, _ = made(50, classes)
    found = measure(probabilities, np.zeros(50, np.int64))
    assert found["accuracy"] == pytest.approx(np.mean(probabilities.argmax(axis=1) == 0))
    assert math.isnan(found["auc"])


@pytest.mark.parametrize("classes", [2, 46])
def test_a_diverged_network_is_wrong_and_has_no_loss(classes):
    probabilities, labels = made(90, classes)
    probabilities[:] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = measure(probabilities, labels)
        report = details(probabilities, labels, NAMES[:classes], "test")
    assert found["accuracy"] == found["macro_f1"] == 0
    assert math.isnan(found["loss"])
    assert math.isnan(found["auc"])
    assert report.undecided == 90
    assert np.sum(report.confusion) == 0
    assert math.isnan(report.calibration.error)
    assert report.mistakes == []


def test_a_single_row_without_numbers_counts_as_wrong_and_hides_no_other():
    probabilities = np.array([[0.9, 0.1], [np.nan, np.nan], [0.2, 0.8]], np.float32)
    labels = np.array([0, 0, 1])
    assert predicted_classes(probabilities).tolist() == [0, -1, 1]
    assert measure(probabilities, labels)["accuracy"] == pytest.approx(2 / 3)
    report = details(probabilities, labels, ["no", "yes"], "test")
    assert report.confusion == [[1, 0], [0, 1]]
    assert report.per_class[0].recall == 0.5
    assert report.undecided == 1
    assert math.isnan(report.curves[0].auc)


def test_no_rows_at_all_have_no_figures():
    found = measure(np.empty((0, 3), np.float32), np.empty(0, np.int64))
    assert all(map(math.isnan, found.values()))
    report = details(np.empty((0, 3), np.float32), np.empty(0, np.int64), NAMES[:3], "val")
    assert report.confusion == [[0] * 3] * 3
    assert report.curves[0].thresholds == []


def test_the_loss_of_certainty_is_what_keras_makes_of_it():
    probabilities = np.array([[1.0, 0.0], [1.0, 0.0]], np.float32)
    assert log_loss(probabilities, np.array([0, 0])) == pytest.approx(-math.log(1 - 1e-7))
    assert log_loss(probabilities, np.array([1, 1])) == pytest.approx(-math.log(1e-7))


def test_two_classes_are_calibrated_as_scikit_learn_does_it():
    probabilities, labels = made(2000, 2)
    found = calibrate(probabilities, labels)
    share, mean = calibration_curve(labels, probabilities[:, 1].astype(np.float64), n_bins=10)
    full = [position for position, count in enumerate(found.counts) if count]
    np.testing.assert_allclose([found.share[each] for each in full], share)
    np.testing.assert_allclose([found.mean_probability[each] for each in full], mean)
    assert sum(found.counts) == 2000


def test_the_calibration_error_is_the_gap_between_what_is_said_and_what_is_so():
    sure = np.tile(np.array([[0.8, 0.1, 0.1]], np.float32), (10, 1))
    always_right, half_right = np.zeros(10, np.int64), np.arange(10) % 2
    assert calibrate(sure, always_right).error == pytest.approx(0.2)
    assert calibrate(sure, half_right).error == pytest.approx(0.3)
    assert math.isnan(calibrate(sure, half_right).share[0])


def test_confused_pairs_come_the_most_frequent_first_and_none_that_never_occurs():
    labels = np.array([0, 0, 0, 1, 1, 2])
    predicted = np.array([1, 1, 0, 2, 1, 2])
    report = details(np.eye(3, dtype=np.float32)[predicted], labels, ["a", "b", "c"], "test")
    assert report.confused == [("a", "b", 2), ("b", "c", 1)]


def test_the_worst_mistakes_are_those_it_is_surest_of():
    probabilities = np.array([[0.6, 0.4], [0.9, 0.1], [0.99, 0.01], [0.3, 0.7]], np.float32)
    labels = np.array([1, 1, 0, 0])
    assert worst(probabilities, labels) == [1, 3, 0]
    report = details(
        probabilities, labels, ["no", "yes"], "test", lambda row: (f"row {row}", {"text": "x"})
    )
    first = report.mistakes[0]
    assert (first.name, first.actual, first.predicted) == ("row 1", "yes", "no")
    assert first.probability == pytest.approx(0.9)
    assert first.shown == {"text": "x"}


def test_what_a_diverged_network_leaves_can_be_written_and_read():
    probabilities, labels = made(60, 3, present=2)
    probabilities[0] = np.nan
    report = details(probabilities, labels, NAMES[:3], "test")
    read = decoder(Classification).decode(encode(report))
    assert read.confusion == report.confusion
    assert math.isnan(read.curves[2].auc)
    assert read.confused == report.confused


def test_a_report_of_many_classes_stays_small():
    probabilities, labels = made(3000, 500)
    report = details(probabilities, labels, [str(each) for each in range(500)], "test")
    assert report.confusion == []
    assert len(msgspec.json.encode(report)) < 1_000_000

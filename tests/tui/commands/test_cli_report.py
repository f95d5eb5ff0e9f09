from __future__ import annotations

import json
import math

import pytest
from made_runs import encode_report
from sklearn.metrics import precision_score, recall_score

from engine.run.report import Finding, Score
from tests.classified import TEN, TWO, classify, predictions


def test_the_report_sets_the_network_beside_its_baselines(dlconsole, make_runs):
    make_runs.done("wine-one")
    done = dlconsole("report", "one")
    assert done.code == 0
    lines = [line.split() for line in done.out.splitlines()]
    assert ["mae", "(standardised)", "train", "val", "test"] in lines
    assert ["network", "0.2500", "0.2500", "0.2500", "*"] in lines
    assert ["mean", "0.7500", "0.7500", "0.7500"] in lines


def test_a_metric_that_says_the_same_as_the_headline_is_left_out(dlconsole, make_runs):
    make_runs.done("wine-one")
    headings = [line.split()[0] for line in dlconsole("report", "one").out.splitlines() if line]
    assert "r2" in headings
    assert "loss" not in headings


def test_the_histogram_is_drawn(dlconsole, make_runs):
    make_runs.done("wine-one")
    out = dlconsole("report", "one").out
    assert "Predicted and actual alcohol" in out
    row = next(line for line in out.splitlines() if line.strip().startswith("9.00"))
    assert row.count("█") == 16 + 24


def test_findings_and_notes_are_told_and_not_obeyed(dlconsole, make_runs):
    folder = make_runs.done("wine-one")
    finding = Finding(code="x", title="overfitting", evidence="val [/b] 2x", advice="Add dropout.")
    folder.report.write_bytes(
        encode_report("wine-one", findings=[finding], notes=["937 rows \x1b[31m are equal."])
    )
    out = dlconsole("report", "one").out
    assert "- overfitting: val [/b] 2x" in out
    assert "Add dropout." in out
    assert r"937 rows \x1b[31m are equal." in out


def test_synthetic_data_is_labelled(dlconsole, make_runs):
    folder = make_runs.done("wine-one")
    assert "SYNTHETIC" not in dlconsole("report", "one").out
    folder.report.write_bytes(encode_report("wine-one", synthetic=True))
    assert "SYNTHETIC" in dlconsole("report", "one").out


def test_nan_is_not_the_best(dlconsole, make_runs):
    folder = make_runs.done("wine-one")
    scores = [
        Score(name=name, parts={"test": {"mae": value}})
        for name, value in (("network", math.nan), ("mean", 0.8))
    ]
    folder.report.write_bytes(encode_report("wine-one", scores=scores, best=math.nan))
    out = dlconsole("report", "one").out
    assert ["network", "nan"] in [line.split() for line in out.splitlines()]
    assert ["mean", "0.8000", "*"] in [line.split() for line in out.splitlines()]
    found = json.loads(dlconsole("report", "one", "--json").out)
    assert found["scores"][0]["parts"]["test"]["mae"] == "nan"


def test_a_run_without_a_report_says_why(dlconsole, make_runs):
    make_runs.failed("wine-one", "There was not enough memory.", "Try batch_size=16.")
    done = dlconsole("report", "one")
    assert done.code == 2
    assert done.out == ""
    assert "not enough memory" in done.err
    assert "batch_size=16" in done.err


def test_a_damaged_report_is_told(dlconsole, make_runs):
    folder = make_runs.done("wine-one")
    folder.report.write_bytes(b"{")
    done = dlconsole("report", "one")
    assert done.code == 2
    assert "damaged" in done.err


def test_the_histogram_is_of_numbers_and_classes_have_figures_of_their_own(dlconsole, make_runs):
    folder = make_runs.done("digits")
    report = classify(folder, TEN)
    out = dlconsole("report", "digits").out
    assert "Predicted and actual" not in out
    assert "* highest on test" in out
    lines = [line.split() for line in out.splitlines()]
    three = report.classification.per_class[3]
    row = next(line for line in lines if line[:1] == ["3"])
    assert row[1:4] == [f"{each:.4f}" for each in (three.precision, three.recall, three.f1)]
    assert row[5] == f"{report.classification.curves[3].auc:.4f}"
    actual, predicted, times = report.classification.confused[0]
    assert [actual, predicted, str(times)] in [line[:3] for line in lines]
    assert "expected calibration error" in out
    mistake = report.classification.mistakes[0]
    assert f"the words of {mistake.name.split()[1]}" in out


def test_the_confusion_matrix_has_every_count(dlconsole, make_runs):
    report = classify(make_runs.done("digits"), TEN)
    out = dlconsole("report", "digits").out.partition("Confusion matrix")[2]
    rows = [line.split() for line in out.splitlines()[2:12]]
    found = [[0 if cell == "." else int(cell) for cell in row[1:]] for row in rows]
    assert found == report.classification.confusion


def test_with_many_classes_the_confused_pairs_stand_for_the_matrix(dlconsole, make_runs):
    classify(make_runs.done("many"), [f"class {number}" for number in range(46)])
    out = dlconsole("report", "many").out
    assert "Confusion matrix" not in out
    assert "Most confused" in out


def test_class_names_are_told_and_not_obeyed(dlconsole, make_runs):
    classify(make_runs.done("odd"), ["[bold]a[/]", "b\x1b[31m"])
    for words in (["odd"], ["odd", "--threshold", "0.5"]):
        out = dlconsole("report", *words).out
        assert r"b\x1b[31m" in out
        assert "\x1b" not in out


def test_a_diverged_network_has_a_report_that_says_so(dlconsole, make_runs):
    found = predictions(40, 2)
    found.probabilities[:] = math.nan
    classify(make_runs.done("nan"), TWO, {"val": found, "test": found})
    out = dlconsole("report", "nan").out
    assert "No number came out for 40 of 40 rows; they count as wrong." in out
    assert "ROC AUC -" in out
    assert dlconsole("report", "nan", "--threshold", "0.5").code == 0


@pytest.mark.parametrize("part", ["val", "test"])
def test_a_threshold_gives_exact_figures(dlconsole, make_runs, part):
    parts = {"val": predictions(300, 2, 1), "test": predictions(500, 2, 2)}
    classify(make_runs.done("two"), TWO, parts)
    done = dlconsole("report", "two", "--threshold", "0.3", "--part", part, "--json")
    found = json.loads(done.out)
    taken, positive = parts[part].probabilities[:, 1] >= 0.3, parts[part].labels == 1
    (point,) = found.pop("classes")
    assert found == {
        "run": "two", "part": part, "rows": len(taken), "threshold": 0.3,
        "validates_on_test": False,
    }  # fmt: skip
    assert point["name"] == "pos"
    assert point["true_positives"] == int((taken & positive).sum())
    assert point["precision"] == pytest.approx(precision_score(positive, taken))
    assert point["recall"] == pytest.approx(recall_score(positive, taken))
    text = dlconsole("report", "two", "--threshold", "0.3", "--part", part).out
    lines = [line.split() for line in text.splitlines()]
    missed = point["false_negatives"]
    assert ["pos", str(point["true_positives"]), str(missed)] in lines
    assert ["recall", f"{point['recall']:.4f}"] in [line[:2] for line in lines]


def test_a_threshold_of_one_class_of_many_or_of_all(dlconsole, make_runs):
    classify(make_runs.done("digits"), TEN)
    every = json.loads(dlconsole("report", "digits", "--threshold", "0.3", "--json").out)
    assert [point["name"] for point in every["classes"]] == list(TEN)
    done = dlconsole("report", "digits", "--threshold", "0.3", "--class", "7", "--json")
    assert json.loads(done.out)["classes"] == [every["classes"][7]]
    assert len(dlconsole("report", "digits", "--threshold", "0.3").out.splitlines()) > 10


def test_validation_on_the_test_set_is_said_with_the_figures(dlconsole, make_runs):
    folder = make_runs.done("two")
    flatters = "validated on the test set: figures flatter"
    classify(folder)
    assert flatters not in dlconsole("report", "two").out
    classify(folder, validates_on_test=True)
    out = dlconsole("report", "two").out
    for heading in ("By class", "Confusion matrix", "Most confused", "Calibration", "Worst"):
        line = next(line for line in out.splitlines() if line.startswith(heading))
        assert flatters in line
    assert flatters in out.partition("* highest")[2].splitlines()[1]
    assert flatters in dlconsole("report", "two", "--threshold", "0.5").out
    done = dlconsole("report", "two", "--threshold", "0.5", "--json")
    assert json.loads(done.out)["validates_on_test"] is True


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["two", "--threshold", "1.5"], "from 0 to 1, got 1.5"),
        (["two", "--threshold", "nan"], "from 0 to 1"),
        (["two", "--threshold", "half"], "'half'"),
        (["two", "--threshold", "0.5", "--class", "ngg"], "'neg'"),
        (["two", "--threshold", "0.5", "--part", "tests"], "'test'"),
        (["two", "--class", "neg"], "--threshold 0.5"),
        (["two", "--part", "val"], "--threshold 0.5"),
        (["many", "--threshold", "0.5", "--class", "nobody"], "150"),
        (["wine-one", "--threshold", "0.5"], "regression"),
        (["bare", "--threshold", "0.5"], "no predictions"),
    ],
)
def test_a_wrong_threshold_is_answered_in_two_lines(dlconsole, make_runs, words, named):
    classify(make_runs.done("two"))
    classify(make_runs.done("many"), [f"class {number}" for number in range(150)])
    make_runs.done("wine-one")
    bare = make_runs.done("bare")
    classify(bare)
    bare.predictions.unlink()
    done = dlconsole("report", *words)
    assert done.code == 2
    assert done.out == ""
    assert named in done.err
    assert len(done.err.splitlines()) <= 2

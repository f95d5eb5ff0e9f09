from __future__ import annotations

import json
import math

from made_runs import encode_report

from engine.run.report import Finding, Score


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

"""What curves, scores and weights say, and what a person is told to do about it."""

from __future__ import annotations

import math

import numpy as np

from engine.insight.diagnosis import diagnose, symmetric_layers


def codes(train, val, errors=None, symmetric=()):
    return [each.code for each in diagnose(train, val, errors or {}, symmetric)]


def beside(network, baselines):
    """Return errors of a network and of baselines that do equally well on both parts."""
    others = {name: {"train": error, "val": error} for name, error in baselines.items()}
    return {"network": network, **others}


def test_a_widening_gap_is_overfitting_and_names_the_epoch_to_stop_at():
    train = [0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.01, 0.01]
    val = [0.5, 0.35, 0.3, 0.32, 0.35, 0.4, 0.42, 0.45, 0.5, 0.55]
    findings = diagnose(train, val, {}, [])
    assert findings[0].code == "overfitting"
    assert "epoch 3" in findings[0].evidence + findings[0].advice


def test_curves_that_still_fall_are_not_finished():
    falling = [1 / n for n in range(1, 21)]
    assert codes(falling, [1.05 * each for each in falling]) == ["unfinished"]


def test_curves_that_lie_flat_together_are_balanced():
    assert codes([0.2] * 20, [0.21] * 20) == ["balanced"]


def test_a_baseline_that_wins_is_said_to_win():
    errors = beside({"train": 0.15, "val": 0.3}, {"boosted trees": 0.2, "mean": 0.9})
    findings = diagnose([0.2] * 20, [0.21] * 20, errors, [])
    assert findings[-1].code == "beaten-by-baseline"
    assert findings[-1].title.startswith("boosted trees")


def test_a_baseline_that_nearly_wins_is_not():
    errors = beside({"train": 0.15, "val": 0.200}, {"boosted trees": 0.199})
    assert codes([0.2] * 20, [0.21] * 20, errors) == ["balanced"]


def test_a_network_that_cannot_learn_its_training_rows_underfits():
    errors = beside({"train": 0.09, "val": 0.091}, {"logistic regression": 0.08, "forest": 0.03})
    findings = diagnose([0.5] * 20, [0.5] * 20, errors, [])
    assert [each.code for each in findings] == ["underfitting"]
    assert "forest" in findings[0].evidence
    assert "add units" in findings[0].advice


def test_a_network_that_knows_its_training_rows_does_not_underfit():
    errors = beside({"train": 0.01, "val": 0.091}, {"forest": 0.03})
    assert codes([0.2] * 20, [0.21] * 20, errors) == ["beaten-by-baseline"]


def test_equal_units_are_named_before_everything_else():
    assert codes([0.9] * 20, [0.9] * 20, {}, ["hidden_1"])[0] == "symmetric-weights"


def test_nan_and_missing_curves_do_not_stop_the_report():
    assert diagnose([], [], {}, [])
    errors = beside({"train": math.nan, "val": math.nan}, {"mean": 1.0})
    assert diagnose([math.nan] * 3, [math.nan] * 3, errors, [])


def test_columns_that_are_equal_are_one_unit_and_others_are_not():
    rng = np.random.default_rng(0)
    kernels = {
        "broken": np.repeat(rng.normal(size=(10, 1)), 32, axis=1),
        "fine": rng.normal(size=(10, 32)),
        "single": rng.normal(size=(10, 1)),
        "convolution": np.ones((3, 3, 1, 8)),
        "zero": np.zeros((4, 4)),
    }
    assert symmetric_layers(kernels) == ["broken", "zero"]

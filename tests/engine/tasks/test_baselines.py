"""Baselines: fitted once for the same rows, measured on every part."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.baselines import Contest, of_pictures, of_texts, rows_key

RNG = np.random.default_rng(0)
LABELS = {"train": np.repeat([0, 1, 2], 30), "val": np.repeat([0, 1, 2], 5)}
COLUMNS = {part: np.eye(3)[labels] + RNG.uniform(0, 0.3, (len(labels), 3))
           for part, labels in LABELS.items()}  # fmt: skip


def contest(key="a", **others):
    given = {"features": COLUMNS.get, "labels": LABELS, "classes": 3, **others}
    return Contest(key=key, **given)


def test_each_is_measured_on_each_part():
    told = []
    scores = {each.name: each for each in contest().scores(of_pictures(), told.append)}
    assert told == list(scores) == ["majority", "logistic regression", "random forest"]
    assert scores["majority"].parts["val"]["accuracy"] == pytest.approx(1 / 3)
    assert scores["random forest"].parts["val"]["accuracy"] == 1
    assert scores["logistic regression"].parts["val"]["loss"] < 0.3


def test_the_same_rows_are_not_fitted_twice_and_others_are():
    first = list(contest().scores(of_texts(), lambda name: None))
    told = []
    again = list(contest().scores(of_texts(), told.append))
    assert told == []
    assert again == first
    list(contest(key="b").scores(of_texts(), told.append))
    assert told == ["majority", "TF-IDF, logistic regression"]


def test_a_class_without_training_rows_is_never_predicted():
    labels = {"train": np.repeat([0, 2], 45), "val": LABELS["val"]}
    columns = {"train": np.eye(3)[labels["train"]], "val": COLUMNS["val"]}
    scores = contest(key="c", features=columns.get, labels=labels).scores(
        of_pictures(), lambda name: None
    )
    forest = {each.name: each for each in scores}["random forest"]
    assert forest.parts["val"]["accuracy"] == pytest.approx(2 / 3)


def test_a_key_tells_rows_apart():
    assert rows_key(np.arange(3), np.arange(2)) != rows_key(np.arange(2), np.arange(3))
    assert rows_key(np.arange(3)) == rows_key(np.arange(3))

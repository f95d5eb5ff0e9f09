"""Folds: each row is validated on once, and who belongs together stays together."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.folds import Kinship, take_fold
from engine.errors import Problem

ROWS = np.random.default_rng(0).permutation(120)[:90]


def folds(rows, count, seed=0, **kinship):
    return [take_fold(rows, fold, count, seed, Kinship(**kinship)) for fold in range(1, count + 1)]


def test_each_row_is_validated_on_once_and_trained_on_otherwise():
    dealt = folds(ROWS, 4)
    assert sorted(np.concatenate([val for _, val in dealt])) == sorted(ROWS)
    for train, val in dealt:
        assert sorted([*train, *val]) == sorted(ROWS)
        assert len(val) in {22, 23}


def test_the_seed_decides_who_is_in_which_fold():
    (_, val), (_, again), (_, other) = (take_fold(ROWS, 2, 3, seed) for seed in (5, 5, 6))
    assert val.tolist() == again.tolist()
    assert set(val) != set(other)


def test_classes_are_spread_alike():
    labels = np.random.default_rng(1).permutation(np.repeat([0, 1, 2], [60, 30, 30]))
    every = np.arange(120)
    for _, val in folds(every, 3, labels=labels, classes="abc"):
        assert np.bincount(labels[val]).tolist() == [20, 10, 10]


@pytest.mark.parametrize("labelled", [False, True])
def test_rows_of_a_group_are_never_on_both_sides(labelled):
    groups = np.arange(120) // 5
    kinship = {"labels": groups % 2, "classes": "ab"} if labelled else {}
    dealt = folds(ROWS, 3, groups=groups, **kinship)
    for train, val in dealt:
        assert not set(groups[train]) & set(groups[val])
    assert sorted(np.concatenate([val for _, val in dealt])) == sorted(ROWS)


def test_what_is_ordered_is_validated_on_what_comes_later():
    dealt = folds(ROWS, 3, ordered=True)
    assert all(train.max() < val.min() for train, val in dealt)
    assert [len(train) for train, _ in dealt] == sorted(len(train) for train, _ in dealt)
    assert dealt[-1][1].max() == ROWS.max()


@pytest.mark.parametrize(
    ("kinship", "count", "said"),
    [
        ({}, 100, "100 folds need at least 100 rows beside those for testing, there: 90. Ask for "
                  "90 at most"),
        ({"ordered": True}, 90, "at least 91 rows .* Ask for 89 at most"),
        ({"labels": np.arange(120) < 3, "classes": ("no", "yes")}, 4,
         "4 rows of the class 'yes' .* there: 3. Ask for 3 at most"),
        ({"labels": np.arange(120) < 1, "classes": ("no", "yes")}, 4, "there: 1. Do without"),
        ({"groups": np.arange(120) // 40}, 4, "4 groups of rows .* there: 3"),
        ({"groups": np.arange(120) // 10, "labels": np.arange(120) < 20, "classes": "ab"}, 3,
         "3 groups with rows of the class 'b'"),
    ],
)  # fmt: skip
def test_too_few_rows_for_the_folds_are_one_clear_line(kinship, count, said):
    if "labels" in kinship:
        kinship = {**kinship, "labels": kinship["labels"].astype(np.int64)}
    rows = np.arange(120) if "labels" in kinship else ROWS
    with pytest.raises(Problem, match=said) as caught:
        take_fold(rows, 1, count, 0, Kinship(**kinship))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("fold", "count"), [(1, 1), (0, 3), (4, 3)])
def test_a_fold_that_is_none_is_refused(fold, count):
    with pytest.raises(Problem, match="Expected"):
        take_fold(ROWS, fold, count, 0)

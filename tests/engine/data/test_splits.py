"""Rows are dealt out the same way everywhere, each to one part."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.splits import set_apart, split_classes, split_rows
from engine.errors import Problem


@pytest.mark.parametrize("n", [3, 10, 99, 442, 4898])
def test_every_row_is_in_exactly_one_part(n) -> None:
    split = split_rows(n)
    dealt = np.concatenate([split.train, split.val, split.test])
    assert sorted(dealt) == list(range(n))
    assert min(map(len, (split.train, split.val, split.test))) >= 1


def test_white_wine_is_split_80_10_10() -> None:
    split = split_rows(4898)
    assert (len(split.train), len(split.val), len(split.test)) == (3918, 490, 490)


def test_a_seed_gives_the_same_split_on_every_machine() -> None:
    split = split_rows(20, seed=0)
    assert split.val.tolist() == [14, 9]
    assert split.test.tolist() == [1, 15]
    assert split_rows(20, seed=0).train.tolist() == split.train.tolist()
    assert split_rows(20, seed=1).train.tolist() != split.train.tolist()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_rows_for_three_parts_are_refused(n) -> None:
    with pytest.raises(Problem, match=f"{n} rows cannot be split"):
        split_rows(n)


@pytest.mark.parametrize("fractions", [(0.8, 0.1, 0.2), (1.0, 0.0, 0.0), (1.1, -0.2, 0.1)])
def test_fractions_that_are_none_are_refused(fractions) -> None:
    with pytest.raises(Problem, match="add up to 1"):
        split_rows(100, fractions=fractions)


def test_classes_are_spread_alike_and_every_row_is_dealt_once():
    labels = np.repeat([0, 1, 2], [500, 100, 4])
    split = split_classes(labels, seed=3)
    assert sorted(np.concatenate([split.train, split.val, split.test])) == list(range(604))
    for rows in (split.val, split.test):
        assert np.bincount(labels[rows], minlength=3).tolist() == [50, 10, 0]
    assert (labels[split.train] == 2).sum() == 4  # too few to be dealt out
    again, other = split_classes(labels, seed=3), split_classes(labels, seed=4)
    assert (split.train == again.train).all()
    assert set(split.val) != set(other.val)


def test_what_is_dealt_out_by_class_comes_in_no_order_of_classes():
    split = split_classes(np.repeat([0, 1], 500))
    assert (np.diff(split.train > 499) != 0).sum() > 5


def test_too_few_examples_of_any_class_are_told():
    with pytest.raises(Problem, match="cannot be split"):
        split_classes(np.repeat([0, 1], 4))


def test_the_last_rows_are_set_apart_as_they_come_or_dealt_out_first():
    rows = np.arange(100, 160)
    train, val = set_apart(rows, 1 / 12, None)
    assert train.tolist() == list(range(100, 155))
    assert val.tolist() == list(range(155, 160))
    train, val = set_apart(rows, 1 / 12, seed=1)
    assert sorted([*train, *val]) == rows.tolist()
    assert val.tolist() != list(range(155, 160))
    with pytest.raises(Problem, match="validation"):
        set_apart(rows[:1], 0.5, None)

"""Rows are dealt out the same way everywhere, each to one part."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.splits import split_rows
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

"""Rows dealt out to train, validation and test.

What it promises: the same number of rows, seed and fractions give the same parts, on every machine;
every row is in exactly one part; no part is empty.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import Problem

Rows = npt.NDArray[np.int64]
"""Positions of rows, from 0."""


@dataclass(frozen=True)
class Split:
    """Positions of the rows of each part, in the order in which they were dealt.

    Attributes:
        train: ``int64 (train rows,)``; what weights and preprocessing are fitted on.
        val: ``int64 (val rows,)``; what choices are made on.
        test: ``int64 (test rows,)``; what is looked at once, at the end.
    """

    train: Rows
    val: Rows
    test: Rows


def split_rows(
    n: int, seed: int | None = 0, fractions: tuple[float, float, float] = (0.8, 0.1, 0.1)
) -> Split:
    """Deal ``n`` rows out at random, or as they come.

    Validation and test get their fraction, rounded, and at least one row; train gets the rest.

    Args:
        n: How many rows there are.
        seed: Decides who gets which; None takes them in the order in which they come, so that the
            last ones are for testing.
        fractions: Of train, validation and test; together 1.

    Raises:
        Problem: The fractions are none, or there are too few rows for three parts.
    """
    if any(not 0 < part < 1 for part in fractions) or not math.isclose(sum(fractions), 1.0):
        raise Problem(
            "Expected fractions of train, validation and test between 0 and 1 that add up to 1, "
            f"got {', '.join(f'{part:g}' for part in fractions)}.",
            "Example: 0.8, 0.1, 0.1.",
        )
    val = max(1, math.floor(n * fractions[1] + 0.5))
    test = max(1, math.floor(n * fractions[2] + 0.5))
    train = n - val - test
    if train < 1:
        raise Problem(
            f"{n} rows cannot be split into train, validation and test.",
            "Add rows: each part needs at least one.",
        )
    dealt = np.arange(n) if seed is None else np.random.default_rng(seed).permutation(n)
    dealt = dealt.astype(np.int64)
    return Split(train=dealt[:train], val=dealt[train : train + val], test=dealt[train + val :])


def split_classes(labels: Rows, seed: int = 0) -> Split:
    """Deal rows out at random so that each class is spread alike over the parts.

    Of each class a tenth goes to validation and a tenth to test, rounded; the rest, and all of a
    class too small to be dealt out, to train.

    Args:
        labels: The class of each row, ``int64 (rows,)``.
        seed: Decides who gets which.

    Raises:
        Problem: There are too few rows for three parts.
    """
    dealt = np.random.default_rng(seed).permutation(len(labels)).astype(np.int64)
    part = np.zeros(len(labels), np.int8)
    for label in np.unique(labels):
        of_class = dealt[labels[dealt] == label]
        tenth = math.floor(len(of_class) / 10 + 0.5)
        part[of_class[:tenth]] = 1
        part[of_class[tenth : 2 * tenth]] = 2
    train, val, test = (dealt[part[dealt] == each] for each in (0, 1, 2))
    if not (len(val) and len(test)):
        raise Problem(
            f"{len(labels)} examples cannot be split into train, validation and test.",
            "Add examples: at least one class needs five or more.",
        )
    return Split(train=train, val=val, test=test)


def split_groups(groups: Rows, seed: int = 0) -> Split:
    """Deal groups of rows out at random, so that no group is in two parts.

    Validation and test get a tenth of the rows each, as nearly as the groups allow, and at least
    one group; train gets the rest.

    Args:
        groups: The group of each row, ``int64 (rows,)``, counted from 0.
        seed: Decides who gets which.

    Raises:
        Problem: There are too few groups for three parts.
    """
    chance = np.random.default_rng(seed)
    sizes = np.bincount(groups)
    if len(sizes) < 3:
        raise Problem(
            f"{len(sizes)} groups of rows cannot be split into train, validation and test.",
            "Add rows: each part needs a group of its own.",
        )
    wanted = np.array([0.8, 0.1, 0.1]) * len(groups)
    held = np.zeros(3)
    part = np.empty(len(sizes), np.int8)
    for left, group in zip(range(len(sizes), 0, -1), chance.permutation(len(sizes)), strict=True):
        lacking = wanted - held
        if left <= (held == 0).sum():
            lacking[held > 0] = -np.inf  # what has none yet gets one of the last
        part[group] = np.argmax(lacking)
        held[part[group]] += sizes[group]
    dealt = chance.permutation(len(groups)).astype(np.int64)
    train, val, test = (dealt[part[groups[dealt]] == each] for each in (0, 1, 2))
    return Split(train=train, val=val, test=test)


def set_apart(rows: Rows, share: float, seed: int | None) -> tuple[Rows, Rows]:
    """Set the last of some rows apart.

    Args:
        rows: Positions.
        share: Of them, between 0 and 1; one row at least is set apart and one stays.
        seed: Deals them out first; None takes them in the order in which they come.

    Returns:
        What stays, and what is set apart.

    Raises:
        Problem: There are fewer than two.
    """
    if len(rows) < 2:
        raise Problem(
            "One training example cannot be split into train and validation.",
            "Add examples, or set some apart yourself in a folder val.",
        )
    if seed is not None:
        rows = np.random.default_rng(seed).permutation(rows)
    apart = min(len(rows) - 1, max(1, math.floor(len(rows) * share + 0.5)))
    return rows[:-apart], rows[-apart:]

"""Folds: the rows that are not for testing, dealt out so that each is validated on once.

What it promises: the same rows, seed and number of folds give the same folds, on every machine with
this version of scikit-learn; each row is in exactly one fold (but for ordered rows, where training
always comes before validation); classes are spread alike over folds; rows of a group are never in
training and validation at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.splits import Rows
from engine.errors import Problem

FEWEST_FOLDS = 2


@dataclass(frozen=True, kw_only=True)
class Kinship:
    """What has to be heeded when rows are dealt out.

    Attributes:
        labels: The class of each row of the data, ``int64 (rows,)``; None where there are none.
        classes: Their names.
        groups: The group of each row of the data, ``int64 (rows,)``; None where rows belong to
            nobody.
        ordered: Whether rows follow upon each other, so that only earlier ones may be known.
    """

    labels: np.ndarray | None = None
    classes: Sequence[str] = ()
    groups: np.ndarray | None = None
    ordered: bool = False


def take_fold(
    rows: Rows, fold: int, folds: int, seed: int, kinship: Kinship | None = None
) -> tuple[Rows, Rows]:
    """Return what one fold is trained and validated on.

    Args:
        rows: Positions of the rows to deal out: all but those for testing.
        fold: Which one, from 1.
        folds: How many there are.
        seed: Decides who gets which; ordered rows are not left to chance.
        kinship: What has to be heeded; None where any row can go anywhere.

    Returns:
        Positions of the training and of the validation rows, among those given.

    Raises:
        Problem: There is no such fold, or the rows do not suffice for as many.
    """
    kinship = kinship or Kinship()
    if folds < FEWEST_FOLDS:
        raise Problem(f"Expected {FEWEST_FOLDS} folds or more, got {folds}.", "Example: 3.")
    if not 1 <= fold <= folds:
        raise Problem(f"Expected a fold from 1 to {folds}, got {fold}.")
    rows = np.sort(rows) if kinship.ordered else rows
    labels = None if kinship.labels is None else kinship.labels[rows]
    groups = None if kinship.groups is None else kinship.groups[rows]
    _check(len(rows), folds, labels, groups, kinship)
    dealer = _dealer(folds, seed, labels, groups, kinship.ordered)
    dealt = dealer.split(np.zeros(len(rows)), labels, groups)
    train, val = next(parts for number, parts in enumerate(dealt, 1) if number == fold)
    return rows[train], rows[val]


def _dealer(
    folds: int, seed: int, labels: np.ndarray | None, groups: np.ndarray | None, ordered: bool
) -> Any:
    """Return what of scikit-learn deals such rows out."""
    # Two seconds that a run without folds does not need.
    from sklearn.model_selection import (
        GroupKFold,
        KFold,
        StratifiedGroupKFold,
        StratifiedKFold,
        TimeSeriesSplit,
    )

    if ordered:
        return TimeSeriesSplit(folds)
    if groups is not None:
        kind = GroupKFold if labels is None else StratifiedGroupKFold
    else:
        kind = KFold if labels is None else StratifiedKFold
    return kind(folds, shuffle=True, random_state=seed)


def _check(
    rows: int,
    folds: int,
    labels: np.ndarray | None,
    groups: np.ndarray | None,
    kinship: Kinship,
) -> None:
    """Raise Problem where some fold would be left without rows, or without a class."""
    if kinship.ordered:
        # Before the first fold that is validated on, one more is trained on.
        _demand(folds, "rows", folds + 1, rows)
        return
    _demand(folds, "rows", folds, rows)
    if groups is not None:
        _demand(folds, "groups of rows", folds, len(np.unique(groups)))
    if labels is None:
        return
    for label, name in enumerate(kinship.classes):
        of_class = np.equal(labels, label)
        if not of_class.any():
            continue  # nothing can be learned of it either way, and the task says so
        if groups is None:
            _demand(folds, f"rows of the class {name!r}", folds, int(of_class.sum()))
        else:
            count = len(np.unique(groups[of_class]))
            _demand(folds, f"groups with rows of the class {name!r}", folds, count)


def _demand(folds: int, what: str, needed: int, there: int) -> None:
    """Raise Problem unless there are as many of something as are needed for the folds."""
    if there >= needed:
        return
    most = folds - (needed - there)
    fewer = f"Ask for {most} at most" if most >= FEWEST_FOLDS else "Do without folds"
    raise Problem(
        f"{folds} folds need at least {needed} {what} beside those for testing, there: {there}.",
        f"{fewer}, or add some.",
    )

"""Groups of a table's rows: those of one patient, one house, one author.

What it promises: each row belongs to exactly one group, told by a column that is no input; rows of
a file about which that is not known are one :class:`~engine.errors.Problem`. Keeping groups on one
side of a split is the business of :mod:`engine.data.splits` and :mod:`engine.data.folds`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from engine.data.cells import Cells
from engine.data.columns import without_missing
from engine.data.splits import Rows
from engine.errors import Problem, nearest


def read_groups(cells: Cells, name: str, target: str) -> pd.Series:
    """Take the column that says which rows belong together out of a file's cells.

    Args:
        cells: Of the whole file; the column is not among them afterwards.
        name: Of the column.
        target: The column to be predicted.

    Returns:
        Texts as they stand there, labelled from 0; missing where a cell is empty.

    Raises:
        Problem: There is no such column, or it cannot be that one.
    """
    _check_name(name, target, cells.names, cells.path.name)
    column = cells.columns.pop(name)
    cells.names.remove(name)
    try:
        groups: pd.Series = without_missing(column.cast(pa.string())).to_pandas()
    except pa.ArrowException:
        raise Problem(
            f"The column {name!r} of {cells.path.name} is to say which rows belong together, and "
            f"holds values of type {column.type}.",
            "Expected texts, numbers or dates.",
        ) from None
    return groups.rename(name)


def check_groups(groups: pd.Series, cells: Cells) -> None:
    """Raise Problem if there is a row of which nobody knows where it belongs.

    Args:
        groups: Of the rows that are learned from, labelled by their place in the file.
        cells: What the file holds.
    """
    unknown = groups.index[groups.isna()]
    if len(unknown):
        raise Problem(
            f"{cells.path.name}, {cells.place(int(unknown[0]))}: the column {groups.name!r}, which "
            f"says which rows belong together, is empty (such rows: {len(unknown):,}).",
            "Fill it in, or take the row out.",
        )


def split_off_groups(frame: pd.DataFrame, name: str, target: str) -> tuple[pd.DataFrame, pd.Series]:
    """Take the column that says which rows belong together out of a table that comes from no file.

    Raises:
        Problem: There is no such column, or it cannot be that one.
    """
    _check_name(name, target, [str(each) for each in frame.columns], "the built-in table")
    return frame.drop(columns=name), frame[name]


def numbered(groups: pd.Series) -> Rows:
    """Return the number of each row's group, ``int64 (rows,)``, counted from 0."""
    return pd.factorize(groups)[0].astype(np.int64)


def note(groups: pd.Series) -> str:
    """Say what becomes of the groups, in a sentence."""
    return (
        f"Rows with the same {groups.name} stay on one side of each split: "
        f"{groups.nunique():,} groups."
    )


def _check_name(name: str, target: str, names: list[str], where: str) -> None:
    if name not in names:
        raise Problem(
            f"There is no column {name!r} in {where}, by which this recipe knows which rows belong "
            "together.",
            nearest(name, names),
        )
    if name == target:
        raise Problem(
            f"The column {name!r} says which rows belong together and cannot be the target.",
            "Choose another target.",
        )

"""Tables to learn a number from: white wines, a built-in stand-in, or a file of one's own.

Every loader takes the same arguments and returns a :class:`engine.data.tables.Table`, so that the
task does not know where its rows come from. ``groups`` is there for recipes whose rows belong
together (:attr:`engine.recipe.Recipe.groups`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.data.groups import note, split_off_groups
from engine.data.tables import Table, read_table
from engine.errors import Problem, nearest

FILE = "winequality-white.csv"
ALCOHOL = "alcohol"
MEASURED = (
    "fixed acidity",
    "volatile acidity",
    "citric acid",
    "residual sugar",
    "chlorides",
    "free sulfur dioxide",
    "total sulfur dioxide",
    "density",
    "pH",
    "sulphates",
    ALCOHOL,
)
"""The physico-chemical columns; the twelfth, ``quality``, is what people tasted."""


def official(
    *,
    files: Mapping[str, Path],
    path: Path | None,
    target: str,
    settings: Mapping[str, object],
    groups: str = "",
) -> Table:
    """Read the white wines of P. Cortez et al. (2009), 4,898 rows.

    Inputs are the ten physico-chemical columns other than the target. Without ``quality``, which
    is a judgement on the finished wine, the rest is what a laboratory measures.

    Args:
        files: Where :data:`FILE` lies.
        path: Not used.
        target: The column to be predicted; alcohol in % by volume if empty.
        settings: ``inputs=9`` leaves ``sulphates`` out too, as a slice in the book did that was
            meant to hold all ten.
        groups: The column that says which rows belong together; empty where none does.

    Raises:
        Problem: The file is not the one expected, or has no such column.
    """
    target = target or ALCOHOL
    nine = str(settings.get("inputs")) == "9"
    leave_out = {"quality", "sulphates"} if nine else {"quality"}
    table = read_table(files[FILE], target, leave_out=leave_out - {target}, groups=groups)
    expected = [name for name in MEASURED if name not in {*leave_out, target, groups}]
    if table.inputs != expected:
        absent = [name for name in expected if name not in table.inputs]
        raise Problem(
            f"{files[FILE]} is not the white wine table: expected the column {absent[0]!r}."
            if absent
            else f"{files[FILE]} is not the white wine table: it has other columns.",
            "Move it away so that the published file can be fetched.",
        )
    return table


def sample(
    *,
    files: Mapping[str, Path],
    path: Path | None,
    target: str,
    settings: Mapping[str, object],
    groups: str = "",
) -> Table:
    """Return scikit-learn's diabetes table: 442 patients, real data, no network needed.

    B. Efron, T. Hastie, I. Johnstone, R. Tibshirani (2004), Least Angle Regression. Ten inputs in
    their own units; the target is the progression of the disease after a year.

    Args:
        files: Not used.
        path: Not used.
        target: The column to be predicted; empty, or the wines' alcohol, means ``progression``.
        settings: Not used: there are ten inputs.
        groups: The column that says which rows belong together; empty where none does.

    Raises:
        Problem: There is no such column.
    """
    from sklearn.datasets import load_diabetes  # two seconds that the other sources do not need

    loaded = load_diabetes(scaled=False, as_frame=True)
    frame = loaded.frame.rename(columns={"target": "progression"})
    target = "progression" if target in {"", ALCOHOL} else target
    if target not in frame.columns:
        raise Problem(
            f"The built-in table has no column {target!r}.", nearest(target, frame.columns)
        )
    notes = ["A stand-in for the wines: other columns, fewer rows, figures not to be compared."]
    together = None
    if groups:
        frame, together = split_off_groups(frame, groups, target)
        notes.append(note(together))
    return Table(
        frame=frame,
        target=target,
        origin=f"scikit-learn's diabetes table, {len(frame)} rows",
        notes=notes,
        groups=together,
    )


def own(
    *,
    files: Mapping[str, Path],
    path: Path | None,
    target: str,
    settings: Mapping[str, object],
    groups: str = "",
) -> Table:
    """Read a person's own CSV or Parquet file.

    Args:
        files: Not used.
        path: The file.
        target: The column to be predicted; may be empty if there is a column ``target``.
        settings: Not used: every column that can be is an input.
        groups: The column that says which rows belong together; empty where none does.

    Raises:
        Problem: It is missing, or is no table with that target.
    """
    if path is None:
        raise Problem(
            "Expected the path of a CSV or Parquet file, got none.", "Example: --data my_table.csv"
        )
    return read_table(path.expanduser(), target or None, groups=groups)

"""What is in a table, for a person who is about to train on it.

All columns of the file are shown as they stand there, those that training would leave out too: how
else could a person find the name of the target, or see why a column is missing. Every row is looked
at, as training does; only the first ones are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from engine.data.cells import Cells, read_cells
from engine.data.columns import LONGEST_SHOWN, Column, Kind
from engine.data.tables import Table
from engine.errors import Problem

HEAD_ROWS = 20
"""Rows that are shown."""

MOST_COLUMNS = 500
"""Columns beyond which the rest is only counted."""

_CATEGORIES = 4
_CELL = 60  # characters


def preview(read: Callable[[], Table], path: Path | None) -> dict[str, Any]:
    """Look at a table.

    Args:
        read: Reads it as training does.
        path: The file that it comes from; None where it is made.

    Returns:
        ``form`` (``table``), ``origin`` (in words), ``rows``, ``columns`` (``name``, ``kind``,
        ``missing``, ``values`` in words, ``role``: ``target``, ``input``, ``group``, ``left out``
        or nothing), ``head`` (the first rows, cells as texts), ``left`` (columns that are not
        shown), ``notes`` (sentences), and ``problem`` with its ``remedy``: what keeps it from being
        learned from, if something does.

    Raises:
        Problem: It cannot be read at all.
    """
    table, problem = None, None
    try:
        table = read()
    except Problem as found:
        if path is None:
            raise
        problem = found
    if path is None:
        assert table is not None  # it was read, or the problem was raised
        seen = _made(table)
    else:
        seen = read_cells(path, hints=[] if table is None else [table.target])
    shown = seen.names[:MOST_COLUMNS]
    head = [_first_rows(seen.columns[name]) for name in shown]
    return {
        "form": "table",
        "origin": table.origin if table else f"{seen.path.name}, {seen.rows:,} rows",
        "rows": seen.rows,
        "columns": [_column(name, seen.take(name), table) for name in shown],
        "head": [list(row) for row in zip(*head, strict=True)],
        "left": len(seen.names) - len(shown),
        "notes": table.notes if table else [],
        "problem": problem.what if problem else "",
        "remedy": problem.remedy if problem else "",
    }


def _made(table: Table) -> Cells:
    """Return the cells of a table that comes from no file."""
    arrow = pa.Table.from_pandas(table.frame, preserve_index=False)
    names = [str(name) for name in table.frame.columns]
    return Cells(
        Path(), names, dict(zip(names, arrow.columns, strict=True)), arrow.num_rows, form=None
    )


def _first_rows(column: Any) -> list[str]:
    return [_text(cell) for cell in column.slice(0, HEAD_ROWS).to_pylist()]


def _column(name: str, column: Column, table: Table | None) -> dict[str, Any]:
    role = ""
    if table is not None:
        role = "target" if name == table.target else "input"
        if name not in table.frame.columns:
            is_group = table.groups is not None and name == table.groups.name
            role = "group" if is_group else "left out"
    return {
        "name": name,
        "kind": column.stored or str(column.kind),
        "missing": column.missing,
        "values": _values(column),
        "role": role,
    }


def _values(column: Column) -> str:
    """Say in a few words what a column holds."""
    values = column.values
    if values is None or column.kind is Kind.EMPTY:
        return ""
    present = values.dropna()
    if column.kind is Kind.NUMBER:
        numbers = present.to_numpy()
        return f"{_number(numbers.min())} … {_number(numbers.max())}"
    if column.kind is Kind.CATEGORY:
        counts = present.value_counts()
        first = ", ".join(_text(each) for each in counts.index[:_CATEGORIES])
        more = len(counts) - _CATEGORIES
        return first + (f" and {more:,} more" if more > 0 else "")
    return f"{_text(present.iloc[0])} …" if len(present) else ""


def _number(value: float | np.number) -> str:
    return f"{value:,d}" if isinstance(value, np.integer) else f"{float(value):.6g}"


def _text(cell: object) -> str:
    text = "" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else str(cell)
    return text if len(text) <= _CELL else text[: LONGEST_SHOWN - 1] + "…"

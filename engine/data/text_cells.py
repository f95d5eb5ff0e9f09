"""One cell of a table of texts: a text, or the name of a class."""

from __future__ import annotations

import re
from typing import Any

from engine.data.columns import MISSING, shown
from engine.errors import Problem

_LONGEST_MISSING = max(map(len, MISSING))
_WHOLE = re.compile(r"([+-]?[0-9]+)\.0*")


def as_label(cell: Any) -> str:
    """Return a cell as the name of a class: ``1.0`` is ``1``; empty where it is missing."""
    if cell is None or cell != cell:  # NaN
        return ""
    text = " ".join(str(cell).split())
    if whole := _WHOLE.fullmatch(text):
        return whole[1]
    return "" if text.lower() in MISSING else text


def as_text(cell: Any) -> str:
    """Return a cell as a text; empty where it is missing.

    Raises:
        Problem: It is a list or an object.
    """
    if cell is None or cell != cell:  # NaN
        return ""
    if isinstance(cell, (list, dict)):
        raise Problem(f"Expected a text, found {shown(cell)}.", "Write it as one string.")
    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
    if len(text) <= _LONGEST_MISSING + 4 and text.strip().lower() in MISSING:
        return ""
    return text

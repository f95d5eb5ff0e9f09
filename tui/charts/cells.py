"""Any text as cells of a terminal, exactly as it is.

Nothing is read as markup, control characters are replaced, wide characters take their two cells.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import numpy as np
from rich.cells import cell_len

from tui.charts.raster import COVERED, Codes

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of controls, of marks that turn the direction of writing, and of nothing."""


@lru_cache(maxsize=256)
def cells_of(text: str, ascii_only: bool = False, most: int | None = None) -> Codes:
    """Turn any text into cells, as it is.

    Args:
        text: The text.
        ascii_only: Whether to write a question mark for what is not ASCII.
        most: How many cells at most; the rest is cut off.

    Returns:
        A code point for each cell, shape `(cells,)`: controls and the like are replaced, marks that
        have no width are dropped, and a wide character is followed by `COVERED`.
    """
    codes: list[int] = []
    for character in text:
        if unicodedata.category(character) in _UNSEEN:
            character = "\N{REPLACEMENT CHARACTER}"
        if ascii_only and not character.isascii():
            character = "?"
        width = cell_len(character)
        if most is not None and len(codes) + width > most:
            break
        if width:
            codes += [ord(character), *[COVERED] * (width - 1)]
    return np.array(codes, dtype=np.uint32)

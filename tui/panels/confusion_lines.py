"""A confusion matrix as lines: counts, the darker the more of them are wrong together.

Counts are there to be read, so nothing is lost where a terminal has few colours or none.
"""

from __future__ import annotations

from rich.cells import cell_len

from engine.run.report import Classification
from tui.confusion import RIGHT, lay_out
from tui.format import pad
from tui.safe_text import printable
from tui.widgets.page_parts import heading
from tui.widgets.painted import Line

_LOOKS = {RIGHT: "good", 0: "rule", 1: "heat-1", 2: "heat-2", 3: "heat-3", 4: "heat-4"}
_INDENT = 3


def confusion_lines(found: Classification, about: str, cells: int) -> list[Line]:
    """Return the matrix; nothing where it does not fit.

    Args:
        found: What to show.
        about: What is to be known of the part it was counted on.
        cells: Room for a line.
    """
    names = [printable(name) for name in found.classes]
    matrix = lay_out(names, found.confusion, cells - _INDENT - 1, cell_len)
    if matrix is None:
        return []
    indent = " " * _INDENT
    head = "".join(pad(name, matrix.cells, right=True) for name in matrix.heads)
    lines: list[Line] = [
        heading("confusion", about),
        ((indent + " " * matrix.label_cells + head, "muted"),),
    ]
    for label, row in zip(matrix.labels, matrix.rows, strict=True):
        line = [(indent + pad(label, matrix.label_cells), "")]
        for count in row:
            text = pad(count.text, matrix.cells, right=True)
            line += [(text[:1], ""), (text[1:], _LOOKS[count.level])]
        lines.append(tuple(line))
    lines.append(((f"{indent}actual down, predicted across", "muted"),))
    return lines

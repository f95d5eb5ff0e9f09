"""The layers of a network as a table: shapes, parameters, and whether training changes them."""

from __future__ import annotations

from engine.run.records import Described
from tui.format import bar, table
from tui.layers import layer_table, trained
from tui.widgets.painted import Line, lines_of

_WIDE = 100  # cells from which bars show where the parameters are
_BAR = 16


def layer_lines(described: Described, cells: int) -> list[Line]:
    """Return headings and a line for each layer; nothing where no layers are known."""
    if not described.layers:
        return []
    head, *body = table(*layer_table(described), gap=3)
    if len(head) + 4 > cells:
        head, *body = table(*layer_table(described, named=False), gap=3)
    lines = lines_of([f"   {head}"], "muted")
    most = max(parameters for *_, parameters in described.layers)
    drawn = most > 0 and cells >= _WIDE and len(head) + _BAR + 8 <= cells
    longest = max(map(len, (head, *body)))
    for place, (text, (*_, parameters)) in enumerate(zip(body, described.layers, strict=True)):
        if not drawn:
            lines.append(((f"   {text}", ""),))
            continue
        changes = trained(described, place) not in ("no", "")
        share = bar(parameters / most, _BAR)
        lines.append(
            ((f"   {text:<{longest}}   ", ""), (share.rstrip(), "accent" if changes else "muted"))
        )
    return lines

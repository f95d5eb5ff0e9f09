"""What charts show, as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np

from tui.charts.style import Axis, Plot


def table(plots: Sequence[Plot], axis: Axis, x_range: tuple[float, float] | None) -> str:
    """Return the points of charts as CSV, with a row for each x and a column for each curve.

    Values are those that were recorded, in full and not smoothed. A cell is empty where a curve has
    no point at this x.

    Args:
        plots: The charts.
        axis: What x counts; the name of the first column.
        x_range: The x in view, from and to; None for all there is.
    """
    columns = [
        (each.key or f"{plot.title} {each.name}", each)
        for plot in plots
        for each in plot.series
        if not each.is_passing
    ]
    low, high = x_range or (-np.inf, np.inf)
    cells: dict[float, list[str]] = {}
    for number, (_, series) in enumerate(columns):
        inside = slice(
            int(np.searchsorted(series.x, low)), int(np.searchsorted(series.x, high, side="right"))
        )
        for x, y in zip(series.x[inside].tolist(), series.y[inside].tolist(), strict=True):
            cells.setdefault(x, [""] * len(columns))[number] = repr(y)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["seconds" if axis.is_time else axis.name, *(name for name, _ in columns)])
    for x in sorted(cells):
        place = f"{x:.6g}" if axis.is_time else f"{x:.0f}" if x.is_integer() else repr(x)
        writer.writerow([place, *cells[x]])
    return text.getvalue()

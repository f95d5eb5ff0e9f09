"""A ROC and a PR curve as lines of a page, drawn with the dots that charts are drawn with."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.run.report import Curve
from tui.charts import raster
from tui.charts.cells import cells_of
from tui.charts.style import ASCII_GLYPHS, UNICODE_GLYPHS
from tui.figures import share
from tui.widgets.painted import Line

_LOOKS: Final = ("", "rule", "muted", "strong", "accent", "warn")
_PLAIN, _AXIS, _QUIET, _STRONG, _CURVE, _MARK = range(len(_LOOKS))
_TICKS = ((0.0, "0.0"), (0.5, "0.5"), (1.0, "1.0"))
_LEFT = 4  # cells of the labels of the y axis and its line
_WITH_LABELS = 8  # rows from which the x axis has labels

Points = NDArray[np.float64]


class Plot(NamedTuple):
    """A curve in the unit square."""

    title: str
    figure: str
    x: Points
    """``(points,)``, ascending."""
    y: Points
    x_name: str
    chance: float
    """Where the line of a predictor that knows nothing begins: it ends at 1, or stays."""
    rises: bool
    """Whether that line ends at 1."""


def roc_plot(curve: Curve) -> Plot:
    """Return the ROC curve: of its class what is found, against what is wrongly taken."""
    found, wrong = _counts(curve)
    return Plot(
        title="ROC",
        figure=f"AUC {share(curve.auc)}",
        x=np.concatenate(([0.0], wrong)) / max(curve.negatives, 1),
        y=np.concatenate(([0.0], found)) / max(curve.positives, 1),
        x_name="of the others, taken",
        chance=0.0,
        rises=True,
    )


def precision_plot(curve: Curve) -> Plot:
    """Return the PR curve: how much of what is taken is right, against how much is found."""
    found, wrong = _counts(curve)
    taken = np.maximum(found + wrong, 1)
    rows = max(curve.positives + curve.negatives, 1)
    precision = found / taken
    return Plot(
        title="PR",
        figure=f"average precision {share(curve.average_precision)}",
        x=np.concatenate(([0.0], found)) / max(curve.positives, 1),
        y=np.concatenate((precision[:1], precision)) if precision.size else np.zeros(1),
        x_name="of the class, found",
        chance=curve.positives / rows,
        rises=False,
    )


def plot_lines(
    plot: Plot, point: tuple[float, float] | None, cells: int, rows: int, *, ascii_only: bool
) -> list[Line]:
    """Draw a curve.

    Args:
        plot: What to draw.
        point: Where on it one stands.
        cells: Width, at least 12.
        rows: Height, title and axes included, at least 4.
        ascii_only: Whether to draw with ASCII alone.
    """
    glyphs = ASCII_GLYPHS if ascii_only else UNICODE_GLYPHS
    canvas = raster.Canvas(cells, rows)
    end = canvas.put(_LEFT, 0, plot.title, _STRONG)
    canvas.put(end + 1, 0, plot.figure, _QUIET)
    has_labels = rows >= _WITH_LABELS
    height = rows - 2 - has_labels
    view = raster.View(glyphs.dots, _LEFT, 1, cells - _LEFT, height, 0.0, 1.0, 0.0, 1.0, False)
    for row in range(height):
        canvas.put(_LEFT - 1, 1 + row, glyphs.y_line, _AXIS)
    for value, label in _TICKS:
        y = view.cell_y(value)
        if y is not None and (height > 2 or value != 0.5):
            canvas.put(0, 1 + y, label, _QUIET)
            canvas.put(_LEFT - 1, 1 + y, glyphs.y_tick, _AXIS)
    canvas.put(_LEFT - 1, 1 + height, glyphs.corner + glyphs.rule * view.width, _AXIS)
    name = cells_of(plot.x_name, ascii_only)
    if has_labels:
        canvas.put(_LEFT, 2 + height, "0", _QUIET)
        canvas.put(cells - 1, 2 + height, "1", _QUIET)
        canvas.put(
            _LEFT + max((view.width - name.size) // 2, 2), 2 + height, name, _QUIET, cells - 2
        )
    else:
        canvas.put(
            _LEFT + max((view.width - name.size - 2) // 2, 0),
            1 + height,
            f" {plot.x_name} ",
            _QUIET,
        )
    order = np.argsort(plot.x, kind="stable")  # a damaged report may hold any numbers
    chance = np.array([plot.chance, 1.0 if plot.rises else plot.chance])
    raster.draw_curves(
        canvas,
        view,
        [
            raster.Curve(np.array([0.0, 1.0]), chance, _AXIS, True, None),
            raster.Curve(plot.x[order], plot.y[order], _CURVE, False, glyphs.val),
        ],
        glyphs.point,
    )
    if point is not None:
        x, y = view.cell_x(point[0]), view.cell_y(point[1])
        if x is not None and y is not None:
            canvas.put(_LEFT + x, 1 + y, glyphs.best, _MARK)
    return [tuple((text, _LOOKS[style]) for text, style in canvas.runs(row)) for row in range(rows)]


def _counts(curve: Curve) -> tuple[Points, Points]:
    points = min(len(curve.true_positives), len(curve.false_positives))
    found = np.array(curve.true_positives[:points], dtype=np.float64)
    return found, np.array(curve.false_positives[:points], dtype=np.float64)

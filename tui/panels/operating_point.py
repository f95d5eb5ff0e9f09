"""Where on its curves a classifier is used: a class, a threshold, and exactly what that gets right.

The figures come from every row's probabilities (``predictions.npz``), not from the thinned curves.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from engine.errors import Problem
from engine.insight import ranking
from engine.run.folder import RunFolder
from engine.run.predictions import Predictions, read_predictions
from engine.run.report import Classification, Curve, OperatingPoint
from tui.figures import count, share
from tui.format import shorten, wrap
from tui.panels.curve_lines import plot_lines, precision_plot, roc_plot
from tui.widgets.page_parts import beside, heading
from tui.widgets.painted import Line, lines_of

STEPS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05),
    *(step / 20 for step in range(2, 19)),
    *(0.95, 0.98, 0.99, 0.995, 0.998, 0.999),
)
"""The thresholds a key steps through: closer to each other towards the ends, where a network that
is sure of itself has most of its rows."""

_NAME_CELLS = 32
_NARROWEST, _WIDEST = 30, 60  # cells of a curve
_INDENT = 3


class Position:
    """A class and a threshold that a person moves.

    Args:
        folder: The run.
        found: What its report says.
    """

    def __init__(self, folder: RunFolder, found: Classification) -> None:
        self.found = found
        self.threshold = 0.5
        self._folder = folder
        self._at = 0
        self._predictions: Predictions | Problem | None = None

    @property
    def name(self) -> str:
        """The class."""
        return self.curve.name

    @property
    def several(self) -> bool:
        """Whether there are other classes to go to."""
        return len(self.found.curves) > 1

    @property
    def curve(self) -> Curve:
        """The curves of the class."""
        return self.found.curves[self._at]

    def move(self, step: int) -> None:
        """Go to the next lower or higher threshold."""
        if step > 0:
            place = min(bisect_right(STEPS, self.threshold), len(STEPS) - 1)
            self.threshold = max(STEPS[place], self.threshold)
        else:
            place = max(bisect_left(STEPS, self.threshold) - 1, 0)
            self.threshold = min(STEPS[place], self.threshold)

    def turn(self, step: int) -> None:
        """Go to the next class, or the one before."""
        self._at = (self._at + step) % len(self.found.curves)

    def to_best(self) -> bool:
        """Go to the threshold of the highest F1; say whether there is one."""
        best = self.curve.best_threshold
        if best == best:
            self.threshold = best
        return best == best

    def figures(self) -> OperatingPoint:
        """Count, at this place.

        Raises:
            Problem: The predictions are missing, damaged or of other classes.
        """
        known = self._read()
        place = self.found.classes.index(self.name)
        return ranking.at_threshold(
            known.probabilities[:, place], known.labels == place, self.threshold, self.name
        )

    def _read(self) -> Predictions:
        if self._predictions is None:
            try:
                classes, self._predictions = read_predictions(self._folder, self.found.part)
                known = {curve.name for curve in self.found.curves} <= set(classes)
                if classes != self.found.classes or not known:
                    self._predictions = Problem("The predictions are of other classes.")
            except Problem as problem:
                self._predictions = problem
        if isinstance(self._predictions, Problem):
            raise self._predictions
        return self._predictions


def position_lines(
    position: Position, about: str, cells: int, rows: int, *, ascii_only: bool
) -> list[Line]:
    """Return the figures at a place and both curves with it marked.

    Args:
        position: Where.
        about: What is to be known of the part it is counted on.
        cells: Room for a line.
        rows: Lines that a curve may take.
        ascii_only: Whether to draw with ASCII alone.
    """
    curve = position.curve
    name = shorten(position.name, _NAME_CELLS)
    lines: list[Line] = [heading("operating point", about)]
    lines.append(
        ((f"   {name}", "accent"), (f" from a probability of {position.threshold:.4g} on", ""))
    )
    marks: tuple[tuple[float, float] | None, tuple[float, float] | None] = None, None
    try:
        point = position.figures()
    except Problem as problem:
        lines += lines_of([f"   {line}" for line in wrap(str(problem), cells - 5)], "muted")
    else:
        lines += _figures(point)
        fallout = 1 - point.specificity
        # Above the highest probability nothing is taken: the precision is that of the first row.
        marks = (fallout, point.recall), (point.recall, point.precision)
    across = 2 if cells >= 2 * _NARROWEST + _INDENT + 4 else 1
    wide = min((cells - _INDENT - 1 - 4 * (across - 1)) // across, _WIDEST)
    if wide < 12:
        return lines
    plots = [
        [
            ((" " * _INDENT, ""), *line)
            for line in plot_lines(plot, mark, wide - _INDENT, rows, ascii_only=ascii_only)
        ]
        for plot, mark in zip((roc_plot(curve), precision_plot(curve)), marks, strict=True)
    ]
    return lines + beside(plots, cells)


def _figures(point: OperatingPoint) -> list[Line]:
    positives = point.true_positives + point.false_negatives
    negatives = point.true_negatives + point.false_positives
    return [
        (
            (f"   precision {share(point.precision):<8}recall {share(point.recall):<8}", ""),
            (f"F1 {share(point.f1):<8}", "strong"),
            (f"found {count(point.true_positives)} of {count(positives)}", "muted"),
        ),
        (
            (
                f"   accuracy  {share(point.accuracy):<8}specificity {share(point.specificity):<8}",
                "",
            ),
            (f"wrongly taken {count(point.false_positives)} of {count(negatives)}", "muted"),
        ),
    ]

"""What ``dlconsole report`` says of predicted classes: each of them, what is confused, how sure."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tui import figures
from tui.commands.output import (
    Cell,
    Column,
    cut,
    heading,
    print_table,
    print_wrapped,
    room,
    say,
    styled,
    width,
)
from tui.confusion import LEVELS, RIGHT, lay_out
from tui.safe_text import printable
from tui.words import FLATTERS

if TYPE_CHECKING:
    from engine.run.report import Calibration, Classification, Report

_INDENT = "  "
_LEVEL_STYLES: dict[int, dict[str, Any]] = {
    RIGHT: {"fg": "green"},
    0: {"dim": True},
    LEVELS - 1: {"fg": "yellow"},
    LEVELS: {"fg": "red", "bold": True},
}


def print_classification(report: Report, found: Classification) -> None:
    """Write what is known of each class, of what is confused and of the probabilities."""
    part = part_of(report, found.part)
    if found.undecided:
        rows = f"{figures.count(found.undecided)} of {figures.count(_rows(found))} rows"
        print_wrapped(f"No number came out for {rows}; they count as wrong.", indent=_INDENT)
        say()
    say(heading(f"By class: {part}"))
    _print_classes(found)
    say()
    _print_matrix(found, part)
    if found.confused:
        say(heading(f"Most confused: {part}"))
        _print_confused(found)
        say()
    say(heading(f"Calibration: {part}"))
    _print_calibration(found.calibration, _stated(found))
    say()
    if found.mistakes:
        say(heading(f"Worst mistakes: {part}"))
        _print_mistakes(found)
        say()


def part_of(report: Report, part: str) -> str:
    """Return what a part of the data is called, and what has to be said with its figures."""
    return f"{part} part" + (f" ({FLATTERS})" if flatters(report, part) else "")


def flatters(report: Report, part: str) -> bool:
    """Say whether a part's figures flatter, since the same rows were looked at for choosing."""
    return report.validates_on_test and part in ("val", "test")


def _rows(found: Classification) -> int:
    return sum(score.support for score in found.per_class)


def _stated(found: Classification) -> str:
    """Say what the probabilities of the calibration are of."""
    return found.classes[1] if len(found.classes) == 2 else "the predicted class"


def _print_classes(found: Classification) -> None:
    curves = {curve.name: curve for curve in found.curves}
    columns = [
        Column("class", flexible=True),
        *(Column(each, right=True) for each in ("precision", "recall", "f1", "rows")),
    ]
    against_the_rest = len(found.classes) > 2
    if against_the_rest:
        columns += [Column("auc", right=True), Column("avg precision", right=True)]
    rows = []
    for score in found.per_class:
        cells = [score.name, *map(figures.share, (score.precision, score.recall, score.f1))]
        cells.append(figures.count(score.support))
        if against_the_rest:
            curve = curves.get(score.name)
            cells += (
                [figures.share(each) for each in (curve.auc, curve.average_precision)]
                if curve
                else []
            )
        rows.append([*cells, *[figures.UNKNOWN] * (len(columns) - len(cells))])
    print_table(columns, rows, indent=_INDENT)
    if against_the_rest:
        say("  auc and avg precision: this class against all others, at every threshold")
        return
    for curve in found.curves:
        auc, average, best = map(figures.share, (curve.auc, curve.average_precision, curve.best_f1))
        print_wrapped(
            f"{curve.name} against the rest, at every threshold: ROC AUC {auc}, average precision "
            f"{average}; best F1 {best} at {figures.metric(curve.best_threshold)} (found on these "
            "rows)",
            indent=_INDENT,
            hanging=_INDENT * 2,
        )


def _print_matrix(found: Classification, part: str) -> None:
    names = [printable(name) for name in found.classes]
    matrix = lay_out(names, found.confusion, room() - len(_INDENT), width)
    if matrix is None:
        return
    say(heading(f"Confusion matrix: {part}"))
    head = "".join(_right(name, matrix.cells) for name in matrix.heads)
    say(_INDENT + " " * matrix.label_cells + styled(head, sys.stdout, bold=True))
    for label, row in zip(matrix.labels, matrix.rows, strict=True):
        label = cut(label, matrix.label_cells)
        cells = [
            styled(
                _right(count.text, matrix.cells), sys.stdout, **_LEVEL_STYLES.get(count.level, {})
            )
            for count in row
        ]
        say(_INDENT + label + " " * (matrix.label_cells - width(label)) + "".join(cells))
    say("  actual classes down, predicted ones across")
    say()


def _right(text: str, cells: int) -> str:
    return " " * (cells - width(text)) + text


def _print_confused(found: Classification) -> None:
    support = {score.name: score.support for score in found.per_class}
    print_table(
        [
            Column("actual", flexible=True),
            Column("predicted as", flexible=True),
            Column("rows", right=True),
            Column("of its class", right=True),
        ],
        [
            (actual, predicted, figures.count(rows), figures.part(rows, support.get(actual, 0)))
            for actual, predicted, rows in found.confused
        ],
        indent=_INDENT,
    )


def _print_calibration(found: Calibration, stated: str) -> None:
    bins = zip(found.counts, found.mean_probability, found.share, strict=False)
    print_table(
        [Column(each, right=True) for each in ("probability", "rows", "said", "was so")],
        [
            (f"{low:.1f} - {high:.1f}", figures.count(rows), figures.share(said), figures.share(so))
            for (low, high), (rows, said, so) in zip(pairwise(found.edges), bins, strict=False)
            if rows
        ],
        indent=_INDENT,
    )
    print_wrapped(
        f"Probabilities of {stated}; expected calibration error {figures.share(found.error)}.",
        indent=_INDENT,
    )


def _print_mistakes(found: Classification) -> None:
    has_texts = any("text" in mistake.shown for mistake in found.mistakes)
    columns = [
        Column("row", flexible=True),
        Column("actual", flexible=True),
        Column("predicted", flexible=True),
        Column("probability", right=True),
    ]
    print_table(
        [*columns, Column("text", flexible=True)] if has_texts else columns,
        [
            [
                Cell(mistake.name, {}),
                Cell(mistake.actual, {}),
                Cell(mistake.predicted, {}),
                Cell(figures.share(mistake.probability), {}),
                *([Cell(mistake.shown.get("text", ""), {"dim": True})] if has_texts else []),
            ]
            for mistake in found.mistakes
        ],
        indent=_INDENT,
    )

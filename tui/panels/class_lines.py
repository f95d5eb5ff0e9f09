"""What the report says of predicted classes, as lines: each class, what is confused, how sure."""

from __future__ import annotations

from itertools import pairwise

from engine.run.report import Classification, Mistake
from tui.figures import UNKNOWN, count, part, share
from tui.format import bar, shorten
from tui.widgets.page_parts import figures_table, heading
from tui.widgets.painted import Line, lines_of, width
from tui.widgets.pictures import side_by_side

_NAME_CELLS = 24
_BAR_CELLS = 12


def class_lines(found: Classification, about: str) -> list[Line]:
    """Return the figures of each class."""
    heads = ["", "precision", "recall", "F1", "rows"]
    curves = {curve.name: curve for curve in found.curves}
    several = len(found.classes) > 2
    rows = []
    for score in found.per_class:
        cells = [
            shorten(score.name, _NAME_CELLS),
            *map(share, (score.precision, score.recall, score.f1)),
            count(score.support),
        ]
        if several:
            curve = curves.get(score.name)
            cells += [share(curve.auc), share(curve.average_precision)] if curve else [UNKNOWN] * 2
        rows.append(cells)
    lines = [heading("classes", about)]
    lines += figures_table([*heads, "AUC", "avg prec."] if several else heads, rows)
    if found.undecided:
        text = f"   no number came out for {count(found.undecided)} rows; they count as wrong"
        lines += lines_of([text], "bad")
    return lines


def confused_lines(found: Classification, about: str) -> list[Line]:
    """Return the pairs that are taken for one another most often."""
    if not found.confused:
        return []
    support = {score.name: score.support for score in found.per_class}
    rows = [
        [
            shorten(actual, _NAME_CELLS),
            shorten(predicted, _NAME_CELLS),
            count(rows),
            part(rows, support.get(actual, 0)),
        ]
        for actual, predicted, rows in found.confused
    ]
    heads = ["actual", "taken for", "rows", "of its class"]
    return [heading("most confused", about), *figures_table(heads, rows)]


def calibration_lines(found: Classification, about: str) -> list[Line]:
    """Return what the probabilities said beside what was so, a line a bin."""
    calibration = found.calibration
    of = f"of {found.classes[1]}" if len(found.classes) == 2 else "of the predicted class"
    lines: list[Line] = [
        heading("calibration", about),
        (
            (f"   probability {shorten(of, _NAME_CELLS)}", "muted"),
            (f"   expected error {share(calibration.error)}", ""),
        ),
        (
            (f"   {'':<9}  {'rows':>9}", "muted"),
            (f"  {'said':<{_BAR_CELLS + 7}}", "muted"),
            (f"  {'was so':<{_BAR_CELLS + 7}}".rstrip(), "muted"),
        ),
    ]
    bins = zip(calibration.counts, calibration.mean_probability, calibration.share, strict=False)
    for (low, high), (rows, said, so) in zip(pairwise(calibration.edges), bins, strict=False):
        if rows:
            lines.append(
                (
                    (f"   {low:.1f} … {high:.1f}  {count(rows):>9}  ", "muted"),
                    (f"{said:.3f}  ", ""),
                    (bar(said, _BAR_CELLS), "muted"),
                    (f"  {so:.3f}  ", ""),
                    (bar(so, _BAR_CELLS), "accent"),
                )
            )
    return lines


def mistake_lines(found: Classification, about: str, cells: int, ramp: str) -> list[Line]:
    """Return the worst mistakes, as pictures or with the beginning of a text.

    Args:
        found: What to show.
        about: What is to be known of the part they were made on.
        cells: Room for a line.
        ramp: See :func:`tui.widgets.pictures.picture_lines`.
    """
    if not found.mistakes:
        return []
    if any("picture" in mistake.shown for mistake in found.mistakes):
        cards = [(each.shown.get("picture", ""), _beneath(each)) for each in found.mistakes]
        return [heading("worst mistakes", about), *side_by_side(cards, cells, ramp)]
    rows = [
        [
            shorten(each.name, _NAME_CELLS),
            shorten(each.actual, _NAME_CELLS),
            shorten(each.predicted, _NAME_CELLS),
            share(each.probability),
        ]
        for each in found.mistakes
    ]
    head, *body = figures_table(["", "actual", "taken for", "probability"], rows)
    lines = [heading("worst mistakes", about), head]
    taken = max(map(width, body))
    room = cells - taken - 5
    for line, mistake in zip(body, found.mistakes, strict=True):
        text = mistake.shown.get("text", "")
        if text and room >= _NAME_CELLS:  # in the same line
            gap = " " * (taken - width(line) + 3)
            line = (*line, (gap + shorten(text, room), "muted"))
        lines.append(line)
        if text and room < _NAME_CELLS:
            lines.append(((f"     {shorten(text, cells - 7)}", "muted"),))
    return lines


def _beneath(mistake: Mistake) -> list[Line]:
    """Return what stands beneath the picture of a mistake."""
    return [
        ((f"{share(mistake.probability)} {mistake.predicted}", "bad"),),
        ((f"is {mistake.actual}", ""),),
        ((mistake.name, "muted"),),
    ]

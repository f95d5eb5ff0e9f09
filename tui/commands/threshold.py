"""``dlconsole report RUN --threshold T``: exact figures at an operating point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Problem, nearest
from engine.insight import ranking
from engine.run.predictions import PARTS, read_predictions
from engine.run.report import OperatingPoint, OperatingPoints, Report
from tui import figures
from tui.commands.output import Column, heading, print_table, print_wrapped, say
from tui.words import FLATTERS

if TYPE_CHECKING:
    from engine.run.folder import RunFolder

_LISTED = 100  # classes that are listed, or looked through for a similar name


def at_threshold(
    folder: RunFolder, report: Report, threshold: float, name: str | None, part: str | None
) -> OperatingPoints:
    """Count, from a run's predictions, what a threshold gets right.

    Args:
        folder: The run.
        report: Its report.
        threshold: From which probability on a row is taken for a class.
        name: The class; without one the second of two, or all of more.
        part: ``val`` or ``test``, which it is without one.

    Raises:
        Problem: The run predicts no classes, or has none of this name, or one of the others makes
            no sense, or the predictions are missing.
    """
    if report.classification is None:
        raise Problem(
            f"Expected a run that predicts classes, got {folder.name}: {report.task}.",
            f"Without --threshold there is a report: dlconsole report {folder.name}",
        )
    if not 0 <= threshold <= 1:
        raise Problem(
            f"Expected a threshold from 0 to 1, got {threshold:g}.",
            "It is a probability: --threshold 0.5.",
        )
    part = part or "test"
    if part not in PARTS:
        raise Problem(f"Expected --part {' or '.join(PARTS)}, got {part!r}.", nearest(part, PARTS))
    classes, found = read_predictions(folder, part)
    if name is not None and name not in classes:
        raise Problem(
            f"The run {folder.name} knows no class {name!r}.",
            nearest(name, classes)
            if len(classes) <= _LISTED
            else f"It knows {len(classes)}: dlconsole report {folder.name}",
        )
    wanted = [name] if name is not None else classes[1:] if len(classes) == 2 else classes
    places = [classes.index(each) for each in wanted]
    return OperatingPoints(
        run=folder.name,
        part=part,
        rows=len(found.labels),
        threshold=threshold,
        classes=[
            ranking.at_threshold(
                found.probabilities[:, place], found.labels == place, threshold, classes[place]
            )
            for place in places
        ],
        validates_on_test=report.validates_on_test,
    )


def print_points(points: OperatingPoints) -> None:
    """Write the figures of one class at length, those of several as a table."""
    part = f"{points.part} part, {figures.count(points.rows)} rows"
    one = points.classes[0].name if len(points.classes) == 1 else "a class"
    say(heading(f"{points.run}: taken for {one} from a probability of {points.threshold:g} on"))
    say(f"  {part}")
    if points.validates_on_test:
        say(f"  {FLATTERS}")
    say()
    if len(points.classes) == 1:
        _print_one(points.classes[0])
    else:
        _print_several(points)


def _print_one(point: OperatingPoint) -> None:
    taken = point.true_positives, point.false_positives
    left = point.false_negatives, point.true_negatives
    print_table(
        [Column("actual", flexible=True), Column("taken", right=True), Column("not", right=True)],
        [
            (who, figures.count(yes), figures.count(no))
            for who, yes, no in zip((point.name, "others"), taken, left, strict=True)
        ],
        indent="  ",
    )
    say()
    print_table(
        [Column(""), Column("", right=True), Column("")],
        [
            ("precision", figures.share(point.precision), "of what is taken, is right"),
            ("recall", figures.share(point.recall), f"of {point.name}, is taken"),
            ("f1", figures.share(point.f1), "of the two"),
            ("specificity", figures.share(point.specificity), "of the others, is not taken"),
            ("accuracy", figures.share(point.accuracy), "of all, is taken for what it is"),
        ],
        indent="  ",
    )


def _print_several(points: OperatingPoints) -> None:
    names = ("taken", "wrongly", "missed", "precision", "recall", "f1", "specificity", "accuracy")
    print_table(
        [Column("class", flexible=True), *(Column(each, right=True) for each in names)],
        [
            (
                each.name,
                figures.count(each.true_positives + each.false_positives),
                figures.count(each.false_positives),
                figures.count(each.false_negatives),
                *map(
                    figures.share,
                    (each.precision, each.recall, each.f1, each.specificity, each.accuracy),
                ),
            )
            for each in points.classes
        ],
        indent="  ",
    )
    print_wrapped("Each class against all others; a row may be taken for several.", indent="  ")

"""``dlconsole report``: how well a run did, on every part of the data, baselines beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from engine.errors import Problem
from engine.recipe import Published
from engine.run.folder import RunFolder
from engine.run.report import Finding, Histogram, Report, read_report
from engine.run.state import FINAL, examine
from tui import figures
from tui.commands.classification_report import flatters, print_classification
from tui.commands.completion import complete_run
from tui.commands.output import Cell, Column, heading, print_json, print_table, print_wrapped, say
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.published import published_for
from tui.safe_text import printable
from tui.words import FLATTERS

_SYNTHETIC = "SYNTHETIC DATA: generated, not observed"
_BAR_CELLS = 24
_PARTS = ("train", "val", "test")


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole report last", "of the latest run"),
        ("dlconsole report last --json | jq '.scores[0].parts.test'", "the network's test figures"),
        ("dlconsole report last --threshold 0.3 --class spam", "a class from 0.3 on"),
    ],
)
@click.argument("run", shell_complete=complete_run)
@click.option(
    "--threshold",
    type=float,
    metavar="SHARE",
    help="Show what taking every row with at least this probability for a class gets right.",
)
@click.option(
    "--class", "name", metavar="NAME", help="Which class; else the second of two, or all of more."
)
@click.option("--part", metavar="val|test", help="Of which part of the data; else test.")
@json_option
@click.pass_obj
def report(
    invocation: Invocation,
    run: str,
    threshold: float | None,
    name: str | None,
    part: str | None,
    as_json: bool,
) -> None:
    """Show how well a run did, baselines beside it.

    With --json: report.json as it is, NaN and infinities as the strings "nan", "inf", "-inf".
    With --threshold and --json: one object with run, part, rows, threshold, validates_on_test and
    classes, a list with the counts and figures of each.
    """
    if threshold is None and (name is not None or part is not None):
        raise Problem(
            "--class and --part say what --threshold is about, and there is none.",
            "Add --threshold 0.5.",
        )
    folder = invocation.training(run)
    found = _read(folder)
    if threshold is not None:
        from tui.commands.threshold import at_threshold, print_points  # within: they need NumPy

        points = at_threshold(folder, found, threshold, name, part)
        if as_json:
            print_json(points)
        else:
            print_points(points)
        return
    if as_json:
        print_json(found)
        return
    print_report(folder, found, _published(folder))


def _read(folder: RunFolder) -> Report:
    """Return a run's report; where there is none, say why."""
    try:
        return read_report(folder)
    except Problem:
        verdict = examine(folder)
        if folder.report.exists() or verdict.state not in FINAL or verdict.state == "done":
            raise
        raise Problem(
            f"The run {folder.name} has no report: it is {verdict.state}. {verdict.why}",
            verdict.remedy or f"What it trained is kept: dlconsole predict {folder.name} FILE",
        ) from None


def _published(folder: RunFolder) -> Sequence[Published]:
    try:
        return published_for(folder.read_spec())
    except Problem:
        return ()


def print_report(folder: RunFolder, report: Report, published: Sequence[Published]) -> None:
    """Write a report to standard output."""
    say(heading(f"{folder.name}: {report.recipe} {report.preset}, {report.task}"))
    say()
    if report.synthetic:
        say(heading(_SYNTHETIC))
    _print_about(report)
    say()
    for metric in _metrics(report):
        _print_scores(report, metric, [each for each in published if each.metric == metric])
        say()
    if report.histogram is not None:
        _print_histogram(report.histogram, report)
        say()
    if report.classification is not None:
        print_classification(report, report.classification)
    _print_findings(report.findings)
    if report.notes:
        say()
        say(heading("Notes on the data"))
        for note in report.notes:
            print_wrapped(f"- {note}", indent="  ", hanging="    ")


def print_short_report(report: Report) -> None:
    """Write the network beside its baselines by the headline metric, and what the numbers say."""
    if report.synthetic:
        say(heading(_SYNTHETIC))
    _print_scores(report, report.headline, ())
    say()
    _print_findings(report.findings)


def _print_about(report: Report) -> None:
    rows = ", ".join(f"{figures.count(rows)} {part}" for part, rows in report.rows.items())
    inputs = f"{len(report.inputs)}: {', '.join(report.inputs)}" if report.inputs else ""
    best = f"epoch {report.best_epoch} ({report.monitor} {figures.metric(report.best)})"
    trained = (
        f"{report.epochs} epochs in {figures.span(report.seconds)}, "
        f"{figures.count(report.parameters)} parameters"
    )
    about = [
        ("data", report.data),
        ("rows", f"{rows} (split seed {report.split_seed})"),
        ("predicts", report.target),
        ("inputs", inputs),
        ("trained", f"{trained}, seed {report.seed}"),
        ("best", best if report.best_epoch else ""),
    ]
    for name, text in about:
        if text:
            print_wrapped(f"{name:<10}{text}", indent="  ", hanging=" " * 12)


def _metrics(report: Report) -> list[str]:
    """Return the metrics of a report, the headline first, without those that say the same."""
    names = dict.fromkeys(
        metric for score in report.scores for part in score.parts.values() for metric in part
    )
    distinct: dict[tuple[float | None, ...], str] = {}
    for name in sorted(names, key=lambda name: name != report.headline):
        values = (part.get(name) for score in report.scores for part in score.parts.values())
        # As the loss does where it is the mean absolute error.
        distinct.setdefault(tuple(values), name)
    return list(distinct.values())


def _print_scores(report: Report, metric: str, published: Sequence[Published]) -> None:
    """Write the table of one metric: predictors down, parts of the data across."""
    found = {part for score in report.scores for part in score.parts}
    parts = [part for part in _PARTS if part in found] + sorted(found - set(_PARTS))
    unit = report.units.get(metric, "")
    title = f"{metric.removesuffix('_original')}{f' ({unit})' if unit else ''}"
    values: dict[str, dict[str, float | None]] = {
        score.name: {part: score.parts.get(part, {}).get(metric) for part in parts}
        for score in report.scores
    }
    best = _best(values, report) if metric == report.headline else ""
    if published:
        values["published"] = {each.split: each.value for each in published}
    texts = iter(figures.column([by_part.get(p) for by_part in values.values() for p in parts]))
    rows = []
    for name in values:
        style = {"bold": True} if name == "network" else {}
        cells = (name, *(next(texts) for _ in parts), "*" if name == best else "")
        rows.append([Cell(each, style) for each in cells])
    columns = [Column(title), *(Column(part, right=True) for part in parts), Column("")]
    print_table(columns, rows)
    if metric == report.headline:
        which = "lowest" if report.lower_is_better else "highest"
        judged = _judged_part(report)
        say(f"  * {which} on {judged}")
    if any(flatters(report, part) for part in parts):
        say(f"  {FLATTERS}")
    if published:
        ranges = [
            f"{each.split} {each.value:g} to {each.upper:g}"
            for each in published
            if each.upper is not None
        ]
        which = f" ({', '.join(ranges)}, of which the lower end is shown)" if ranges else ""
        say(printable(f"  published: {published[0].source}{which}"))


def _judged_part(report: Report) -> str:
    """Return the part of the data by which predictors are compared."""
    found = {part for score in report.scores for part in score.parts}
    return "test" if "test" in found else next(iter(sorted(found)), "test")


def _best(values: Mapping[str, Mapping[str, float | None]], report: Report) -> str:
    """Return the predictor that does best by the headline metric; empty where none can be told."""
    part = _judged_part(report)
    sign = 1.0 if report.lower_is_better else -1.0
    known = {
        name: sign * value
        for name, by_part in values.items()
        if (value := by_part.get(part)) is not None and value == value  # NaN is not the best
    }
    return min(known, key=lambda name: known[name], default="")


def _print_histogram(histogram: Histogram, report: Report) -> None:
    """Draw how predicted values are spread beside actual ones."""
    say(heading(f"Predicted and actual {report.target} of the test rows".replace("  ", " ")))
    most = max(1, *histogram.actual, *histogram.predicted)
    print_table(
        [
            Column("from", right=True),
            Column("actual", right=True),
            Column(""),
            Column("predicted", right=True),
            Column(""),
        ],
        [
            (
                edge,
                str(actual),
                f"{_bar(actual, most):<{_BAR_CELLS}}",
                str(predicted),
                _bar(predicted, most),
            )
            for edge, actual, predicted in zip(
                figures.column(histogram.edges)[:-1],
                histogram.actual,
                histogram.predicted,
                strict=False,
            )
        ],
        indent="  ",
    )


def _bar(rows: int, most: int) -> str:
    halves = round(2 * _BAR_CELLS * rows / most)
    if rows and not halves:
        halves = 1  # a few rows are not none
    return "█" * (halves // 2) + "▌" * (halves % 2)


def _print_findings(findings: Sequence[Finding]) -> None:
    if not findings:
        return
    say(heading("What the numbers say"))
    for finding in findings:
        print_wrapped(f"- {finding.title}: {finding.evidence}", indent="  ", hanging="    ")
        print_wrapped(finding.advice, indent="    ")

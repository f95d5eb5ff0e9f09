"""What came out of a run: what the numbers say, the network beside the baselines, a histogram.

The report is read when its file appears or is replaced, not again and again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Problem
from engine.run.report import Histogram, Report, Score, read_report
from tui.figures import count, metric, span
from tui.format import bar, pad, table, wrap
from tui.widgets.painted import Line, lines_of
from tui.widgets.view_panel import ViewPanel

if TYPE_CHECKING:
    from engine.run.view import RunView

_PARTS = ("train", "val", "test")


class ReportPanel(ViewPanel):
    """Shows ``report.json``."""

    def __init__(self, view: RunView, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._report: Report | None = None
        self._problem: Problem | None = None
        self._seen: tuple[int, int] | None = None

    def refresh_view(self) -> None:
        self.look()
        self.redraw()

    def look(self) -> bool:
        """Read the report if its file is another than at the last look; say whether it was."""
        try:
            status = self.view.folder.report.stat()
            seen = (status.st_mtime_ns, status.st_size)
        except OSError:
            seen = (0, 0)
        if seen == self._seen:
            return False
        self._seen, self._report, self._problem = seen, None, None
        try:
            self._report = read_report(self.view.folder)
        except Problem as problem:
            self._problem = problem
        return True

    @property
    def there(self) -> bool:
        """Whether there is a report that can be read."""
        return self._report is not None

    def compose_lines(self, cells: int) -> list[Line]:
        room = max(cells - 2, 10)
        report = self._report
        if report is None:
            if self._problem is None:
                return []
            return lines_of([f" {line}" for line in wrap(str(self._problem), room)], "muted")
        lines = [*_facts(report, room), ()]
        for finding in report.findings:
            lines += lines_of([f" {line}" for line in wrap(finding.title, room)], "strong")
            lines += lines_of([f"   {line}" for line in wrap(finding.evidence, room - 2)], "muted")
            lines += lines_of([f"   {line}" for line in wrap(finding.advice, room - 2)])
            lines.append(())
        lines += _scores(report)
        lines.append(())
        if report.histogram is not None:
            lines += _histogram(report, report.histogram, cells)
            lines.append(())
        notes = [line for note in report.notes for line in wrap(note, room)]
        return lines + lines_of([f" {line}" for line in notes], "muted")


def _scores(report: Report) -> list[Line]:
    """Return every predictor's headline on every part, and its other metrics on the last part."""
    parts = [part for part in _PARTS if any(part in score.parts for score in report.scores)]
    way = "lower is better" if report.lower_is_better else "higher is better"
    lines = [_heading(report.headline, f"{report.units.get(report.headline, '')}, {way}")]
    rows = [
        [score.name, *(_value(score, part, report.headline) for part in parts), span(score.seconds)]
        for score in report.scores
    ]
    lines += _laid_out(["", *parts, "fitted in"], rows)
    last = parts[-1] if parts else ""
    names = dict.fromkeys(name for score in report.scores for name in score.parts.get(last, {}))
    others = [name for name in names if name not in ("loss", report.headline)]
    if others:
        heads = [f"{n.removesuffix('_original')} {report.units.get(n, '')}".strip() for n in others]
        rows = [
            [score.name, *(_value(score, last, name) for name in others)] for score in report.scores
        ]
        lines += [_heading(f"{last} part", ""), *_laid_out(["", *heads], rows)]
    return lines


def _heading(text: str, about: str) -> Line:
    return (f" {text}", "strong"), (f" {about.removeprefix(', ')}", "muted")


def _value(score: Score, part: str, name: str) -> str:
    return metric(score.parts.get(part, {}).get(name))


def _laid_out(headings: list[str], rows: list[list[str]]) -> list[Line]:
    head, *body = table(headings, rows, gap=3)
    lines = lines_of([f"   {head}"], "muted")
    lines += lines_of([f"   {line}" for line in body[:1]], "accent")
    return lines + lines_of([f"   {line}" for line in body[1:]])


def _histogram(report: Report, histogram: Histogram, cells: int) -> list[Line]:
    """Draw how many rows fall into each bin, predicted beside actual."""
    bins = list(zip(histogram.edges, histogram.edges[1:], histogram.predicted, histogram.actual))  # noqa: B905 - a damaged one may be of unequal lengths
    most = max((max(predicted, actual) for *_, predicted, actual in bins), default=0)
    target = report.target or "the target"
    lines = [_heading(target, "rows of the test part in each range")]
    if not most:
        return lines
    labels = [f"{metric(low)} … {metric(high)}" for low, high, *_ in bins]
    label = max(map(len, labels))
    number = len(count(most))
    width = max((cells - label - 2 * number - 12) // 2, 4)
    heads = pad("actual", width + number + 1), pad("predicted", width + number + 1)
    lines.append(((" " * (label + 5), ""), (heads[0], "muted"), ("   ", ""), (heads[1], "muted")))
    for text, (_, _, predicted, actual) in zip(labels, bins, strict=True):
        lines.append(
            (
                (f"   {pad(text, label, right=True)}  ", "muted"),
                (f"{pad(count(actual), number, right=True)} ", ""),
                (bar(actual / most, width), "muted"),
                (f"   {pad(count(predicted), number, right=True)} ", ""),
                (bar(predicted / most, width), "accent"),
            )
        )
    return lines


def _facts(report: Report, room: int) -> list[Line]:
    rows = ", ".join(f"{count(number)} {part}" for part, number in report.rows.items())
    label = " (generated data)" if report.synthetic else ""
    best = f"; best {report.monitor} {metric(report.best)} at epoch {report.best_epoch}"
    texts = [
        f"{report.data}{label}: {rows}",
        f"{count(report.parameters)} parameters, {count(report.epochs)} epochs in "
        f"{span(report.seconds)}{best if report.best is not None else ''}",
    ]
    return lines_of([f" {line}" for text in texts for line in wrap(text, room)], "muted")

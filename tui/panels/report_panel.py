"""What came out of a run: what the numbers say, the network beside the baselines, and more.

Of predicted numbers there is a histogram, of predicted classes what is known of each, and of any
threshold that a person moves to.

The report is read when its file appears or is replaced, not again and again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from engine.errors import Problem
from engine.run.report import Classification, Report, Score, read_report
from tui import keys
from tui.figures import count, metric, span
from tui.format import wrap
from tui.panels.class_lines import calibration_lines, class_lines, confused_lines, mistake_lines
from tui.panels.confusion_lines import confusion_lines
from tui.panels.histogram_lines import histogram_lines
from tui.panels.operating_point import Position, position_lines
from tui.panels.view_panel import ViewPanel
from tui.widgets.page_parts import beside, figures_table, heading
from tui.widgets.painted import Line, lines_of
from tui.widgets.pictures import Shaded
from tui.words import FLATTERS

if TYPE_CHECKING:
    from engine.run.view import RunView

_PARTS = ("train", "val", "test")
_POSITION_LINES = 4  # what the operating point takes beside its curves


class ReportPanel(ViewPanel, Shaded):
    """Shows ``report.json``; of a classification with an operating point that keys move.

    Args:
        view: The run; somebody else refreshes it.
        ascii_only: Whether the terminal knows ASCII alone.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("report", "classes")

    def __init__(self, view: RunView, *, ascii_only: bool = False, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._ascii_only = ascii_only
        self._report: Report | None = None
        self._problem: Problem | None = None
        self._position: Position | None = None
        self._seen: list[tuple[int, int]] = []
        self._position_at = 0, 0

    def look(self) -> bool:
        """Read the report if its file is another than at the last look; say whether it was."""
        folder = self.view.folder
        seen = [_mark(folder.report), _mark(folder.predictions)]
        if seen == self._seen:
            return False
        self._seen = seen
        report: Report | None = None
        told: Problem | None = None
        try:
            report = read_report(folder)
        except Problem as problem:
            told = problem
        found = report.classification if report is not None else None
        position = Position(folder, found) if found is not None and found.curves else None
        self._report, self._problem, self._position = report, told, position
        return True

    @property
    def there(self) -> bool:
        """Whether there is a report that can be read."""
        return self._report is not None

    @property
    def key_places(self) -> tuple[str, ...]:
        """Whose keys mean something now; keys of :data:`tui.keys.PLACES`."""
        if self._position is None:
            return ()
        return ("report", "classes") if self._position.several else ("report",)

    def action_threshold(self, step: int) -> None:
        """Go to the next lower or higher threshold."""
        if self._position is not None:
            self._position.move(step)
            self._show_position()

    def action_best(self) -> None:
        """Go to the threshold of the highest F1."""
        if self._position is not None:
            if not self._position.to_best():
                self.notify("There is none: the part has no rows of this class.", timeout=3)
            self._show_position()

    def action_turn(self, step: int) -> None:
        """Go to the next class, or the one before."""
        if self._position is not None:
            self._position.turn(step)
            self._show_position()

    def _show_position(self) -> None:
        """Draw anew, and bring the operating point into view where it is not."""
        self.redraw()
        first, stop = self._position_at
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if first < top or min(stop, first + height) > top + height:
            self.scroll_to(y=first, animate=False, immediate=True)

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
            lines += histogram_lines(report, report.histogram, cells)
            lines.append(())
        if report.classification is not None:
            lines += self._classification(report, report.classification, cells, len(lines))
        notes = [line for note in report.notes for line in wrap(note, room)]
        return lines + lines_of([f" {line}" for line in notes], "muted")

    def _classification(
        self, report: Report, found: Classification, cells: int, above: int
    ) -> list[Line]:
        """Return what is known of predicted classes, to stand below so many lines."""
        about = f"{found.part} part{_flatters(report, found.part)}"
        lines: list[Line] = []
        if self._position is not None:
            rows = min(max(self.scrollable_content_region.height - _POSITION_LINES, 6), 16)
            lines += position_lines(self._position, about, cells, rows, ascii_only=self._ascii_only)
            self._position_at = above, above + len(lines)
        blocks = class_lines(found, about), confusion_lines(found, about, cells)
        lines += beside(blocks, cells)
        lines += beside((confused_lines(found, about), calibration_lines(found, about)), cells)
        return lines + beside((mistake_lines(found, about, cells, self.way),), cells)


def _mark(path: Path) -> tuple[int, int]:
    """Return what tells a file from the one that takes its place."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _flatters(report: Report, *parts: str) -> str:
    """Return what has to be said beside figures of some parts."""
    seen = report.validates_on_test and any(part in ("val", "test") for part in parts)
    return f" · {FLATTERS}" if seen else ""


def _scores(report: Report) -> list[Line]:
    """Return every predictor's headline on every part, and its other metrics on the last part."""
    parts = [part for part in _PARTS if any(part in score.parts for score in report.scores)]
    way = "lower is better" if report.lower_is_better else "higher is better"
    unit = report.units.get(report.headline, "")
    about = f"{unit}, {way}" if unit else way
    lines = [heading(report.headline, about + _flatters(report, *parts))]
    rows = [
        [score.name, *(_value(score, part, report.headline) for part in parts), span(score.seconds)]
        for score in report.scores
    ]
    lines += figures_table(["", *parts, "fitted in"], rows, first="accent")
    last = parts[-1] if parts else ""
    others = _others(report, last)
    if others:
        heads = [f"{n.removesuffix('_original')} {report.units.get(n, '')}".strip() for n in others]
        rows = [
            [score.name, *(_value(score, last, name) for name in others)] for score in report.scores
        ]
        lines.append(heading(f"{last} part", _flatters(report, last).removeprefix(" · ")))
        lines += figures_table(["", *heads], rows, first="accent")
    return lines


def _others(report: Report, part: str) -> list[str]:
    """Return the metrics beside the headline, without a loss that is one of them under its name."""
    names = dict.fromkeys(name for score in report.scores for name in score.parts.get(part, {}))
    values = {
        name: [score.parts.get(part, {}).get(name) for score in report.scores] for name in names
    }
    return [
        name
        for name in names
        if name != report.headline
        and not (name == "loss" and values[name] in [values[n] for n in names if n != "loss"])
    ]


def _value(score: Score, part: str, name: str) -> str:
    return metric(score.parts.get(part, {}).get(name))


def _facts(report: Report, room: int) -> list[Line]:
    rows = ", ".join(f"{count(number)} {part}" for part, number in report.rows.items())
    label = " (generated data)" if report.synthetic else ""
    best = f"; best {report.monitor} {metric(report.best)} at epoch {report.best_epoch}"
    texts = [
        f"{report.data}{label}: {rows}",
        f"{count(report.parameters)} parameters, {count(report.epochs)} epochs in "
        f"{span(report.seconds)}{best if report.best is not None else ''}",
    ]
    lines = lines_of([f" {line}" for text in texts for line in wrap(text, room)], "muted")
    if report.validates_on_test:
        lines += lines_of([f" {line}" for line in wrap(FLATTERS.capitalize(), room)], "warn")
    return lines

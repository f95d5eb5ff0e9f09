"""One run of a comparison as it is followed: its curves, its settings and what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.run.comparison import Compared, report_of
from engine.run.folder import RunFolder
from engine.run.report import Report
from engine.run.view import RunView
from tui.charts.curves import LEARNING_RATE, Curves
from tui.charts.style import AXES, FloatArray, Series

BOTH, VAL, TRAIN = "both", "val", "train"
"""Which curves of a metric are drawn: of training and validation, or of one of them."""


class ComparedRun:
    """Follows a run.

    Args:
        folder: The run.
        role: The entry of the palette that is its own.

    Attributes:
        compared: The run as a comparison sees it.
        is_hidden: Whether its curves are left out.
    """

    def __init__(self, folder: RunFolder, role: str) -> None:
        self.folder = folder
        self.role = role
        self.compared = Compared(folder, folder.path.name, "")
        self.is_hidden = False
        self._view = RunView(folder)
        self._curves = Curves()
        self._metrics: list[str] = []
        self._points: dict[tuple[str, str], tuple[FloatArray, FloatArray]] = {}
        self._report: Report | None = None
        self._report_stamp = 0

    @property
    def is_live(self) -> bool:
        """Whether a worker is at it."""
        return self._view.verdict.live

    def look(self) -> bool:
        """Read what is new; say whether anything is. Runs in a thread."""
        changed = self._view.refresh()
        # Samples are most of what a journal holds, and nothing here shows them.
        self._view.samples.clear()
        changed |= self._look_for_report()
        if changed:
            self._take_curves()
            self.compared = Compared.of(self._view, self._report)
        return changed

    def _take_curves(self) -> None:
        """Take over new epochs. What is drawn meanwhile are the curves as they were."""
        self._curves.take(self._view.epochs)
        names = self._curves.names()
        self._points = {
            (key, axis): self._curves.points(key, axis)
            for name in names
            for key in (name, f"val_{name}")
            for axis in AXES
        }
        self._metrics = names

    def _look_for_report(self) -> bool:
        try:
            stamp = self.folder.report.stat().st_mtime_ns
        except OSError:
            stamp = 0
        if stamp == self._report_stamp and (self._report is not None or not stamp):
            return False
        before, self._report_stamp = self._report, stamp
        self._report = report_of(self._view) if stamp else None
        return self._report != before

    def metrics(self) -> list[str]:
        """Return the metrics that it has curves of, without ``val_``."""
        return self._metrics

    def has_val(self, metric: str) -> bool:
        """Say whether it has a curve of a metric on the validation part."""
        found = self._points.get((f"val_{metric}", "epoch"))
        return found is not None and bool(found[0].size)

    def series(self, metric: str, axis: str, parts: str, name: str) -> list[Series]:
        """Return its curves of a metric; those of training are drawn quietly beside others.

        Args:
            metric: The metric, without ``val_``.
            axis: What x counts; a key of :data:`~tui.charts.style.AXES`.
            parts: :data:`BOTH`, :data:`VAL` or :data:`TRAIN`; a metric without validation has the
                curve that it has.
            name: What the legend calls the run.
        """
        wanted: list[tuple[str, str, bool]] = []
        if (metric, axis) not in self._points:
            return []
        has_val = self.has_val(metric)
        if has_val and parts != TRAIN:
            wanted.append((f"val_{metric}", name, False))
        if not has_val or parts != VAL:
            label = f"{name} train" if parts == BOTH and has_val else name
            wanted.append((metric, label, parts == BOTH and has_val))
        found = []
        for key, label, faint in wanted:
            x, y = self._points[key, axis]
            if x.size and not (metric == LEARNING_RATE and faint):
                column = f"{self.compared.name} {key.replace(' ', '_')}"
                found.append(Series(label, x, y, self.role, faint=faint, key=column))
        return found


def short_names(names: Sequence[str], most: int) -> list[str]:
    """Return what tells names apart, for a legend: without the words that all of them have.

    Args:
        names: The names, made of words with hyphens between them.
        most: Cells that a name may take; of a longer one the end is kept, where its id is.
    """
    words = [name.split("-") for name in names]
    shared = set(words[0]).intersection(*words[1:]) if len(words) > 1 else set()
    found = []
    for each in words:
        name = "-".join([word for word in each[:-1] if word not in shared] + each[-1:])
        found.append(name if len(name) <= most else f"…{name[1 - most :]}")
    return found

"""Runs beside each other: the settings in which they differ, and what came out of each.

Pure functions of :class:`Compared`, which is one run as a comparison sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.errors import Problem
from engine.run.facts import METRIC, Fact, settings
from engine.run.folder import RunFolder
from engine.run.report import Report, read_report
from engine.run.view import RunView

TEST = "test."
"""What the name of a figure on the test part begins with."""

_COUNTED = ("epochs_done", "best", "best_epoch", "seconds")


@dataclass(frozen=True)
class Compared:
    """One run.

    Attributes:
        folder: The run.
        name: What it is called.
        state: What it is doing, in a word.
        settings: What was asked for, by name.
        changed: What a setting was changed to while the run went on, by name.
        figures: What came out so far, by name: metrics of the last complete epoch (``metric.``
            before them), those on the test part (``test.`` before them), complete epochs, the best
            value of the monitored metric, its epoch and seconds of training.
        monitor: The metric by which the best epoch is chosen; empty where that is not known.
        monitor_mode: ``min`` or ``max``: which way it is better.
        note: What a person noted about it.
    """

    folder: RunFolder
    name: str
    state: str
    settings: Mapping[str, Fact] = field(default_factory=dict)
    changed: Mapping[str, Fact] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    monitor: str = ""
    monitor_mode: str = "min"
    note: str = ""

    @classmethod
    def of(cls, view: RunView, report: Report | None = None) -> Compared:
        """Return a run as it was last seen.

        Args:
            view: The run, refreshed.
            report: What came out of it, where there is a report.
        """
        spec = view.spec
        label = view.folder.read_label()
        return cls(
            folder=view.folder,
            name=label.name or view.folder.path.name,
            state=view.verdict.state,
            settings=settings(spec) if spec is not None else {},
            changed=_changed(view),
            figures=_figures(view, report),
            monitor=spec.monitor if spec is not None else "",
            monitor_mode=spec.monitor_mode if spec is not None else "min",
            note=label.note,
        )


def report_of(view: RunView) -> Report | None:
    """Return a run's report; None where there is none, or only one of before it went on."""
    try:
        report = read_report(view.folder)
    except Problem:
        return None
    return report if not view.epochs or report.epochs == view.epochs[-1].epoch else None


def differing(runs: Sequence[Compared]) -> list[str]:
    """Return the names of the settings in which runs differ, in the order of the forms.

    A setting that only some of them have is one, and so is one that was changed on the way. A run
    of which no setting is known, because its ``run.json`` is damaged, says nothing about any.
    """
    runs = [run for run in runs if run.settings]
    names = dict.fromkeys(name for run in runs for name in run.settings)
    return [
        name
        for name in names
        if len({run.settings.get(name) for run in runs}) > 1
        or any(name in run.changed for run in runs)
    ]


def common(runs: Sequence[Compared]) -> dict[str, Fact]:
    """Return the settings that all runs share, with their values."""
    apart = set(differing(runs))
    first = next((run.settings for run in runs if run.settings), {})
    return {name: value for name, value in first.items() if name not in apart}


def figure_names(runs: Sequence[Compared]) -> list[str]:
    """Return the names of the figures that any of the runs has, what decides first.

    First comes the best value of the monitored metric, then the test part, then the last epoch's
    metrics (validation before training), then what was spent.
    """
    names = dict.fromkeys(name for run in runs for name in run.figures)
    monitors = {f"{METRIC}{run.monitor}" for run in runs}

    def place(name: str) -> tuple[int, int]:
        if name in _COUNTED:
            return (0 if name.startswith("best") else 4), _COUNTED.index(name)
        if name.startswith(TEST):
            return 1, 0
        is_val = name.startswith(f"{METRIC}val_")
        return (2 if is_val else 3), int(name not in monitors)

    return sorted(names, key=place)


def lower_is_better(name: str, runs: Sequence[Compared]) -> bool | None:
    """Say which way a figure is better; None where that cannot be said.

    A loss or an error is better when it is lower; of the monitored metric the runs say so.
    """
    bare = name.removeprefix(METRIC).removeprefix(TEST).removeprefix("val_")
    for run in runs:
        if name == "best" or run.monitor.removeprefix("val_") == bare:
            return run.monitor_mode == "min"
    kind = bare.partition("_")[0]  # mae_original is one of its kind
    if kind in ("loss", "mae", "mse", "rmse"):
        return True
    if kind in ("accuracy", "auc", "f1", "r2", "precision", "recall"):
        return False
    return None


def _changed(view: RunView) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for each in view.applied.values():
        if each.epochs is not None:
            found["epochs"] = each.epochs
        if each.learning_rate is not None:
            found["learning_rate"] = each.learning_rate
    asked = view.spec.values if view.spec is not None else {}
    return {name: value for name, value in found.items() if asked.get(name) != value}


def _figures(view: RunView, report: Report | None) -> dict[str, float]:
    found: dict[str, float] = {}
    status = view.status
    if view.epochs:
        last = view.epochs[-1]
        found["epochs_done"] = last.epoch
        found |= {f"{METRIC}{name}": value for name, value in last.metrics.items()}
    if status is not None:
        if status.best is not None:
            found["best"], found["best_epoch"] = status.best, status.best_epoch
        if status.seconds:
            found["seconds"] = status.seconds
    network = (
        next((each for each in report.scores if each.name == "network"), None) if report else None
    )
    if network is not None:
        found |= {f"{TEST}{name}": value for name, value in network.parts.get("test", {}).items()}
    return found

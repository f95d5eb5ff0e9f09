"""What stands beside each other when runs are compared."""

from __future__ import annotations

from pathlib import Path

from engine.run.comparison import Compared, common, differing, figure_names, lower_is_better
from engine.run.folder import RunFolder


def run(name: str, *, changed=None, figures=None, monitor="val_loss", mode="min", **settings):
    """Return a run as a comparison sees it."""
    return Compared(
        RunFolder(Path("/runs") / name),
        name,
        "done",
        {"recipe": "wine", **settings},
        changed or {},
        figures or {},
        monitor,
        mode,
    )


def test_only_what_differs_is_named():
    runs = [run("a", rate=1e-3, units="32"), run("b", rate=3e-4, units="32")]
    assert differing(runs) == ["rate"]
    assert common(runs) == {"recipe": "wine", "units": "32"}


def test_a_setting_that_some_do_not_have_differs():
    assert differing([run("a", rate=1e-3), run("b", rate=1e-3, momentum=0.9)]) == ["momentum"]


def test_a_run_of_which_nothing_is_known_makes_no_difference():
    damaged = Compared(RunFolder(Path("/runs/x")), "x", "damaged")
    runs = [damaged, run("a", rate=1e-3), run("b", rate=1e-3)]
    assert differing(runs) == []
    assert common(runs) == {"recipe": "wine", "rate": 1e-3}


def test_a_setting_that_was_changed_on_the_way_differs():
    runs = [run("a", rate=1e-3), run("b", rate=1e-3, changed={"rate": 3e-4})]
    assert differing(runs) == ["rate"]
    assert "rate" not in common(runs)


def test_figures_come_in_the_order_of_their_weight():
    figures = {
        "epochs_done": 3,
        "metric.loss": 0.2,
        "metric.mae": 0.2,
        "metric.val_mae": 0.3,
        "metric.val_loss": 0.3,
        "best": 0.3,
        "best_epoch": 2,
        "seconds": 9.0,
        "test.mae": 0.4,
    }
    assert figure_names([run("a", figures=figures)]) == [
        "best",
        "best_epoch",
        "test.mae",
        "metric.val_loss",
        "metric.val_mae",
        "metric.loss",
        "metric.mae",
        "epochs_done",
        "seconds",
    ]


def test_which_way_a_figure_is_better():
    by_accuracy = [run("a", monitor="val_accuracy", mode="max")]
    assert lower_is_better("best", by_accuracy) is False
    assert lower_is_better("metric.accuracy", by_accuracy) is False
    assert lower_is_better("metric.val_loss", by_accuracy) is True
    assert lower_is_better("test.auc", by_accuracy) is False
    assert lower_is_better("seconds", by_accuracy) is None

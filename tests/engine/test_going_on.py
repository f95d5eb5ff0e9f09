"""Which runs go on, which are refused and why, and what makes going on inexact."""

from __future__ import annotations

import pytest

from engine.errors import Problem
from engine.process.launch import resume
from engine.run import conditions
from engine.run.conditions import processor, versions
from engine.run.view import RunView
from tests.torture.trial import Trial


def test_the_same_conditions_make_no_difference():
    now = conditions.conditions("tensorflow")
    assert conditions.differences(now, conditions.conditions("tensorflow")) == []


@pytest.mark.parametrize("name", ["python", "keras", "tensorflow", "numpy", "processor"])
def test_each_difference_is_named_with_then_and_now(name):
    now = conditions.conditions("tensorflow")
    (said,) = conditions.differences({**now, name: "earlier"}, now)
    assert said == f"{name} {now[name]}, then earlier"


def test_the_other_backend_and_what_only_baselines_use_do_not_count():
    names = conditions.conditions("tensorflow")
    assert "jax" not in names
    assert "scikit-learn" not in names
    assert set(names) - {"python", "processor"} <= set(versions())


def test_another_gpu_is_a_difference():
    then = conditions.conditions("tensorflow", "NVIDIA H200")
    assert conditions.differences(then, conditions.conditions("tensorflow", "NVIDIA A100")) == [
        "gpu NVIDIA A100, then NVIDIA H200"
    ]
    assert conditions.differences(then, conditions.conditions("tensorflow")) == [
        "gpu absent, then NVIDIA H200"
    ]


def test_a_processor_is_its_model_and_what_kernels_are_chosen_by(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    one = "processor\t: 0\nmodel name\t: Turbo 9000\nflags\t\t: fpu avx avx2 fma sse\n\n"
    cpuinfo.write_text(one + one.replace("9000", "1"))
    assert processor(cpuinfo) == "Turbo 9000 avx avx2 fma"
    assert processor(tmp_path / "none")


@pytest.fixture
def finished(stable, runs_dir):
    """Return a run that has trained two epochs."""
    folder = Trial(runs_dir, stable, epochs=2, patience=0).place()
    assert stable.run(folder) == 0
    return folder


def test_a_resume_on_another_kind_of_processor_is_inexact_and_says_so(finished):
    index = finished.snapshot_index
    index.write_text(index.read_text().replace(processor(), "Turbo 9000 avx"))
    with pytest.raises(Problem, match="would not go on exactly: processor") as caught:
        resume(finished, epochs=4)
    assert "--inexact" in caught.value.remedy
    assert resume(finished, epochs=4, inexact=True).wait(120) == 0
    view = RunView(finished)
    view.refresh()
    assert view.verdict.state == "done"
    assert len(view.epochs) == 4
    assert not view.started.exact


def test_a_loss_that_became_nan_needs_another_learning_rate(stable, runs_dir):
    wild = {"optimizer": "sgd", "loss": "mse", "units": (512, 512), "schedule": "constant"}
    trial = Trial(runs_dir, stable, epochs=6, patience=0, learning_rate=1.0, **wild)
    folder = trial.place()
    assert stable.run(folder) == 1
    with pytest.raises(Problem, match="fail again at the same step") as caught:
        resume(folder)
    assert "--learning-rate" in caught.value.remedy
    assert resume(folder, learning_rate=1e-4).wait(120) == 0
    view = RunView(folder)
    view.refresh()
    assert view.verdict.state == "done"


def test_where_no_snapshot_was_kept_a_finished_run_cannot_be_extended(stable, runs_dir):
    folder = Trial(runs_dir, stable, epochs=1, patience=0).place(snapshots="off")
    assert stable.run(folder) == 0
    with pytest.raises(Problem, match="kept no snapshot"):
        resume(folder, epochs=3)

"""Real searches: coordinator, oracle and trainings, from the order to the table."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

import msgspec
import psutil
import pytest

from engine.catalog import read_recipe_file
from engine.errors import Problem
from engine.process.launch import launch, resume
from engine.run.commands import CullTrial, FixValue, GoOn, Pause, SetTrials, StopAfterEpoch, StopNow
from engine.run.folder import RunFolder, create
from engine.run.view import RunView

HYPERBAND = {
    "method": "hyperband",
    "epochs": 3,
    "space": {"dropout": "0..0.5", "learning_rate": "1e-4..1e-1"},
}


def alive(search) -> list[psutil.Process]:
    """Return the processes that have to do with a search."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if str(search.folder.path) in " ".join(process.info["cmdline"] or []):
            found.append(process)
    return found


def test_a_killed_hyperband_ends_with_the_table_of_an_untouched_one(search, runs_dir):
    untouched = search(**HYPERBAND)
    view = untouched.end()
    assert view.verdict.state == "done"
    assert view.ended is not None
    assert view.ended.cause == "Plan complete: 6 trials."
    table = untouched.table()
    assert len(table) == 6
    assert view.status is not None
    assert (view.status.epoch, view.status.epochs) == (11, 11)

    # What was promoted went on as if it had never stopped.
    promoted = next(each for each in view.trials.values() if each.asked.parent)
    run = view.runs(promoted)[0]
    spec = run.read_spec()
    alone = create(runs_dir, msgspec.structs.replace(spec, name="alone"), {})
    launch(alone).wait(120)
    whole = RunView(alone)
    whole.refresh()
    parts = untouched.training(run.path.name)
    assert parts.started is not None
    assert parts.started.generation > 1
    assert [each.metrics for each in parts.epochs] == [each.metrics for each in whole.epochs]

    # A training is killed, then another together with the coordinator: the same table.
    disturbed = search(**HYPERBAND)
    disturbed.wait(lambda view: _kill_a_training(disturbed))
    disturbed.wait(lambda view: len(view.scored()) >= 3)
    disturbed.kill()
    _kill_a_training(disturbed)
    assert disturbed.wait(lambda view: not view.verdict.live).verdict.state == "lost"
    disturbed.resume()
    disturbed.end()
    assert disturbed.table() == table
    assert not alive(disturbed)


def _kill_a_training(search) -> bool:
    """Kill the worker of a trial under way; say whether there was one."""
    for trial in search.view.trials.values():
        started = search.training(trial.asked.runs[0]).started if trial.ended is None else None
        if started is not None:
            with suppress(ProcessLookupError):
                os.kill(started.pid, signal.SIGKILL)
                return True
    return False


OWN_RECIPE = """
from dataclasses import replace
from recipes.wine import RECIPE as WINE
RECIPE = replace(WINE, name="mine", network="my_net.py:build")
"""
OWN_NETWORK = """
import resource
import keras
import numpy

def build(*, input_shape, outputs, settings):
    (units,) = settings["units"]
    if units == 2:
        raise RuntimeError("two units are one too many")
    if units == 3:
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + 2**28, used + 2**28))
        numpy.ones(2**28)
    bias = keras.initializers.Constant(float("nan") if units == 4 else 0.0)
    hidden = keras.layers.Dense(units, bias_initializer=bias)
    return keras.Sequential([keras.Input(input_shape), hidden, keras.layers.Dense(outputs)])
"""


def test_trials_that_fail_are_told_with_their_cause_while_the_search_goes_on(
    search, tmp_path, monkeypatch
):
    monkeypatch.setenv("DLCONSOLE_PRETEND_GPUS", "2")
    (tmp_path / "mine.py").write_text(OWN_RECIPE)
    (tmp_path / "my_net.py").write_text(OWN_NETWORK)
    grid = search(
        read_recipe_file(tmp_path / "mine.py"),
        method="grid",
        space={"units": "1|2|3|4|5"},
        epochs=2,
        failures=9,
        parallel=2,
        keep=1,
        device="auto",
    )
    view = grid.end()
    assert view.verdict.state == "done"
    trials = {tuple(each.asked.values["units"]): each for each in view.trials.values()}
    assert {units[0]: each.state for units, each in trials.items()} == {
        1: "completed",
        2: "failed",
        3: "failed",
        4: "failed",
        5: "completed",
    }
    # Two at once have a device each.
    devices = {grid.training(name).started.device for name in ("t001", "t002")}
    assert devices == {"gpu:0", "gpu:1"}
    assert "two units are one too many" in trials[(2,)].ended.cause
    assert trials[(2,)].ended.reason == "defect"
    assert trials[(3,)].ended.reason == "memory"
    assert trials[(4,)].ended.reason == "nan"
    # Of two that completed one was to keep its weights; all have their records.
    kept = [view.runs(each)[0].model.is_file() for each in (trials[(1,)], trials[(5,)])]
    assert sorted(kept) == [False, True]
    assert all(view.runs(each)[0].journal.is_file() for each in trials.values())
    assert not alive(grid)


def test_a_search_is_steered(search):
    steered = search(
        space={"dropout": "0..0.5", "momentum": "0..0.9"},
        changes={"optimizer": "sgd", "batch_size": 1},
        trials=3,
        epochs=1000,
    )
    steered.wait(lambda view: view.trials and steered.training("t001").epochs)
    assert steered.ask(Pause) == "applied"
    steered.wait(lambda view: view.verdict.state == "paused")
    assert steered.wait(lambda _: steered.training("t001").verdict.state == "paused")
    assert steered.ask(Pause) == "refused: It is paused already."
    assert steered.ask(GoOn) == "applied"
    assert steered.ask(FixValue, name="momentum", value=0.25) == "applied"
    assert "not varied" in steered.ask(FixValue, name="units", value=[3])
    assert "not under way" in steered.ask(CullTrial, trial=7)
    assert steered.ask(SetTrials, trials=2) == "applied"
    assert steered.ask(CullTrial, trial=1) == "applied"
    view = steered.wait(lambda view: 2 in view.trials and steered.training("t002").epochs)
    assert view.trials[1].state == "culled"
    assert view.trials[2].asked.values["momentum"] == 0.25

    # Stopped now it leaves its training with a snapshot, and goes on from there.
    assert steered.ask(StopNow) == "applied"
    view = steered.end()
    assert view.verdict.state == "stopped"
    assert "dlconsole resume" in view.verdict.remedy
    before = steered.training("t002")
    assert before.verdict.state == "stopped"
    steered.resume()
    steered.wait(lambda _: len(steered.training("t002").epochs) > len(before.epochs))
    assert steered.training("t002").started.from_step > 0
    assert steered.ask(CullTrial, trial=2) == "applied"
    view = steered.end()
    assert view.ended is not None
    assert view.ended.cause == "Plan complete: 2 trials."
    with pytest.raises(Problem, match="is done"):
        resume(steered.folder)


def test_data_that_cannot_be_learned_from_ends_the_search_in_one_sentence(search, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("a,b\n" + "".join(f"{n},{n * n}\n" for n in range(50)))
    begun = time.monotonic()
    view = search(space={"dropout": "0..0.5"}, data=str(table), target="c").end()
    assert view.ended is not None
    assert (view.ended.outcome, view.ended.reason) == ("failed", "data")
    assert "'c'" in view.ended.cause
    assert len(view.trials) == 1
    assert time.monotonic() - begun < 60


def test_a_search_stops_after_its_trials_and_counts_its_budget(search):
    bounded = search(
        space={"dropout": "0..0.5"}, trials=50, epochs=2, budget_epochs=4, folds=2, parallel=2
    )
    view = bounded.end()
    assert view.ended is not None
    assert (view.ended.outcome, view.ended.cause) == ("done", "The budget of 4 epochs is spent.")
    (trial,) = view.trials.values()
    assert trial.asked.runs == ["t001-f1", "t001-f2"]
    assert trial.ended.spread is not None
    assert trial.score == pytest.approx(sum(trial.ended.scores) / 2)
    first, second = (RunFolder(each.path) for each in view.runs(trial))
    assert first.read_spec().baselines
    assert not second.read_spec().baselines
    # More trials are meant: budgets count no longer.
    bounded.resume(trials=30)
    bounded.wait(lambda view: len(view.trials) >= 2)
    bounded.ask(StopAfterEpoch)
    view = bounded.end()
    assert view.verdict.state == "stopped"
    assert all(each.state == "completed" for each in view.trials.values())

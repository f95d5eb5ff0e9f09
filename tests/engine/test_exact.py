"""A run that is killed and resumed ends as if nothing had happened: same weights, same epochs."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.errors import Problem
from engine.process.launch import launch, resume
from engine.run.commands import Pause, SnapshotNow, StopAfterEpoch, StopNow, send
from engine.run.folder import RunFolder
from engine.run.snapshots import path_of, read_index
from engine.run.state import examine
from engine.run.view import RunView
from tests.conftest import wait_for
from tests.torture.points import Plan
from tests.torture.stable import Stable
from tests.torture.trial import Outcome, Trial, named

_PARTS = 4


def look(folder: RunFolder) -> RunView:
    view = RunView(folder)
    view.refresh()
    return view


@pytest.mark.parametrize("part", range(_PARTS))
def test_a_kill_at_any_named_point_changes_nothing(trial, part):
    short = trial(epochs=5)
    untouched, points = short.untouched()
    points = named(points)
    assert len(points) > 70
    for expected in (
        "start",
        "before fsync journal.jsonl",
        "before replace snapshot.json",
        "after replace snapshot.json",
        "after steps of an epoch",
        "before steps of a validation",
        "before replace model.keras",
        "before report",
        "before last word",
    ):
        assert any(point.startswith(expected) for point in points), expected
    for point in points[part::_PARTS]:
        assert short.killed_at(point)[0] == untouched, point


def test_ten_kills_in_a_row_change_nothing(trial, stable):
    long = trial(epochs=12)
    untouched, _ = long.untouched()
    folder = long.place()
    for number in range(10):
        # Every other one comes an epoch further before it dies.
        point = ("before steps of a validation", "after replace snapshot.json")[number % 2]
        assert stable.run(folder, Plan(die_at=point)) == -9
    assert look(folder).started.generation == 10
    outcome, step = long.go_on(folder)
    assert (outcome, step) == (untouched, 5 * 12)


def test_a_resumed_run_that_is_killed_goes_on_exactly(trial, stable):
    short = trial(epochs=6)
    untouched, _ = short.untouched()
    folder = short.place()
    assert stable.run(folder, Plan(die_at="after replace snapshot.json #2")) == -9
    assert stable.run(folder, Plan(die_at="after replace snapshot.json #2")) == -9
    outcome, step = short.go_on(folder)
    assert outcome == untouched
    assert step == 4 * 12


def test_a_kill_while_paused_changes_nothing(trial, stable, tmp_path):
    short = trial(epochs=4, batch_size=1)
    untouched, _ = short.untouched()
    folder = short.place()
    pid = stable.start(
        folder, Plan(wait_at="after steps of an epoch #4", gate=str(tmp_path / "gate"))
    )
    wait_for(lambda: look(folder).progress)
    send(folder.commands, Pause(generation=1))
    wait_for(lambda: look(folder).commands)
    (tmp_path / "gate").touch()
    wait_for(lambda: look(folder).verdict.state == "paused")
    os.kill(pid, signal.SIGKILL)
    assert stable.wait(pid) == -9
    snapshot = look(folder).snapshot
    assert snapshot is not None
    assert 0 < snapshot.step < 354
    outcome, step = short.go_on(folder)
    assert (outcome, step) == (untouched, snapshot.step)


@pytest.mark.parametrize("command", [StopNow, StopAfterEpoch])
def test_a_stopped_run_goes_on_exactly(trial, stable, tmp_path, command):
    short = trial(epochs=4, batch_size=1)
    untouched, _ = short.untouched()
    folder = short.place()
    pid = stable.start(
        folder, Plan(wait_at="before steps of an epoch #3", gate=str(tmp_path / "gate"))
    )
    wait_for(lambda: look(folder).progress)
    send(folder.commands, command(generation=1))
    wait_for(lambda: look(folder).commands)
    (tmp_path / "gate").touch()
    assert stable.wait(pid) == 0
    view = look(folder)
    assert view.verdict.state == "stopped"
    assert "dlconsole resume" in view.verdict.remedy
    assert (len(view.epochs) == 0) == (command is StopNow)
    assert short.go_on(folder)[0] == untouched


def test_a_snapshot_within_an_epoch_is_gone_on_from(trial, stable, tmp_path):
    short = trial(epochs=3, batch_size=1)
    untouched, _ = short.untouched()
    folder = short.place(snapshots="off")
    gate = tmp_path / "gate"
    pid = stable.start(folder, Plan(wait_at="after steps of an epoch #4", gate=str(gate)))
    wait_for(lambda: look(folder).progress)
    send(folder.commands, SnapshotNow(generation=1))
    wait_for(lambda: look(folder).commands)
    gate.touch()
    wait_for(lambda: look(folder).snapshot)
    os.kill(pid, signal.SIGKILL)
    stable.wait(pid)
    outcome, step = short.go_on(folder)
    assert outcome == untouched
    assert 0 < step < 354


def test_an_extended_run_is_the_longer_run(trial, stable):
    longer, _ = trial(epochs=9).untouched()
    short = trial(epochs=5)
    folder = short.place()
    assert stable.run(folder) == 0
    assert look(folder).verdict.state == "done"
    with pytest.raises(Problem, match="is done: it has trained its 5 epochs"):
        resume(folder)
    with pytest.raises(Problem, match="more than the 5 epochs"):
        resume(folder, epochs=5)
    process = resume(folder, epochs=9)
    process.wait(120)
    assert Outcome.of(folder) == longer
    assert look(folder).started.from_epoch == 5


def test_early_stopping_can_be_overruled(trial, stable):
    short = trial(epochs=60, learning_rate=0.1, patience=3, schedule="constant")
    folder = short.place()
    assert stable.run(folder) == 0
    ended_at = len(look(folder).epochs)
    assert ended_at < 60
    with pytest.raises(Problem):
        resume(folder)
    assert resume(folder, epochs=60).wait(120) == 0
    view = look(folder)
    assert len(view.epochs) >= ended_at + 3
    assert any("patience of 3" in each.text for each in view.notices)


def test_of_two_that_resume_at_once_one_is_refused(trial, stable):
    short = trial(epochs=400)
    folder = short.place()
    assert stable.run(folder, Plan(die_at="after replace snapshot.json #2")) == -9

    def attempt(_):
        try:
            return resume(folder)
        except Problem as problem:
            return problem

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(attempt, range(2)))
    refused = [each for each in answers if isinstance(each, Problem)]
    assert len(refused) == 1
    (process,) = (each for each in answers if not isinstance(each, Problem))
    process.kill()
    process.wait()
    assert look(folder).verdict.state == "lost"


def test_fresh_processes_go_on_exactly_as_forked_ones_do(trial):
    short = trial(epochs=6)
    untouched, _ = short.untouched()
    folder = short.place()
    process = launch(folder)
    wait_for(lambda: look(folder).epochs, 120)
    process.kill()
    process.wait()
    if examine(folder).state == "lost":
        assert resume(folder).wait(120) == 0
    assert Outcome.of(folder) == untouched


def damage(folder: RunFolder, number: int) -> None:
    path = path_of(folder, read_index(folder).entries[number])
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def test_a_damaged_snapshot_is_noticed_and_the_one_before_it_used(trial, stable):
    short = trial(epochs=6)
    untouched, _ = short.untouched()
    folder = short.place()
    assert stable.run(folder, Plan(die_at="after replace snapshot.json #4")) == -9
    damage(folder, 0)
    outcome, step = short.go_on(folder)
    assert (outcome, step) == (untouched, 3 * 12)
    assert any("damaged" in each.text for each in look(folder).notices)


def test_where_no_snapshot_can_be_read_nothing_is_made_void(trial, stable):
    short = trial(epochs=6)
    folder = short.place()
    assert stable.run(folder, Plan(die_at="after replace snapshot.json #4")) == -9
    before = [each.epoch for each in look(folder).epochs]
    damage(folder, 0)
    damage(folder, 1)
    assert stable.run(folder) == 1
    view = look(folder)
    assert view.verdict.state == "failed"
    assert "No snapshot" in view.verdict.why
    assert [each.epoch for each in view.epochs] == before


def test_a_snapshot_is_not_used_on_other_data(trial, stable, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("a,b\n" + "".join(f"{n},{n % 17}\n" for n in range(200)))
    folder = trial(epochs=400).place(data=str(table), target="b")
    assert stable.run(folder, Plan(die_at="after replace snapshot.json #3")) == -9
    table.write_text(table.read_text() + "1,2\n")
    assert stable.run(folder) == 1
    view = look(folder)
    assert "data is not what it was" in view.verdict.why
    assert len(view.epochs) == 3


def test_a_cosine_goes_on_where_it_was(trial):
    short = trial(epochs=6, schedule="cosine")
    untouched, _ = short.untouched()
    rates = [rate for *_, rate in untouched.epochs]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 0.1 * rates[0]
    assert short.killed_at("after replace snapshot.json #3")[0] == untouched


def test_on_jax_as_well(runs_dir):
    stable = Stable("jax")
    try:
        short = Trial(runs_dir, stable, backend="jax", epochs=5)
        untouched, _ = short.untouched()
        for point in (
            "after steps of an epoch #5",
            "after replace snapshot.json #3",
        ):
            assert short.killed_at(point)[0] == untouched, point
    finally:
        stable.close()

"""Every command on a real worker: in an epoch of many compiled calls, of one, and validating."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from engine.run.commands import (
    Command,
    GoOn,
    Pause,
    SetEpochs,
    SetLearningRate,
    SnapshotNow,
    StopAfterEpoch,
    StopNow,
    send,
    words,
)
from engine.run.folder import RunFolder
from engine.run.view import RunView
from tests.conftest import wait_for
from tests.torture.points import Plan
from tests.torture.stable import Stable
from tests.torture.trial import Trial

EPOCHS = 6
STEPS = {1: 354, 4096: 1}
RECEIPT_SECONDS = 0.5

# Where the worker stands when the command is sent: held there, so that no test depends on speed.
PLACES = {
    "within an epoch": "before steps of an epoch #3",
    "validating": "before steps of a validation #2",
}


class Held:
    """A worker that waits at a point until it is released."""

    def __init__(self, stable: Stable, folder: RunFolder, point: str, gate: Path) -> None:
        self.folder = folder
        self.view = RunView(folder)
        self._stable = stable
        self._gate = gate
        self._note = gate.with_suffix(".points")
        self._pid = stable.start(folder, Plan(wait_at=point, gate=str(gate), note=str(self._note)))
        name = point.partition(" #")[0]
        number = int(point.partition(" #")[2])
        wait_for(lambda: self._note.exists() and self._count(name) >= number)

    def ask(self, command: Command) -> str:
        """Send a command and wait for its receipt; return its id."""
        sent = time.time()
        identity = send(self.folder.commands, command)
        self.until(lambda view: any(each[0] == identity for each in view.commands))
        received = next(each for each in self.records("received") if each["command"] == identity)
        assert received["at"] - sent < RECEIPT_SECONDS
        return identity

    def release(self) -> None:
        """Let it go on."""
        self._gate.touch()

    def until(self, condition: Any) -> RunView:
        """Wait until something can be seen of the run."""

        def holds() -> object:
            self.view.refresh()
            return condition(self.view)

        wait_for(holds, tell=self.folder.console_log.read_text)
        return self.view

    def applied(self, identity: str) -> RunView:
        """Wait until a command has been applied."""
        return self.until(lambda view: identity in view.applied)

    def end(self) -> RunView:
        """Wait for the worker."""
        self._stable.wait(self._pid)
        self.view.refresh()
        return self.view

    def _count(self, name: str) -> int:
        return self._note.read_text().splitlines().count(name)

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Return the journal's records of a kind."""
        lines = self.folder.journal.read_text().splitlines()
        return [each for each in map(json.loads, lines) if each["type"] == kind]


@pytest.fixture(params=list(PLACES))
def where(request):
    return request.param


@pytest.fixture(params=[1, 4096])
def held(request, where, stable, runs_dir, tmp_path):
    trial = Trial(runs_dir, stable, epochs=EPOCHS, batch_size=request.param, patience=0)
    worker = Held(stable, trial.place(snapshots="off"), PLACES[where], tmp_path / "gate")
    yield worker
    worker.release()


def steps_of(held: Held) -> int:
    return STEPS[held.view.spec.values["batch_size"]]


def check_place(held: Held, identity: str, where: str) -> None:
    """An effect is applied at the end of the call under way, and says where that was."""
    applied = held.view.applied[identity]
    steps = steps_of(held)
    if where == "validating":
        assert (applied.step, applied.epoch) == (2 * steps, 1)
    else:
        assert applied.epoch in (0, 2)
        assert applied.epoch * steps <= applied.step <= (applied.epoch + 1) * steps


def test_pause_and_go_on(held, where):
    paused = held.ask(Pause(generation=1))
    assert not held.view.applied
    held.release()
    held.applied(paused)
    held.until(lambda view: view.verdict.state == "paused")
    check_place(held, paused, where)
    assert held.view.snapshot is not None
    assert held.view.snapshot.step == held.view.applied[paused].step
    again = held.ask(Pause(generation=1))
    held.until(lambda view: any(i == again and "already" in state for i, _, state in view.commands))
    before = len(held.view.epochs)
    went_on = held.ask(GoOn(generation=1))
    view = held.end()
    assert went_on in view.applied
    assert view.verdict.state == "done"
    assert len(view.epochs) == EPOCHS > before


def test_stop_now_keeps_a_snapshot(held, where):
    stopped = held.ask(StopNow(generation=1))
    held.release()
    view = held.end()
    check_place(held, stopped, where)
    assert view.verdict.state == "stopped"
    assert view.snapshot is not None
    assert view.snapshot.step == view.applied[stopped].step
    assert held.folder.model.is_file()
    assert not held.folder.report.exists()


def test_stop_after_the_epoch(held):
    stopped = held.ask(StopAfterEpoch(generation=1))
    held.release()
    view = held.end()
    applied = view.applied[stopped]
    assert applied.step == applied.epoch * steps_of(held) == view.epochs[-1].step
    assert len(view.epochs) < EPOCHS
    assert view.verdict.state == "stopped"
    assert held.folder.report.exists()


def test_snapshot_now(held, where):
    taken = held.ask(SnapshotNow(generation=1))
    held.release()
    held.applied(taken)
    check_place(held, taken, where)
    view = held.end()
    assert view.verdict.state == "done"
    records = held.records("snapshot")
    assert records[0]["step"] == view.applied[taken].step


def test_set_epochs(held, where):
    more = held.ask(SetEpochs(generation=1, epochs=EPOCHS + 2))
    held.release()
    view = held.end()
    check_place(held, more, where)
    assert view.applied[more].epochs == EPOCHS + 2
    assert len(view.epochs) == EPOCHS + 2
    assert view.status.epochs == EPOCHS + 2


def test_fewer_epochs_than_are_done_end_it_after_this_one(held):
    fewer = held.ask(SetEpochs(generation=1, epochs=1))
    held.release()
    view = held.end()
    assert view.verdict.state == "done"
    applied = view.applied[fewer]
    assert view.epochs[-1].step >= applied.step > view.epochs[-1].step - 2 * steps_of(held)


def test_set_the_learning_rate(held, where):
    slower = held.ask(SetLearningRate(generation=1, learning_rate=1e-5))
    held.release()
    view = held.end()
    check_place(held, slower, where)
    assert view.applied[slower].learning_rate == 1e-5
    applied = view.applied[slower]
    for epoch in view.epochs:
        # The last step of an epoch decides which rate it names.
        expected = 1e-3 if epoch.step <= applied.step else 1e-5
        assert epoch.learning_rate == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (SetLearningRate(generation=1, learning_rate=0.0), "above 0"),
        (SetLearningRate(generation=1, learning_rate=-1.0), "above 0"),
        (SetEpochs(generation=1, epochs=0), "1 or more"),
        (GoOn(generation=1), "not paused"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(stable, runs_dir, tmp_path, command, why):
    folder = Trial(runs_dir, stable, epochs=2, patience=0).place()
    held = Held(stable, folder, "before steps of an epoch #2", tmp_path / "gate")
    identity = held.ask(command)
    held.release()
    view = held.end()
    fates = [state for i, _, state in view.commands if i == identity]
    assert fates[0] == "received"
    assert why in fates[1]
    assert view.verdict.state == "done"
    assert len(view.epochs) == 2


def test_a_schedule_is_not_overruled(stable, runs_dir, tmp_path):
    folder = Trial(runs_dir, stable, epochs=2, patience=0, schedule="cosine").place()
    held = Held(stable, folder, "before steps of an epoch #2", tmp_path / "gate")
    identity = held.ask(SetLearningRate(generation=1, learning_rate=0.5))
    held.release()
    view = held.end()
    assert any(i == identity and "schedule" in state for i, _, state in view.commands)
    assert max(epoch.learning_rate for epoch in view.epochs) < 1.1e-3


def test_what_comes_too_late_is_refused(stable, runs_dir, tmp_path):
    folder = Trial(runs_dir, stable, epochs=1, patience=0).place()
    held = Held(stable, folder, "before report #1", tmp_path / "gate")
    identity = held.ask(SetEpochs(generation=1, epochs=9))
    held.release()
    view = held.end()
    assert any(i == identity and "over" in state for i, _, state in view.commands)
    assert view.verdict.state == "done"


def test_commands_say_what_they_ask_for():
    assert words(SetEpochs(generation=1, epochs=60)) == "set epochs to 60"
    assert words(SetLearningRate(generation=1, learning_rate=3e-4)) == "set learning rate to 0.0003"
    assert words(Pause(generation=1)) == "pause"

"""A training is known by its folder: whoever takes it up finds out what has to be done."""

from __future__ import annotations

import msgspec

from engine.process.launch import Start
from engine.process.queue import Queue
from engine.run.folder import RunFolder, create
from engine.search.training import Stage, Training
from tests.searches import WrittenSearch


def training(written: WrittenSearch, name: str = "t001", epochs: int = 9) -> Training:
    spec = msgspec.structs.replace(written.spec, name=name, search=None, device="cpu")
    trials = written.folder.trials
    return Training(
        RunFolder(trials / name), written.search, epochs, 0, lambda: create(trials, spec, {})
    )


def begun(one: Training) -> list[Start]:
    """Begin a training, and give up what would be started."""
    started: list[Start] = []
    one.begin(started.append)
    for each in started:
        each.close()
        Queue().leave(each.folder)
    return started


def test_a_folder_that_was_half_made_when_its_coordinator_died_is_made_anew(runs_dir):
    one = training(WrittenSearch(runs_dir))
    (one.folder.path / "commands").mkdir(parents=True)
    assert [start.generation for start in begun(one)] == [1]
    assert one.folder.read_spec().name == "t001"


def test_what_is_done_is_scored_and_not_trained_again(runs_dir):
    written = WrittenSearch(runs_dir)
    written.ask(epochs=3)
    written.curve(1, [0.3, 0.1, 0.2])
    one = training(written, epochs=3)
    assert begun(one) == []
    assert one.stage is Stage.OVER
    assert one.result is not None
    assert (one.result.outcome, one.result.score, one.result.best_epoch) == ("completed", 0.1, 2)


def test_a_metric_that_is_none_is_told_with_those_there_are(runs_dir):
    written = WrittenSearch(runs_dir)
    written.ask(epochs=2)
    written.curve(1, [0.3, 0.1])
    other = msgspec.structs.replace(written.search, objective="val_acc")
    one = Training(RunFolder(written.folder.trials / "t001"), other, 2, 0, lambda: written.folder)
    begun(one)
    assert one.result is not None
    assert one.result.reason == "settings"
    assert "'val_acc' is none of its metrics: loss, val_loss" in one.result.cause

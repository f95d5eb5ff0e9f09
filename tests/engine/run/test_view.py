"""A console sees each epoch once, whatever kills and resumptions lie between."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.run.folder import RunFolder
from engine.run.records import Ended, Epoch, Sample, Started, encode
from engine.run.state import examine
from engine.run.view import RunView


def started(generation: int, from_epoch: int) -> Started:
    return Started(at=1.0, generation=generation, from_epoch=from_epoch, pid=1, host="h")


def epoch(number: int, loss: float) -> Epoch:
    metrics = {"mae": loss, "loss": loss, "val_loss": loss * 2}
    return Epoch(at=1.0, epoch=number, step=number, seconds=1.0, metrics=metrics)


def test_a_later_generation_voids_epochs_and_samples_beyond_where_it_went_on(tmp_path):
    view = RunView(RunFolder(tmp_path))
    view.apply([started(1, 0), epoch(1, 0.5), epoch(2, 0.4), epoch(3, 9.0)])
    view.apply([Sample(at=1.0, epoch=3, kind="predictions")])
    view.apply([started(2, 2), epoch(3, 0.3)])
    assert view.curve("loss") == ([1.0, 2.0, 3.0], [0.5, 0.4, 0.3])
    assert view.samples == []


def test_a_resumed_run_has_not_ended(tmp_path):
    view = RunView(RunFolder(tmp_path))
    view.apply([started(1, 0), Ended(at=1.0, outcome="stopped")])
    assert view.ended is not None
    view.apply([started(2, 0)])
    assert view.ended is None


def test_of_many_samples_the_older_ones_are_thinned(tmp_path):
    view = RunView(RunFolder(tmp_path))
    view.apply([Sample(at=1.0, epoch=n, kind="predictions") for n in range(1, 5001)])
    epochs = [each.epoch for each in view.samples]
    assert len(epochs) <= 512
    assert epochs[-128:] == list(range(4873, 5001))
    assert epochs[0] == 1
    assert epochs == sorted(epochs)


def test_metrics_are_listed_without_their_validation_twins_and_loss_first(tmp_path):
    view = RunView(RunFolder(tmp_path))
    view.apply([epoch(1, 0.5)])
    assert view.metric_names() == ["loss", "mae"]


def test_refresh_says_whether_anything_is_new(tmp_path):
    folder = RunFolder(tmp_path)
    view = RunView(folder)
    view.refresh()
    folder.journal.write_bytes(encode(epoch(1, 0.5)) + b"\n")
    assert view.refresh()
    assert not view.refresh()


def test_every_file_of_a_run_may_be_garbage(tmp_path):
    folder = RunFolder(tmp_path)
    for path in (folder.spec, folder.status, folder.journal, folder.progress, folder.devices):
        path.write_bytes(b"\x00\xff[[[[\n{}\nnull\n" * 3)
    view = RunView(folder)
    view.refresh()
    assert view.spec is None
    assert view.damaged
    assert view.verdict.state in {"damaged", "lost", "starting"}


@pytest.mark.parametrize("look", [lambda f: RunView(f), lambda f: None], ids=["view", "list"])
def test_a_worker_that_ends_while_it_is_looked_at_is_not_called_lost(tmp_path, monkeypatch, look):
    folder = RunFolder(tmp_path)
    folder.spec.write_text("{}")
    folder.journal.write_bytes(encode(started(1, 0)) + b"\n")
    view = look(folder)

    def let_go(lock: Path) -> bool:
        # What a worker does in between: the last word first, then the lock.
        with folder.journal.open("ab") as file:
            file.write(encode(Ended(at=2.0, outcome="done")) + b"\n")
        return False

    monkeypatch.setattr("engine.run.evidence.is_held", let_go)
    if view is None:
        assert examine(folder).state == "done"
    else:
        view.refresh()
        assert view.verdict.state == "done"

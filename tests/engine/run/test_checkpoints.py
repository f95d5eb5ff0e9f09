"""Checkpoints: found by what people call them, and restored without losing anything."""

from __future__ import annotations

import pytest

from engine.errors import Problem
from engine.run.checkpoints import FINAL, file_name, find_checkpoint, list_checkpoints, restore
from engine.run.folder import RunFolder


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.checkpoints.mkdir(parents=True)
    for epoch, value in ((3, 0.5), (12, 0.25), (7, 3e-7)):
        path = folder.checkpoints / file_name(epoch, "val_loss", value)
        path.write_bytes(f"network of {epoch}".encode())
    (folder.checkpoints / ".epoch-00013-val_loss-0.1.9.keras").write_bytes(b"torn")
    (folder.checkpoints / "notes.txt").write_bytes(b"somebody's")
    folder.model.write_bytes(b"network of the end")
    return folder


def test_they_are_listed_by_epoch_with_metric_and_value(folder):
    found = [(each.epoch, each.metric, each.value) for each in list_checkpoints(folder)]
    assert found == [(3, "val_loss", 0.5), (7, "val_loss", 3e-7), (12, "val_loss", 0.25)]
    assert list_checkpoints(folder)[2].name == "epoch-00012-val_loss-0.25.keras"


@pytest.mark.parametrize(
    "word", ["12", "best", "epoch-00012-val_loss-0.25", "epoch-00012-val_loss-0.25.keras"]
)
def test_one_is_found_by_epoch_name_or_best(folder, word):
    assert find_checkpoint(folder, word).epoch == 12


def test_what_is_not_there_is_told_with_what_is(folder):
    with pytest.raises(Problem) as caught:
        find_checkpoint(folder, "99")
    assert "99" in caught.value.what
    assert "12" in caught.value.remedy


def test_a_run_without_any_says_when_there_will_be(tmp_path):
    with pytest.raises(Problem, match="no checkpoints"):
        find_checkpoint(RunFolder(tmp_path), "best")


def test_restoring_keeps_the_network_of_the_end(folder):
    restore(folder, find_checkpoint(folder, "3"))
    assert folder.model.read_bytes() == b"network of 3"
    restore(folder, find_checkpoint(folder, "12"))
    assert folder.model.read_bytes() == b"network of 12"
    assert find_checkpoint(folder, "final").path.read_bytes() == b"network of the end"
    restore(folder, find_checkpoint(folder, "final"))
    assert folder.model.read_bytes() == b"network of the end"


def test_the_network_of_a_later_end_is_kept_as_well(folder):
    restore(folder, find_checkpoint(folder, "3"))
    folder.model.write_bytes(b"network of the end, after it was trained further")
    restore(folder, find_checkpoint(folder, "12"))
    final = (folder.checkpoints / FINAL).read_bytes()
    assert final == b"network of the end, after it was trained further"

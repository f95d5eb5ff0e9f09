"""Which networks of a run can be asked, and which one is meant without saying so."""

from __future__ import annotations

import os

import pytest

from engine.run.checkpoints import FINAL, file_name
from engine.run.folder import RunFolder
from engine.run.networks import OWN, SNAPSHOT, latest_snapshot, list_networks
from engine.run.snapshots import Entry, put_in_force


@pytest.fixture
def folder(tmp_path) -> RunFolder:
    return RunFolder(tmp_path)


def saved(folder: RunFolder, name: str, at: float) -> None:
    """Write a network, as of a moment."""
    path = folder.model if name == "model.keras" else folder.checkpoints / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"a network")
    os.utime(path, (at, at))


def snapshot(folder: RunFolder, epoch: int, at: float) -> None:
    """Put a snapshot in force, as of a moment."""
    folder.snapshots.mkdir(exist_ok=True)
    file = folder.snapshots / f"{epoch}.zip"
    file.write_bytes(b"weights")
    os.utime(file, (at, at))
    put_in_force(
        folder,
        Entry(file=file.name, sha256="", generation=1, epoch=epoch, step=10 * epoch, at=at,
              ended=False, conditions={}),
    )  # fmt: skip


def names(folder: RunFolder, live: bool) -> list[str]:
    return [each.name for each in list_networks(folder, live)]


def test_of_a_run_in_training_the_newest_is_meant(folder):
    assert names(folder, live=True) == []
    saved(folder, file_name(3, "val_loss", 0.5), 30)
    snapshot(folder, 2, 20)
    assert names(folder, live=True) == ["epoch-00003-val_loss-0.5", SNAPSHOT]
    snapshot(folder, 4, 40)
    first, *_ = list_networks(folder, live=True)
    assert (first.name, first.epoch, first.step) == (SNAPSHOT, 4, 40)


def test_of_another_one_its_own_is_meant_if_it_has_one(folder):
    snapshot(folder, 4, 40)
    assert names(folder, live=False) == [SNAPSHOT]
    saved(folder, "model.keras", 10)
    saved(folder, FINAL, 5)
    assert names(folder, live=False) == [OWN, SNAPSHOT, "final"]
    assert list_networks(folder, live=False)[0].epoch is None


def test_what_is_written_anew_has_another_stamp(folder):
    saved(folder, "model.keras", 10)
    (before,) = list_networks(folder, live=False)
    assert list_networks(folder, live=False) == [before]
    saved(folder, "model.keras", 11)
    (after,) = list_networks(folder, live=False)
    assert after.stamp != before.stamp


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"entries": [1]}'])
def test_a_damaged_index_leaves_the_others(folder, content):
    saved(folder, "model.keras", 10)
    folder.snapshots.mkdir()
    folder.snapshot_index.write_bytes(content)
    assert latest_snapshot(folder) is None
    assert names(folder, live=True) == [OWN]


def test_a_snapshot_whose_file_is_gone_is_none(folder):
    snapshot(folder, 4, 40)
    (folder.snapshots / "4.zip").unlink()
    assert latest_snapshot(folder) is None

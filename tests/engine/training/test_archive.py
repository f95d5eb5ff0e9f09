"""A tree of arrays comes back as it went in, or is known to be damaged."""

from __future__ import annotations

import errno
import os
import stat

import numpy as np
import pytest

from engine.training.archive import DamagedArchive, read, write

TREE = {
    "numbers": [1, 2.5, float("nan"), float("inf"), True, None, "text"],
    "weights": [np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros((0, 4)), np.float64(3)],
    "seed": np.array([1, 2], np.uint32),
    "nested": {"deeper": {"flags": np.array([True, False])}},
}


def same(a, b):
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray | np.generic):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return a == b or (a != a and b != b)


def test_a_tree_comes_back_bit_for_bit(tmp_path):
    sha256, size = write(tmp_path / "a.zip", TREE)
    assert same(TREE, read(tmp_path / "a.zip", sha256))
    assert size == (tmp_path / "a.zip").stat().st_size
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600


def test_types_that_numpy_does_not_know_come_back_too(tmp_path):
    import ml_dtypes

    array = np.array([1.5, -2, 3e30], ml_dtypes.bfloat16)
    sha256, _ = write(tmp_path / "a.zip", {"w": array})
    back = read(tmp_path / "a.zip", sha256)["w"]
    assert back.dtype == array.dtype
    assert back.tobytes() == array.tobytes()


def test_what_comes_back_can_be_changed(tmp_path):
    sha256, _ = write(tmp_path / "a.zip", {"w": np.zeros(3)})
    back = read(tmp_path / "a.zip", sha256)["w"]
    back[0] = 1
    assert back[0] == 1


def test_the_same_array_is_written_once(tmp_path):
    array = np.random.default_rng(0).random(100_000)
    _, once = write(tmp_path / "a.zip", {"now": array})
    _, twice = write(tmp_path / "b.zip", {"now": array, "best": array.copy()})
    assert twice < once * 1.01


def test_every_spoiled_byte_is_noticed_or_does_no_harm(tmp_path):
    tree = {"w": np.arange(5.0), "n": 3}
    path = tmp_path / "a.zip"
    sha256, size = write(path, tree)
    whole = path.read_bytes()
    noticed = 0
    for place in range(size):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            assert same(tree, read(path, sha256))  # dates and the like
        except DamagedArchive:
            noticed += 1
    assert noticed > 100


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_a_torn_file_is_damaged(tmp_path, part):
    path = tmp_path / "a.zip"
    sha256, size = write(path, TREE)
    path.write_bytes(path.read_bytes()[: int(size * part)])
    with pytest.raises(DamagedArchive):
        read(path, sha256)


def test_another_archive_in_its_place_is_noticed(tmp_path):
    sha256, _ = write(tmp_path / "a.zip", {"n": 1})
    write(tmp_path / "a.zip", {"n": 2})
    with pytest.raises(DamagedArchive, match="not those that were written"):
        read(tmp_path / "a.zip", sha256)


def test_a_missing_file_is_damage(tmp_path):
    with pytest.raises(DamagedArchive):
        read(tmp_path / "a.zip", "")


def test_a_disk_that_takes_no_more_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    write(tmp_path / "a.zip", {"n": 1})
    before = (tmp_path / "a.zip").read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "a.zip", TREE)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    assert (tmp_path / "a.zip").read_bytes() == before

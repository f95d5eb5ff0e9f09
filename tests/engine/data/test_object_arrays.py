"""Lists of integers are read from a file that could do anything, and nothing else is."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.object_arrays import Ragged, read_arrays
from engine.errors import Problem

HEADER = b"\x93NUMPY\x01\x00v\x00" + (b"{'descr': '|O', 'fortran_order': False, 'shape': (%d,), }")


def lists(*rows: Any) -> np.ndarray:
    array = np.empty(len(rows), object)
    array[:] = list(rows)
    return array


def written(path: Path, content: bytes, rows: int = 1) -> Path:
    """Write an archive with an object array ``x`` whose pickle is ``content``."""
    header = (HEADER % rows).ljust(127) + b"\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", header + content)
    return path


def problem(path: Path) -> str:
    with pytest.raises(Problem) as caught:
        read_arrays(path, ["x"])
    return caught.value.what


def test_lists_and_numbers_come_back(tmp_path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, x=lists([1, 2, 3], [], [70_000]), y=np.array([1, 0, 1]))
    arrays = read_arrays(path, ["x", "y"])
    x = arrays["x"]
    assert isinstance(x, Ragged)
    assert (x.values.tolist(), x.offsets.tolist()) == ([1, 2, 3, 70_000], [0, 3, 3, 4])
    assert arrays["y"].tolist() == [1, 0, 1]


def test_rows_can_be_put_in_another_order() -> None:
    ragged = Ragged(np.arange(6, dtype=np.int32), np.array([0, 3, 3, 6]))
    taken = ragged.take(np.array([2, 1, 0, 2]))
    assert taken.values.tolist() == [3, 4, 5, 0, 1, 2, 3, 4, 5]
    assert taken.offsets.tolist() == [0, 3, 3, 6, 9]


class Evil:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_a_pickle_would_call_is_not_called(tmp_path, protocol) -> None:
    made = tmp_path / "made"
    content = pickle.dumps(lists([1], Evil(made)), protocol)
    assert "is not safe to read: it holds the object" in problem(
        written(tmp_path / "a.npz", content, 2)
    )
    assert not made.exists()


def test_a_call_in_place_of_the_array_is_refused(tmp_path) -> None:
    made = tmp_path / "made"
    content = b"cos\nmkdir\n(V" + str(made).encode() + b"\ntR."
    assert "'os.mkdir'" in problem(written(tmp_path / "a.npz", content))
    assert not made.exists()


@pytest.mark.parametrize("name", ["builtins eval", "numpy load", "numpy.core.multiarray scalar"])
def test_no_other_name_is_handed_out(tmp_path, name) -> None:
    module, attribute = name.split()
    content = f"c{module}\n{attribute}\n.".encode()
    assert "is not safe to read" in problem(written(tmp_path / "a.npz", content))


@pytest.mark.parametrize("row", ["text", [1, "text"], [1.5], [[1]], (1, 2), {"a": 1}, None])
def test_only_lists_of_integers_are_admitted(tmp_path, row) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, x=lists([1], row))
    assert "is not safe to read: it holds something else" in problem(path)


def test_numbers_too_large_are_refused(tmp_path) -> None:
    np.savez(tmp_path / "a.npz", x=lists([1], [2**40]))
    assert "numbers too large" in problem(tmp_path / "a.npz")


def test_another_number_of_rows_than_promised_is_refused(tmp_path) -> None:
    content = pickle.dumps(lists([1], [2]))
    assert "no array of the shape it says" in problem(written(tmp_path / "a.npz", content, 3))


@pytest.mark.parametrize("content", [b"", b"\x80\x04", b"(((.", b"K\x01.", b"0.", b"\x80\x04]."])
def test_a_damaged_pickle_is_one_clear_line(tmp_path, content) -> None:
    assert problem(written(tmp_path / "a.npz", content))


def test_a_file_cut_short_is_one_clear_line_and_stays(tmp_path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, x=lists([1, 2, 3]))
    path.write_bytes(path.read_bytes()[:100])
    assert "cut short, damaged, or no .npz file" in problem(path)
    assert path.exists()


def test_a_missing_array_is_named(tmp_path) -> None:
    np.savez(tmp_path / "a.npz", z=np.arange(3))
    assert "has no array 'x'" in problem(tmp_path / "a.npz")

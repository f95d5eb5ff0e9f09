"""The mnist recipe's three sources give pictures of one form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data import mnist
from engine.data.given import Given
from engine.data.pictures import Pictures
from engine.errors import Problem
from tests.engine.data.made_pictures import phone_folder, save


def official(folder: Path) -> Pictures:
    return mnist.official(
        files={mnist.FILE: folder / mnist.FILE}, path=None, target="", settings={}
    )


def sample() -> Pictures:
    return mnist.sample(files={}, path=None, target="", settings={})


def own(path: Path | None, **settings: object) -> Pictures:
    return mnist.own(files={}, path=path, target="", settings=settings)


@pytest.mark.data(mnist.FILE)
def test_mnist_is_read_whole_in_its_own_order(shared_data) -> None:
    pictures = official(shared_data)
    assert pictures.pixels.shape == (70_000, 28, 28, 1)
    assert pictures.pixels.dtype == np.uint8
    assert pictures.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert pictures.labels[60_000:60_005].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(pictures.labels).tolist()[:2] == [6903, 7877]
    assert pictures.pixels.mean() == pytest.approx(33.386, abs=0.001)
    assert {part: (rows[0], rows[-1]) for part, rows in pictures.given.items()} == {
        "train": (0, 59_999),
        "test": (60_000, 69_999),
    }
    assert pictures.sha256 == "88eaf78b3cf8a302b5c253212171853934f34bb083759fe893a3554a84c56f0a"
    assert pictures.classes == tuple("0123456789")
    assert ("values", "0 to 255, mean 33.4") in pictures.facts()
    assert len(np.unique(pictures.fingerprints())) == 70_000


@pytest.mark.data(mnist.FILE)
def test_digits_saved_as_pictures_come_back_bit_for_bit(shared_data, tmp_path) -> None:
    pictures = official(shared_data)
    preparation = pictures.fit(pictures.given["train"], {})
    assert preparation.input_summary == "28 x 28 pixels, grey, light on dark"
    for row in range(20):
        save(tmp_path / str(pictures.labels[row]) / f"{row}.png", pictures.pixels[row, ..., 0])
    back = own(tmp_path)
    rows = [int(Path(name).stem) for name in back.names]
    assert (back.pixels == pictures.pixels[rows]).all()
    assert [back.classes[label] for label in back.labels] == [
        str(pictures.labels[row]) for row in rows
    ]
    for item, row in zip(preparation.read(Given(paths=[str(tmp_path)])), rows, strict=True):
        assert (item.ready == pictures.pixels[row]).all()
        assert (item.actual, item.note) == (str(pictures.labels[row]), "")


def written(folder: Path, **changes: object) -> Path:
    """Write a file like MNIST's, with other arrays."""
    arrays: dict[str, object] = {
        "x_train": np.zeros((60_000, 28, 28), np.uint8),
        "y_train": np.zeros(60_000, np.uint8),
        "x_test": np.zeros((10_000, 28, 28), np.uint8),
        "y_test": np.zeros(10_000, np.uint8),
        **changes,
    }
    kept = {name: array for name, array in arrays.items() if array is not None}
    np.savez_compressed(folder / mnist.FILE, **kept)  # type: ignore[arg-type]
    return folder


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"y_test": None}, "found no array 'y_test'"),
        ({"x_test": np.zeros((9_000, 28, 28), np.uint8)}, "x_test of shape (9000, 28, 28)"),
        ({"x_test": np.zeros((10_000, 28, 28), np.float32)}, "type float32"),
        ({"y_test": np.full(10_000, 10, np.uint8)}, "labels from 0 to 10"),
        ({"y_test": np.array([[1], 2] * 5000, dtype=object)}, "cannot be read"),
    ],
)
def test_another_file_is_not_taken_for_mnist(tmp_path, changes, told) -> None:
    with pytest.raises(Problem) as caught:
        official(written(tmp_path, **changes))
    assert told in caught.value.what
    assert (tmp_path / mnist.FILE).exists()


@pytest.mark.parametrize("damage", ["cut", "flipped", "text", "array", "gone"])
def test_a_damaged_file_is_one_line_and_stays(tmp_path, damage) -> None:
    file = written(tmp_path, x_train=np.arange(47_040_000, dtype=np.uint8).reshape(60_000, 28, 28))
    file = tmp_path / mnist.FILE
    content = bytearray(file.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "flipped":
        content[len(content) // 2] ^= 255
    elif damage == "text":
        content = bytearray(b"<html>please log in</html>")
    file.write_bytes(content)
    if damage == "array":
        with file.open("wb") as stream:
            np.save(stream, np.zeros(3))
    if damage == "gone":
        file.unlink()
    with pytest.raises(Problem) as caught:
        official(tmp_path)
    assert str(file) in caught.value.what
    assert file.exists() == (damage != "gone")


def test_the_sample_is_real_and_says_that_it_is_a_stand_in() -> None:
    pictures = sample()
    assert pictures.pixels.shape == (1797, 28, 28, 1)
    assert len(pictures.classes) == 10
    assert np.bincount(pictures.labels).min() > 170
    assert pictures.pixels.max() == 255
    assert not pictures.pixels[:, :4].any()  # the margin that MNIST's digits have
    assert not pictures.pixels[:, :, -4:].any()
    assert "stand-in" in pictures.notes[0]
    assert "figures not to be compared" in pictures.notes[0]
    assert not pictures.given
    assert sample().sha256 == pictures.sha256


def test_own_pictures_become_grey_ones_of_the_size_set(tmp_path) -> None:
    folder = phone_folder(tmp_path / "pets")
    assert own(folder).pixels.shape == (5, 28, 28, 1)
    assert own(folder, size=16).pixels.shape == (5, 16, 16, 1)


def test_own_pictures_have_to_be_somewhere(tmp_path) -> None:
    with pytest.raises(Problem, match="got none"):
        own(None)
    with pytest.raises(Problem, match="There is no"):
        own(tmp_path / "gone")

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import Problem
from engine.run.folder import RunFolder
from engine.run.predictions import Predictions, read_predictions, write_predictions


@pytest.fixture
def folder(tmp_path) -> RunFolder:
    return RunFolder(tmp_path)


def some(rows: int = 5, classes: int = 2) -> Predictions:
    probabilities = np.random.default_rng(0).dirichlet(np.ones(classes), rows)
    labels = np.arange(rows) % classes
    return Predictions(probabilities.astype(np.float32), labels, np.arange(rows) + 100)


def test_what_is_written_is_read(folder):
    val, test = some(5), some(7)
    write_predictions(folder, ["neg", "größer"], {"val": val, "test": test})
    classes, found = read_predictions(folder, "test")
    assert classes == ["neg", "größer"]
    for wanted, got in zip(test, found, strict=True):
        np.testing.assert_array_equal(wanted, got)
    assert len(read_predictions(folder, "val")[1].labels) == 5


def test_a_run_without_predictions_says_so(folder):
    with pytest.raises(Problem, match="kept no predictions") as raised:
        read_predictions(folder, "test")
    assert "when training ends" in raised.value.remedy


def test_a_part_that_was_not_kept_names_the_one_that_was(folder):
    write_predictions(folder, ["a", "b"], {"test": some()})
    with pytest.raises(Problem, match="'val'") as raised:
        read_predictions(folder, "val")
    assert "test" in raised.value.remedy


def test_damage_is_told_wherever_the_file_is_torn(folder):
    write_predictions(folder, ["a", "b"], {"test": some()})
    whole = folder.predictions.read_bytes()
    for size in range(0, len(whole), 37):
        folder.predictions.write_bytes(whole[:size])
        with pytest.raises(Problem, match=r"damaged|kept no"):
            read_predictions(folder, "test")


@pytest.mark.parametrize(
    "arrays",
    [
        {"test_probabilities": np.zeros((3, 2)), "test_labels": np.array([0, 1, 2])},
        {"test_probabilities": np.zeros((2, 2)), "test_labels": np.array([0, 1, 1])},
        {"test_probabilities": np.zeros((3, 2)), "test_labels": np.array([0.0, 1.0, 1.0])},
        {"test_probabilities": np.zeros((3, 2)), "test_labels": np.array(["a", "b", "c"])},
        {"test_probabilities": np.zeros((3, 2), object), "test_labels": np.array([0, 1, 1])},
        {"test_labels": np.array([0, 1, 1])},
    ],
)
def test_an_archive_that_makes_no_sense_is_told(folder, arrays):
    names = {"classes": np.array(["a", "b"]), "test_rows": np.arange(3)}
    with folder.predictions.open("wb") as file:
        np.savez(file, **names, **arrays)
    with pytest.raises(Problem, match="damaged"):
        read_predictions(folder, "test")

"""The film reviews' three sources give texts of one form."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from engine.data import imdb
from engine.data.generated_reviews import generate
from engine.data.texts import Texts
from engine.errors import Problem
from tests.engine.data.made_texts import two_classes, write_folder

ARRAYS = ("x_train", "y_train", "x_test", "y_test")


@functools.cache  # some seconds
def read(folder: Path) -> Texts:
    files = {name: folder / name for name in (imdb.FILE, imdb.INDEX)}
    return imdb.official(files=files, path=None, target="", settings={})


@pytest.fixture
def official(shared_data) -> Texts:
    return read(shared_data)


@pytest.fixture
def keras_order(shared_data) -> tuple[list[list[int]], np.ndarray]:
    """Return the first training reviews and labels, made by the steps that Keras documents."""
    with np.load(shared_data / imdb.FILE, allow_pickle=True) as archive:
        texts, labels = archive["x_train"], archive["y_train"]
    rows = np.arange(len(texts))
    np.random.RandomState(113).shuffle(rows)
    first = [[1, *(w + 3 if w + 3 < 10_000 else 2 for w in texts[row])] for row in rows[:300]]
    return first, labels[rows]


@pytest.mark.data("imdb.npz")
def test_the_published_reviews_are_read_whole(official) -> None:
    assert len(official) == 50_000
    assert {part: (rows[0], rows[-1]) for part, rows in official.given.items()} == {
        "train": (0, 24_999),
        "test": (25_000, 49_999),
    }
    assert np.bincount(official.labels[:25_000]).tolist() == [12_500, 12_500]
    assert len(official.words) == 88_584
    assert official.words[:3] == ["the", "and", "a"]
    # With the start, as Keras counts them.
    assert (official.lengths[:6] + 1).tolist() == [218, 189, 141, 550, 147, 43]
    assert (official.lengths[:25_000] + 1).mean() == pytest.approx(238.71364)


@pytest.mark.data("imdb.npz")
def test_rows_are_ready_as_keras_makes_them(official, keras_order) -> None:
    texts, labels = keras_order
    preparation = official.fit(np.arange(25_000), {"words": 10_000, "length": 500})
    ready = preparation.transform(official, np.arange(300))
    wanted = np.zeros((300, 500), np.int32)
    for row, text in enumerate(texts):
        wanted[row, -len(text[-500:]) :] = text[-500:]
    assert (ready == wanted).all()
    assert (official.labels[:25_000] == labels).all()


@pytest.mark.data("imdb.npz")
def test_published_reviews_can_be_looked_at(official) -> None:
    assert official.show(0)["text"].startswith("this film was just brilliant casting location")
    assert official.name_of(25_000) == "test 1"
    assert dict(official.facts())["most frequent"].startswith("the, and, a, of, to, is, br")
    assert 0 < 50_000 - len(np.unique(official.fingerprints())) < 1000


def npz(folder: Path, **arrays: object) -> dict[str, Path]:
    (folder / imdb.INDEX).write_text('{"the": 1, "and": 2}')
    np.savez(folder / imdb.FILE, **arrays)
    return {name: folder / name for name in (imdb.FILE, imdb.INDEX)}


def test_another_file_under_the_usual_name_is_refused_and_stays(tmp_path) -> None:
    files = npz(tmp_path, **{name: np.zeros(25_000, np.int64) for name in ARRAYS})
    with pytest.raises(Problem, match="is not the IMDB reviews"):
        imdb.official(files=files, path=None, target="", settings={})
    assert files[imdb.FILE].exists()


def test_an_index_with_holes_is_refused(tmp_path) -> None:
    files = npz(tmp_path, **{name: np.zeros(3) for name in ARRAYS})
    files[imdb.INDEX].write_text('{"the": 1, "and": 3}')
    with pytest.raises(Problem, match="is not the word index"):
        imdb.official(files=files, path=None, target="", settings={})


def test_the_sample_is_the_same_each_time_and_says_that_it_is_generated() -> None:
    first, second = (imdb.sample(files={}, path=None, target="", settings={}) for _ in range(2))
    assert first.sha256 == second.sha256
    assert np.bincount(first.labels).tolist() == [5000, 5000]
    assert "generated" in first.origin
    assert "put together by a program" in first.notes[0]
    assert len(np.unique(first.fingerprints())) > 1950


def test_generated_reviews_deny_as_well_as_say() -> None:
    texts = [text for text, pleased in generate() if pleased]
    assert sum("not awful at all" in text or "not dull at all" in text for text in texts) >= 1
    assert sum("great" in text for text in texts) > 50


def own(path: Path | None, target: str = "") -> Texts:
    return imdb.own(files={}, path=path, target=target, settings={})


def test_a_folder_and_a_table_of_ones_own_are_read(tmp_path) -> None:
    folder = write_folder(tmp_path / "mine", two_classes())
    table = tmp_path / "mine.csv"
    table.write_text("text,label\n" + "good food,pos\nbad food,neg\n" * 5)
    assert own(folder).classes == own(table).classes == ("neg", "pos")


def test_a_folder_of_tables_says_to_name_one(tmp_path) -> None:
    write_folder(tmp_path, {"train.csv": "text,label\na b,1\n"})
    with pytest.raises(Problem, match=r"tables in it: train.csv") as caught:
        own(tmp_path)
    assert caught.value.remedy.endswith("train.csv")


@pytest.mark.parametrize("path", [None, Path("/nowhere/at/all.csv")])
def test_texts_of_ones_own_have_to_be_named_and_there(path) -> None:
    with pytest.raises(Problem):
        own(path)

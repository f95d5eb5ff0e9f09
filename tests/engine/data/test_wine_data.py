"""The wine recipe's three sources give tables of one form."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data import wine
from engine.data.preprocessing import TablePreprocessing
from engine.data.splits import split_rows
from engine.data.tables import numeric_target
from engine.errors import Problem


def official(folder: Path, target: str = "alcohol", **settings: object) -> wine.Table:
    return wine.official(
        files={wine.FILE: folder / wine.FILE}, path=None, target=target, settings=settings
    )


def own(path: Path | None, target: str = "") -> wine.Table:
    return wine.own(files={}, path=path, target=target, settings={})


@pytest.mark.data("winequality-white.csv")
def test_the_published_wines_are_read_whole(shared_data) -> None:
    table = official(shared_data)
    assert table.frame.shape == (4898, 11)
    assert table.inputs == list(wine.MEASURED[:-1])
    assert table.sha256 == "76c3f809815c17c07212622f776311faeb31e87610d52c26d87d6e361b169836"
    assert not table.frame.isna().any().any()
    assert numeric_target(table).iloc[[0, 1, -1]].tolist() == [8.8, 9.5, 11.8]


@pytest.mark.data("winequality-white.csv")
def test_the_slice_of_the_book_is_there_for_comparison(shared_data) -> None:
    table = official(shared_data, inputs=9)
    assert table.inputs == list(wine.MEASURED[:-2])


@pytest.mark.data("winequality-white.csv")
def test_another_target_can_be_chosen(shared_data) -> None:
    assert official(shared_data, "quality").inputs == list(wine.MEASURED)
    assert "alcohol" in official(shared_data, "pH").inputs
    with pytest.raises(Problem, match="no column 'alcohl'") as caught:
        official(shared_data, "alcohl")
    assert caught.value.remedy == "Did you mean 'alcohol'?"


@pytest.mark.data("winequality-white.csv")
def test_training_inputs_are_standardised(shared_data) -> None:
    table = official(shared_data)
    split = split_rows(len(table.frame))
    learned = TablePreprocessing.fit(table.frame, table.target, split.train)
    inputs = learned.transform(table.frame.iloc[split.train])
    assert learned.input_names == table.inputs
    assert inputs.mean(axis=0) == pytest.approx([0] * 10, abs=1e-5)
    assert inputs.std(axis=0) == pytest.approx([1] * 10, abs=1e-5)


def test_another_file_under_the_usual_name_is_not_taken_for_the_wines(tmp_path) -> None:
    rows = "".join(f"{i};1{i}\n" for i in range(30))
    (tmp_path / wine.FILE).write_text(f"alcohol;sugar\n{rows}")
    with pytest.raises(Problem, match="is not the white wine table"):
        official(tmp_path)


@pytest.mark.parametrize("target", ["", "alcohol"])
def test_the_sample_is_real_and_says_that_it_is_a_stand_in(target) -> None:
    table = wine.sample(files={}, path=None, target=target, settings={})
    assert table.frame.shape == (442, 11)
    assert len(table.inputs) == 10
    assert table.target == "progression"
    assert numeric_target(table).iloc[:3].tolist() == [151, 75, 141]
    assert not table.synthetic
    assert "stand-in" in table.notes[0]


def test_the_sample_names_its_columns_to_one_who_asks_for_another() -> None:
    with pytest.raises(Problem, match="no column 'bmx'") as caught:
        wine.sample(files={}, path=None, target="bmx", settings={})
    assert caught.value.remedy == "Did you mean 'bmi'?"


def test_a_file_of_ones_own_is_read_as_it_is(tmp_path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("size;kind;price\n" + "".join(f"{i},5;k{i % 3};{i * i}\n" for i in range(40)))
    table = own(path, "price")
    assert table.inputs == ["size", "kind"]
    assert table.origin == "mine.csv, 40 rows"


def test_a_file_of_ones_own_has_to_be_named() -> None:
    with pytest.raises(Problem, match="Expected the path"):
        own(None)

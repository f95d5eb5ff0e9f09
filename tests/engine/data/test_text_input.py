"""What a person asks a prediction for is read one text after another."""

from __future__ import annotations

import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.given import Given
from engine.data.text_input import known_class
from engine.data.text_preparation import FIRST_WORD, TextPreparation
from engine.errors import Problem
from tests.engine.data.made_texts import write_folder

KNOWN = ["good", "bad", "food", "été"]


@pytest.fixture
def preparation() -> TextPreparation:
    return TextPreparation(("negative", "positive"), KNOWN, 100, 4)


def ask(preparation: TextPreparation, *paths: object, **more: object) -> list[tuple[str, ...]]:
    """Return name, words, class and problem of each text."""
    given = Given(paths=[str(path) for path in paths], **more)  # type: ignore[arg-type]
    return [
        (
            item.name,
            "" if item.ready is None else " ".join(filter(None, preparation.decode(item.ready))),
            item.actual,
            item.problem,
        )
        for item in preparation.read(given)
    ]


def test_typed_texts_are_called_by_their_beginning(preparation) -> None:
    items = list(preparation.read(Given(texts=["Good\nfood!", "bad " * 20, "what?"])))
    assert [item.name for item in items] == ["Good food!", "bad " * 9 + "bad…", "what?"]
    assert items[0].ready is not None
    assert items[0].ready.dtype == np.int32
    assert items[0].ready.tolist() == [0, 1, FIRST_WORD, FIRST_WORD + 2]
    assert [item.note for item in items] == [
        "",
        "only the last 4 of its 20 words are read",
        "none of its words is known",
    ]


def test_a_file_is_a_text_or_each_of_its_lines_is(preparation, tmp_path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("good food\n\nbad food\n")  # the empty line is none
    assert ask(preparation, path) == [(str(path), "good food bad food", "", "")]
    assert ask(preparation, path, lines=True) == [
        ("line 1", "good food", "", ""),
        ("line 3", "bad food", "", ""),
    ]


def test_folders_are_classes_where_they_are_called_so(preparation, tmp_path) -> None:
    folder = write_folder(
        tmp_path / "in",
        {"pos/1.txt": "good", "negative/2": "bad", "x/3.txt": "food", "x/4.txt": b"\0\0"},
    )
    assert [(Path(name).name, *rest) for name, *rest in ask(preparation, folder)] == [
        ("2", "bad", "negative", ""),
        ("1.txt", "good", "positive", ""),
        ("3.txt", "food", "", ""),
        ("4.txt", "", "", "not text"),
    ]


def test_tables_are_read_by_their_columns(preparation, tmp_path) -> None:
    csv = tmp_path / "a.csv"
    csv.write_text('n,Review,Sentiment\n1,"Good, good\nfood",1\n2,,0\n3,bad food,positive\n')
    wanted = [("good good food", "positive"), ("", "negative"), ("bad food", "positive")]
    asked = ask(preparation, csv)
    assert [(text, actual) for _, text, actual, _ in asked] == wanted
    assert [name for name, *_ in asked] == ["line 2", "line 4", "line 5"]
    assert asked[1][3] == "there is no text"
    rows = [{"text": "Good, good\nfood", "label": 1}, {"text": None, "label": 0}]
    rows.append({"text": "bad food", "label": "pos"})
    lines = tmp_path / "a.jsonl"
    lines.write_text("\n".join(map(json.dumps, rows)))
    assert [(text, actual) for _, text, actual, _ in ask(preparation, lines)] == wanted
    parquet = tmp_path / "a.parquet"
    pd.DataFrame(rows).astype({"label": str}).to_parquet(parquet)
    assert [(text, actual) for _, text, actual, _ in ask(preparation, parquet)] == wanted


def test_a_table_of_texts_alone_is_read(preparation, tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text\n"good, food"\nbad\n')
    assert [row[1] for row in ask(preparation, path)] == ["good food", "bad"]


def test_names_say_the_file_where_there_are_several(preparation, tmp_path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("text,label\ngood food here,pos\n")
    names = [name for name, *_ in ask(preparation, tmp_path / "a.csv", tmp_path / "b.csv")]
    assert names == [f"{tmp_path / name}, line 2" for name in ("a.csv", "b.csv")]


def test_standard_input_is_answered_line_by_line(preparation, monkeypatch) -> None:
    """The answer to a line is there while the pipe is still open."""
    reading, writing = os.pipe()
    with (
        ThreadPoolExecutor(1) as pool,  # outermost: what waits for the pipe's end gets it first
        os.fdopen(reading, "rb") as stream,
        os.fdopen(writing, "wb", buffering=0) as pipe,
    ):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(stream))
        items = preparation.read(Given(paths=["-"]))
        for text in ("good", "été", "food"):
            pipe.write(f"{text}\n".encode())
            item = pool.submit(next, items).result(20)
            assert preparation.decode(item.ready)[-1] == text
        pipe.close()
        assert list(items) == []


def test_bytes_that_are_no_text_are_a_problem_of_their_line(preparation, monkeypatch) -> None:
    stream = io.BytesIO(b"good\n\0\1\2\n\xe9t\xe9\nbad")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(stream))
    assert ask(preparation, "-") == [
        ("line 1", "good", "", ""),
        ("line 2", "", "", "not text"),
        ("line 3", "été", "", ""),
        ("line 4", "bad", "", ""),
    ]


def test_nothing_is_answered_before_every_path_is_there(preparation, tmp_path) -> None:
    (tmp_path / "a.txt").write_text("good")
    items = preparation.read(Given(paths=[str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]))
    with pytest.raises(Problem, match=r"There is no .*b\.txt"):
        next(items)


@pytest.mark.parametrize("given", [Given(), Given(paths=["{}"])])
def test_nothing_to_read_is_one_clear_line(preparation, tmp_path, given) -> None:
    paths = [path.format(tmp_path) for path in given.paths]
    with pytest.raises(Problem):
        next(preparation.read(Given(paths=paths)))


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("positive", "positive"),
        ("POSITIVE", "positive"),
        ("pos", "positive"),
        ("po", ""),
        ("1", "positive"),
        ("0", "negative"),
        ("2", ""),
        ("", ""),
    ],
)
def test_a_class_may_be_said_in_other_ways(said, known) -> None:
    assert known_class(said, ("negative", "positive")) == known


def test_numbers_are_classes_only_where_they_are_called_so() -> None:
    assert known_class("1", ("0", "1")) == "1"
    assert known_class("1", ("ham", "spam")) == ""

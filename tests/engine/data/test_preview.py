"""What a person sees of a table before training on it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from engine.data.preview import HEAD_ROWS, MOST_COLUMNS, preview
from engine.data.tables import Table, read_table
from engine.errors import Problem


def seen(path: Path, target: str | None = None) -> dict:
    return preview(lambda: read_table(path, target), path)


def test_every_column_is_shown_as_it_stands_in_the_file(tmp_path):
    path = tmp_path / "mixed.csv"
    colours = ["dark blue", "red"]
    rows = [
        f"{i};{i / 4:g};{colours[i % 2]};2020-01-{i % 28 + 1:02};{i % 3};text no {i}"
        for i in range(40)
    ]
    path.write_text("\n".join(["id;price;colour;day;kind;remark", *rows]).replace(".", ","))
    shown = seen(path, "price")
    columns = {each["name"]: each for each in shown["columns"]}
    assert list(columns) == ["id", "price", "colour", "day", "kind", "remark"]
    assert columns["price"] == {
        "name": "price",
        "kind": "number",
        "missing": 0,
        "values": "0 … 9.75",
        "role": "target",
    }
    assert columns["id"]["values"] == "0 … 39"
    assert columns["colour"]["kind"] == "category"
    assert sorted(columns["colour"]["values"].split(", ")) == ["dark blue", "red"]
    assert (columns["day"]["kind"], columns["day"]["role"]) == ("date", "left out")
    assert columns["day"]["values"].startswith("2020-01-01")
    assert (columns["remark"]["kind"], columns["remark"]["role"]) == ("free text", "left out")
    assert shown["head"][1] == ["1", "0,25", "red", "2020-01-02", "1", "text no 1"]
    assert len(shown["head"]) == HEAD_ROWS
    assert shown["rows"] == 40
    assert shown["problem"] == ""
    assert any("Decimal commas: price" in note for note in shown["notes"])


def test_what_keeps_it_from_being_learned_from_does_not_keep_it_from_being_seen(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("a,target\n1,2\n,x\n")
    shown = seen(path)
    assert "has 2 rows, at least 20 are needed" in shown["problem"]
    assert [each["missing"] for each in shown["columns"]] == [1, 0]
    assert shown["head"] == [["1", "2"], ["", "x"]]
    assert [each["role"] for each in shown["columns"]] == ["", ""]


def test_what_is_no_table_is_a_problem(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("")
    with pytest.raises(Problem, match="is empty"):
        seen(path)


def test_a_table_that_comes_from_no_file_is_shown_too():
    frame = pd.DataFrame({"x": [0.5, None, 2.25], "name": ["a", "b", "a"], "target": [1, 2, 3]})
    shown = preview(lambda: Table(frame=frame, target="target", origin="made, 3 rows"), None)
    assert [each["values"] for each in shown["columns"]] == ["0.5 … 2.25", "a, b", "1 … 3"]
    assert shown["head"] == [["0.5", "a", "1"], ["", "b", "2"], ["2.25", "a", "3"]]


def test_of_very_many_columns_the_rest_is_counted(tmp_path):
    path = tmp_path / "wide.csv"
    names = [f"c{i}" for i in range(MOST_COLUMNS + 7)]
    rows = [",".join(str(i * j % 11) for i in range(len(names))) for j in range(30)]
    path.write_text("\n".join([",".join(names), *rows]))
    shown = seen(path, "c1")
    assert len(shown["columns"]) == len(shown["head"][0]) == MOST_COLUMNS
    assert shown["left"] == 7


def test_categories_are_shown_with_the_most_frequent_first(tmp_path):
    path = tmp_path / "many.csv"
    words = ["often"] * 20 + [f"word {i % 9}" for i in range(27)]
    path.write_text("\n".join(["word,target", *(f"{w},{i}" for i, w in enumerate(words))]))
    (column, _) = seen(path)["columns"]
    assert column["values"].startswith("often, ")
    assert column["values"].endswith(" and 6 more")

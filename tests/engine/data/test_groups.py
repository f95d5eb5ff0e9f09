"""Rows that belong together are known by a column, and stay together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine.data import wine
from engine.data.groups import numbered
from engine.data.preview import preview
from engine.data.splits import split_groups, split_rows
from engine.data.tables import read_table
from engine.errors import Problem

VISITS = "patient,age,y\n" + "".join(f"p-{i // 3},{20 + i},{i % 7}\n" for i in range(30))


@pytest.fixture
def visits(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text(VISITS)
    return path


def test_the_column_of_groups_is_no_input_though_it_is_different_in_nearly_every_row(visits):
    visits.write_text("patient,age,y\n" + "".join(f"p-{i},{20 + i},{i % 7}\n" for i in range(30)))
    table = read_table(visits, "y", groups="patient")
    assert table.inputs == ["age"]
    assert table.groups.name == "patient"
    assert len(set(numbered(table.groups))) == 30
    assert any("30 groups" in note for note in table.notes)


def test_groups_keep_to_their_rows_where_rows_are_dropped(visits):
    visits.write_text(VISITS.replace("p-0,20,0", "p-0,20,").replace("p-9,49,1", "p-9,49,-"))
    table = read_table(visits, "y", groups="patient")
    assert table.groups.index.tolist() == table.frame.index.tolist()
    assert table.groups.iloc[0] == "p-0"
    assert len(table.groups) == 28


def test_a_row_of_which_nobody_knows_the_group_is_named(visits):
    visits.write_text(VISITS.replace("p-1,24", "?,24"))
    with pytest.raises(Problem, match=r"line 6: the column 'patient', .* is empty .such rows: 1"):
        read_table(visits, "y", groups="patient")


@pytest.mark.parametrize(
    ("groups", "words"),
    [("patients", "no column 'patients' .* Did you mean 'patient'"), ("y", "cannot be the target")],
)
def test_a_column_that_cannot_say_it_is_refused(visits, groups, words):
    with pytest.raises(Problem, match=words):
        wine.own(files={}, path=visits, target="y", settings={}, groups=groups)


def test_the_built_in_table_can_be_grouped_too():
    given = {"files": {}, "path": None, "target": "", "settings": {}}
    table = wine.sample(**given, groups="age")
    assert "age" not in table.inputs
    assert table.groups.name == "age"
    with pytest.raises(Problem, match="no column 'patient' in the built-in table"):
        wine.sample(**given, groups="patient")


def test_a_person_sees_which_column_it_is(visits):
    shown = preview(lambda: read_table(visits, "y", groups="patient"), visits)
    roles = {each["name"]: each["role"] for each in shown["columns"]}
    assert roles == {"patient": "group", "age": "input", "y": "target"}


@pytest.mark.parametrize("sizes", [[1, 1, 1], [40, 2, 2], [3] * 100, list(range(1, 60))])
@pytest.mark.parametrize("seed", [0, 1])
def test_no_group_is_in_two_parts_and_none_is_empty(sizes, seed):
    groups = np.random.default_rng(7).permutation(np.repeat(np.arange(len(sizes)), sizes))
    split = split_groups(groups, seed)
    parts = [set(groups[rows]) for rows in (split.train, split.val, split.test)]
    assert all(parts)
    assert sum(map(len, parts)) == len(sizes)
    assert sorted(np.concatenate([split.train, split.val, split.test])) == list(range(len(groups)))
    if len(sizes) > 50:
        assert len(split.val) == pytest.approx(len(groups) / 10, abs=max(sizes))
        assert len(split.test) == pytest.approx(len(groups) / 10, abs=max(sizes))


def test_two_groups_are_too_few():
    with pytest.raises(Problem, match="2 groups"):
        split_groups(np.repeat([0, 1], 50))


def test_rows_in_order_are_tested_on_the_last():
    split = split_rows(50, None)
    assert [split.train[-1], *split.val, *split.test] == list(range(39, 50))


def test_numbers_count_groups_from_0():
    assert numbered(pd.Series(["b", "a", "b"])).tolist() == [0, 1, 0]

"""Columns share a line, and rows are sorted by them."""

from __future__ import annotations

import math

from tui.format import age, shorten_within
from tui.tables.columns import Column, as_csv, in_order, lay_out


def column(name: str, **settings: object) -> Column[dict]:
    """Return a column of rows that are dictionaries."""
    return Column(
        id=name,
        heading=name,
        cell=lambda row: str(row.get(name, "-")),
        key=lambda row: row.get(name),
        **settings,
    )


COLUMNS = [
    column("state"),
    column("name", least=10),
    column("bar", optional=True),
    column("loss"),
    column("device"),
    column("about", stretches=True, least=12, most=200),
]
WANTED = [8, 30, 10, 6, 6, 60]


def shown(cells: int, first: int = 0) -> dict[str, int]:
    """Return the columns that there is room for, and their widths."""
    layout = lay_out(COLUMNS, WANTED, cells, fixed=2, first=first)
    return {COLUMNS[place].id: width for place, width in layout.places}


def test_with_room_for_all_the_last_takes_what_is_left():
    assert shown(200) == dict(zip([c.id for c in COLUMNS], WANTED, strict=True))
    assert shown(110)["about"] == 110 - (8 + 30 + 10 + 6 + 6) - 5 * 2


def test_what_is_optional_goes_first_and_names_are_squeezed_next():
    assert shown(75) == {"state": 8, "name": 30, "loss": 6, "device": 6, "about": 17}
    assert shown(60) == {"state": 8, "name": 30, "loss": 6, "device": 6}
    assert shown(45) == {"state": 8, "name": 19, "loss": 6, "device": 6}


def test_then_columns_go_on_the_right_and_come_when_the_line_is_moved():
    assert shown(30) == {"state": 8, "name": 12, "loss": 6}
    layout = lay_out(COLUMNS, WANTED, 30, fixed=2, first=2)
    assert [COLUMNS[place].id for place, _ in layout.places] == ["state", "name", "device"]
    assert layout.left == 2


def test_no_width_is_too_small():
    for cells in range(30):
        for first in range(6):
            lay_out(COLUMNS, WANTED, cells, fixed=2, first=first)


def test_what_is_not_known_comes_last_either_way():
    rows = [{"loss": value} for value in (0.3, None, 0.1, math.nan, 0.2)]
    up = in_order(rows, column("loss"), backwards=False)
    assert [row["loss"] for row in up[:3]] == [0.1, 0.2, 0.3]
    down = in_order(rows, column("loss"), backwards=True)
    assert [row["loss"] for row in down[:3]] == [0.3, 0.2, 0.1]
    assert down[3:] == up[3:]


def test_equal_rows_stay_in_their_order_either_way():
    rows = [{"n": number, "loss": 1.0} for number in range(5)]
    for backwards in (False, True):
        assert in_order(rows, column("loss"), backwards=backwards) == rows


def test_numbers_and_texts_can_stand_in_one_column():
    rows = [{"x": "b"}, {"x": 2}, {"x": "A"}, {"x": True}]
    assert [row["x"] for row in in_order(rows, column("x"), backwards=False)] == [True, 2, "A", "b"]


def test_a_table_as_csv_has_all_digits():
    rows = [{"name": "a,b", "loss": 0.1234567890123}, {"name": "c"}]
    assert as_csv([column("name"), column("loss")], rows) == (
        'name,loss\n"a,b",0.1234567890123\nc,\n'
    )


def test_ages_have_one_unit():
    day = 86400
    assert [age(s) for s in (-5, 0, 59, 60, 3599, 3600, day, 13 * day, 14 * day, 400 * day)] == [
        *("0 s", "0 s", "59 s", "1 m", "59 m", "1 h", "1 d", "13 d", "2 w", "1 y")
    ]


def test_a_name_is_cut_before_its_id():
    assert shorten_within("wine-mlp-lr3e-4-k3f9", 14, 5) == "wine-mlp…-k3f9"
    assert shorten_within("wine-k3f9", 14, 5) == "wine-k3f9"

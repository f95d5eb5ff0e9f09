from __future__ import annotations

import pytest

from tui.confusion import LEVELS, RIGHT, lay_out, level


def square(size: int, count: int = 7) -> list[list[int]]:
    return [[count] * size for _ in range(size)]


def test_short_names_stand_above_the_columns():
    matrix = lay_out(["cat", "dog"], [[10, 2], [0, 5]], 60, len)
    assert matrix.heads == matrix.labels == ["cat", "dog"]
    assert [[count.text for count in row] for row in matrix.rows] == [["10", "2"], [".", "5"]]


def test_long_names_are_numbered():
    names = ["a name of some length", "another of some length"]
    matrix = lay_out(names, square(2), 60, len)
    assert matrix.heads == ["1", "2"]
    assert matrix.labels == [f"1 {names[0]}", f"2 {names[1]}"]


@pytest.mark.parametrize(("size", "room", "fits"), [(10, 78, True), (20, 78, True), (20, 30, False),
                                                    (21, 500, False), (1, 78, False)])  # fmt: skip
def test_it_is_shown_where_it_fits(size, room, fits):
    matrix = lay_out([str(number) for number in range(size)], square(size), room, len)
    assert (matrix is not None) is fits
    if matrix is not None:
        assert matrix.label_cells + size * matrix.cells <= room


@pytest.mark.parametrize("counts", [[], [[1, 2]], [[1], [2]], [[1, 2, 3], [4, 5, 6]]])
def test_a_damaged_one_is_not_shown(counts):
    assert lay_out(["a", "b"], counts, 80, len) is None


def test_counts_are_the_deeper_the_more_of_them_are_wrong():
    matrix = lay_out(["a", "b", "c"], [[900, 40, 1], [20, 900, 0], [0, 0, 900]], 60, len)
    levels = [[count.level for count in row] for row in matrix.rows]
    assert levels == [[RIGHT, LEVELS, 1], [2, RIGHT, 0], [0, 0, RIGHT]]
    assert level(0, 0) == 0

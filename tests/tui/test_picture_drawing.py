"""Small pictures in the cells of a screen: what is drawn, how wide, and from what it is kept."""

from __future__ import annotations

import pytest

from tui.widgets.painted import width
from tui.widgets.pictures import RAMP, ROWS, SIDE, picture_lines, side_by_side

DIGITS = "0123456789abcdef"
LIGHT_TOP = "f" * 128 + "0" * 128
"""The upper half white, the lower half black."""


def texts(lines) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def test_two_rows_of_pixels_are_a_line_of_cells() -> None:
    stripes = ("f" * 16 + "0" * 16) * 8
    lines = picture_lines(stripes)
    assert lines == [(("▀" * 16, "shade-f0"),)] * 8
    assert (
        picture_lines(LIGHT_TOP)
        == [((" " * 16, "shade-ff"),)] * 4 + [((" " * 16, "shade-00"),)] * 4
    )


def test_cells_keep_the_order_of_their_pixels() -> None:
    first = picture_lines(DIGITS + DIGITS[::-1] + "0" * 224)[0]
    assert [look for _, look in first] == [
        f"shade-{upper}{lower}" for upper, lower in zip(DIGITS, DIGITS[::-1], strict=True)
    ]
    assert width(first) == SIDE


def test_characters_stand_for_levels_where_there_are_no_shades() -> None:
    assert texts(picture_lines(LIGHT_TOP, RAMP)) == ["@" * 16] * 4 + [" " * 16] * 4
    # On a light ground a dense character is dark.
    assert texts(picture_lines(LIGHT_TOP, RAMP[::-1])) == [" " * 16] * 4 + ["@" * 16] * 4
    rising = texts(picture_lines((DIGITS + DIGITS) * 8, RAMP))[0]
    assert [RAMP.index(each) for each in rising] == sorted(RAMP.index(each) for each in rising)
    assert set(rising) == set(RAMP)


@pytest.mark.parametrize("picture", ["", "f" * 255, "g" * 256, "f" * 257, "[bold]" * 50, "²" * 256])
@pytest.mark.parametrize("ramp", ["", RAMP])
def test_what_is_no_picture_is_blank(picture, ramp) -> None:
    assert texts(picture_lines(picture, ramp)) == [" " * SIDE] * ROWS


@pytest.mark.parametrize(("cells", "fit"), [(1, 1), (34, 1), (35, 2), (78, 4), (143, 8)])
def test_as_many_stand_side_by_side_as_fit(cells, fit) -> None:
    lines = side_by_side([(LIGHT_TOP, [((f"no.{n}", ""),)]) for n in range(8)], cells)
    assert texts(lines)[ROWS].split() == [f"no.{n}" for n in range(fit)]
    assert all(width(line) <= max(cells, SIDE + 1) for line in lines)
    rows = -(-8 // fit)
    assert len(lines) == rows * (ROWS + 1) + rows - 1


def test_what_stands_beneath_is_cut_to_the_width_of_its_picture() -> None:
    long = ((("a name that is far too long 文文文", "good"), (" and more", "")),)
    lines = side_by_side([(LIGHT_TOP, long), (LIGHT_TOP, [(("short", ""),)])], 80)
    assert texts(lines)[ROWS] == " a name that is…   short           "

"""What is drawn, pixel by pixel, and what a network would get to see of it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.given import Given
from engine.data.pictures import PicturePreparation
from tui.tryout.drawing import Drawing


def pixels(drawing: Drawing) -> np.ndarray:
    return np.frombuffer(bytes(drawing.levels), np.uint8).reshape(drawing.height, drawing.width)


def upright(side: int = 28, *, on_light: bool = False) -> Drawing:
    """Return a drawing of a stroke down a column right of the middle."""
    drawing = Drawing(side, side, on_light=on_light)
    drawing.begin()
    drawing.stroke((20, 6), (20, 21), erase=False)
    return drawing


def test_a_stroke_is_as_thick_as_those_of_digits_and_has_soft_edges():
    row = pixels(upright())[12]
    assert row[20] == 255
    assert np.count_nonzero(row) in (3, 4, 5)
    assert 0 < row[18] < 255 or 0 < row[19] <= 255
    assert not row[:16].any()
    assert not pixels(upright())[:3].any()


@pytest.mark.parametrize("on_light", [False, True])
def test_drawing_over_a_stroke_takes_nothing_from_it(on_light):
    drawing = upright(on_light=on_light)
    before = pixels(drawing).astype(int)
    drawing.stroke((10, 12), (27, 12), erase=False)
    more = pixels(drawing).astype(int) - before
    assert (more <= 0).all() if on_light else (more >= 0).all()
    assert more.any()


def test_the_rubber_takes_ink_away_and_adds_none():
    drawing = upright()
    before = pixels(drawing).copy()
    drawing.stroke((18, 12), (22, 12), erase=True)
    assert pixels(drawing)[12, 20] == 0
    assert (pixels(drawing) <= before).all()
    assert not drawing.is_blank


@pytest.mark.parametrize("on_light", [False, True])
def test_undo_takes_back_stroke_by_stroke_and_then_nothing(on_light):
    drawing = upright(on_light=on_light)
    one = bytes(drawing.levels)
    drawing.begin()
    drawing.stroke((2, 2), (5, 5), erase=False)
    drawing.begin()
    drawing.invert()
    for _ in "xx":
        assert drawing.undo()
    assert bytes(drawing.levels) == one
    assert drawing.undo()
    assert drawing.is_blank
    assert not drawing.undo()


def test_inverted_ink_is_dark_on_light():
    drawing = upright()
    drawing.invert()
    assert drawing.on_light
    assert pixels(drawing)[0, 0] == 255
    assert pixels(drawing)[12, 20] == 0
    assert not drawing.is_blank
    drawing.clear()
    assert drawing.is_blank


def test_what_is_off_the_middle_is_moved_there_whole():
    drawing = upright()
    ink = int(pixels(drawing).astype(int).sum())
    right, down = drawing.off_middle()
    assert (right, down) == (6, 0)
    drawing.centre()
    assert max(map(abs, drawing.off_middle())) <= 1
    assert int(pixels(drawing).astype(int).sum()) == ink


def test_nothing_drawn_has_no_middle_to_be_off():
    drawing = Drawing(5, 4)
    assert drawing.off_middle() == (0, 0)
    drawing.centre()
    assert drawing.is_blank


def test_another_picture_is_brought_to_its_size():
    drawing = Drawing(4, 4)
    levels = [255 * (column >= 4) for _ in range(8) for column in range(8)]
    drawing.show(levels, 8, 8, on_light=False)
    assert pixels(drawing).tolist() == [[0, 0, 255, 255]] * 4
    drawing.show([0, 255], 2, 1, on_light=True)
    assert pixels(drawing).tolist() == [[0, 0, 255, 255]] * 4
    assert drawing.on_light


def test_a_network_sees_what_was_drawn():
    drawing = upright()
    preparation = PicturePreparation(tuple("0123456789"), 28, 28, 1, "dark")
    (item,) = preparation.read(Given(pictures=[drawing.as_file()]))
    assert item.ready is not None
    assert (item.ready[..., 0] == pixels(drawing)).all()
    assert item.note == ""


def test_a_network_for_colours_sees_grey():
    preparation = PicturePreparation(("cat", "dog"), 28, 28, 3)
    (item,) = preparation.read(Given(pictures=[upright().as_file()]))
    assert item.ready is not None
    assert item.ready.shape == (28, 28, 3)
    assert item.ready[12, 20].tolist() == [255, 255, 255]


def test_a_picture_is_inverted_before_its_ground_is_judged():
    preparation = PicturePreparation(tuple("0123456789"), 28, 28, 1, "dark")
    drawing = upright(on_light=True)
    (as_it_is,) = preparation.read(Given(pictures=[drawing.as_file()]))
    (inverted,) = preparation.read(Given(pictures=[drawing.as_file()], invert=True))
    assert "invert" in as_it_is.note
    assert inverted.note == ""
    assert inverted.ready is not None
    assert inverted.ready[0, 0, 0] == 0

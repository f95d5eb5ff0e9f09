"""Charts of anything: whatever a damaged file says is drawn, or left out, and never an error."""

import random
import warnings

import numpy as np
import pytest
from textual.geometry import Size

from tui.charts.drawing import Drawing, make_curves
from tui.charts.style import (
    ASCII_GLYPHS,
    AXES,
    COLORLESS_GLYPHS,
    UNICODE_GLYPHS,
    Level,
    Series,
)
from tui.charts.window import Window, next_place

ODD = [0.0, -0.0, 1.0, -1.0, 5e-324, 1e308, -1e308, 9.2e18, 1e15 + 1, np.nan, np.inf, -np.inf]


def values(draws, count):
    """Some values: odd ones, a ramp, one again and again, every size, far out and close by."""
    return draws.choice(
        [
            lambda: np.array([draws.choice(ODD) for _ in range(count)]),
            lambda: np.arange(count) + 1.0,
            lambda: np.full(count, draws.choice(ODD)),
            lambda: np.array([draws.uniform(-1, 1) * 10.0 ** draws.randint(-10, 10)] * count),
            lambda: np.array([2.0**59 + number for number in range(count)]),
        ]
    )()


def anything(draws):
    """Series, some of them empty, and what a person did to them."""
    series = []
    for _ in range(draws.randint(0, 3)):
        count = draws.choice([0, 1, 2, 3, 50, 400])
        role = draws.choice(["train", "val", "other", "other-3"])
        name = draws.choice(["a", "損失", "x" * 50, ""])
        series.append(Series(name, values(draws, count), values(draws, count), role))
    window, cursor = Window(), None
    filled = [each for each in series if each.x.size]
    if filled:
        window.reach(
            min(each.x[0] for each in filled),
            max(each.x[-1] for each in filled),
            max(each.x.size for each in filled),
        )
        for _ in range(draws.randint(0, 5)):
            window.zoom(draws.choice([1, 1, 2, -1]), cursor)
            window.pan(draws.choice([-1, 1]))
            longest = max((each.x for each in filled), key=len)
            cell = draws.choice([0.0, 0.1, 1e9])
            cursor = next_place(longest, cursor, draws.choice([-1, 1]), cell, np.inf)
            window.bring_in(cursor)
    return tuple(series), window.range, cursor


@pytest.mark.parametrize("seed", range(20))
def test_anything_can_be_drawn(seed):
    draws = random.Random(seed)
    for _ in range(20):
        series, x_range, cursor = anything(draws)
        glyphs = draws.choice([UNICODE_GLYPHS, ASCII_GLYPHS, COLORLESS_GLYPHS])
        smoothing = draws.choice([0, 0.6, 0.999])
        levels = [
            Level(draws.choice(ODD), "published", draws.random() < 0.5)
            for _ in range(draws.randint(0, 2))
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            canvas, _ = Drawing(
                series=series,
                levels=tuple(levels),
                title="loss",
                note="1 of 2",
                is_chosen=True,
                axis=AXES[draws.choice(list(AXES))],
                log_y=draws.random() < 0.4,
                smoothing=smoothing,
                curves=make_curves(series, smoothing, glyphs),
                mark_best=draws.choice([None, (draws.choice(ODD), draws.choice(ODD))]),
                x_range=x_range,
                cursor=cursor,
                empty_text="nothing",
                glyphs=glyphs,
            ).draw(Size(draws.randint(1, 130), draws.randint(1, 40)))
        assert all(sum(len(text) for text, _ in canvas.runs(y)) for y in range(canvas.height))


def test_places_that_no_epoch_can_have_are_left_out():
    series = Series("a", np.array([1e300, 2.0, -np.inf, 1.0]), np.array([1.0, 2, 3, 4]), "val")
    assert series.x.tolist() == [1.0, 2.0]
    assert series.y.tolist() == [4.0, 2.0]

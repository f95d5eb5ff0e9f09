"""The plan of a search as it is laid out beside its form."""

from __future__ import annotations

import pytest

from engine.insight.search_plan import plan
from engine.run.records import Described
from engine.run.search_records import Dimension, SearchSpec
from tui.form.forecast import Forecast
from tui.form.plan_lines import lay_out
from tui.form.search_forecast import SearchForecast
from tui.widgets.painted import width

SPACE = [
    Dimension(name="dropout", low=0.1, high=0.5),
    Dimension(name="momentum", low=0.0, high=0.9, only={"optimizer": ["sgd"]}),
    Dimension(name="optimizer", options=["sgd", "adam"]),
]
LABELS = {each.name: each.name for each in SPACE}
TRAINING = Forecast(
    described=Described(at=0.0, data="digits", parameters=1_000_000), epoch_seconds=2.0
)


def forecast(training: Forecast = TRAINING, **said: object) -> SearchForecast:
    spec = {"method": "hyperband", "space": SPACE, "epochs": 9, "factor": 3, **said}
    search = SearchSpec(objective="val_loss", direction="min", **spec)  # type: ignore[arg-type]
    return SearchForecast(search, plan(search), training=training)


def text_of(known: SearchForecast, cells: int = 70) -> str:
    lines = lay_out(known, LABELS, cells)
    assert all(width(line) <= cells for line in lines)
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


def test_rungs_that_are_trained_alike_stand_below_each_other():
    shown = text_of(forecast()).splitlines()
    start = next(y for y, line in enumerate(shown) if "trained to" in line)
    head, *brackets = shown[start : start + 4]
    assert head.split() == ["trained", "to", "1", "3", "9", "epochs"]
    # KerasTuner's plan of 9 epochs by factor 3, and the epochs that each bracket trains.
    plain = [line.rstrip("█▉▊▋▌▍▎ ") for line in brackets]
    assert [line.split() for line in plain] == [
        ["bracket", "2", "9", "▸", "3", "▸", "1", "21"],
        ["bracket", "1", "5", "▸", "2", "27"],
        ["bracket", "0", "3", "27"],
    ]
    to_nine = head.index("9")
    assert [line[to_nine] for line in plain] == ["1", "2", "3"]


@pytest.mark.parametrize("cells", [24, 40, 58, 78, 120])
def test_no_line_is_wider_than_the_page(cells):
    for epochs, factor in ((9, 3), (81, 3), (1000, 2)):
        shown = text_of(forecast(epochs=epochs, factor=factor), cells)
        assert "bracket" in shown


def test_what_it_takes_and_what_is_varied_is_said():
    shown = text_of(forecast(rate=3.0, parallel=2))
    assert "23, of which 6 are promoted ones" in shown
    assert "2 at once: 2.0 s an epoch here" in shown
    assert "at 3 an hour" in shown
    assert "at most" in shown
    assert "0.1 … 0.5" in shown
    assert "0 … 0.9, with optimizer sgd" in shown
    assert "sgd · adam" in shown


def test_a_space_that_is_smaller_than_the_plan_is_said():
    shown = text_of(forecast(space=[SPACE[2]]))
    assert "but there are only 2" in shown
    assert "it will end early" in shown.replace("\n", "")


def test_a_budget_of_minutes_that_ends_it_early_is_said():
    assert "budget" not in text_of(forecast(budget_minutes=1000.0))
    shown = text_of(forecast(budget_minutes=1.0))
    assert "about 1 m 00 s" in shown
    assert "1 m end it before the plan is complete" in shown


def test_a_single_rung_needs_no_table():
    shown = text_of(forecast(method="random", trials=10, folds=3))
    assert "trained to" not in shown
    assert "270, 3 folds a trial" in shown


def test_what_is_not_known_is_left_out_or_said_why():
    shown = text_of(forecast(Forecast()))
    assert "time" not in shown
    assert "disk" not in shown
    assert "mnist.npz is fetched first" in text_of(forecast(Forecast(absent="mnist.npz")))
    assert "the GPU is in use" in text_of(forecast(Forecast(busy="the GPU")))


def test_the_line_below_the_form_gets_shorter_where_room_is_short():
    known = forecast(rate=3.0)
    assert known.text(100).startswith("23 trials · 75 epochs · about")
    assert "of disk" in known.text(100)
    assert known.text(24) == "23 trials · 75 epochs"
    assert SearchForecast().text(80) == ""


def test_where_there_is_no_plan_it_says_why():
    missing = SearchForecast(missing="dropout: expected a number.")
    assert "No plan. dropout: expected a number." in text_of(missing)

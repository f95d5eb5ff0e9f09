"""A search's plan is known before it begins, and says what a person should know."""

from __future__ import annotations

import re

import pytest

from engine.errors import Problem
from engine.insight.search_plan import Rung, initial_points, paper_trials, plan, seconds
from engine.run.search_records import Dimension, SearchSpec

WIDE = [Dimension(name="dropout", low=0.0, high=0.9)]
NINETY = [
    Dimension(name="batch_size", options=[5, 10, 100]),
    Dimension(name="optimizer", options=["rmsprop", "adam", "adadelta"]),
    Dimension(name="dropout", options=[round(0.1 + step * 0.4 / 9, 6) for step in range(10)]),
]


def search(method: str = "random", **fields: object) -> SearchSpec:
    usual = {"space": WIDE, "objective": "val_loss", "direction": "min", "trials": 10, "epochs": 9}
    return SearchSpec(method=method, **{**usual, **fields})


def test_random_search_with_folds_trains_each_setting_once_for_each():
    found = plan(search(epochs=1, folds=3))
    assert found.rungs == (Rung(0, 0, 0, 10, 1, 0),)
    assert (found.trials, found.settings, found.epochs, found.folds) == (10, 10, 30, 3)
    assert "30 trainings" in " ".join(found.notes)


def test_a_grid_is_all_settings_or_as_many_as_asked_for():
    assert plan(search("grid", space=NINETY, trials=0)).trials == 90
    assert plan(search("grid", space=NINETY, trials=20)).trials == 20


def test_hyperband_of_nine_epochs():
    found = plan(search("hyperband"))
    assert [(each.bracket, each.rung, each.trials, each.epochs) for each in found.rungs] == [
        (2, 0, 9, 1),
        (2, 1, 3, 3),
        (2, 2, 1, 9),
        (1, 0, 5, 3),
        (1, 1, 2, 9),
        (0, 0, 3, 9),
    ]
    assert (found.trials, found.settings) == (23, 17)
    assert found.epochs == 9 + 3 * 2 + 6 + 5 * 3 + 2 * 6 + 3 * 9


@pytest.mark.parametrize(
    ("epochs", "trials", "trained"), [(10, 30, 120), (30, 90, 576), (100, 254, 2672)]
)
def test_what_hyperband_comes_to(epochs, trials, trained):
    found = plan(search("hyperband", epochs=epochs))
    assert (found.trials, found.epochs) == (trials, trained)


def test_the_paper_counts_otherwise_and_the_plan_says_so():
    assert paper_trials(81, 3) == 206
    found = plan(search("hyperband", epochs=81, space=NINETY))
    assert found.trials == 211
    told = " ".join(found.notes)
    assert "211 trials as KerasTuner counts" in told
    assert "gives 206" in told
    assert "The space has 90 settings, fewer than the 143" in told


def test_iterations_go_through_all_brackets_again():
    once, twice = plan(search("hyperband")), plan(search("hyperband", iterations=2))
    assert (twice.trials, twice.epochs) == (2 * once.trials, 2 * once.epochs)
    assert {each.iteration for each in twice.rungs} == {0, 1}


def test_successive_halving_says_what_is_to_be_expected():
    found = plan(search("halving", trials=40, epochs=10))
    assert [(each.epochs, each.from_epoch) for each in found.rungs] == [(2, 0), (4, 2), (10, 4)]
    assert [each.trials for each in found.rungs] == [40, 13, 5]
    assert found.settings == 40
    assert "expectation" in found.notes[0]


@pytest.mark.parametrize("method", ["random", "bayesian", "halving"])
def test_no_more_is_planned_than_there_is(method):
    found = plan(search(method, space=NINETY[:2], trials=20))
    assert found.settings == 9
    assert "The space has 9 settings, fewer than the 20 asked for" in " ".join(found.notes)


def test_a_budget_below_the_plan_is_told():
    assert "budget of 20 epochs" in " ".join(plan(search(budget_epochs=20)).notes)
    assert plan(search(budget_epochs=90)).notes == ()


@pytest.mark.parametrize(("trials", "first"), [(4, 3), (10, 5), (60, 9)])
def test_a_bayesian_search_learns_from_half_of_its_trials_at_most(trials, first):
    space = [*WIDE, Dimension(name="units", low=8, high=64, whole=True, layers=(1, 3))]
    asked = search("bayesian", space=space, trials=trials)
    assert initial_points(asked) == first
    assert f"first {first} settings" in plan(asked).notes[0]


@pytest.mark.parametrize(
    ("method", "fields", "words"),
    [
        ("hyperbant", {}, "no search method 'hyperbant'. Did you mean 'hyperband'"),
        ("random", {"trials": 0}, "needs a number of trials"),
        ("random", {"epochs": 0}, "epochs of a trial: expected 1 or more, got 0"),
        ("random", {"folds": 1}, "folds: expected 2 or more"),
        ("random", {"parallel": 0}, "trainings at once"),
        ("random", {"space": []}, "space is empty"),
        ("hyperband", {"factor": 1}, "factor: expected 2 or more, got 1"),
        ("hyperband", {"iterations": 0}, "iterations"),
        ("grid", {}, "dropout: a grid has no end over real numbers .*dropout=0..0.9/5"),
        (
            "grid",
            {"space": [Dimension(name="words", low=1, high=10**6, whole=True)]},
            "words: 1000000 values are too many for a grid",
        ),
    ],
)
def test_what_makes_no_plan_is_refused_in_one_line(method, fields, words):
    with pytest.raises(Problem) as caught:
        plan(search(method, **fields))
    assert re.search(words, str(caught.value))
    assert "\n" not in str(caught.value)


def test_time_is_shared_out_but_no_chain_is_cut():
    ten = plan(search(epochs=2))
    assert seconds(ten, epoch_seconds=3, start_seconds=4, parallel=1) == 100
    assert seconds(ten, epoch_seconds=3, start_seconds=4, parallel=2) == 50
    assert seconds(ten, epoch_seconds=3, start_seconds=4, parallel=50) == 10
    band = plan(search("hyperband"))
    # Through the longest bracket: three starts and nine epochs.
    assert seconds(band, epoch_seconds=1, start_seconds=2, parallel=1000) == 15

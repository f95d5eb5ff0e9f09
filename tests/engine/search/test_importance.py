"""What mattered in a search, learned from trials whose scores are known to come from something."""

from __future__ import annotations

import math
import random

import pytest

from engine.run.importance import Dependence, Importance
from engine.run.records import decoder, encode
from engine.run.search_records import Dimension, SearchSpec
from engine.search.importance import LEAST_TRIALS, importance

RATE = Dimension(name="learning_rate", low=1e-4, high=1e-1, log=True)
BATCH = Dimension(name="batch_size", low=10, high=50, whole=True)
DROPOUT = Dimension(name="dropout", low=0.1, high=0.5)
OPTIMIZER = Dimension(name="optimizer", options=["adam", "rmsprop", "sgd"])
MOMENTUM = Dimension(name="momentum", low=0.0, high=0.9, only={"optimizer": ["sgd"]})
UNITS = Dimension(name="units", layers=(1, 3), low=32, high=512, log=True)


def search(*space: Dimension, direction: str = "min") -> SearchSpec:
    return SearchSpec(
        method="random", space=list(space), objective="val_loss", direction=direction, epochs=1
    )


def drawn(space, trials=60, seed=1):
    """Draw settings from a space as a random search does."""
    rng = random.Random(seed)
    settings = []
    for _ in range(trials):
        values = {}
        for each in space:
            if all(values.get(other) in allowed for other, allowed in each.only.items()):
                values[each.name] = _one(each, rng)
        settings.append(values)
    return settings


def _one(dimension, rng):
    if dimension.options:
        return rng.choice(dimension.options)
    low, high = dimension.low, dimension.high
    if dimension.log:
        value = math.exp(rng.uniform(math.log(low), math.log(high)))
    else:
        value = rng.uniform(low, high)
    if dimension.layers is not None:
        return [round(value)] * rng.randint(*dimension.layers)
    return round(value) if dimension.whole else value


def learned(space, truth, direction="min", **drawing) -> Importance:
    """Learn from settings whose scores are by a formula, with a little noise upon it."""
    rng = random.Random(2)
    trials = [(values, truth(values) + rng.gauss(0, 0.02)) for values in drawn(space, **drawing)]
    found = importance(search(*space, direction=direction), trials)
    assert found is not None
    return found


def of(found: Importance, name: str) -> Dependence:
    return next(each for each in found.hyperparameters if each.name == name)


def valley(values) -> float:
    """Best at a learning rate of 0.003."""
    return abs(math.log10(values["learning_rate"]) + 2.5)


def test_what_matters_more_has_the_greater_share_and_what_does_not_matter_next_to_none():
    found = learned((DROPOUT, BATCH, RATE), lambda v: valley(v) + 0.01 * v["batch_size"], trials=80)
    assert [each.name for each in found.hyperparameters] == [
        "learning_rate",
        "batch_size",
        "dropout",
    ]
    assert of(found, "learning_rate").share > 0.6
    assert of(found, "dropout").share < 0.05
    assert sum(each.share for each in found.hyperparameters) == pytest.approx(1)
    assert found.trials == 80
    assert found.explained > 0.6


def test_the_dependence_shows_where_a_hyperparameter_is_best():
    rate = of(learned((RATE, DROPOUT), valley), "learning_rate")
    assert (rate.values[0], rate.values[-1]) == (1e-4, 1e-1)
    assert rate.values == sorted(rate.values)
    best = rate.values[rate.scores.index(min(rate.scores))]
    assert 1e-3 < best < 1e-2
    assert min(rate.scores) < 0.4  # in the objective's own unit
    assert max(rate.scores) > 1


def test_words_are_told_apart_and_each_is_scored():
    cost = {"adam": 0.1, "rmsprop": 0.9, "sgd": 0.2}
    found = learned((OPTIMIZER, DROPOUT), lambda v: cost[v["optimizer"]])
    optimizer = found.hyperparameters[0]
    assert optimizer.name == "optimizer"
    assert optimizer.share > 0.9
    assert dict(zip(optimizer.values, optimizer.scores, strict=True)) == pytest.approx(
        cost, abs=0.1
    )


def test_what_means_something_with_some_values_only_is_judged_among_those():
    space = (OPTIMIZER, MOMENTUM, DROPOUT)
    cost = {"adam": 0.0, "rmsprop": 0.0, "sgd": 1.0}
    idle = learned(space, lambda v: cost[v["optimizer"]])
    # That a trial has a momentum at all says that it is one of sgd; the credit is the optimizer's.
    assert of(idle, "momentum").share < 0.05
    assert min(of(idle, "momentum").scores) == pytest.approx(1.0, abs=0.2)
    busy = learned(space, lambda v: v.get("momentum", 0.0) * 3 - cost[v["optimizer"]], trials=90)
    assert of(busy, "momentum").share > 0.3


def test_layers_are_asked_for_how_many_and_how_wide():
    found = learned((UNITS, DROPOUT), lambda v: len(v["units"]) - math.log10(v["units"][0]))
    units = found.hyperparameters[0]
    assert units.name == "units"
    best = units.values[units.scores.index(min(units.scores))]
    assert len(best) == 1
    assert best[0] > 200


def test_a_greater_score_can_be_the_better_one():
    found = learned((RATE, DROPOUT), lambda v: 1 - 0.2 * valley(v), direction="max")
    rate = of(found, "learning_rate")
    best = rate.values[rate.scores.index(max(rate.scores))]
    assert 1e-3 < best < 1e-2


@pytest.mark.parametrize("direction", ["min", "max"])
def test_a_diverged_training_hides_nothing_of_the_others(direction):
    space, sign = (RATE, DROPOUT), 1 if direction == "min" else -1
    trials = [(values, sign * valley(values)) for values in drawn(space)]
    trials[7] = (trials[7][0], sign * 1e12)
    found = importance(search(*space, direction=direction), trials)
    assert of(found, "learning_rate").share > 0.9
    assert max(abs(score) for score in of(found, "learning_rate").scores) < 10


def test_chance_explains_nothing_and_that_is_said():
    rng = random.Random(3)
    space = (RATE, DROPOUT, BATCH)
    trials = [(values, rng.random()) for values in drawn(space)]
    assert importance(search(*space), trials).explained < 0.1


def test_scores_that_are_all_alike_come_from_nothing():
    space = (RATE, OPTIMIZER, MOMENTUM)
    found = importance(search(*space), [(values, 0.1) for values in drawn(space, trials=10)])
    assert {each.share for each in found.hyperparameters} == {0.0}
    assert found.explained == 0
    assert set(of(found, "learning_rate").scores) == {0.1}


def test_what_no_trial_had_a_use_for_has_no_dependence():
    trials = [({"optimizer": "adam"}, float(score)) for score in range(10)]
    found = importance(search(OPTIMIZER, MOMENTUM), trials)
    assert (of(found, "momentum").share, of(found, "momentum").values) == (0.0, [])
    assert of(found, "optimizer").values == ["adam"]


def test_a_value_that_was_fixed_outside_of_what_was_searched_is_taken_too():
    trials = [(values, valley(values)) for values in drawn((RATE, OPTIMIZER))]
    fixed = [({"learning_rate": 1e-6, "optimizer": "adamw"}, 4.0) for _ in range(5)]
    found = importance(search(RATE, OPTIMIZER), trials + fixed)
    assert "adamw" in of(found, "optimizer").values


def test_few_trials_with_a_score_say_nothing():
    trials = [(values, valley(values)) for values in drawn((RATE,), trials=LEAST_TRIALS)]
    assert importance(search(RATE), trials) is not None
    trials[3] = (trials[3][0], math.nan)
    assert importance(search(RATE), trials) is None


def test_the_same_trials_say_the_same_and_can_be_written_down():
    space = (RATE, BATCH, OPTIMIZER, MOMENTUM, UNITS)
    first, second = (learned(space, valley, trials=20) for _ in range(2))
    assert first == second
    assert decoder(Importance).decode(encode(first)) == first
    assert all(10 <= each <= 50 for each in of(first, "batch_size").values)
    assert len(of(first, "units").values) == len(of(first, "units").scores) == 12

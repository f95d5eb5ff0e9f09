"""Oracles propose what the plan says, the same to the same words, and end when there is no more."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import msgspec
import pytest

from engine.errors import Problem
from engine.insight.search_plan import METHODS, Plan, plan
from engine.run.search_records import Dimension, SearchSpec
from engine.search.oracles import Answer, Oracle, Proposal, make_oracle

WIDE = [
    Dimension(name="optimizer", options=["adam", "sgd"]),
    Dimension(name="momentum", low=0.0, high=0.9, only={"optimizer": ["sgd"]}),
    Dimension(name="learning_rate", low=1e-4, high=1e-1, log=True),
    Dimension(name="batch_size", low=8, high=512, log=True, whole=True),
    Dimension(name="units", low=32, high=512, log=True, whole=True, layers=(1, 3)),
    Dimension(name="batch_norm", options=[False, True]),
]
SMALL = [
    Dimension(name="optimizer", options=["adam", "sgd"]),
    Dimension(name="units", options=[[64], [32, 32]]),
    Dimension(name="momentum", options=[0, 0.9], only={"optimizer": ["sgd"]}),
]
ALL_SMALL = 2 * (1 + 2)

Score = Callable[[Proposal], float | None]


def search(method: str = "random", **fields: object) -> SearchSpec:
    usual = {"space": WIDE, "objective": "val_loss", "direction": "min", "trials": 6, "epochs": 9}
    return SearchSpec(method=method, **{**usual, **fields})


def score(proposal: Proposal) -> float:
    """A score that depends on the setting and gets better with each epoch."""
    return random.Random(str(sorted(proposal.values.items()))).random() + 1 / proposal.epochs


def driven(
    oracle: Oracle, score: Score = score, parallel: int = 1, order: random.Random | None = None
) -> list[Proposal | Answer]:
    """Ask and tell as a coordinator with so many trainings at once; return all answers."""
    underway: list[Proposal] = []
    answers: list[Proposal | Answer] = []
    while True:
        said = oracle.ask() if len(underway) < parallel else None
        if said is not None:
            answers.append(said)
            if isinstance(said, Proposal):
                underway.append(said)
                continue
        if not underway:
            assert said is Answer.OVER  # never left waiting with nothing under way
            return answers
        ended = underway.pop(order.randrange(len(underway)) if order else 0)
        oracle.tell(ended.number, score(ended))


def proposals(answers: list[Proposal | Answer]) -> list[Proposal]:
    return [each for each in answers if isinstance(each, Proposal)]


def rungs(found: list[Proposal]) -> Counter[tuple[int, int | None, int | None, int, int]]:
    return Counter((e.iteration, e.bracket, e.rung, e.epochs, e.from_epoch) for e in found)


def planned(of: Plan) -> Counter[tuple[int, int | None, int | None, int, int]]:
    return Counter(
        {(e.iteration, e.bracket, e.rung, e.epochs, e.from_epoch): e.trials for e in of.rungs}
    )


@pytest.mark.parametrize(
    ("epochs", "factor", "iterations"),
    [(1, 3, 2), (2, 3, 1), (9, 3, 2), (10, 3, 1), (30, 3, 1), (81, 3, 1), (16, 2, 1), (100, 4, 1)],
)
def test_the_plan_of_hyperband_is_what_keras_tuner_truly_runs(epochs, factor, iterations):
    asked = search("hyperband", epochs=epochs, factor=factor, iterations=iterations, trials=0)
    for parallel in (1, 4):
        found = proposals(driven(make_oracle(asked), parallel=parallel, order=random.Random(7)))
        assert rungs(found) == planned(plan(asked))
        assert len(found) == plan(asked).trials
        assert sum(each.epochs - each.from_epoch for each in found) == plan(asked).epochs


@pytest.mark.parametrize("parallel", [1, 4])
@pytest.mark.parametrize("method", ["hyperband", "halving"])
def test_who_is_promoted_goes_on_from_where_its_parent_ended(method, parallel):
    found = proposals(driven(make_oracle(search(method, trials=12)), parallel=parallel))
    promoted = [each for each in found if each.parent is not None]
    assert promoted
    for each in promoted:
        parent = found[each.parent - 1]
        assert (each.values, each.from_epoch) == (parent.values, parent.epochs)
        assert (each.bracket, each.rung) == (parent.bracket, parent.rung + 1)
    assert len({each.parent for each in promoted}) == len(promoted)


def test_hyperband_promotes_the_best():
    for direction, best in (("min", min), ("max", max)):
        found = proposals(driven(make_oracle(search("hyperband", direction=direction))))
        first = [each for each in found if (each.bracket, each.rung) == (2, 0)]
        last = next(each for each in found if (each.bracket, each.rung) == (2, 2))
        assert last.values == best(first, key=score).values


def test_failed_trials_do_not_cut_a_bracket_short():
    asked = search("hyperband")
    failing = driven(make_oracle(asked), lambda each: None if each.number % 2 else score(each))
    assert rungs(proposals(failing)) == planned(plan(asked))
    found = proposals(failing)
    assert all(each.parent is None or each.parent % 2 == 0 for each in found)


@pytest.mark.parametrize("method", ["hyperband", "halving"])
@pytest.mark.parametrize("outcome", [None, float("nan"), float("inf")])
def test_nothing_is_promoted_where_all_fail(method, outcome):
    asked = search(method)
    found = proposals(driven(make_oracle(asked), lambda _: outcome))
    assert {each.rung for each in found} == {0}
    assert len(found) == plan(asked).settings


@pytest.mark.parametrize("method", ["hyperband", "halving"])
def test_equal_scores_end_a_search_when_its_plan_is_complete(method):
    asked = search(method)
    answers = driven(make_oracle(asked), lambda _: 0.5)
    assert answers[-1] is Answer.OVER
    assert len(proposals(answers)) >= plan(asked).settings


def test_successive_halving_trains_the_best_further_and_asks_for_no_more_settings():
    asked = search("halving", trials=40, direction="max")
    found = proposals(driven(make_oracle(asked), lambda each: -score(each), parallel=3))
    by_rung = Counter(each.rung for each in found)
    assert by_rung[0] == 40
    assert 40 / 3 - 5 <= by_rung[1] <= 40 / 3 + 9
    assert {each.epochs for each in found} == {1, 3, 9}
    mean = {
        rung: sum(score(each) - 1 / each.epochs for each in found if each.rung == rung)
        / by_rung[rung]
        for rung in by_rung
    }
    assert mean[2] < mean[0]


@pytest.mark.parametrize("parallel", [1, 3])
@pytest.mark.parametrize("method", METHODS)
def test_the_same_words_are_answered_the_same(method, parallel):
    fields = {"space": SMALL, "trials": 0} if method == "grid" else {"trials": 5}
    asked = search(method, **fields, seed=5)
    made, again = make_oracle(asked), make_oracle(asked)
    runs = [driven(each, parallel=parallel, order=random.Random(1)) for each in (made, again)]
    assert runs[0] == runs[1]
    if method != "grid":
        assert make_oracle(msgspec.structs.replace(asked, seed=6)).ask() != runs[0][0]


@pytest.mark.parametrize("seed", [0, -3, 2**40])
def test_every_seed_is_one(seed):
    for method in ("random", "bayesian"):
        oracles = [make_oracle(search(method, seed=seed)) for _ in range(2)]
        assert oracles[0].ask() == oracles[1].ask()


@pytest.mark.parametrize("method", METHODS)
def test_a_small_space_is_tried_whole_and_then_it_is_over(method):
    trials = 0 if method == "grid" else 50
    for parallel in (1, 4):
        answers = driven(
            make_oracle(search(method, space=SMALL, trials=trials, iterations=3)),
            parallel=parallel,
        )
        fresh = [str(each.values) for each in proposals(answers) if each.parent is None]
        assert len(set(fresh)) == len(fresh) == ALL_SMALL
        assert answers[-1] is Answer.OVER


def test_a_large_finite_space_is_tried_to_the_last_setting():
    space = [Dimension(name="batch_size", low=1, high=400, log=True, whole=True)]
    found = proposals(driven(make_oracle(search(space=space, trials=1000))))
    assert sorted(each.values["batch_size"] for each in found) == list(range(1, 401))


def test_a_grid_goes_through_the_options_in_order_also_with_trials_beside_each_other():
    space = [
        Dimension(name="optimizer", options=["sgd", "adam"]),
        Dimension(name="momentum", options=[0.9, 0], only={"optimizer": ["sgd"]}),
        Dimension(name="batch_size", low=1, high=2, log=True, whole=True),
    ]
    wanted = [
        {"optimizer": "sgd", "momentum": 0.9, "batch_size": 1},
        {"optimizer": "sgd", "momentum": 0.9, "batch_size": 2},
        {"optimizer": "sgd", "momentum": 0, "batch_size": 1},
        {"optimizer": "sgd", "momentum": 0, "batch_size": 2},
        {"optimizer": "adam", "batch_size": 1},
        {"optimizer": "adam", "batch_size": 2},
    ]
    for parallel in (1, 4):
        answers = driven(make_oracle(search("grid", space=space, trials=0)), parallel=parallel)
        assert [each.values for each in proposals(answers)] == wanted
        assert not any(each is Answer.WAIT for each in answers[:6])


def test_values_are_within_their_ranges_and_mean_something_together():
    for method in ("random", "bayesian"):
        for each in proposals(driven(make_oracle(search(method, trials=5)))):
            values = each.values
            assert ("momentum" in values) == (values["optimizer"] == "sgd")
            assert 1e-4 <= values["learning_rate"] <= 1e-1
            assert float(f"{values['learning_rate']:.4g}") == values["learning_rate"]
            assert isinstance(values["batch_size"], int)
            assert 8 <= values["batch_size"] <= 512
            assert 1 <= len(values["units"]) <= 3
            assert all(32 <= units <= 512 for units in values["units"])
            assert isinstance(values["batch_norm"], bool)
            assert msgspec.json.decode(msgspec.json.encode(values)) == values


def test_a_bayesian_search_learns_where_it_is_better():
    space = [Dimension(name="dropout", low=0.0, high=0.9)]
    found = proposals(
        driven(
            make_oracle(search("bayesian", space=space, trials=8)),
            lambda each: (each.values["dropout"] - 0.3) ** 2,
        )
    )
    assert min(abs(each.values["dropout"] - 0.3) for each in found[-4:]) < 0.02


@pytest.mark.parametrize("method", ["random", "bayesian", "grid", "halving"])
def test_trials_can_be_added_when_it_is_over_and_not_taken_back(method):
    space = [Dimension(name="batch_size", low=1, high=50, whole=True)]
    oracle = make_oracle(search(method, space=space, trials=4, epochs=1))
    assert len(proposals(driven(oracle))) == 4
    oracle.set_trials(6)
    assert len(proposals(driven(oracle))) == 2
    with pytest.raises(Problem, match="6 trials were begun already, 5 are fewer"):
        oracle.set_trials(5)


def test_hyperband_goes_through_all_brackets_once_more_or_not_at_all():
    oracle = make_oracle(search("hyperband"))
    once = len(proposals(driven(oracle)))
    assert once == 23
    with pytest.raises(Problem, match="23 trials each time, got 30") as caught:
        oracle.set_trials(30)
    assert "23, 46, 69" in caught.value.remedy
    oracle.set_trials(46)
    more = proposals(driven(oracle))
    assert len(more) == 23
    assert {each.iteration for each in more} == {1}
    with pytest.raises(Problem):
        oracle.set_trials(23)


@pytest.mark.parametrize("method", METHODS)
def test_a_value_that_is_fixed_is_that_of_all_settings_from_there_on(method):
    fields = {"space": SMALL, "trials": 0} if method == "grid" else {"trials": 5}
    oracle = make_oracle(search(method, **fields))
    first = [oracle.ask()]
    oracle.tell(1, 0.5)
    oracle.fix("optimizer", "adam")
    oracle.fix("units", [500, 20])  # none of the space's: a person may know better
    fresh = [each for each in proposals(driven(oracle)) if each.parent is None]
    assert fresh
    assert {str(each.values["units"]) for each in fresh} == {"[500, 20]"}
    assert {each.values["optimizer"] for each in fresh} == {"adam"}
    assert not any("momentum" in each.values for each in fresh)
    assert isinstance(first[0], Proposal)


def test_a_fixed_value_brings_in_what_means_something_with_it():
    oracle = make_oracle(search(trials=5))
    oracle.fix("optimizer", "sgd")
    assert all("momentum" in each.values for each in proposals(driven(oracle)))


def test_an_oracle_needs_no_tensorflow_and_its_door_no_keras_tuner():
    program = (
        "import sys\n"
        "from engine.run.search_records import Dimension, SearchSpec\n"
        "from engine.search.oracles import make_oracle\n"
        "print('keras_tuner' in sys.modules)\n"
        "space = [Dimension(name='a', options=[1, 2])]\n"
        "make_oracle(SearchSpec(method='random', space=space, objective='val_loss',\n"
        "    direction='min', trials=1, epochs=1)).ask()\n"
        "print('tensorflow' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"KERAS_BACKEND": "numpy", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "False"]

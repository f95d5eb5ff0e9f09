from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from click.testing import CliRunner

from engine.catalog import Catalog
from engine.errors import Problem
from engine.process.order import Order
from engine.process.searching import SearchOrder, objectives
from tui.commands.search import search
from tui.commands.subcommand import Invocation


@pytest.fixture(scope="module")
def entries():
    return Catalog.load().entries


def order(entries, recipe="wine", **fields):
    changes = fields.pop("changes", {})
    return SearchOrder(order=Order(entry=entries[recipe], data="sample", changes=changes), **fields)


def test_what_is_set_stays_and_what_is_named_is_varied(entries):
    asked = order(
        entries,
        changes={"units": (8, 4)},
        space={"learning_rate": "1e-4..1e-1", "optimizer": "adam,sgd", "dropout": "0.2"},
        epochs=7,
    )
    spec = asked.spec()
    assert [each.name for each in spec.search.space] == ["learning_rate", "optimizer"]
    assert spec.values["units"] == [8, 4]
    assert spec.values["dropout"] == 0.2
    assert spec.values["epochs"] == spec.search.epochs == 7
    assert (spec.search.objective, spec.search.direction) == ("val_loss", "min")
    assert spec.search.trials == 10


def test_a_recipe_says_what_is_varied_where_nobody_does(entries):
    spec = order(entries, "mnist", changes={"optimizer": "adam"}).spec()
    assert [each.name for each in spec.search.space] == ["batch_size", "dropout"]


def test_the_objective_is_the_metric_of_the_setting_and_its_direction_is_known(entries):
    chosen = order(entries, "mnist", changes={"monitor": "val_accuracy"}).spec()
    assert (chosen.search.objective, chosen.search.direction) == ("val_accuracy", "max")
    assert (chosen.monitor, chosen.monitor_mode) == ("val_accuracy", "max")
    named = order(entries, "wine", objective="rmse").spec()
    assert (named.search.objective, named.search.direction) == ("rmse", "min")
    assert objectives(entries["mnist"].recipe)[0] == "val_loss"


def test_a_name_tells_recipe_preset_and_method(entries):
    spec = order(entries, "mnist", method="hyperband", epochs=9).spec()
    assert spec.name.rpartition("-")[0] == "mnist-plain-hyperband"


def test_trainings_at_once_share_the_threads(entries, monkeypatch):
    monkeypatch.setattr("engine.process.order.share_of_threads", lambda device, cores: 8)
    assert order(entries, parallel=3).spec().threads == 2
    asked = order(entries, parallel=3)
    said = replace(asked, order=replace(asked.order, threads=5))
    assert said.spec().threads == 5


def test_the_command_line_asks_for_the_same(entries, monkeypatch):
    asked = order(
        entries,
        changes={"units": (8, 4), "patience": 3},
        space={"learning_rate": "1e-4..1e-1:log", "optimizer": "adam,sgd", "momentum": ""},
        method="halving",
        trials=12,
        epochs=9,
        factor=2,
        folds=3,
        parallel=2,
        search_seed=5,
        budget_epochs=40,
        budget_minutes=2.5,
        keep=1,
        failures=2,
        rate=0.75,
        objective="val_rmse",
    )
    seen = []
    monkeypatch.setattr(
        "tui.commands.search.print_plan", lambda wanted, invocation, as_json: seen.append(wanted)
    )
    words = shlex.split(asked.command())
    assert words[:3] == ["dlconsole", "search", "wine"]
    done = CliRunner().invoke(
        search, [*words[2:], "--plan"], obj=Invocation(), catch_exceptions=False
    )
    assert done.exit_code == 0
    again = seen[0]
    assert again.plan() == asked.plan()
    assert again.spec().search == asked.spec().search
    assert again.spec().values == asked.spec().values
    assert again.command() == asked.command()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"objective": "val_los"}, "no metric 'val_los'"),
        ({"method": "hyperbnd"}, "got 'hyperbnd'"),
        ({"method": "hyperband", "trials": 3}, "counts its trials itself"),
        ({"space": {"dropout": "0.5..0.1"}}, "dropout"),
        ({"space": {"dropot": "0.1..0.5"}}, "no setting 'dropot'"),
        ({"space": {"dropout": "0.2"}}, "space is empty"),
        ({"space": {"optimizer": "adam"} | {"momentum": "0..0.9"}}, "momentum"),
        ({"space": {"epochs": "1..9"}}, "epochs"),
        ({"space": {"loss": ""}}, "another measure"),
        ({"trials": 0}, "trials: expected"),
        ({"folds": 1}, "folds: expected"),
        ({"factor": 1}, "factor: expected"),
        ({"parallel": 0}, "parallel: expected"),
        ({"failures": 0}, "failures: expected"),
        ({"rate": -1.0}, "rate: expected"),
        ({"budget_minutes": float("nan")}, "budget-minutes: expected"),
        ({"epochs": 0}, "epochs: expected"),
    ],
)
def test_what_cannot_be_right_is_refused_in_a_sentence(entries, fields, words):
    with pytest.raises(Problem) as told:
        order(entries, **fields).spec()
    assert words in told.value.what
    assert "\n" not in str(told.value)


def test_what_is_both_set_and_varied_is_refused(entries):
    asked = order(entries, changes={"dropout": 0.3}, space={"dropout": "0.1..0.5"})
    with pytest.raises(Problem, match="dropout is both"):
        asked.spec()


def test_folds_of_a_setting_that_validates_on_test_are_refused(entries):
    wide = Order(entry=entries["mnist"], preset="wide", data="sample")
    with pytest.raises(Problem, match="validates on the test set"):
        SearchOrder(order=wide, folds=3).spec()


def test_a_method_whose_library_is_missing_is_refused_with_its_name(entries, monkeypatch):
    monkeypatch.setattr("engine.process.searching.find_spec", lambda name: None)
    with pytest.raises(Problem, match=r"pip install 'dlconsole\[optuna\]'"):
        order(entries, method="halving").spec()
    order(entries, method="hyperband").spec()


def test_a_placed_search_is_a_run_of_its_own_kind(entries, runs_dir):
    folder = order(entries, epochs=2).place(runs_dir)
    spec = folder.read_spec()
    assert spec.search is not None
    assert spec.command.startswith("dlconsole search wine")
    with pytest.raises(Problem):
        order(entries, trials=0).place(runs_dir)
    assert [each.name for each in runs_dir.iterdir()] == [folder.path.name]

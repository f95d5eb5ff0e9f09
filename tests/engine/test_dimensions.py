"""What a search varies is read as people write it, narrowed to what recipes allow, and counted."""

from __future__ import annotations

import pytest

from engine.catalog import Catalog
from engine.dimensions import (
    Dimension,
    condition,
    describe,
    dimensions,
    meaningful,
    parse,
    settings,
    text,
    value,
)
from engine.errors import Problem

WINE = Catalog.load().find("wine").recipe
SPACE = WINE.space


def varied(*names: str, **texts: str) -> list[Dimension]:
    return dimensions(WINE, {**dict.fromkeys(names, ""), **texts}, {})[0]


@pytest.mark.parametrize(
    ("name", "written", "words"),
    [
        ("learning_rate", "1e-4..1e-1", "1e-4 … 0.1, log"),
        ("learning_rate", "1e-4..1e-1:linear", "1e-4 … 0.1"),
        ("learning_rate", "1e-4 … 0.1:log", "1e-4 … 0.1, log"),
        ("learning_rate", "1e-4..1e-1/4", "1e-4 · 1e-3 · 0.01 · 0.1"),
        ("learning_rate", "", "1e-6 … 1, log"),
        ("dropout", "0.1..0.5/5", "0.1 · 0.2 · 0.3 · 0.4 · 0.5"),
        ("dropout", "", "0 … 0.9"),
        ("batch_size", "10..50/5:linear", "10 · 20 · 30 · 40 · 50"),
        ("batch_size", "8..64/4", "8 · 16 · 32 · 64"),
        ("batch_size", "10, 20 ,1e2", "10 · 20 · 100"),
        ("optimizer", "adam|rmsprop", "adam · rmsprop"),
        ("optimizer", "", "adam · adamw · rmsprop · sgd · adadelta"),
        ("batch_norm", "", "no · yes"),
        ("batch_norm", "yes,no", "yes · no"),
        ("units", "512,256|128", "512,256 · 128"),
        ("units", "1..3x32..512:log", "1 … 3 layers of 32 … 512, log"),
        ("units", "1..3x32", "1 … 3 layers of 32"),
        ("units", "2x8..16", "2 layers of 8 … 16"),
        ("units", "", "1 … 12 layers of 1 … 4096"),
    ],
)
def test_what_is_varied_is_read_shown_and_written_back(name, written, words):
    dimension = parse(SPACE, name, written)
    assert isinstance(dimension, Dimension)
    assert describe(dimension) == words
    assert parse(SPACE, name, text(dimension)) == dimension


@pytest.mark.parametrize(
    ("name", "written", "fixed"),
    [
        ("dropout", "0.2", 0.2),
        ("units", "512,256", (512, 256)),
        ("units", "2x64", (64, 64)),
        ("optimizer", "sgd", "sgd"),
        ("epochs", "5", 5),
        ("precision", "float32", "float32"),
    ],
)
def test_one_value_is_not_varied(name, written, fixed):
    assert parse(SPACE, name, written) == fixed


@pytest.mark.parametrize(
    ("name", "written", "words"),
    [
        ("dropout", "0.5..0.1", "dropout: the range from 0.5 to 0.1 is reversed"),
        ("dropout", "0.1..0.1", "empty"),
        ("dropout", "0..1", "dropout: expected a number from 0 to 0.9, got '1'"),
        ("dropout", "0..0.5:log", "cannot begin at 0"),
        ("dropout", "0.1..0.5:cubic", "expected :log or :linear, got ':cubic'"),
        ("dropout", "0.1..0.5/1", "from 2 to 10000 behind '/', got '1'"),
        ("dropout", "0.1..0.5/x", "got 'x'"),
        ("dropout", "0.1,0.2:log", "only a range has a scale"),
        ("dropout", "0.1,0.10", "0.1 is there more than once"),
        ("dropout", "..", "expected a number from 0 to 0.9"),
        ("batch_size", "1..3/5", "no 5 different values from 1 to 3"),
        ("optimizer", "adam,adm", "optimizer: expected one of .*, got 'adm'"),
        ("optimizer", "adam..sgd", "got the range 'adam..sgd'"),
        ("units", "32..64", "got the range"),
        ("units", "0..3x32", "number of layers from 1 to 12, got '0'"),
        ("units", "1..3x32..9999", "number of units from 1 to 4096, got '9999'"),
        ("units", "1..3xmany", "got 'many'"),
        ("unts", "32", "no setting 'unts'"),
        ("epochs", "5..10", "epochs cannot be varied"),
    ],
)
def test_what_cannot_be_searched_is_told_in_one_line(name, written, words):
    with pytest.raises(Problem, match=words) as caught:
        parse(SPACE, name, written)
    assert "\n" not in str(caught.value)


def test_a_search_varies_what_the_recipe_says_less_what_is_fixed():
    found, single = dimensions(WINE, {}, {"units": (32,)})
    assert [each.name for each in found] == [name for name in WINE.searched if name != "units"]
    assert single == {}


def test_a_search_varies_only_what_is_asked_for_and_single_values_are_fixed():
    found, single = dimensions(WINE, {"dropout": "", "batch_size": "64"}, {})
    assert [each.name for each in found] == ["dropout"]
    assert single == {"batch_size": 64}


@pytest.mark.parametrize(
    ("texts", "fixed", "words"),
    [
        ({}, dict.fromkeys(WINE.searched, 0), "space is empty: nothing of wine is left to vary"),
        ({"dropout": "0.2"}, {}, "space is empty"),
        ({"dropout": "0..0.5"}, {"dropout": 0.2}, "both fixed at 0.2 and varied over 0 … 0.5"),
        ({"momentum": ""}, {}, "momentum means nothing with optimizer adam"),
        ({"momentum": "", "optimizer": "adam,adadelta"}, {}, "nothing with optimizer adam · adad"),
        ({"beta_1": "", "dropout": ""}, {"optimizer": "sgd"}, "beta_1 means nothing"),
    ],
)
def test_an_empty_or_contradictory_space_is_refused(texts, fixed, words):
    with pytest.raises(Problem, match=words) as caught:
        dimensions(WINE, texts, fixed, setting={**SPACE.defaults()})
    assert caught.value.remedy


def test_conditions_are_held_against_the_setting_that_stays():
    assert dimensions(WINE, {"momentum": ""}, {"optimizer": "sgd"})[0][0].only == {}
    assert dimensions(WINE, {"momentum": ""}, {}, {"optimizer": "rmsprop"})[0][0].only == {}
    momentum = varied("momentum", optimizer="adam,sgd")[0]
    assert momentum.only == {"optimizer": ["sgd"]}
    assert condition(momentum) == "with optimizer sgd"
    assert varied("momentum", optimizer="rmsprop,sgd")[0].only == {}


def test_a_value_that_means_nothing_with_the_others_is_left_out():
    found = varied("momentum", "beta_1", optimizer="adam,sgd")
    values = {"momentum": 0.5, "beta_1": 0.9, "optimizer": "sgd", "units": [32]}
    assert meaningful(found, values) == {"momentum": 0.5, "optimizer": "sgd", "units": [32]}


@pytest.mark.parametrize(
    ("texts", "many"),
    [
        ({"dropout": "0.1..0.5"}, None),
        ({"dropout": "0.1..0.5/5", "optimizer": "adam,sgd"}, 10),
        ({"batch_size": "10..50"}, 41),
        ({"units": "1..3x32..64"}, 99),
        # adam: 2 betas; sgd: 3 momenta; adadelta: alone
        ({"momentum": "0,0.5,0.9", "beta_1": "0.8,0.9", "optimizer": "adam,sgd,adadelta"}, 6),
        ({"momentum": "0,0.5,0.9", "beta_1": "0.8..0.9", "optimizer": "adam,sgd"}, None),
    ],
)
def test_settings_are_counted_each_once(texts, many):
    assert settings(varied(**texts)) == many


def test_settings_below_a_condition_that_does_not_hold_are_not_counted():
    chain = [
        Dimension(name="a", options=["x", "y"]),
        Dimension(name="b", options=[1, 2, 3], only={"a": ["x"]}),
        Dimension(name="c", options=[True, False], only={"b": [1]}),
    ]
    assert settings(chain) == 5  # x with 1 twice, with 2, with 3; y
    assert meaningful(chain, {"a": "y", "b": 1, "c": True}) == {"a": "y"}


def test_values_come_back_from_json_in_their_own_types():
    assert value(SPACE, "units", [32, 16]) == (32, 16)
    assert isinstance(value(SPACE, "batch_size", 32.0), int)


@pytest.mark.parametrize("name", sorted(Catalog.load().entries))
def test_every_recipe_says_what_a_search_varies(name):
    recipe = Catalog.load().find(name).recipe
    for preset in recipe.presets:
        found, single = dimensions(recipe, {}, {}, recipe.values(preset, {}))
        assert found
        assert not single

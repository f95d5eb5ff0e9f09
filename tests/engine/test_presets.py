"""Presets of a person's own stand beside the recipe's, and never in their way."""

from __future__ import annotations

import pytest

from engine.catalog import Catalog
from engine.errors import Problem
from engine.presets import FILE, remove_preset, save_preset
from engine.process.keeping import setting_of
from engine.process.order import Order
from engine.run.folder import RunFolder
from tests.searches import WrittenSearch

MNIST = Catalog.load().find("mnist").recipe
GOOD = {"units": (512, 64), "dropout": 0.25, "learning_rate": 3e-4, "batch_norm": True}


def notices_with(folder, text):
    (folder / FILE).write_text(text)
    catalog = Catalog.load(folder)
    assert set(MNIST.presets) <= set(catalog.find("mnist").recipe.presets)
    return " ".join(catalog.notices)


def test_what_was_saved_is_a_preset_as_any_and_gives_the_same_values(tmp_path):
    folder = tmp_path / "config" / "recipes"
    kept = save_preset(folder, MNIST, "found-1", {**MNIST.values("l2", {}), **GOOD}, "by a  search")
    catalog = Catalog.load(folder)
    assert catalog.notices == ()
    entry = catalog.find("mnist")
    assert list(entry.recipe.presets) == [*MNIST.presets, "found-1"]
    assert entry.recipe.presets["found-1"] == kept
    assert kept.own
    assert kept.summary == "by a search"
    assert dict(kept.values) == {**GOOD, "l2": 0.01}  # what is as by default is not written
    order = Order(entry=entry, preset="found-1", data="sample")
    assert order.values() == MNIST.values("l2", GOOD)
    assert "--preset found-1" in order.command()
    assert not MNIST.presets["l2"].own


def test_several_are_kept_and_taken_away_one_by_one(tmp_path):
    wine = Catalog.load().find("wine").recipe
    for recipe, name in ((MNIST, "a"), (MNIST, "b"), (wine, "a")):
        save_preset(tmp_path, recipe, name, {"epochs": 7}, name)
    remove_preset(tmp_path, "mnist", "a")
    catalog = Catalog.load(tmp_path)
    assert "b" in catalog.find("mnist").recipe.presets
    assert "a" not in catalog.find("mnist").recipe.presets
    assert "a" in catalog.find("wine").recipe.presets
    with pytest.raises(Problem, match=r"no preset 'bb' of mnist\. Did you mean 'b'"):
        remove_preset(tmp_path, "mnist", "bb")


def test_one_of_the_same_name_gives_way_only_where_that_is_said(tmp_path):
    save_preset(tmp_path, MNIST, "mine", {"epochs": 7}, "")
    with pytest.raises(Problem, match="have a preset 'mine' of mnist already"):
        save_preset(tmp_path, MNIST, "mine", {"epochs": 8}, "")
    save_preset(tmp_path, MNIST, "mine", {"epochs": 8}, "", replacing=True)
    assert Catalog.load(tmp_path).find("mnist").recipe.values("mine", {})["epochs"] == 8


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dropout", "comes with a preset 'dropout'"),
        ("My Own", "lower-case"),
        ("", "lower-case"),
        ("a" * 41, "40 at most"),
    ],
)
def test_names_that_cannot_be_are_refused(tmp_path, name, words):
    with pytest.raises(Problem, match=words):
        save_preset(tmp_path, MNIST, name, {"epochs": 7}, "")
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no toml", "is no TOML"),
        ("[" * 100_000, "is no TOML"),
        ("mnist = 7", "expected presets of mnist, got 7"),
        ("[mnist]\nx = 3", "preset 'x': expected summary and values"),
        ("[mnist.x.values]\nunist = 3", "There is no setting 'unist'"),
        ("[mnist.x.values]\ndropout = 3", "preset 'x': dropout:"),
        ("[mnist.x]\nsummery = 'x'", "there is no 'summery' of a preset"),
        ("[mnist.dropout.values]\ndropout = 0.1", "has one of that name"),
        ("[mnist.'../x']\nsummary = 'x'", "lower-case"),
    ],
)
def test_what_is_wrong_with_the_file_is_told_and_the_rest_is_there(tmp_path, text, words):
    assert words in notices_with(tmp_path, text)


def test_one_broken_preset_does_not_take_the_others_along(tmp_path):
    text = "[mnist.x.values]\ndropout = 3\n[mnist.good.values]\ndropout = 0.3\nunits = [9]\n"
    assert "preset 'x'" in notices_with(tmp_path, text)
    assert Catalog.load(tmp_path).find("mnist").recipe.values("good", {})["units"] == (9,)
    save_preset(tmp_path, MNIST, "more", {}, "")  # nothing that a person wrote is lost
    assert "dropout = 3" in (tmp_path / FILE).read_text()


def test_a_file_that_cannot_be_read_is_not_written_over(tmp_path):
    (tmp_path / FILE).write_text("[mnist.mine")
    with pytest.raises(Problem, match="is no TOML"):
        save_preset(tmp_path, MNIST, "x", {}, "")
    assert (tmp_path / FILE).read_text() == "[mnist.mine"


def test_of_a_search_its_best_trial_is_kept_with_the_epochs_of_its_preset(runs_dir):
    entries = Catalog.load().entries
    search = WrittenSearch(runs_dir, preset="dropout")
    values = [
        {"batch_size": 10, "dropout": 0.2, "optimizer": "adam", "learning_rate": 1e-3},
        {"batch_size": 100, "dropout": 0.4, "optimizer": "rmsprop", "learning_rate": 1e-2},
    ]
    with pytest.raises(Problem, match="has a score yet"):
        setting_of(search.folder, entries)
    for number, each in enumerate(values):
        trial = search.ask(each)
        search.score(trial, 0.2 - number / 10)
    best = setting_of(search.folder, entries)
    assert best.recipe.name == "mnist"
    assert best.values == entries["mnist"].recipe.values("dropout", values[1])
    assert best.summary == f"trial 2 of {search.folder.name}: val_loss 0.1"
    first = setting_of(RunFolder(search.folder.trials / "t001"), entries)
    assert first.values["batch_size"] == 10
    assert first.summary.startswith("trial 1 of")

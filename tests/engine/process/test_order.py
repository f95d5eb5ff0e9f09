"""What is asked for is checked before anything is made, and can be asked for again."""

from __future__ import annotations

import shlex

import pytest

from engine.catalog import Catalog, read_recipe_file
from engine.errors import Problem
from engine.process.order import Order

WINE = Catalog.load().find("wine")


def test_only_what_differs_stands_in_the_command():
    order = Order(
        entry=WINE,
        preset="deep",
        changes={"epochs": 500, "learning_rate": 3e-4, "units": (64, 32)},
        data="sample",
        seed=2,
    )
    assert order.command() == (
        "dlconsole train wine --preset deep --set learning_rate=3e-4 --set units=64,32 "
        "--data sample --seed 2"
    )


def test_paths_with_spaces_are_quoted_in_the_command(tmp_path):
    path = tmp_path / "my data.csv"
    path.write_text("a,b\n1,2\n")
    command = Order(entry=WINE, data=str(path), target="b c").command()
    assert shlex.split(command)[-4:] == ["--data", str(path), "--target", "b c"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"preset": "dep"}, "no preset 'dep'"),
        ({"changes": {"epochz": 1}}, "no setting 'epochz'"),
        ({"changes": {"epochs": 0}}, "epochs: expected a whole number from 1"),
        ({"data": "ofical"}, "no file 'ofical'"),
        ({"backend": "theano"}, "tensorflow, jax"),
        ({"device": "gpu:one"}, "gpu:N"),
        ({"seed": -1}, "seed"),
        ({"threads": -2}, "threads"),
        ({"name": "../up"}, "letters, digits"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(runs_dir, asked, words):
    with pytest.raises(Problem) as caught:
        Order(entry=WINE, **{"data": "sample", **asked}).place(runs_dir)
    assert words in str(caught.value)
    assert not runs_dir.exists() or not list(runs_dir.iterdir())


def test_an_empty_file_is_refused_before_a_run_is_made(runs_dir, tmp_path):
    (tmp_path / "empty.csv").touch()
    with pytest.raises(Problem, match="is empty"):
        Order(entry=WINE, data=str(tmp_path / "empty.csv")).place(runs_dir)
    assert not runs_dir.exists()


def test_a_placed_order_keeps_every_value_and_the_sources_of_ones_own(runs_dir, tmp_path):
    (tmp_path / "mine.py").write_text(
        "from dataclasses import replace\n"
        "from recipes.wine import RECIPE as WINE\n"
        "RECIPE = replace(WINE, name='mine', network='my_net.py:build')\n"
    )
    (tmp_path / "my_net.py").write_text("def build(): ...\n")
    entry = read_recipe_file(tmp_path / "mine.py")
    folder = Order(entry=entry, data="sample", changes={"epochs": 3}).place(runs_dir)
    spec = folder.read_spec()
    assert (spec.values["epochs"], spec.values["units"]) == (3, [32])
    assert set(spec.values) == set(entry.recipe.space)
    assert set(spec.code) == {"mine.py", "my_net.py"}
    assert "--recipe-file" in spec.command

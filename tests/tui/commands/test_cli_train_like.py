"""``train --like``: what an earlier run was asked for, with changes on top."""

from __future__ import annotations

import pytest

from engine.catalog import Catalog
from engine.process.order import Order
from engine.run.folder import RunFolder

WINE = Catalog.load().find("wine")


@pytest.fixture
def first(runs_dir, tmp_path) -> RunFolder:
    """Place a run with settings and data of its own."""
    table = tmp_path / "mine.csv"
    table.write_text("a,b\n1,2\n")
    order = Order(
        entry=WINE,
        preset="deep",
        changes={"learning_rate": 3e-4, "epochs": 9},
        data=str(table),
        target="b",
        seed=7,
        split_seed=3,
        name="first",
    )
    return order.place(runs_dir)


def asked(dlconsole, runs_dir, *words):
    """Train like the first run and return what was asked for."""
    done = dlconsole("train", "--like", "first", "--detach", "--name", "second", *words)
    assert done.code == 0, done.err
    return RunFolder(runs_dir / "second").read_spec()


def test_all_that_was_asked_for_is_asked_for_again(dlconsole, stand_in, runs_dir, first):
    stand_in("fine")
    spec, before = asked(dlconsole, runs_dir), first.read_spec()
    assert spec.values == before.values
    assert spec.data == before.data
    assert (spec.preset, spec.seed, spec.split_seed) == ("deep", 7, 3)


def test_what_is_said_comes_on_top(dlconsole, stand_in, runs_dir, first):
    stand_in("fine")
    spec = asked(
        *(dlconsole, runs_dir, "wine", "--set", "learning_rate=1e-2", "--epochs", "3"),
        *("--seed", "1", "--data", "sample"),
    )
    assert spec.values["learning_rate"] == 1e-2
    assert spec.values["epochs"] == 3
    assert spec.seed == 1
    assert spec.split_seed == 3
    assert (spec.data.kind, spec.data.target) == ("sample", "")


def test_another_preset_keeps_what_was_changed(dlconsole, stand_in, runs_dir, first):
    stand_in("fine")
    spec = asked(dlconsole, runs_dir, "--preset", "mlp")
    assert spec.preset == "mlp"
    assert spec.values["learning_rate"] == 3e-4
    assert spec.values["units"] == [32]


def test_another_recipe_is_refused(dlconsole, runs_dir, first):
    done = dlconsole("train", "mnist", "--like", "first")
    assert done.code == 2
    assert "first is a run of the recipe 'wine', not of 'mnist'" in done.err
    assert [path.name for path in runs_dir.iterdir()] == ["first"]

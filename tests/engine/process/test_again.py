"""What an earlier run was asked for can be asked for again."""

from __future__ import annotations

import msgspec
import pytest

from engine.catalog import Catalog, read_recipe_file
from engine.errors import Problem
from engine.process.again import again
from engine.process.order import Order
from engine.run.records import encode

CATALOG = Catalog.load()
WINE = CATALOG.find("wine")


def rewrite(folder, **changes):
    """Change what run.json says."""
    folder.spec.write_bytes(encode(msgspec.structs.replace(folder.read_spec(), **changes)))


def test_the_same_is_asked_for(runs_dir, tmp_path):
    own = tmp_path / "my data.csv"
    own.write_text("a,b\n1,2\n")
    order = Order(
        entry=WINE,
        preset="deep",
        changes={"units": (64, 32), "batch_norm": True, "learning_rate": 3e-4},
        data=str(own),
        target="b",
        seed=7,
        split_seed=3,
        backend="jax",
        device="cpu",
        threads=3,
        deterministic=False,
        snapshots="off",
        queue=False,
        name="first",
    )
    folder = order.place(runs_dir)
    found = again(folder, CATALOG.entries)
    assert found.notices == ()
    assert found.order.command() == order.command().replace(" --name first", "")


def test_a_fair_share_of_threads_stays_one(runs_dir):
    folder = Order(entry=WINE, data="sample").place(runs_dir)
    assert again(folder, CATALOG.entries).order.threads == 0


def test_settings_that_are_there_no_more_are_told(runs_dir):
    folder = Order(entry=WINE, data="sample").place(runs_dir)
    values = {**folder.read_spec().values, "gone": 3, "batch_size": 10**9, "learning_rate": 1e-2}
    rewrite(folder, values=values, preset="best")
    order, notices = again(folder, CATALOG.entries)
    assert order.changes == {"learning_rate": 1e-2}
    assert len(notices) == 3
    for words in ("no preset 'best' any more", "no setting gone any more", "batch_size: expected"):
        assert any(words in notice for notice in notices), words


def test_a_recipe_that_is_not_installed_is_told(runs_dir):
    folder = Order(entry=WINE, data="sample").place(runs_dir)
    with pytest.raises(Problem, match=r"'wine' of .* is not installed"):
        again(folder, {})


def test_a_recipe_of_ones_own_is_the_one_that_was_trained(runs_dir, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(
        "from dataclasses import replace\n"
        "from recipes.wine import RECIPE as WINE\n"
        'RECIPE = replace(WINE, name="mine")\n'
    )
    entry = read_recipe_file(file)
    assert entry is not None
    folder = Order(entry=entry, data="sample").place(runs_dir)
    assert again(folder, {"mine": entry}).order.entry.file == file
    file.write_text(file.read_text() + "# other\n")
    kept = again(folder, {"mine": entry}).order.entry.file
    assert kept == folder.code / "mine.py"
    assert again(folder, {}, entry).order.entry.file == file

"""Runs that validate on a fold, as the trials of a search do."""

from __future__ import annotations

import msgspec
import pytest

from engine.catalog import Catalog, read_recipe_file
from engine.process.order import Order
from engine.run.folder import create
from engine.run.predictions import read_predictions
from engine.run.report import read_report
from tests.conftest import Forked, Run

MNIST = Catalog.load().find("mnist")
WINE = Catalog.load().find("wine")
TINY = {"units": (4,), "epochs": 1}


@pytest.fixture
def train(stable, runs_dir):
    """Train with settings of ``run.json`` that only a search makes."""

    def train(entry, changes, data="sample", target="", **spec):
        order = Order(entry=entry, changes=changes, data=data, target=target)
        code = order.code()
        folder = create(runs_dir, msgspec.structs.replace(order.spec(code), **spec), code)
        run = Run(folder, Forked(stable, stable.start(folder)))
        run.end()
        return run

    return train


def test_a_fold_of_digits_is_validated_on_and_the_test_rows_stay_apart(train):
    run = train(MNIST, TINY, fold=2, folds=3, baselines=False)
    assert run.view.verdict.state == "done", run.folder.console_log.read_text()
    report = read_report(run.folder)
    train_rows, val_rows, test_rows = (report.rows[part] for part in ("train", "val", "test"))
    assert train_rows + val_rows + test_rows == 1797
    assert train_rows == pytest.approx(2 * val_rows, abs=3)
    (_, val), (_, test) = (read_predictions(run.folder, part) for part in ("val", "test"))
    assert not set(val.rows.tolist()) & set(test.rows.tolist())
    assert [score.name for score in report.scores] == ["network"]
    assert any("Fold 2 of 3" in note for note in report.notes)
    assert any("first trial" in note for note in report.notes)


def test_a_fold_of_a_table_is_validated_on(train):
    run = train(WINE, TINY, fold=1, folds=4, baselines=False)
    assert run.view.verdict.state == "done", run.folder.console_log.read_text()
    report = read_report(run.folder)
    assert report.rows == {"train": 298, "val": 100, "test": 44}
    assert [score.name for score in report.scores] == ["network"]


def test_folds_and_validation_on_the_test_rows_contradict_each_other(train):
    run = train(MNIST, {**TINY, "validation": "test"}, fold=1, folds=3)
    assert run.view.verdict.state == "failed"
    assert run.view.ended.reason == "data"
    assert "Folds" in run.view.ended.cause
    assert "validation=apart" in run.view.ended.remedy


def test_more_folds_than_a_class_has_rows_are_told_when_the_data_is_read(train):
    run = train(MNIST, TINY, fold=1, folds=170)
    assert run.view.ended.reason == "data"
    assert "of the class" in run.view.ended.cause


OWN = """
from dataclasses import replace
from recipes.wine import RECIPE as WINE
RECIPE = replace(WINE, name="visits", target="y", {said})
"""


@pytest.fixture
def visits(tmp_path):
    """A recipe of a person's own, and 60 rows of 20 patients, in the order of their days."""
    table = tmp_path / "visits.csv"
    rows = [f"p{i % 20},{i},{i * 7 % 11}" for i in range(60)]
    table.write_text("\n".join(["patient,day,y", *rows]))

    def recipe(said):
        file = tmp_path / "visits.py"
        file.write_text(OWN.format(said=said))
        return read_recipe_file(file), {"data": str(table), "target": "y"}

    return recipe


def test_a_recipe_with_groups_keeps_them_on_one_side_and_does_not_learn_from_them(train, visits):
    entry, data = visits("groups='patient'")
    run = train(entry, TINY, **data, fold=2, folds=3)
    assert run.view.verdict.state == "done", run.folder.console_log.read_text()
    report = read_report(run.folder)
    assert report.inputs == ["day"]
    assert all(count % 3 == 0 for count in report.rows.values())  # three visits of each patient
    assert any("20 groups" in note for note in report.notes)


@pytest.mark.parametrize(("fold", "rows"), [(0, (48, 6, 6)), (1, (15, 13, 6)), (3, (41, 13, 6))])
def test_a_recipe_in_order_trains_on_what_comes_before(train, visits, fold, rows):
    entry, data = visits("rows='ordered'")
    run = train(entry, TINY, **data, fold=fold, folds=3 if fold else 0)
    report = read_report(run.folder)
    assert tuple(report.rows.values()) == rows
    sample = run.view.samples[-1]
    assert sample.rows[0][0] == str(rows[0] + 1)
    assert any("in the order" in note for note in report.notes)

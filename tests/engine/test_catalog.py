"""Recipes are found wherever a person keeps them; a broken one is told, never a crash."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.catalog import Catalog, read_recipe_file
from engine.errors import Problem
from engine.recipe import Preset
from engine.references import resolve

MINE = (
    "from dataclasses import replace\n"
    "from recipes.wine import RECIPE as WINE\n"
    "RECIPE = replace(WINE, name='mine')\n"
)


def test_the_built_in_recipes_are_there_without_any_folder(tmp_path):
    assert "wine" in Catalog.load(tmp_path / "missing").entries


def test_recipes_in_a_persons_folder_are_found_and_their_networks_passed_over(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "my_net.py").write_text("def build(): ...\n")
    catalog = Catalog.load(tmp_path)
    assert catalog.find("mine").file == tmp_path / "mine.py"
    assert not catalog.notices


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\nraise ValueError('no')\n", "broken.py, line 2: ValueError: no"),
        ("def (:\n", "broken.py, line 1: SyntaxError"),
        ("import does_not_exist\n", "does_not_exist"),
        ("RECIPE = 7\n", "defines no RECIPE"),
        (MINE.replace("'mine'", "'Not A Name'"), "lower-case"),
        (MINE.replace("name='mine'", "name='m', presets={}"), "no preset"),
    ],
)
def test_a_broken_recipe_file_is_a_notice_that_says_where(tmp_path, text, words):
    (tmp_path / "broken.py").write_text(text)
    catalog = Catalog.load(tmp_path)
    assert "wine" in catalog.entries
    assert len(catalog.notices) == 1
    assert words in catalog.notices[0]


def test_an_unknown_recipe_gets_the_nearest_name():
    with pytest.raises(Problem, match="no recipe 'wien'") as caught:
        Catalog.load().find("wien")
    assert "wine" in caught.value.remedy


def test_an_unknown_preset_gets_the_nearest_name():
    with pytest.raises(Problem, match="no preset 'dep'") as caught:
        Catalog.load().find("wine").recipe.preset("dep")
    assert "deep" in caught.value.remedy


def test_a_preset_that_sets_what_does_not_exist_is_refused():
    recipe = Catalog.load().find("wine").recipe
    bad = replace(recipe, presets={"p": Preset(summary="", values={"unitz": 1})})
    with pytest.raises(Problem, match="preset p: There is no setting 'unitz'"):
        bad.validate()


def test_a_recipe_that_takes_what_nobody_can_read_is_refused():
    bad = replace(Catalog.load().find("wine").recipe, form="picture")
    with pytest.raises(Problem, match="expected a form of table, pictures, texts") as caught:
        bad.validate()
    assert "pictures" in caught.value.remedy


def test_a_missing_recipe_file_is_told(tmp_path):
    with pytest.raises(Problem, match="no recipe file"):
        read_recipe_file(tmp_path / "none.py")


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("engine.nothing:x", "no module"),
        ("engine.space:Itn", "Did you mean 'Int'"),
        ("my_net.py:build", "cannot be read"),
    ],
)
def test_a_name_that_leads_nowhere_is_told(tmp_path, reference, words):
    with pytest.raises(Problem) as caught:
        resolve(reference, tmp_path)
    assert words in str(caught.value)


def test_published_figures_name_metrics_parts_and_sources():
    for entry in Catalog.load().entries.values():
        for preset in entry.recipe.presets.values():
            for figure in preset.published:
                assert figure.split in {"train", "val", "test"}
                assert figure.source


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rows": "sorted"}, "expected rows of independent, ordered"),
        ({"rows": "ordered", "groups": "house"}, "cannot be in groups as well"),
        ({"groups": "alcohol"}, "is the target"),
        ({"form": "pictures", "groups": "house"}, "only rows of a table"),
    ],
)
def test_what_is_said_of_rows_has_to_be_possible(changes, words):
    with pytest.raises(Problem, match=words):
        replace(Catalog.load().find("wine").recipe, **changes).validate()

from __future__ import annotations

import json

import pytest


def test_recipes_are_listed_with_their_presets(dlconsole):
    done = dlconsole("recipes")
    assert done.code == 0
    assert done.err == ""
    row = next(line for line in done.out.splitlines() if line.startswith("wine"))
    for text in ("regression", "prediction", "mlp", "deep", "broken"):
        assert text in row


def test_one_recipe_is_told_whole(dlconsole):
    done = dlconsole("recipes", "wine")
    for text in (
        "Portuguese white wines",
        "Deep Learning Quick Reference",
        "engine.models.dense:regressor",
        "winequality-white.csv, 264 kB: missing, dlconsole data fetch wine",
        "learning_rate  1e-3",
        "units=32,32,32,32,16 epochs=500",
        "mae test 0.190",
    ):
        assert text in done.out


def test_one_recipe_as_an_object(dlconsole):
    found = json.loads(dlconsole("recipes", "wine", "--json").out)
    assert found["name"] == "wine"
    assert {each["data"] for each in found["sources"]} == {"official", "sample", "PATH"}
    assert found["sources"][0]["files"][0]["path"] is None
    settings = {each["name"]: each for each in found["settings"]}
    assert settings["units"]["default"] == [32]
    assert [each["name"] for each in found["presets"]] == ["mlp", "deep", "broken"]
    assert found["presets"][0]["published"][0]["value"] == 0.19


@pytest.fixture
def own_recipes(tmp_path, monkeypatch):
    folder = tmp_path / "recipes"
    folder.mkdir()
    monkeypatch.setenv("DLCONSOLE_RECIPES", str(folder))
    return folder


def test_a_broken_recipe_is_a_notice_beside_the_others(dlconsole, own_recipes):
    (own_recipes / "mine.py").write_text("raise ValueError('[/b] \x1b[31m')")
    done = dlconsole("recipes")
    assert done.code == 0
    assert "wine" in done.out
    assert r"mine.py, line 1: ValueError: [/b] \x1b[31m" in done.err
    found = json.loads(dlconsole("recipes", "--json").out)
    assert len(found["notices"]) == 1


def test_a_recipe_of_ones_own_is_listed_and_told(dlconsole, own_recipes):
    (own_recipes / "mine.py").write_text(
        "from dataclasses import replace\nfrom recipes.wine import RECIPE as WINE\n"
        "RECIPE = replace(WINE, name='mine', title='\\x1b[31mred')\n"
    )
    done = dlconsole("recipes")
    assert r"\x1b[31mred" in done.out
    assert r"mine: \x1b[31mred" in dlconsole("recipes", "mine").out

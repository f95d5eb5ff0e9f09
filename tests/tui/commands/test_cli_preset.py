"""``dlconsole preset``: kept, listed, trained, taken away."""

from __future__ import annotations

import json

from tests.searches import WrittenSearch


def test_a_searchs_best_setting_becomes_a_preset_that_can_be_trained(dlconsole, runs_dir):
    search = WrittenSearch(runs_dir)
    search.score(search.ask({"dropout": 0.25, "batch_size": 100}), 0.07)
    done = dlconsole("preset", "save", search.folder.name, "found")
    assert (done.code, done.out) == (0, "")
    assert "Kept as preset found of mnist: " in done.err
    assert "dropout=0.25" in done.err
    told = dlconsole("recipes", "mnist").out
    assert f"found     trial 1 of {search.folder.name}: val_loss 0.07 (your own)" in told
    assert "found (own)" in dlconsole("recipes").out
    own = {
        each["name"]: each["own"]
        for each in json.loads(dlconsole("recipes", "mnist", "--json").out)["presets"]
    }
    assert own["found"]
    assert not own["plain"]
    again = dlconsole("preset", "save", "last", "found")
    assert again.code == 2
    assert "already" in again.err
    replaced = dlconsole("preset", "save", "last", "found", "--replace", "--summary", "x", "--json")
    assert json.loads(replaced.out)["summary"] == "x"
    listed = json.loads(dlconsole("preset", "--json").out)["presets"]
    assert [(each["recipe"], each["name"], each["summary"]) for each in listed] == [
        ("mnist", "found", "x")
    ]
    assert dlconsole("preset", "rm", "mnist", "found").code == 0
    assert dlconsole("preset", "list").out == ""


def test_a_run_can_be_kept_too(dlconsole, make_runs):
    folder = make_runs.place("wine-mine", epochs=17)
    assert dlconsole("preset", "save", folder.name, "short").code == 0
    listed = dlconsole("preset").out
    assert "short" in listed
    assert "as in wine-mine" in listed
    assert "epochs=17" in listed


def test_a_name_that_cannot_be_is_one_clear_line(dlconsole, make_runs):
    make_runs.place("wine-mine")
    refused = dlconsole("preset", "save", "wine-mine", "deep")
    assert refused.code == 2
    assert refused.err.splitlines() == [
        "wine comes with a preset 'deep', which cannot be replaced.",
        "Choose another name.",
    ]

"""``compare``: runs beside each other, for a person, a script and a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

import msgspec
import pytest

from engine.run.records import encode


@pytest.fixture
def two(make_runs):
    """Make two runs that differ in epochs and learning rate."""
    make_runs.done("wine-one", epochs=3)
    other = make_runs.done("wine-two", epochs=2)
    spec = other.read_spec()
    values = {**spec.values, "learning_rate": 3e-4}
    other.spec.write_bytes(encode(msgspec.structs.replace(spec, values=values)))
    return make_runs


def test_only_what_differs_is_shown_and_the_best_has_a_star(dlconsole, two, monkeypatch):
    monkeypatch.setattr("tui.commands.compare.room", lambda: 200)
    done = dlconsole("compare", "wine-one", "wine-two")
    assert done.code == 0
    heading, one, other = done.out.splitlines()
    assert heading.split()[:6] == ["run", "state", "epochs", "learning", "rate", "best"]
    assert one.split()[:6] == ["wine-one", "done", "3", "1e-3", "0.6667", "*"]
    assert other.split()[:5] == ["wine-two", "done", "2", "3e-4", "1.000"]
    assert "batch norm" not in done.out


def test_a_table_that_is_too_wide_is_turned_on_its_side(dlconsole, two, monkeypatch):
    monkeypatch.setattr("tui.commands.compare.room", lambda: 60)
    done = dlconsole("compare", "wine-one", "wine-two")
    lines = {line.split("  ")[0]: line.split() for line in done.out.splitlines()}
    assert lines["run"] == ["run", "wine-one", "wine-two"]
    assert lines["learning rate"] == ["learning", "rate", "1e-3", "3e-4"]
    assert lines["best"] == ["best", "0.6667", "*", "1.000"]
    assert lines["test r2"][:2] == ["test", "r2"]


def test_a_narrow_table_has_a_line_a_run(dlconsole, make_runs):
    for name in ("one", "two"):
        make_runs.failed(f"wine-{name}", "It broke.")
    heading, *rows = dlconsole("compare", "wine-one", "wine-two").out.splitlines()
    assert heading.split()[:2] == ["run", "state"]
    assert [row.split()[:2] for row in rows] == [["wine-one", "failed"], ["wine-two", "failed"]]


def test_json_has_everything(dlconsole, two):
    found = json.loads(dlconsole("compare", "wine-one", "wine-two", "--json").out)
    assert found["differing"] == ["epochs", "learning_rate"]
    assert found["common"]["recipe"] == "wine"
    assert found["figures"][:2] == ["best", "best_epoch"]
    one, other = found["runs"]
    assert (one["run"], one["state"], one["monitor"]) == ("wine-one", "done", "val_loss")
    assert one["settings"]["learning_rate"] == 1e-3
    assert other["figures"]["metric.val_loss"] == 1.0
    assert other["changed"] == {}


def test_csv_has_a_line_a_run_with_all_digits(dlconsole, two):
    done = dlconsole("compare", "wine-one", "wine-two", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["run"] for row in rows] == ["wine-one", "wine-two"]
    assert rows[0]["learning_rate"] == "1e-3"
    assert rows[0]["metric.loss"] == "0.3333333333333333"


@pytest.mark.parametrize("column", ["best", "epochs", "learning_rate", "learning rate"])
def test_runs_are_sorted_by_any_column(dlconsole, two, column):
    found = json.loads(dlconsole("compare", "wine-one", "wine-two", "--sort", column, "--json").out)
    first = {"best": "wine-one"}.get(column, "wine-two")
    assert found["runs"][0]["run"] == first


def test_what_cannot_be_is_refused(dlconsole, two):
    for words, told in (
        (["wine-one", "--sort", "bset"], "best"),
        (["wine-one", "--csv", "--json"], "cannot both"),
        (["wine-none"], "no run 'wine-none'"),
        ([], "RUN"),
    ):
        done = dlconsole("compare", *words)
        assert (done.code, done.out) == (2, "")
        assert told in done.err


def test_a_run_that_is_named_twice_or_damaged_stops_nothing(dlconsole, two):
    two.damaged("broken")
    found = json.loads(dlconsole("compare", "wine-one", "one", "broken", "--json").out)
    assert [(run["run"], run["state"]) for run in found["runs"]] == [
        ("wine-one", "done"),
        ("broken", "damaged"),
    ]
    assert dlconsole("compare", "broken").code == 0

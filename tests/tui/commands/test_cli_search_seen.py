"""What commands tell of a search that lies in the runs folder."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from engine.run.search_records import Dimension
from engine.run.search_view import SearchView
from tests.searches import WrittenSearch, hyperband
from tui.commands.search_bar import picture

NAME = "mnist-dropout-hyperband-k3f9"


def rows(text: str, heading: str) -> list[list[str]]:
    """Return the cells of a table's rows that stands below a heading."""
    lines = text.split(heading, 1)[1].splitlines()[2:]
    return (
        [line.split() for line in lines[: lines.index("")] if line]
        if "" in lines
        else [line.split() for line in lines]
    )


def test_show_tells_every_trial_the_best_first(dlconsole, runs_dir):
    hyperband(runs_dir).matter()
    out = dlconsole("show", "k3f9").out
    assert "done          23/23 trials, 75 epochs" in out
    assert "Hyperband, at most 9 epochs, factor 3" in out
    assert "learning_rate  1e-4 … 0.1, log" in out
    table = rows(out, "Trials, the best first")
    assert len(table) == 23
    assert table[0][:4] == ["22", "completed", "0.0824", "*"]
    assert table[-1][:2] == ["7", "failed"]
    promoted = next(row for row in table if row[0] == "8")
    assert promoted[1] == "promoted"
    assert " ".join(promoted[-3:]) == "as 10" or promoted[-1] == "10"
    assert "The loss became NaN at step 41." in out
    assert "batch_size     0.6100" in out


def test_show_json_has_what_every_run_has_and_the_trials(dlconsole, runs_dir):
    hyperband(runs_dir).matter()
    found = json.loads(dlconsole("show", "last", "--json").out)
    assert found["run"] == NAME
    assert found["spec"]["search"]["method"] == "hyperband"
    assert (found["best"], found["best_run"]) == (22, f"{NAME}/t022")
    assert found["importance"]["hyperparameters"][0]["name"] == "batch_size"
    by_number = {each["trial"]: each for each in found["trials"]}
    assert (by_number[13]["parent"], by_number[10]["child"]) == (10, 13)
    assert by_number[13]["runs"] == by_number[8]["runs"] == [f"{NAME}/t008"]
    assert by_number[7]["reason"] == "nan"


def test_folds_are_told_with_their_spread(dlconsole, runs_dir):
    written = WrittenSearch(runs_dir, "wine-random-a2b3", method="random", trials=1, folds=3)
    written.score(written.ask(), 0.1, 0.2, 0.3).end()
    out = dlconsole("show", "wine-random-a2b3").out
    assert "val_loss 0.2000 ± 0.1000" in out
    assert "spread" in out
    assert "its run       wine-random-a2b3/t001-f1" in out


def test_a_live_search_is_shown_with_what_is_under_way(dlconsole, runs_dir):
    hyperband(runs_dir, ended=11)
    out = dlconsole("show", NAME).out
    assert "11/23 trials, 13/75 epochs" in out
    assert "left          9 m 00 s" in out
    assert "trial 12 epoch 2.5/3 val_loss" in out


def test_a_trial_is_shown_as_the_run_that_it_is(dlconsole, runs_dir):
    hyperband(runs_dir)
    out = dlconsole("show", "k3f9/t008").out
    assert out.startswith(f"{NAME}/t008  done")


def test_runs_lists_a_search_with_its_trials_counted(dlconsole, runs_dir):
    hyperband(runs_dir, ended=11)
    _, row = dlconsole("runs").out.splitlines()
    assert row.split()[:4] == ["searching", NAME, "11/23", "trials"]
    assert "val_loss" in row
    assert dlconsole("runs", "--state", "searching").out.splitlines()[1] == row
    (found,) = json.loads(dlconsole("runs", "--json").out)["runs"]
    assert found["search"] == {"method": "hyperband", "trials_ended": 11, "trials_planned": 23}


def test_watch_tells_the_ledger_in_order_and_returns_the_code(dlconsole, runs_dir):
    written = WrittenSearch(runs_dir, "one", method="random", trials=3)
    written.score(written.ask(), 0.3)
    written.fail(written.ask())
    written.repeat(written.ask(), 1).end("stopped", "Stopped on request.")
    done = dlconsole("watch", "one")
    assert done.code == 3
    lines = done.out.splitlines()
    assert lines[0] == "random search, 3 trials, 9 epochs; goes by the lowest val_loss"
    assert lines[1].startswith("trial 1  val_loss 0.3000  9 epochs")
    assert lines[2].startswith("trial 2  failed")
    assert lines[3].startswith("trial 3  repeated  val_loss 0.3000")
    assert "one was stopped after 3 trials" in done.err
    stream = [json.loads(line) for line in dlconsole("watch", "one", "--json").out.splitlines()]
    assert [each["type"] for each in stream] == [
        "started",
        *["trial", "trial ended"] * 3,
        "ended",
    ]
    assert stream[2]["score"] == 0.3


def test_a_search_that_is_resumed_is_not_told_twice(dlconsole, runs_dir):
    written = WrittenSearch(runs_dir, "one", method="random", trials=2)
    written.score(written.ask(), 0.3)
    written.taken_up()
    written.score(written.ask(), 0.2).end()
    told = [line for line in dlconsole("watch", "one").out.splitlines() if "trial" in line[:6]]
    assert [line[:7] for line in told] == ["trial 1", "trial 2"]


def test_compare_sets_the_trials_of_a_search_beside_each_other(dlconsole, runs_dir):
    hyperband(runs_dir)
    found = json.loads(dlconsole("compare", "k3f9", "--json").out)
    names = [each["run"] for each in found["runs"]]
    assert names[:2] == [f"{NAME}/t001", f"{NAME}/t002"]
    assert len(names) == 17  # a promoted trial goes on in the same run
    assert set(found["differing"]) >= {"batch_size", "dropout", "optimizer", "learning_rate"}


def test_export_writes_the_epochs_of_every_trial(dlconsole, runs_dir):
    hyperband(runs_dir)
    lines = dlconsole("export", "k3f9", "--metric", "val_loss", "--x", "epoch").out.splitlines()
    assert lines[0] == "run,epoch,val_loss"
    assert sum(line.startswith(f"{NAME}/t008,") for line in lines) == 9
    assert not any(line.startswith(f"{NAME}/t007,") for line in lines)  # it came to nothing


@pytest.mark.parametrize(
    "words",
    [
        ("report", "k3f9"),
        ("predict", "k3f9", "x.csv"),
        ("checkpoints", "k3f9"),
        ("train", "--like", "k3f9"),
    ],
)
def test_who_needs_a_network_is_told_the_best_trial(dlconsole, runs_dir, words):
    hyperband(runs_dir, curves=False)
    done = dlconsole(*words)
    assert done.code == 2
    assert f"{NAME} is a search, and a training is expected." in done.err
    assert f"the best is {NAME}/t022" in done.err


def test_a_setting_is_trained_in_full_from_a_trial(dlconsole, monkeypatch, runs_dir):
    hyperband(runs_dir)
    monkeypatch.setattr("tui.commands.train.launch", lambda folder, **settings: None)
    done = dlconsole("train", "--like", "k3f9/t022", "--name", "full", "--detach")
    assert done.code == 0
    spec = json.loads((runs_dir / "full" / "run.json").read_bytes())
    assert spec["search"] is None
    assert (spec["fold"], spec["baselines"]) == (0, True)


def test_conditions_are_told_where_a_setting_means_something_with_some_values_only(
    dlconsole, runs_dir
):
    space = [
        Dimension(name="optimizer", options=["adam", "sgd"]),
        Dimension(name="momentum", low=0.0, high=0.9, only={"optimizer": ["sgd"]}),
    ]
    written = WrittenSearch(runs_dir, "one", method="random", trials=2, space=space)
    written.score(written.ask({"optimizer": "adam"}), 0.3)
    written.score(written.ask({"optimizer": "sgd", "momentum": 0.5}), 0.2).end()
    out = dlconsole("show", "one").out
    assert "momentum   0 … 0.9 with optimizer sgd" in out
    assert rows(out, "Trials, the best first")[0][-2:] == ["sgd", "0.5"]


def test_text_from_outside_obeys_nothing(dlconsole, runs_dir):
    written = WrittenSearch(runs_dir, "one", method="random", trials=1)
    written.fail(written.ask({"optimizer": "ad\x1b[31mam"}), "It \x1b]0;broke\x07.").end()
    for words in (("show", "one"), ("watch", "one"), ("show", "one", "--json")):
        assert "\x1b" not in dlconsole(*words).out


def test_trials_of_two_searches_are_told_apart(dlconsole, runs_dir):
    for name in ("one", "two"):
        written = WrittenSearch(runs_dir, name, method="random", trials=1)
        written.score(written.ask(), 0.3).end()
        written.curve(1, [0.3])
    out = dlconsole("compare", "one", "two").out
    assert "one/t001" in out
    assert "two/t001" in out


def test_on_a_terminal_a_bar_shows_how_far_it_is_what_is_best_and_what_is_under_way(runs_dir):
    view = SearchView(hyperband(runs_dir, ended=11).folder)
    view.refresh()
    console = Console(file=io.StringIO(), width=100)
    console.print(picture(view, 100))
    bar, best, underway = console.file.getvalue().splitlines()
    assert bar.startswith("11/23 trials, 13/75 epochs")
    assert bar.rstrip().endswith("9 m 00 s left")
    assert best.startswith("best val_loss 0.1131 (trial 10) batch_size=100")
    assert underway.startswith("trial 12 epoch 2.5/3 val_loss")

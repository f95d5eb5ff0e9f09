"""``search`` and ``resume`` of a search, against a stand-in for its coordinator."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from made_runs import wait_until
from made_searches import COORDINATOR

from engine.run.folder import RunFolder, find, list_folders
from engine.run.state import examine
from engine.run.view import RunView
from tests.searches import WrittenSearch

SEARCH = ("search", "wine", "--data", "sample", "--search", "dropout=0.1..0.9", "--epochs", "2")
FIELDS = {"search", "state", "cause", "trials", "best", "best_values", "best_run", "folder"}


@pytest.fixture
def coordinator(monkeypatch):
    """Return a function that makes ``search`` start the stand-in, which fares as it is told."""
    begun = []

    def use(how: str) -> list[subprocess.Popen]:
        def launch(folder: RunFolder, **settings: object) -> subprocess.Popen:
            begun.append(
                subprocess.Popen(
                    [sys.executable, "-c", COORDINATOR, str(folder.path), how],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
            return begun[-1]

        monkeypatch.setattr("tui.commands.search.launch", launch)
        monkeypatch.setattr("tui.commands.resume.launch.resume", launch)
        return begun

    yield use
    for process in begun:
        process.kill()
        process.wait()


def when(condition, what) -> threading.Thread:
    """Do something in a thread once a condition holds."""

    def wait() -> None:
        wait_until(condition)
        what()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def is_asked(runs_dir, name: str):
    journal = runs_dir / name / "journal.jsonl"
    return lambda: journal.exists() and b'"type":"trial"' in journal.read_bytes()


def test_each_trial_is_a_line_and_the_best_is_the_result(dlconsole, coordinator, runs_dir):
    coordinator("fine")
    done = dlconsole(*SEARCH, "--trials", "3", "--name", "one")
    assert done.code == 0
    assert done.out.splitlines()[0] == "best val_loss 0.3333 in trial 3: dropout=0.3"
    assert [line.split()[0] for line in done.out.splitlines()[2:]] == ["3", "2", "1"]
    lines = done.err.splitlines()
    assert "plan: 3 trials, 6 epochs" in lines
    assert "random search, 3 trials, 2 epochs; goes by the lowest val_loss" in lines
    told = [line for line in lines if line.startswith("trial ")]
    assert [line.split("  ")[:2] for line in told] == [
        ["trial 1", "val_loss 1.000"],
        ["trial 2", "val_loss 0.5000"],
        ["trial 3", "val_loss 0.3333"],
    ]
    assert told[-1].endswith("the best so far")
    assert lines[-1].startswith("one is done in ")
    assert lines[-1].endswith("Plan complete: 3 trials.")


def test_json_is_one_object_with_every_trial(dlconsole, coordinator):
    coordinator("fine")
    done = dlconsole(*SEARCH, "--trials", "2", "--name", "one", "--json", "--quiet")
    assert done.err == ""
    found = json.loads(done.out)
    assert found.keys() >= FIELDS
    assert (found["state"], found["best"], found["best_run"]) == ("done", 2, "one/t002")
    assert found["best_values"] == {"dropout": 0.2}
    assert [each["score"] for each in found["trials"]] == [1.0, 0.5]


def test_detach_prints_the_name_and_leaves_the_search(dlconsole, coordinator, runs_dir):
    coordinator("endless")
    done = dlconsole(*SEARCH, "--name", "one", "--detach")
    assert (done.code, done.out) == (0, "one\n")
    assert "dlconsole watch one" in done.err
    wait_until(is_asked(runs_dir, "one"))
    assert examine(find(runs_dir, "one")).live


def test_ctrl_c_stops_the_search(dlconsole, coordinator, runs_dir):
    coordinator("endless")
    waiting = when(is_asked(runs_dir, "one"), lambda: os.kill(os.getpid(), signal.SIGINT))
    done = dlconsole(*SEARCH, "--name", "one", "--json")
    waiting.join()
    assert done.code == 130
    assert json.loads(done.out)["state"] == "stopped"


def test_failures_one_after_another_fail_the_command_where_nobody_can_answer(
    dlconsole, coordinator, runs_dir
):
    coordinator("failing")
    done = dlconsole(*SEARCH, "--name", "one", "--failures", "2", "--json")
    assert done.code == 1
    assert "trial 2  failed  dropout=0.2  The loss became NaN." in done.err
    assert "2 trials in a row have failed" in done.err
    found = json.loads(done.out)
    assert (found["state"], found["best"]) == ("stopped", None)
    assert found["trials"][0]["cause"] == "The loss became NaN."


def test_a_search_that_finds_the_data_wrong_is_code_2(dlconsole, coordinator):
    coordinator("wrong")
    done = dlconsole(*SEARCH)
    assert done.code == 2
    last, remedy = done.err.splitlines()[-2:]
    assert last.endswith("failed: Trial 1 failed: no such column.")
    assert remedy == "Name another."


def test_a_stopped_search_is_resumed_and_told_from_there(dlconsole, coordinator, runs_dir):
    coordinator("endless")
    waiting = when(is_asked(runs_dir, "one"), lambda: os.kill(os.getpid(), signal.SIGTERM))
    dlconsole(*SEARCH, "--name", "one", "--trials", "3")
    waiting.join()
    coordinator("fine")
    done = dlconsole("resume", "one", "--json")
    assert done.code == 0
    assert "went on as generation 2" in done.err
    found = json.loads(done.out)
    assert (found["state"], found["generation"]) == ("done", 2)


def test_a_live_search_heeds_what_is_asked_of_it(dlconsole, coordinator, runs_dir):
    coordinator("endless")
    dlconsole(*SEARCH, "--name", "one", "--detach")
    wait_until(is_asked(runs_dir, "one"))
    for words, action in (
        (("set", "one", "--trials", "40"), "set trials to 40"),
        (("set", "one", "--fix", "dropout=0.25"), "fix dropout at 0.25"),
        (("set", "one", "--cull", "t001"), "cull trial 1"),
        (("pause", "one"), "pause"),
        (("resume", "one"), "go on"),
    ):
        done = dlconsole(*words, "--json")
        said = json.loads(done.out)
        assert (done.code, said["action"], said["applied"]) == (0, action, True), done
    view = RunView(find(runs_dir, "one"))
    view.refresh()
    applied = list(view.applied.values())
    assert (applied[0].trials, applied[1].fixed) == (40, {"dropout": 0.25})
    shown = dlconsole("show", "one").out
    assert "trials 40, dropout fixed at 0.25" in shown
    assert dlconsole("stop", "one", "--now").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("set", "one", "--fix", "momentum=0.5"), "one does not vary momentum."),
        (("set", "one", "--fix", "dropout=7"), "dropout: expected"),
        (("set", "one", "--cull", "best"), "Expected the number of a trial"),
        (("set", "one", "--trials", "0"), "Expected the number of trials"),
        (("set", "one", "--epochs", "9"), "one is a search and cannot set epochs"),
        (("snapshot", "one"), "one is a search and cannot snapshot now"),
        (("resume", "one", "--epochs", "9"), "--epochs is for trainings"),
    ],
)
def test_what_cannot_be_asked_of_a_search_is_refused(dlconsole, runs_dir, words, told):
    WrittenSearch(runs_dir, "one", recipe="wine").ask()
    done = dlconsole(*words)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert len(done.err.splitlines()) <= 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--objective", "accuracy"), "There is no metric 'accuracy'"),
        (("--search", "dropout"), "--search dropout is there twice."),
        (("--factor", "4"), "--factor is for hyperband and halving"),
        (("--method", "hyperband", "--trials", "9"), "counts its trials itself"),
        (("--set", "dropout=0.3"), "dropout is both"),
        (("--method", "best"), "got 'best'"),
    ],
)
def test_what_cannot_be_right_is_refused_before_a_folder_is_made(dlconsole, runs_dir, words, told):
    done = dlconsole(*SEARCH, *words)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert list_folders(runs_dir) == []


def test_the_plan_is_told_with_time_disk_and_cost(dlconsole, monkeypatch, runs_dir):
    answers = [
        {"absent": [], "bytes": 0},
        {"described": {"parameters": 1000}, "notes": []},
        {"epoch_seconds": 4.0},
    ]
    monkeypatch.setattr("tui.commands.search_plan.ask", lambda *a, **k: iter(answers))
    words = ("search", "wine", "--data", "sample", "--method", "hyperband", "--epochs", "9")
    done = dlconsole(*words, "--rate", "3.6", "--plan")
    assert done.code == 0
    assert "trials        23" in done.out
    assert "75 in all" in done.out
    rungs = [line.split() for line in done.out.split("Rungs")[1].splitlines()[2:8]]
    assert rungs[0] == ["2", "0", "9", "1", "0"]
    assert "an epoch 4.0 s" in done.out
    found = json.loads(dlconsole(*words, "--rate", "3.6", "--plan", "--json").out)
    assert found["trials"] == sum(each["trials"] for each in found["rungs"])
    assert found["seconds"] > 75 * 4.0
    assert found["cost"] == pytest.approx(found["seconds"] / 1000)
    assert list_folders(runs_dir) == []


def test_help_tells_what_can_be_varied(dlconsole):
    done = dlconsole("search", "wine", "--help")
    assert done.code == 0
    assert "Settings of wine" in done.out
    assert "Varied of wine by default" in done.out
    assert "--search NAME[=WHAT]" in done.out

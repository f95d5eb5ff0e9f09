from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from engine.catalog import Catalog
from engine.process.launch import launch, prepare
from engine.process.order import Order
from engine.process.queue import Queue
from engine.run.folder import RunFolder
from engine.run.state import examine

TRAIN = ("train", "wine", "--data", "sample", "--name", "four")


@pytest.fixture
def runs(monkeypatch, runs_dir):
    """Return three runs: the first has the only device, the others wait for it."""
    monkeypatch.setenv("DLCONSOLE_PRETEND_GPUS", "1")
    entry = Catalog.load().find("wine")
    folders = [
        Order(entry=entry, data="sample", device="gpu:0", name=name).place(runs_dir)
        for name in ("one", "two", "three")
    ]
    first = prepare(folders[0])  # as its worker would have it
    waiters = [launch(each) for each in folders[1:]]
    yield folders
    for entry in Queue().entries():
        if entry.place:
            Queue().remove(entry.ticket.folder)
    for each in waiters:
        each.wait(20)
    first.close()


def queued(dlconsole):
    """Return run and place of what the command lists, in its order."""
    found = json.loads(dlconsole("queue", "--json").out)["queue"]
    return [(each["run"], each["place"]) for each in found]


def test_the_queue_is_listed_with_places_and_states(dlconsole, runs):
    listed = dlconsole("queue")
    assert listed.code == 0
    assert [line.split()[:2] for line in listed.out.splitlines()] == [
        ["place", "run"],
        ["one", "gpu:0"],
        ["1", "two"],
        ["2", "three"],
    ]
    assert dlconsole("queue", "list").out == listed.out


def test_json_says_what_was_asked_for_and_what_was_given(dlconsole, runs):
    first, second, _ = json.loads(dlconsole("queue", "--json").out)["queue"]
    assert (first["wanted"], first["device"], first["place"]) == ("gpu:0", "gpu:0", None)
    assert (second["device"], second["place"], second["state"]) == (None, 1, "queued")
    assert second["folder"] == str(runs[1].path)
    assert abs(second["since"] - time.time()) < 60


def test_an_empty_queue_is_no_data(dlconsole):
    listed = dlconsole("queue")
    assert (listed.code, listed.out) == (0, "")
    assert "nothing waits" in listed.err


def test_a_run_can_be_moved(dlconsole, runs):
    moved = dlconsole("queue", "move", "three", "1")
    assert (moved.code, moved.out) == (0, "")
    assert "three has place 1" in moved.err
    assert queued(dlconsole) == [("one", None), ("three", 1), ("two", 2)]
    assert json.loads(dlconsole("queue", "move", "three", "9", "--json").out)["place"] == 2


def test_a_run_can_be_removed(dlconsole, runs):
    removed = dlconsole("queue", "remove", "two")
    assert (removed.code, removed.out) == (0, "")
    assert queued(dlconsole) == [("one", None), ("three", 1)]
    assert examine(runs[1]).state == "stopped"
    assert json.loads(dlconsole("queue", "remove", "three", "--json").out)["removed"]


@pytest.mark.parametrize("words", [["move", "one", "1"], ["remove", "one"]])
def test_what_has_its_device_is_not_for_the_queue_to_change(dlconsole, runs, words):
    refused = dlconsole("queue", *words)
    assert refused.code == 2
    assert "does not wait" in refused.err
    assert "dlconsole stop" in refused.err


def test_stop_takes_a_waiting_run_off_the_queue(dlconsole, runs):
    assert dlconsole("stop", "two", "--wait").code == 0
    assert queued(dlconsole) == [("one", None), ("three", 1)]


def test_train_says_that_it_waits_and_behind_whom(dlconsole, runs):
    started = dlconsole(
        *["train", "wine", "--data", "sample", "--device", "gpu", "--name", "four", "--detach"]
    )
    try:
        assert started.code == 0
        assert started.out == "four\n"
        assert "pretended GPU 0" in started.err
        assert "On gpu:0: one." in started.err
        assert "Waiting already: two, three." in started.err
        assert "3rd for a GPU" in started.err
        assert queued(dlconsole)[-1] == ("four", 3)
    finally:
        dlconsole("queue", "remove", "four")


def test_a_device_that_is_not_there_leaves_no_run_behind(dlconsole, runs, runs_dir):
    refused = dlconsole(
        *["train", "wine", "--data", "sample", "--device", "gpu:5", "--name", "four"]
    )
    assert refused.code == 2
    assert "no gpu:5" in refused.err
    assert not (runs_dir / "four").exists()


def test_ctrl_c_ends_waiting(runs, runs_dir):
    train = subprocess.Popen(
        [sys.executable, "-m", "tui.cli", *TRAIN, "--device", "gpu:0"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert train.stderr is not None
    for line in train.stderr:
        if "3rd for gpu:0" in line:
            break
    train.send_signal(signal.SIGINT)
    said = train.stderr.read()
    assert train.wait(30) == 130
    assert "was stopped" in said
    assert examine(RunFolder(runs_dir / "four")).state == "stopped"


def test_waiting_runs_are_completed(program, runs):
    done = program(
        _DLCONSOLE_COMPLETE="bash_complete", COMP_WORDS="dlconsole queue move t", COMP_CWORD="3"
    )
    assert [line.partition(",")[2] for line in done.out.splitlines()] == ["two", "three"]

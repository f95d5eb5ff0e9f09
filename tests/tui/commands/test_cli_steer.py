"""``pause``, ``stop``, ``snapshot`` and ``set`` against a stand-in for the worker."""

from __future__ import annotations

import json

import pytest
from made_runs import wait_until

from engine.run.evidence import read_status
from engine.run.lock import RunLock
from tui.commands import acknowledged


@pytest.mark.parametrize(
    ("words", "action"),
    [
        (["stop", "live"], "stop after epoch"),
        (["stop", "live", "--now"], "stop now"),
        (["pause", "live"], "pause"),
        (["snapshot", "live"], "snapshot now"),
        (["set", "live", "--epochs", "60"], "set epochs to 60"),
        (["set", "live", "--learning-rate", "3e-4"], "set learning rate to 0.0003"),
    ],
)
def test_a_wish_is_sent_and_its_receipt_and_effect_are_said(dlconsole, live, words, action):
    done = dlconsole(*words)
    assert done.code == 0
    assert done.out == ""
    assert f"wine-live has received: {action}" in done.err
    if action != "stop after epoch":  # that is not waited for
        assert "applied at step " in done.err


@pytest.mark.parametrize("command", ["pause", "snapshot"])
def test_json_tells_receipt_and_effect_with_its_step(dlconsole, live, command):
    done = dlconsole(command, "live", "--json")
    found = json.loads(done.out)
    assert done.code == 0
    assert done.err == ""
    assert found["run"] == "wine-live"
    assert found["received"]
    assert found["applied"]
    assert found["refused"] is None
    assert found["step"] >= 1
    assert found["epoch"] == found["step"]
    assert found["command"] in {path.stem for path in live.commands.iterdir()}


def test_a_paused_run_stands_still_until_resume(dlconsole, live):
    assert dlconsole("pause", "live", "--wait").code == 0
    assert read_status(live).phase == "paused"
    assert json.loads(dlconsole("runs", "--state", "paused", "--json").out)["runs"]
    shown = dlconsole("show", "live").out
    assert "paused" in shown
    assert "left          -" in shown
    done = dlconsole("resume", "live")
    assert done.code == 0
    assert "wine-live has received: go on; applied at step " in done.err
    wait_until(lambda: read_status(live).phase == "training")


@pytest.mark.parametrize("words", [["--epochs", "9"], ["--inexact"], ["--elsewhere"]])
def test_a_paused_run_goes_on_as_it_was(dlconsole, live, words):
    dlconsole("pause", "live", "--wait")
    done = dlconsole("resume", "live", *words)
    assert done.code == 2
    assert "paused" in done.err
    assert read_status(live).phase == "paused"


def test_a_run_that_trains_has_nothing_to_resume(dlconsole, live):
    done = dlconsole("resume", "live")
    assert done.code == 2
    assert "training" in done.err


def test_what_is_set_is_absolute(dlconsole, live):
    dlconsole("set", "live", "--epochs", "90000", "--wait")
    assert read_status(live).epochs == 90000
    dlconsole("set", "live", "--learning-rate", "0.25", "--wait")
    assert read_status(live).learning_rate == 0.25


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--epochs", "0"], "'0'"),
        (["--epochs", "-3"], "'-3'"),
        (["--epochs", "2.5"], "'2.5'"),
        (["--epochs", "+10"], "'+10'"),
        (["--epochs", "many"], "'many'"),
        (["--epochs", "9" * 30], "99999"),
        (["--epochs", ""], "whole number"),
        (["--learning-rate", "0"], "'0'"),
        (["--learning-rate", "-1e-3"], "above 0"),
        (["--learning-rate", "nan"], "'nan'"),
        (["--learning-rate", "inf"], "'inf'"),
        (["--learning-rate", "fast"], "'fast'"),
        ([], "got none"),
        (["--epochs", "5", "--learning-rate", "1"], "got --epochs and --learning-rate"),
    ],
)
def test_a_wrong_value_is_refused_before_anything_is_sent(dlconsole, live, words, named):
    done = dlconsole("set", "live", *words)
    assert done.code == 2
    assert done.out == ""
    assert named in done.err
    assert len(done.err.splitlines()) == 2
    assert not list(live.commands.iterdir())


@pytest.mark.parametrize("live", ["refusing"], indirect=True)
def test_a_refusal_is_said_with_its_reason(dlconsole, live):
    done = dlconsole("set", "live", "--learning-rate", "1e-3")
    assert done.code == 2
    assert done.err == (
        "wine-live refuses to set learning rate to 0.001: A schedule decides about it.\n"
    )
    done = dlconsole("pause", "live", "--json")
    assert done.code == 2
    assert json.loads(done.out)["refused"] == "A schedule decides about it."


@pytest.mark.parametrize("live", ["deaf"], indirect=True)
def test_what_takes_long_is_not_waited_for(dlconsole, live, monkeypatch):
    monkeypatch.setattr(acknowledged, "EFFECT_SECONDS", 0.1)
    done = dlconsole("snapshot", "live")
    assert done.code == 0
    assert done.err == ("wine-live has received: snapshot now. It follows as soon as it can.\n")


def test_a_worker_that_does_not_listen_yet_is_told(dlconsole, make_runs, monkeypatch):
    folder = make_runs.place("wine-live")
    recorder = make_runs.begin(folder)
    monkeypatch.setattr(acknowledged, "RECEIPT_SECONDS", 0.2)
    done = dlconsole("pause", "live", "--json")
    found = json.loads(done.out)
    assert (done.code, found["received"], found["applied"]) == (0, False, False)
    assert "has not acknowledged it yet" in dlconsole("pause", "live").err
    recorder.close()


def test_a_wish_that_the_worker_of_before_was_asked_for_is_asked_of_the_next(
    dlconsole, make_runs, monkeypatch
):
    folder = make_runs.place("wine-live")
    first = make_runs.begin(folder)
    taken_up = []

    def sleep(seconds):
        if not taken_up:
            taken_up.append(make_runs.begin(folder, generation=2))

    monkeypatch.setattr(acknowledged, "sleep", sleep)
    monkeypatch.setattr(acknowledged, "RECEIPT_SECONDS", 0.5)
    dlconsole("pause", "live")
    assert [
        b'"generation":2' in path.read_bytes() for path in sorted(folder.commands.iterdir())
    ] == [
        False,
        True,
    ]
    first.close()
    taken_up[0].close()


def test_stop_can_wait_for_the_end(dlconsole, live):
    done = dlconsole("stop", "live", "--wait", "--json")
    found = json.loads(done.out)
    assert found["received"]
    assert found["applied"]
    assert found["state"] == "stopped"
    assert done.err == ""


@pytest.mark.parametrize(
    "words", [["stop"], ["pause"], ["snapshot"], ["set", "--epochs", "5"]], ids=lambda each: each[0]
)
@pytest.mark.parametrize(
    ("kind", "named"),
    [("done", "dlconsole resume wine-one --epochs N"), ("lost", "dlconsole resume wine-one")],
)
def test_a_run_that_has_ended_cannot_be_asked_for_anything(
    dlconsole, make_runs, words, kind, named
):
    folder = getattr(make_runs, kind)("wine-one")
    done = dlconsole(words[0], "one", *words[1:])
    assert done.code == 2
    assert done.out == ""
    assert f"is {kind}" in done.err
    assert named in done.err
    assert not list(folder.commands.iterdir())


def test_a_run_that_waits_for_its_device_has_no_worker_to_pause(dlconsole, make_runs):
    folder = make_runs.queued("wine-queued", "2nd for gpu:0")
    lock = RunLock(folder.lock)
    try:
        done = dlconsole("pause", "queued")
        assert done.code == 2
        assert "waits for its device" in done.err
        assert "2nd for gpu:0" in dlconsole("show", "queued").out
        assert "2nd for gpu:0" in dlconsole("runs").out
        assert json.loads(dlconsole("runs", "--json").out)["runs"][0]["state"] == "queued"
    finally:
        lock.release()

from __future__ import annotations

import json

from engine.run.commands import StopAfterEpoch, send


def test_show_tells_what_was_asked_and_what_became_of_it(dlconsole, make_runs):
    make_runs.done("wine-one")
    done = dlconsole("show", "one")
    assert done.code == 0
    assert done.err == ""
    for text in (
        "dlconsole train wine --name wine-one",
        "done",
        "sample",
        "learning_rate",
        "385 parameters",
        "8 train, 1 val, 1 test",
        "Dense",
        "3/3 complete",
        "val_loss 0.6667 after epoch 3",
    ):
        assert text in done.out


def test_show_says_why_a_run_failed_and_what_to_do(dlconsole, make_runs):
    make_runs.failed("wine-one", "The disk is full.", "Make room.")
    out = dlconsole("show", "one").out
    assert "The disk is full." in out
    assert "Make room." in out


def test_show_tells_notices_and_commands_without_obeying_them(dlconsole, make_runs):
    folder = make_runs.place("wine-one")
    recorder = make_runs.begin(folder)
    recorder.notice("[/b] \x1b]52;c;aGk=\x07 end", "warning")
    command = send(folder.commands, StopAfterEpoch(1))
    recorder.received(command, "stop after epoch")
    recorder.end("stopped", cause="\x1b[2J")
    recorder.close()
    done = dlconsole("show", "one")
    assert r"warning: [/b] \x1b]52;c;aGk=\x07 end" in done.out
    assert "stop after epoch: received" in done.out
    assert "\x1b" not in done.out
    found = json.loads(dlconsole("show", "one", "--json").out)
    assert found["commands"] == [
        {"command": command, "action": "stop after epoch", "state": "received", "step": None}
    ]


def test_show_takes_a_damaged_run(dlconsole, make_runs):
    make_runs.damaged("broken")
    done = dlconsole("show", "broken")
    assert done.code == 0
    assert "damaged" in done.out
    assert json.loads(dlconsole("show", "broken", "--json").out)["spec"] is None


def test_the_object_holds_the_spec_and_the_last_epoch(dlconsole, make_runs):
    make_runs.done("wine-one")
    found = json.loads(dlconsole("show", "last", "--json").out)
    assert found["run"] == "wine-one"
    assert found["state"]["state"] == "done"
    assert found["spec"]["values"]["epochs"] == 3
    assert found["epochs"] == 3
    assert found["last_epoch"]["metrics"] == {"loss": 1 / 3, "val_loss": 2 / 3}
    assert found["damaged"] == 0

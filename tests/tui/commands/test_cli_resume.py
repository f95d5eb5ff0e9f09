"""``resume`` against a stand-in for the worker: how it is asked for, told and ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from made_runs import WORKER, wait_until

from engine.errors import Problem
from engine.run.folder import RunFolder


@pytest.fixture
def resumed(monkeypatch):
    """Let ``resume`` start the stand-in; return what it was asked for, each time."""
    asked: list[dict[str, object]] = []
    workers: list[subprocess.Popen[bytes]] = []

    def resume(folder: RunFolder, **options: object) -> subprocess.Popen[bytes]:
        asked.append(options)
        with folder.console_log.open("ab") as log:
            workers.append(
                subprocess.Popen(
                    [sys.executable, "-c", WORKER, str(folder.path), options.pop("how", "fine")],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
        return workers[-1]

    monkeypatch.setattr("engine.process.launch.resume", resume)
    yield asked
    for worker in workers:
        worker.kill()
        worker.wait()


def test_a_lost_run_goes_on_and_only_what_is_new_is_told(dlconsole, make_runs, resumed):
    make_runs.lost("wine-one")
    done = dlconsole("resume", "one")
    assert done.code == 0
    lines = done.err.splitlines()
    assert lines[0].startswith("wine-one in ")
    assert "went on from epoch 2 (step 2) as generation 2, exactly" in lines
    told = [line.split()[1] for line in lines if line.startswith("epoch")]
    assert told == ["3/3"]
    assert lines[-1].startswith("wine-one is done: 3 epochs in ")
    assert resumed == [
        {
            "epochs": None,
            "learning_rate": None,
            "inexact": False,
            "elsewhere": False,
            "queue": True,
            "trials": None,
        }
    ]


def test_the_object_is_that_of_train_with_the_generation(dlconsole, make_runs, resumed):
    make_runs.lost("wine-one")
    done = dlconsole("resume", "one", "--json", "--quiet")
    found = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (found["state"], found["epochs"]) == ("done", 3)
    assert (found["generation"], found["from_epoch"], found["exact"]) == (2, 2, True)


def test_what_is_asked_for_is_handed_on(dlconsole, make_runs, resumed):
    make_runs.lost("wine-one")
    words = ["--epochs", "70", "--learning-rate", "3e-4"]
    words += ["--inexact", "--elsewhere", "--no-queue"]
    assert dlconsole("resume", "one", *words, "--detach").code == 0
    assert resumed == [
        {
            "epochs": 70,
            "learning_rate": 3e-4,
            "inexact": True,
            "elsewhere": True,
            "queue": False,
            "trials": None,
        }
    ]


def test_detach_prints_the_name_and_returns(dlconsole, make_runs, resumed):
    make_runs.lost("wine-one")
    done = dlconsole("resume", "one", "--detach")
    assert done.code == 0
    assert done.out == "wine-one\n"
    assert "dlconsole watch wine-one" in done.err


def test_ctrl_c_stops_a_resumed_run(dlconsole, make_runs, resumed):
    folder = make_runs.lost("wine-one", epochs=100_000)

    def send() -> None:
        wait_until(lambda: b'"epoch":4' in folder.journal.read_bytes())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=send)
    thread.start()
    done = dlconsole("resume", "one")
    thread.join()
    assert done.code == 130
    assert "was stopped after" in done.err


def test_how_the_earlier_worker_ended_is_not_how_this_one_ended(dlconsole, make_runs, resumed):
    make_runs.failed("wine-one", "ValueError: shapes do not fit")
    done = dlconsole("resume", "one")
    assert done.code == 0
    assert "shapes" not in done.err


def test_a_worker_that_never_begins_is_a_failure(dlconsole, make_runs, monkeypatch):
    folder = make_runs.failed("wine-one", "It broke.")

    def resume(folder: RunFolder, **_: object) -> subprocess.Popen[bytes]:
        with folder.console_log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", WORKER, str(folder.path), "stillborn"], stdout=log
            )

    monkeypatch.setattr("engine.process.launch.resume", resume)
    done = dlconsole("resume", "one")
    assert done.code == 1
    assert "ImportError: no such library" in done.err
    assert folder.path.is_dir()


def test_a_refusal_is_two_lines_and_starts_nothing(dlconsole, make_runs, monkeypatch):
    make_runs.lost("wine-one")

    def resume(*_: object, **__: object) -> None:
        raise Problem("wine-one would not go on exactly: keras 3.15, then 3.14.", "--inexact.")

    monkeypatch.setattr("engine.process.launch.resume", resume)
    for words in ([], ["--json"], ["--detach"]):
        done = dlconsole("resume", "one", *words)
        assert done.code == 2
        assert done.out == ""
        assert done.err.splitlines() == [
            "wine-one would not go on exactly: keras 3.15, then 3.14.",
            "--inexact.",
        ]


def test_a_finished_run_is_refused_without_epochs_and_with_too_few(dlconsole, make_runs):
    make_runs.done("wine-one")
    done = dlconsole("resume", "one")
    assert done.code == 2
    assert done.out == ""
    assert "is done" in done.err
    assert "--epochs" in done.err
    assert dlconsole("resume", "one", "--epochs", "3").code == 2


@pytest.mark.parametrize("epochs", ["0", "nan", "ten", "-1", "1e2"])
def test_a_wrong_number_of_epochs_is_refused_first(dlconsole, make_runs, resumed, epochs):
    make_runs.lost("wine-one")
    done = dlconsole("resume", "one", "--epochs", epochs)
    assert done.code == 2
    assert repr(epochs) in done.err
    assert not resumed


@pytest.mark.parametrize("rate", ["0", "nan", "small"])
def test_a_wrong_learning_rate_is_refused_first(dlconsole, make_runs, resumed, rate):
    make_runs.lost("wine-one")
    done = dlconsole("resume", "one", "--learning-rate", rate)
    assert done.code == 2
    assert repr(rate) in done.err
    assert not resumed


def test_a_loss_that_became_nan_needs_a_smaller_learning_rate(dlconsole, make_runs):
    make_runs.failed("wine-one", "The loss became NaN at step 41.", reason="nan")
    done = dlconsole("resume", "one")
    assert done.code == 2
    assert "dlconsole resume wine-one --learning-rate" in done.err


def test_one_that_waits_is_told_with_its_place_and_ctrl_c_takes_it_off(
    dlconsole, make_runs, monkeypatch
):
    make_runs.lost("wine-one")

    def resume(folder: RunFolder, **_: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", WAITER, str(folder.path)])

    monkeypatch.setattr("engine.process.launch.resume", resume)

    def phase_words(status):
        if status.phase == "queued":  # it is being told
            os.kill(os.getpid(), signal.SIGINT)
        return f"{status.phase} {status.detail}"

    monkeypatch.setattr("tui.commands.narration.phase_words", phase_words)
    done = dlconsole("resume", "one")
    assert done.code == 130
    assert "queued 2nd for gpu:0" in done.err
    assert "was stopped after 2 epochs" in done.err


# What waits for a device, as engine.process.waiting does it.
WAITER = """
import sys, time
from pathlib import Path
from engine.process import announcing
from engine.run.commands import Inbox
from engine.run.folder import RunFolder
from engine.run.lock import RunLock

folder = RunFolder(Path(sys.argv[1]))
lock = RunLock(folder.lock)
announcing.coming(folder, folder.read_spec(), 2, "2nd for gpu:0")
inbox = Inbox(folder.commands, 2)
while not (wishes := inbox.take()):
    time.sleep(0.02)
announcing.ended(folder, "stopped", "Stopped while it waited for gpu:0.", requests=wishes)
"""

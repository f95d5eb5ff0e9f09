"""``train`` against a stand-in for the worker: what a person sees, and what signals do."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest
from made_runs import wait_until

from engine.run.folder import RunFolder, list_folders
from engine.run.state import examine

FIELDS = {"run", "folder", "state", "epochs", "metrics", "report", "cause", "remedy"}


def only_run(runs_dir) -> RunFolder:
    (folder,) = list_folders(runs_dir)
    return folder


def trains(journal):
    """Return the condition that the first epoch stands in a journal."""
    return lambda: journal.exists() and b'"type":"epoch"' in journal.read_bytes()


def signal_when(condition, number: int) -> threading.Thread:
    """Send a signal to this process once a condition holds."""

    def send() -> None:
        wait_until(condition)
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_a_training_is_told_in_lines_and_stdout_stays_clean(dlconsole, stand_in, runs_dir):
    stand_in("fine")
    done = dlconsole("train", "wine", "--epochs", "5", "--name", "one")
    assert done.code == 0
    assert done.out == ""  # the stand-in writes no report
    lines = done.err.splitlines()
    assert lines[0] == f"one in {runs_dir / 'one'}"
    assert "data: a table; 8 train, 1 val, 1 test" in lines
    assert "warning: A column was left out." in lines
    assert any(line.startswith("epoch 5/5  loss 0.2000  val_loss 0.4000") for line in lines)
    assert lines[-1].startswith("one is done: 5 epochs in ")
    assert "\r" not in done.err


def test_lines_about_epochs_are_few_and_the_last_is_among_them(dlconsole, stand_in):
    stand_in("fine")
    done = dlconsole("train", "wine", "--epochs", "60")
    epochs = [line for line in done.err.splitlines() if line.startswith("epoch")]
    assert len(epochs) <= 6
    assert epochs[-1].startswith("epoch 60/60")


def test_quiet_says_nothing_where_nothing_is_wrong(dlconsole, stand_in):
    stand_in("fine")
    done = dlconsole("train", "wine", "--epochs", "2", "--quiet")
    assert done == (0, "", "")


def test_json_is_one_object_with_the_documented_fields(dlconsole, stand_in, runs_dir):
    stand_in("fine")
    done = dlconsole("train", "wine", "--epochs", "2", "--json")
    found = json.loads(done.out)
    assert set(found) >= FIELDS
    assert found["state"] == "done"
    assert found["epochs"] == 2
    assert found["metrics"] == {"loss": 0.5, "val_loss": 1.0}
    assert found["report"] is None
    assert found["folder"] == str(only_run(runs_dir).path)


def test_detach_prints_the_name_and_leaves_the_worker(dlconsole, monkeypatch, runs_dir):
    started = []
    monkeypatch.setattr("tui.commands.train.launch", lambda folder, queue: started.append(folder))
    done = dlconsole("train", "wine", "--detach")
    folder = only_run(runs_dir)
    assert done.code == 0
    assert done.out == f"{folder.name}\n"
    assert f"dlconsole watch {folder.name}" in done.err
    assert [each.path for each in started] == [folder.path]


def test_detach_with_json_has_the_same_fields_at_once(dlconsole, monkeypatch):
    monkeypatch.setattr("tui.commands.train.launch", lambda folder, queue: None)
    found = json.loads(dlconsole("train", "wine", "--detach", "--json").out)
    assert set(found) >= FIELDS
    assert (found["state"], found["metrics"], found["report"]) == ("starting", {}, None)


def test_wrong_data_is_two_lines_and_code_2(dlconsole, stand_in):
    stand_in("data")
    done = dlconsole("train", "wine", "--name", "one")
    assert done.code == 2
    assert done.out == ""
    assert done.err.splitlines() == [
        "one failed: The table has no column 'zz'.",
        "Its columns: a, b.",
    ]


def test_wrong_data_still_gives_the_object(dlconsole, stand_in):
    stand_in("data")
    done = dlconsole("train", "wine", "--json")
    found = json.loads(done.out)
    assert done.code == 2
    assert found["state"] == "failed"
    assert "column 'zz'" in found["cause"]
    assert found["remedy"] == "Its columns: a, b."


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("crash", "shapes do not fit"),
        ("killed", "gone without a last word"),
        ("stillborn", "ImportError: no such library"),
    ],
)
def test_a_failed_training_is_code_1_with_its_cause(dlconsole, stand_in, how, words):
    stand_in(how)
    done = dlconsole("train", "wine", "--epochs", "5")
    assert done.code == 1
    assert words in done.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_stop_the_training(dlconsole, stand_in, runs_dir, number):
    workers = stand_in("fine")
    journal = RunFolder(runs_dir / "one").journal
    thread = signal_when(trains(journal), number)
    done = dlconsole("train", "wine", "--epochs", "100000", "--name", "one", "--json")
    thread.join()
    assert done.code == 130
    found = json.loads(done.out)
    assert found["state"] == "stopped"
    assert found["epochs"] >= 1
    assert workers[0].returncode == 0  # waited for: no zombie


def test_a_stop_before_the_worker_listens_is_not_lost(dlconsole, stand_in, runs_dir):
    stand_in("fine")
    folder = RunFolder(runs_dir / "one")
    thread = signal_when(folder.console_log.exists, signal.SIGINT)
    done = dlconsole("train", "wine", "--epochs", "100000", "--name", "one")
    thread.join()
    assert done.code == 130
    assert examine(folder).state == "stopped"


def test_a_second_ctrl_c_does_not_wait(dlconsole, monkeypatch, stand_in, runs_dir):
    workers = stand_in("fine")
    sent = []
    monkeypatch.setattr("tui.commands.foreground.send", lambda *words: sent.append(words))
    journal = RunFolder(runs_dir / "one").journal
    first = signal_when(trains(journal), signal.SIGINT)
    second = signal_when(lambda: bool(sent), signal.SIGINT)
    done = dlconsole("train", "wine", "--epochs", "100000", "--name", "one")
    first.join()
    second.join()
    assert done.code == 130
    assert "dlconsole watch one" in done.err
    assert workers[0].poll() is None


def test_a_closed_terminal_ends_the_command_and_not_the_training(dlconsole, stand_in, runs_dir):
    workers = stand_in("fine")
    journal = RunFolder(runs_dir / "one").journal
    thread = signal_when(trains(journal), signal.SIGHUP)
    done = dlconsole("train", "wine", "--epochs", "100000", "--name", "one")
    thread.join()
    assert done.code == 129
    assert workers[0].poll() is None
    assert examine(RunFolder(runs_dir / "one")).live


def test_signals_do_after_a_training_what_they_did_before(dlconsole, stand_in):
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    stand_in("fine")
    dlconsole("train", "wine", "--epochs", "1")
    after = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert before == after


def test_the_order_is_the_one_on_the_command_line(dlconsole, monkeypatch, runs_dir):
    monkeypatch.setattr("tui.commands.train.launch", lambda folder, queue: None)
    words = (
        "train wine --preset deep --set units=8,4 --set learning_rate=3e-4 --epochs 7 --data sample"
        " --target y --seed 5 --split-seed 6 --backend jax --device cpu --threads 2 --name mine"
    )
    assert dlconsole(*words.split(), "--detach").code == 0
    spec = only_run(runs_dir).read_spec()
    assert spec.preset == "deep"
    assert spec.values["units"] == [8, 4]
    assert spec.values["learning_rate"] == 3e-4
    assert spec.values["epochs"] == 7
    assert (spec.data.kind, spec.data.target) == ("sample", "y")
    assert (spec.seed, spec.split_seed, spec.threads) == (5, 6, 2)
    assert (spec.backend, spec.device, spec.name) == ("jax", "cpu", "mine")


def test_a_recipe_of_ones_own_needs_no_name(dlconsole, monkeypatch, runs_dir, tmp_path):
    monkeypatch.setattr("tui.commands.train.launch", lambda folder, queue: None)
    file = tmp_path / "mine.py"
    file.write_text(
        "from dataclasses import replace\nfrom recipes.wine import RECIPE as WINE\n"
        "RECIPE = replace(WINE, name='mine', title='of my own')\n"
    )
    assert dlconsole("train", "--recipe-file", str(file), "--detach").code == 0
    assert only_run(runs_dir).read_spec().recipe == "mine"
    other = dlconsole("train", "wine", "--recipe-file", str(file))
    assert other.code == 2
    assert "'mine'" in other.err


def test_help_tells_the_settings_of_the_recipe(dlconsole):
    for words in (["wine", "--help"], ["--help", "wine"], ["wine", "--preset", "deep", "--help"]):
        out = dlconsole("train", *words).out
        assert "Settings of wine" in out
        assert "learning_rate" in out
        assert "broken" in out
    assert "Settings of" not in dlconsole("train", "--help").out
    assert dlconsole("train", "nonsense", "--help").code == 0

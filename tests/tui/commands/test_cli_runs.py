from __future__ import annotations

import json
import os

import pytest

from engine.run.lock import RunLock


@pytest.fixture
def several(make_runs):
    """Return a runs folder with a run in each state, and things that are no runs."""
    make_runs.done("wine-done-aaaa")
    make_runs.failed("wine-failed-bbbb", "ValueError: [/b]\x1b[31m", "Mend it.")
    make_runs.lost("wine-lost-cccc")
    make_runs.damaged("wine-damaged-dddd")
    (make_runs.folder / "empty").mkdir()
    (make_runs.folder / "a file").write_text("no run")
    (make_runs.folder / "link").symlink_to("/")
    (make_runs.folder / os.fsdecode(b"bytes-\xff\x1b[31m[b]")).mkdir()
    return make_runs


def states(done):
    return {each["run"]: each["state"] for each in json.loads(done.out)["runs"]}


def test_every_run_is_listed_whatever_lies_there(dlconsole, several):
    done = dlconsole("runs")
    assert done.code == 0
    found = {line.split()[1]: line.split()[0] for line in done.out.splitlines()}
    assert found["wine-done-aaaa"] == "done"
    assert found["wine-failed-bbbb"] == "failed"
    assert found["wine-lost-cccc"] == "lost"
    assert found["wine-damaged-dddd"] == "damaged"
    assert found["empty"] == "damaged"
    assert "link" not in found


def test_names_are_shown_and_not_obeyed(dlconsole, several):
    done = dlconsole("runs")
    assert "\x1b" not in done.out
    assert r"bytes-\xff\x1b[31m[b]" in done.out
    assert "\x1b" not in dlconsole("runs", "--json").out


def test_the_table_tells_progress_metric_and_start(dlconsole, make_runs):
    make_runs.done("wine-done-aaaa", epochs=4)
    heading, row = dlconsole("runs").out.splitlines()
    assert heading.split() == ["state", "run", "epoch", "left", "best", "device", "started"]
    assert "4/4" in row
    assert "val_loss 0.5000" in row


def test_runs_are_filtered_by_name_and_by_state(dlconsole, several):
    assert set(states(dlconsole("runs", "--filter", "a{4}$", "--json"))) == {"wine-done-aaaa"}
    assert states(dlconsole("runs", "--state", "lost", "--json")) == {"wine-lost-cccc": "lost"}
    none = dlconsole("runs", "--filter", "nothing-like-it")
    assert none.code == 0
    assert none.out == ""


def test_a_live_run_is_told_from_a_lost_one_by_its_lock(dlconsole, make_runs):
    folder = make_runs.place("wine-live")
    recorder = make_runs.begin(folder)
    lock = RunLock(folder.lock)
    make_runs.train(recorder, 1)
    assert states(dlconsole("runs", "--state", "live", "--json")) == {"wine-live": "training"}
    lock.release()
    recorder.close()


@pytest.mark.parametrize("at", [0, 1, 40, 200, 400])
def test_a_journal_cut_anywhere_stops_nothing(dlconsole, make_runs, at):
    folder = make_runs.done("wine-cut")
    content = folder.journal.read_bytes()
    folder.journal.write_bytes(content[:at])
    folder.status.write_bytes(folder.status.read_bytes()[:at])
    for words in (["runs"], ["show", "wine-cut"]):
        done = dlconsole(*words)
        assert done.code == 0
        assert "wine-cut" in done.out


def test_no_runs_is_no_failure(dlconsole, runs_dir):
    done = dlconsole("runs")
    assert done.code == 0
    assert done.out == ""
    assert str(runs_dir) in done.err
    assert json.loads(dlconsole("runs", "--json").out)["runs"] == []


def test_runs_are_filtered_by_settings_and_metrics(dlconsole, several):
    several.done("wine-long", epochs=9)

    def found(*words):
        return set(states(dlconsole("runs", "--filter", " ".join(words), "--json")))

    assert found("epochs=9") == {"wine-long"}
    assert found("lr=1e-3", "state=done") == {"wine-done-aaaa", "wine-long"}
    assert found("val_loss<0.3") == {"wine-long"}
    done = dlconsole("runs", "--filter", "lr=(")
    assert done.code == 2
    assert "regular expression" in done.err

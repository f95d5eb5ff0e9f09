from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.run.checkpoints import file_name


@pytest.fixture
def folder(make_runs):
    """Return a finished run with three checkpoints and the network of its end."""
    folder = make_runs.done("wine-one")
    folder.checkpoints.mkdir()
    for epoch, value in ((1, 2.0), (2, 1.0), (3, 0.66667)):
        (folder.checkpoints / file_name(epoch, "val_loss", value)).write_bytes(b"%d" % epoch)
    folder.model.write_bytes(b"end")
    return folder


def test_they_are_listed_by_epoch_with_metric_and_size(dlconsole, folder):
    done = dlconsole("checkpoints", "one")
    assert done.code == 0
    assert done.err == ""
    heading, *rows = done.out.splitlines()
    assert heading.split() == ["epoch", "val_loss", "size", "checkpoint"]
    assert [row.split()[0] for row in rows] == ["1", "2", "3"]
    assert rows[1].split() == ["2", "1.000", "1", "bytes", "epoch-00002-val_loss-1.keras"]
    assert rows[2].split()[:3] == ["3", "0.6667", "best"]


def test_json_names_the_best(dlconsole, folder):
    found = json.loads(dlconsole("checkpoints", "one", "--json").out)
    assert [each["epoch"] for each in found["checkpoints"]] == [1, 2, 3]
    assert [each["best"] for each in found["checkpoints"]] == [False, False, True]
    assert all(Path(each["path"]).is_file() for each in found["checkpoints"])


@pytest.mark.parametrize(
    ("word", "content"),
    [
        ("best", b"3"),
        ("2", b"2"),
        ("epoch-00001-val_loss-2", b"1"),
        ("epoch-00001-val_loss-2.keras", b"1"),
    ],
)
def test_one_is_restored_and_nothing_is_lost(dlconsole, folder, word, content):
    done = dlconsole("checkpoints", "one", "--restore", word)
    assert done.code == 0
    assert done.out == ""
    assert "is the network of wine-one now" in done.err
    assert folder.model.read_bytes() == content
    found = json.loads(dlconsole("checkpoints", "one", "--restore", "final", "--json").out)
    assert found["restored"] == "final.keras"
    assert folder.model.read_bytes() == b"end"
    assert len(found["checkpoints"]) == 4


@pytest.mark.parametrize("word", ["7", "worst", "../model", ""])
def test_one_that_is_not_there_is_refused(dlconsole, folder, word):
    done = dlconsole("checkpoints", "one", "--restore", word)
    assert done.code == 2
    assert done.out == ""
    assert f"no checkpoint {word!r}" in done.err
    assert folder.model.read_bytes() == b"end"


def test_a_live_run_keeps_its_network(dlconsole, live):
    live.checkpoints.mkdir()
    (live.checkpoints / file_name(1, "val_loss", 2.0)).write_bytes(b"1")
    done = dlconsole("checkpoints", "live", "--restore", "best")
    assert done.code == 2
    assert "dlconsole stop wine-live" in done.err
    assert not live.model.exists()


def test_a_run_without_any_says_so(dlconsole, make_runs):
    make_runs.done("wine-one")
    done = dlconsole("checkpoints", "one")
    assert (done.code, done.out) == (0, "")
    assert "no checkpoints" in done.err
    assert json.loads(dlconsole("checkpoints", "one", "--json").out)["checkpoints"] == []
    assert dlconsole("checkpoints", "one", "--restore", "best").code == 2


def test_show_says_that_there_are_some(dlconsole, folder):
    assert "3: dlconsole checkpoints wine-one" in dlconsole("show", "one").out


def test_predict_asks_the_checkpoint_that_is_named(dlconsole, folder, monkeypatch, tmp_path):
    questions = []

    def ask(question, *_, **__):
        questions.append(question)
        yield {"row": 1, "predicted": 1.0}

    monkeypatch.setattr("tui.commands.predict.ask", ask)
    table = tmp_path / "new.csv"
    table.write_text("a\n1\n")
    assert dlconsole("predict", "one", str(table), "--checkpoint", "2").code == 0
    assert Path(questions[0].network).name == file_name(2, "val_loss", 1.0)
    assert dlconsole("predict", "one", str(table), "--checkpoint", "9").code == 2
    assert len(questions) == 1

"""``dlconsole export``: curves as a table."""

from __future__ import annotations

import csv
import io
import json
import math
import time

import pytest

from engine.run.records import Epoch


@pytest.fixture
def folder(make_runs):
    """Return a run of three epochs, one with a metric more, one that is not a number."""
    folder = make_runs.place("wine-one")
    recorder = make_runs.begin(folder)
    for number, metrics in enumerate(
        [{"loss": 0.1 + 0.2, "val_loss": 2.0}, {"loss": math.nan}, {"loss": 0.5, "auc": 0.75}], 1
    ):
        recorder.epoch(
            Epoch(
                at=time.time(),
                epoch=number,
                step=4 * number,
                seconds=1.5,
                metrics=metrics,
                learning_rate=0.001,
            )
        )
    recorder.end("done")
    recorder.close()
    return folder


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_every_epoch_is_a_row_with_all_digits(dlconsole, folder):
    done = dlconsole("export", "one")
    assert done.code == 0
    assert done.err == ""
    first, second, third = table(done.out)
    assert list(first) == ["epoch", "step", "seconds", "loss", "val_loss", "auc", "learning_rate"]
    assert first["loss"] == "0.30000000000000004"
    assert second["loss"] == "nan"
    assert second["val_loss"] == ""
    assert (third["epoch"], third["step"], third["seconds"]) == ("3", "12", "4.5")
    assert third["learning_rate"] == "0.001"


def test_a_metric_is_named_without_its_part(dlconsole, folder):
    (first, *_) = table(dlconsole("export", "one", "--metric", "loss", "--x", "time").out)
    assert list(first) == ["seconds", "loss", "val_loss"]
    (first, *_) = table(dlconsole("export", "one", "--metric", "val_loss", "--x", "step").out)
    assert list(first) == ["step", "val_loss"]


def test_several_runs_stand_below_each_other(dlconsole, folder, make_runs):
    make_runs.done("wine-two", epochs=2)
    rows = table(dlconsole("export", "wine-one", "wine-two", "wine-one").out)
    assert [row["run"] for row in rows] == ["wine-one"] * 3 + ["wine-two"] * 2
    assert rows[3]["auc"] == ""


def test_json_is_an_object_for_each_epoch(dlconsole, folder):
    rows = [json.loads(line) for line in dlconsole("export", "one", "--json").out.splitlines()]
    assert rows[1] == {
        "run": "wine-one",
        "epoch": 2,
        "step": 8,
        "seconds": 3.0,
        "metrics": {"loss": "nan", "learning_rate": 0.001},
    }


def test_a_file_is_written_where_one_is_named(dlconsole, folder, tmp_path):
    path = tmp_path / "curves.csv"
    done = dlconsole("export", "one", "-o", path)
    assert done.out == ""
    assert "3 epochs" in done.err
    assert len(table(path.read_text())) == 3
    done = dlconsole("export", "one", "-o", tmp_path / "nowhere" / "x.csv")
    assert done.code == 2
    assert "No such file" in done.err


def test_what_cannot_be_exported_is_told(dlconsole, folder, make_runs):
    done = dlconsole("export", "one", "--metric", "lass")
    assert (done.code, done.out) == (2, "")
    assert "'loss'" in done.err
    make_runs.place("wine-new")
    done = dlconsole("export", "wine-new")
    assert done.code == 2
    assert "no complete epoch" in done.err
    folder.journal.write_bytes(folder.journal.read_bytes() + b"garbage\n")
    done = dlconsole("export", "one")
    assert done.code == 0
    assert "1 damaged line" in done.err

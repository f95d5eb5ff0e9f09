"""The command with a real worker: one training each, on the built-in sample."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import pytest
from made_runs import PROGRAM, wait_until

TRAIN = ("train", "wine", "--data", "sample", "--name", "real", "--json")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Train once for several tests; return the environment in which the run is, and what came."""
    folder = tmp_path_factory.mktemp("trained")
    environment = {**os.environ, "DLCONSOLE_RUNS": str(folder), "XDG_CONFIG_HOME": str(folder)}
    done = subprocess.run(
        [
            str(PROGRAM),
            *["train", "wine", "--data", "sample", "--epochs", "2", "--name", "real", "--json"],
        ],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )
    return environment, done


def call(environment, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), *words],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )


def test_a_training_ends_with_one_object_and_its_report(trained):
    _, done = trained
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["run"], found["state"], found["epochs"]) == ("real", "done", 2)
    assert found["metrics"]["val_loss"] > 0
    assert {score["name"] for score in found["report"]["scores"]} >= {"network", "mean"}
    assert "epoch 2/2" in done.stderr


def test_its_report_can_be_read(trained):
    environment, _ = trained
    done = call(environment, "report", "last")
    assert done.returncode == 0
    assert "boosted trees" in done.stdout
    assert "What the numbers say" in done.stdout


def test_it_predicts_what_it_is_given(trained):
    environment, done = trained
    names = json.loads(done.stdout)["report"]["inputs"]
    lines = [",".join(names), ",".join("0.01" for _ in names), ",".join("0.05" for _ in names)]
    piped = call(environment, "predict", "real", "-", stdin="\n".join(lines) + "\n")
    assert piped.returncode == 0, piped.stderr
    heading, first, second = piped.stdout.splitlines()
    assert heading == "row,predicted"
    assert first.startswith("1,")
    assert float(first.split(",")[1]) != float(second.split(",")[1])


def test_sigterm_stops_a_real_worker_and_keeps_its_network(runs_dir):
    process = subprocess.Popen(
        [
            str(PROGRAM),
            *[
                "train",
                "wine",
                "--data",
                "sample",
                "--epochs",
                "100000",
                "--name",
                "real",
                "--json",
            ],
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    journal = runs_dir / "real" / "journal.jsonl"
    wait_until(lambda: journal.exists() and b'"type":"epoch"' in journal.read_bytes(), 120)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["state"] == "stopped"
    assert (runs_dir / "real" / "model.keras").exists()


def test_a_real_worker_heeds_every_command_and_goes_on_exactly(dlconsole, start, tmp_path):
    run = start(epochs=100_000, name="real")
    run.wait(lambda view: view.epochs)
    answers = [
        json.loads(dlconsole(*words, "--wait", "--json").out)
        for words in (
            ["pause", "real"],
            ["set", "real", "--epochs", "90000"],
            ["set", "real", "--learning-rate", "5e-4"],
            ["snapshot", "real"],
        )
    ]
    assert [each["state"] for each in answers] == ["paused"] * 4  # set while it stands still
    assert all(each["received"] and each["applied"] for each in answers)
    assert len({each["step"] for each in answers}) == 1
    assert dlconsole("resume", "real").code == 0
    run.wait(lambda view: view.verdict.state == "training")
    assert dlconsole("stop", "real", "--now", "--wait").code == 0
    run.process.wait(30)
    stopped = len(run.wait(lambda view: view.ended).epochs)
    last = stopped + 3
    done = dlconsole("resume", "real", "--epochs", str(last), "--json")
    found = json.loads(done.out)
    assert done.code == 0, done.err
    assert (found["state"], found["epochs"], found["generation"]) == ("done", last, 2)
    assert (found["from_epoch"], found["exact"]) == (stopped, True)
    assert found["report"]["epochs"] == last
    shown = dlconsole("show", "real").out
    assert f"set since     epochs {last}, learning rate 0.0005" in shown
    assert "as generation 2, exactly" in shown
    kept = json.loads(dlconsole("checkpoints", "real", "--json").out)["checkpoints"]
    assert dlconsole("checkpoints", "real", "--restore", str(kept[0]["epoch"])).code == 0
    assert run.folder.model.read_bytes() == (run.folder.checkpoints / kept[0]["name"]).read_bytes()
    names = found["report"]["inputs"]
    table = tmp_path / "new.csv"
    table.write_text(",".join(names) + "\n" + ",".join("0.01" for _ in names) + "\n")
    by_best = dlconsole("predict", "real", str(table), "--checkpoint", "best").out
    assert by_best.startswith("row,predicted\n1,")
    by_the_first = dlconsole("predict", "real", str(table)).out
    best = next(each for each in kept if each["best"])
    assert (by_best == by_the_first) == (kept[0] == best)  # the first may have stayed the best
    assert dlconsole("checkpoints", "real", "--restore", "best").code == 0
    assert dlconsole("predict", "real", str(table)).out == by_best


def test_a_search_trains_its_trials_and_ends_with_the_best(program, runs_dir):
    varied = ("--search", "learning_rate=1e-3..1e-1", "--search", "optimizer=adam,sgd")
    done = program(
        *("search", "wine", "--data", "sample", "--set", "units=4", "--epochs", "1", *varied),
        *("--trials", "2", "--parallel", "2", "--name", "real", "--json"),
    )
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert (found["state"], found["cause"]) == ("done", "Plan complete: 2 trials.")
    scores = [each["score"] for each in found["trials"]]
    assert found["best_score"] == min(scores) > 0
    assert found["best_run"] == f"real/t{found['best']:03}"
    report = json.loads(program("report", found["best_run"], "--json").out)
    assert report["epochs"] == 1
    compared = json.loads(program("compare", "real", "--json").out)
    assert [each["figures"]["best"] for each in compared["runs"]] == scores
    assert "learning_rate" in compared["differing"]

"""Real workers on real data: trained, stopped, killed, fed with what cannot be."""

from __future__ import annotations

import csv
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine.catalog import read_recipe_file
from engine.data.given import Given
from engine.process.questions import Predict, ask
from engine.run.commands import StopAfterEpoch, StopNow, send
from engine.run.folder import RunFolder
from engine.run.report import read_report
from engine.run.state import examine
from tests.conftest import wait_for
from tests.weights import weights_of

LONG = 100_000  # epochs that no test waits for


def test_a_training_goes_from_its_first_record_to_a_report(start):
    run = start(fresh=True, epochs=3)
    view = run.end()
    assert run.process.returncode == 0
    assert view.verdict.state == "done"
    assert [each.epoch for each in view.epochs] == [1, 2, 3]
    assert set(view.metric_names()) == {"loss", "mae", "rmse"}
    assert "val_loss" in view.epochs[0].metrics
    assert view.described is not None
    assert view.described.rows == {"train": 354, "val": 44, "test": 44}
    assert view.described.parameters == 10 * 32 + 32 + 32 + 1
    assert view.described.trainable == view.described.parameters
    assert view.described.layer_names == ["hidden_1", "activation_1", "output"]
    assert view.described.layer_trainable == [10 * 32 + 32, 0, 32 + 1]
    assert view.samples[-1].misses.rows == 44
    assert sum(view.samples[-1].misses.counts) == 44
    assert view.samples[-1].epoch == 3
    report = read_report(run.folder)
    assert [each.name for each in report.scores] == [
        "network",
        "mean",
        "linear regression",
        "boosted trees",
    ]
    for score in report.scores:
        assert set(score.parts) == {"train", "val", "test"}
        assert score.parts["test"]["mae_original"] > score.parts["test"]["mae"] > 0
    assert report.histogram is not None
    assert sum(report.histogram.actual) == sum(report.histogram.predicted) == 44
    assert report.findings
    for path in run.folder.path.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_network_predicts_from_raw_input_in_a_fresh_process(start, tmp_path):
    run = start(epochs=2)
    run.end()
    report = read_report(run.folder)
    rows = [
        dict(zip(report.inputs, row, strict=True))
        for row in (
            [48, 2, 27.5, 84, 200, 120, 40, 5, 4.8, 90],
            [30, 1, 22, 70, 150, 90, 60, 3, 4, 80],
        )
    ]
    table = tmp_path / "new.csv"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, report.inputs)
        writer.writeheader()
        writer.writerows(rows)
    question = Predict(run=str(run.folder.path), given=Given([str(table)]))
    once, again = (list(ask(question, "tensorflow", device="cpu")) for _ in range(2))
    assert once == again
    assert [each["row"] for each in once] == [1, 2]
    assert all(20 < each["predicted"] < 350 for each in once)
    assert once[0]["predicted"] != once[1]["predicted"]


def test_the_same_seed_gives_the_same_weights_and_another_does_not(start):
    runs = [start(epochs=3, seed=seed, dropout=0.2, threads=1) for seed in (1, 1, 2)]
    hashes = []
    for run in runs:
        run.end()
        hashes.append(weights_of(run.folder.model))
    assert hashes[0] == hashes[1] != hashes[2]
    losses = [run.view.curve("val_loss")[1] for run in runs]
    assert losses[0] == losses[1] != losses[2]


def test_a_killed_worker_is_told_as_lost_within_three_seconds_with_what_to_do(start):
    run = start(epochs=LONG)
    run.wait(lambda view: view.epochs)
    run.process.kill()
    begun = time.monotonic()
    view = run.wait(lambda view: view.verdict.state == "lost", seconds=3)
    assert time.monotonic() - begun < 3
    assert not view.verdict.live
    assert "without a last word" in view.verdict.why
    assert view.verdict.remedy
    numbers = [each.epoch for each in view.epochs]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_suspended_worker_is_told_as_such_and_goes_on(start):
    run = start(epochs=LONG)
    run.wait(lambda view: view.epochs)
    os.kill(run.process.pid, signal.SIGSTOP)
    view = run.wait(lambda view: view.verdict.state == "silent", seconds=3)
    assert "kill -CONT" in view.verdict.remedy
    os.kill(run.process.pid, signal.SIGCONT)
    run.wait(lambda view: view.verdict.state == "training", seconds=10)


def test_sigterm_stops_now_and_saves_the_network(start):
    run = start(epochs=LONG)
    run.wait(lambda view: view.epochs)
    run.process.terminate()
    view = run.end(30)
    assert view.verdict.state == "stopped"
    assert run.process.returncode == 0
    assert run.folder.model.is_file()
    assert not run.folder.report.exists()


@pytest.mark.parametrize("batch_size", [1, 4096])
def test_stop_now_is_received_within_half_a_second_and_applied(start, batch_size):
    run = start(epochs=LONG, batch_size=batch_size)
    run.wait(lambda view: view.progress)
    command = send(run.folder.commands, StopNow(generation=1))
    begun = time.monotonic()
    run.wait(lambda view: (command, "stop now", "received") in view.commands, seconds=10)
    assert time.monotonic() - begun < 1.0  # half a second, and what a busy machine adds to looking
    view = run.end(30)
    assert (command, "stop now", "applied") in view.commands
    assert view.verdict.state == "stopped"
    assert run.folder.model.is_file()


def test_stop_after_epoch_finishes_the_epoch_and_reports(start):
    run = start(epochs=LONG)
    run.wait(lambda view: view.epochs)
    command = send(run.folder.commands, StopAfterEpoch(generation=1))
    view = run.end(60)
    assert (command, "stop after epoch", "applied") in view.commands
    assert view.verdict.state == "stopped"
    assert read_report(run.folder).epochs == view.epochs[-1].epoch < LONG


def test_a_stop_while_keras_is_being_imported_is_heeded_at_once(start):
    run = start(fresh=True, epochs=LONG)
    run.wait(lambda view: view.status and view.status.detail.startswith("Keras"))
    send(run.folder.commands, StopNow(generation=1))
    view = run.end(30)
    assert view.verdict.state == "stopped"
    assert not view.epochs


def test_a_command_for_another_generation_is_not_heeded(start):
    run = start(epochs=3)
    send(run.folder.commands, StopNow(generation=2))
    assert run.end().verdict.state == "done"


def test_a_loss_that_is_no_number_ends_the_run_and_says_where(start):
    run = start(epochs=50, optimizer="sgd", learning_rate=1.0, loss="mse", units=(512, 512, 512))
    view = run.end()
    assert run.process.returncode == 1
    assert view.verdict.state == "failed"
    assert view.ended is not None
    assert view.ended.reason == "nan"
    assert "step" in view.ended.cause
    assert "learning_rate" in view.ended.remedy


def test_patience_ends_a_training_that_no_longer_gets_better(start):
    run = start(epochs=LONG, patience=3, learning_rate=0.05)
    view = run.end()
    assert view.verdict.state == "done"
    best = min(view.epochs, key=lambda each: each.metrics["val_loss"]).epoch
    assert view.epochs[-1].epoch == best + 3


def test_progress_comes_at_most_four_times_a_second_whatever_the_batch_rate(start):
    run = start(epochs=LONG, batch_size=1)
    run.wait(lambda view: len(view.progress) >= 12)
    times = [each.at for each in run.view.progress]
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.24


def test_devices_are_read_beside_the_training(start):
    run = start(epochs=LONG)
    view = run.wait(lambda view: len(view.devices) >= 2)
    host = view.devices[-1].host
    assert host.process_memory_bytes is not None
    assert host.process_memory_bytes > 50e6
    assert host.disk_free_bytes


def test_a_worker_outlives_whoever_launched_it(runs_dir):
    program = (
        "import sys, time; from pathlib import Path\n"
        "from engine.catalog import Catalog\n"
        "from engine.process.launch import launch\n"
        "from engine.process.order import Order\n"
        "order = Order(entry=Catalog.load().find('wine'), data='sample', changes={'epochs': 3})\n"
        "folder = order.place(Path(sys.argv[1])); launch(folder)\n"
        "print(folder.path, flush=True); time.sleep(600)\n"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", program, str(runs_dir)], stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout is not None
    folder = RunFolder(Path(launcher.stdout.readline().strip()))
    wait_for(lambda: examine(folder).state == "loading")
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    wait_for(lambda: examine(folder).state == "done")


def test_the_jax_backend_trains_to_nearly_the_same_network(start):
    runs = [start(epochs=5, backend=backend) for backend in ("tensorflow", "jax")]
    last = []
    for run in runs:
        view = run.end(180)
        assert view.verdict.state == "done", view.verdict
        last.append(view.epochs[-1].metrics["val_loss"])
    # Other initial weights, the same data and order: alike, not equal.
    assert last[1] == pytest.approx(last[0], rel=0.1)
    assert read_report(runs[1].folder).scores[0].parts["test"]["mae"] < 1


OWN_RECIPE = """
from dataclasses import replace
from recipes.wine import RECIPE as WINE
RECIPE = replace(WINE, name="mine", network="my_net.py:build")
"""


def own(tmp_path: Path, network: str):
    (tmp_path / "mine.py").write_text(OWN_RECIPE)
    (tmp_path / "my_net.py").write_text(network)
    return read_recipe_file(tmp_path / "mine.py")


def test_a_recipe_and_network_of_ones_own_train_and_are_kept_with_the_run(start, tmp_path):
    entry = own(
        tmp_path,
        "import keras\n"
        "def build(*, input_shape, outputs, settings):\n"
        "    return keras.Sequential([keras.Input(input_shape), keras.layers.Dense(outputs)])\n",
    )
    run = start(entry, epochs=2)
    (tmp_path / "my_net.py").write_text("raise SystemExit\n")  # edited while the run begins
    view = run.end()
    assert view.verdict.state == "done"
    assert view.described is not None
    assert view.described.parameters == 11
    assert sorted(path.name for path in run.folder.code.glob("*.py")) == ["mine.py", "my_net.py"]


def test_an_error_in_a_network_of_ones_own_is_told_with_its_line(start, tmp_path):
    entry = own(tmp_path, "def build(*, input_shape, outputs, settings):\n    return 1 / 0\n")
    run = start(entry, epochs=2)
    view = run.end()
    assert view.ended is not None
    assert view.ended.outcome == "failed"
    assert "ZeroDivisionError" in view.ended.cause
    assert "console.log" in view.ended.remedy
    assert 'my_net.py", line 2' in run.folder.console_log.read_text()


def test_a_mistake_in_the_data_is_told_before_keras_is_imported(start, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("a,b\n" + "".join(f"{n},{n * n}\n" for n in range(50)))
    run = start(fresh=True, data=str(table), target="c")
    view = run.end(60)
    assert view.ended is not None
    assert (view.ended.outcome, view.ended.reason) == ("failed", "data")
    assert "'c'" in view.ended.cause
    assert not view.epochs


def test_a_table_of_ones_own_with_words_and_gaps_trains(start, tmp_path):
    rng = np.random.default_rng(0)
    table = tmp_path / "houses.csv"
    lines = ["area;town;price"]
    for number in range(300):
        area, town = rng.uniform(30, 200), rng.choice(["Ulm", "Köln", "Graz"])
        shown = "" if number % 50 == 7 else f"{area:.1f}".replace(".", ",")
        lines.append(f"{shown};{town};{area * 2.5 + len(town):.2f}".replace(".", ","))
    table.write_text("\n".join(lines), encoding="utf-8-sig")
    run = start(data=str(table), target="price", epochs=60, learning_rate=0.01)
    view = run.end()
    assert view.verdict.state == "done", view.verdict
    assert any(
        "missing" in each.text.lower() or "no value" in each.text.lower() for each in view.notices
    )
    assert read_report(run.folder).scores[0].parts["test"]["r2"] > 0.7


def test_run_json_says_all_that_is_needed_to_do_it_again(start):
    run = start(epochs=2, seed=7)
    run.end()
    spec = json.loads(run.folder.spec.read_text())
    assert spec["seed"] == 7
    assert spec["values"]["units"] == [32]
    assert spec["threads"] >= 1
    assert "keras" in spec["versions"]
    assert spec["command"] == "dlconsole train wine --set epochs=2 --data sample --seed 7"
    assert run.view.started is not None
    assert run.view.started.versions["python"] == sys.version.split()[0]


def test_examine_agrees_with_what_a_console_shows(start):
    run = start(epochs=2)
    run.end()
    assert examine(run.folder).state == run.view.verdict.state == "done"


def test_asking_twice_to_stop_now_still_saves_the_network_and_ends_once(start):
    run = start(epochs=LONG)
    run.wait(lambda view: view.epochs)
    for _ in range(3):
        send(run.folder.commands, StopNow(generation=1))
        run.process.terminate()
    view = run.end(30)
    assert view.verdict.state == "stopped"
    assert run.folder.model.is_file()
    assert run.folder.journal.read_bytes().count(b'"type":"ended"') == 1

"""What befalls a training from outside, what a person is told of it, and that it goes on.

Real workers: stopped, copied, deprived of disk and memory. What they have learned in the end is
compared, bit for bit, with a training that nothing befell.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.catalog import Catalog
from engine.errors import Problem
from engine.process.launch import launch, resume
from engine.process.order import Order
from engine.run.folder import RunFolder
from engine.run.listing import summaries
from engine.run.records import Epoch
from engine.run.state import examine
from engine.run.view import RunView
from engine.training.snapshots import load
from tests.conftest import Run
from tests.small_disk import own_mounts, small_disk
from tests.weights import weights_of

EPOCHS = 500
ASKED = {"epochs": EPOCHS, "dropout": 0.2, "seed": 3, "threads": 1, "device": "cpu"}
LONG = 100_000  # epochs that no test waits for


class Learned(NamedTuple):
    """What a training came to."""

    weights: str
    epochs: list[tuple[int, int, dict[str, float]]]


def learned(folder: RunFolder) -> Learned:
    view = RunView(folder)
    view.refresh()
    assert view.verdict.state == "done", view.verdict
    return Learned(weights_of(folder.model), [told(each) for each in view.epochs])


def told(epoch: Epoch) -> tuple[int, int, dict[str, float]]:
    return epoch.epoch, epoch.step, epoch.metrics


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """Train once without anything happening."""
    folder = tmp_path_factory.mktemp("untouched")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("STATE", "DATA", "CONFIG", "CACHE"):
            patch.setenv(f"XDG_{name}_HOME", str(folder / "xdg" / name.lower()))
        order = Order(
            entry=Catalog.load().find("wine"),
            data="sample",
            changes={"epochs": EPOCHS, "dropout": 0.2},
            seed=3,
            threads=1,
            device="cpu",
        )
        run = order.place(folder / "runs")
        process = launch(run)
        try:
            assert process.wait(300) == 0, run.console_log.read_text()[-2000:]
        finally:
            process.kill()
            process.wait()
    return learned(run)


@pytest.fixture
def go_on() -> Iterator[Callable[..., Run]]:
    """Return a function that resumes a run; what is left of the workers is killed."""
    started: list[Run] = []

    def go_on(folder: RunFolder, **asked: object) -> Run:
        started.append(Run(folder, resume(folder, **asked)))  # type: ignore[arg-type]
        return started[-1]

    yield go_on
    for each in started:
        each.process.kill()
        each.process.wait()


def after(epochs: int) -> Callable[[RunView], bool]:
    return lambda view: len(view.epochs) >= epochs


def snapshot_after(epochs: int) -> Callable[[RunView], bool]:
    return lambda view: view.snapshot is not None and view.snapshot.epoch >= epochs


def test_thirty_seconds_of_sigstop_are_told_and_change_nothing(start, untouched):
    run = start(**ASKED)
    run.wait(after(5))
    os.kill(run.process.pid, signal.SIGSTOP)
    begun = time.monotonic()
    run.wait(lambda view: view.verdict.state == "silent", seconds=3)
    assert run.view.verdict.live
    assert f"kill -CONT {run.process.pid}" in run.view.verdict.remedy
    while time.monotonic() - begun < 30:
        run.view.refresh()
        assert run.view.verdict.state == "silent"
        assert examine(run.folder).state == "silent"
        time.sleep(0.5)
    os.kill(run.process.pid, signal.SIGCONT)
    run.wait(lambda view: view.verdict.state in ("training", "done"), seconds=10)
    assert run.end().verdict.state == "done"
    assert learned(run.folder) == untouched


# A worker for whom the clock is set while it trains: it is told another time from a moment on that
# a file says, and its files are dated as that clock would date them.
SET_CLOCK = """
import os, pathlib, sys, threading, time

folder, by = pathlib.Path(sys.argv[1]), float(sys.argv[2])
real = time.time
time.time = lambda: real() + (by if (folder.parent / "now").exists() else 0.0)

def date():
    while True:
        if (folder.parent / "now").exists():
            for name in ("status.json", "journal.jsonl"):
                try:
                    os.utime(folder / name, (time.time(), time.time()))
                except OSError:
                    pass
        time.sleep(0.05)

threading.Thread(target=date, daemon=True).start()
from engine.worker import main
sys.exit(main([str(folder)]))
"""


def test_a_clock_that_is_set_back_by_a_day_changes_nothing(runs_dir, untouched):
    order = Order(
        entry=Catalog.load().find("wine"), data="sample",
        changes={"epochs": EPOCHS, "dropout": 0.2}, seed=3, threads=1, device="cpu",
    )  # fmt: skip
    folder = order.place(runs_dir)
    environment = {
        **os.environ, "KERAS_BACKEND": "tensorflow", "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "-1",
    }  # fmt: skip
    with folder.console_log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", SET_CLOCK, str(folder.path), "-86400"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
        )  # fmt: skip
    run = Run(folder, process)
    try:
        run.wait(after(5))
        (runs_dir / "now").touch()
        states = set()

        def look(view: RunView) -> bool:
            states.add(view.verdict.state)
            return view.verdict.state == "done"

        run.wait(look, seconds=200)
        assert states <= {"training", "validating", "reporting", "done"}
        assert run.process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
    assert learned(folder) == untouched
    times = [each.seconds for each in run.view.epochs]
    assert all(0 < seconds < 60 for seconds in times)
    assert run.view.ended is not None
    assert 0 < run.view.ended.seconds < 300
    (row,) = summaries(runs_dir)
    assert row.verdict.state == "done"


@own_mounts
def test_a_full_disk_leaves_the_last_words_and_a_whole_snapshot(
    request, tmp_path, start, go_on, untouched
):
    with small_disk(tmp_path / "disk") as disk:
        run = start(runs=disk.path / "runs", **ASKED)
        run.wait(snapshot_after(5))
        disk.fill()
        view = run.end()
        assert run.process.returncode == 1
        assert view.verdict.state == "failed"
        assert view.ended is not None
        assert (view.ended.reason, view.ended.cause) == ("disk", "The disk is full.")
        assert f"dlconsole resume {run.folder.name}" in view.ended.remedy
        resumption = load(run.folder)
        assert resumption is not None
        assert not resumption.notes  # the last one, and it is whole
        assert [row.verdict.state for row in summaries(disk.path / "runs")] == ["failed"]

        too_early = go_on(run.folder).end()
        assert too_early.verdict.state == "failed"
        assert too_early.verdict.why == "The disk is full."
        disk.make_room()
        view = go_on(run.folder).end(200)
        assert view.started is not None
        assert view.started.generation > 1
        assert view.started.from_step >= resumption.entry.step
        assert learned(run.folder) == untouched


@own_mounts
def test_a_folder_that_becomes_read_only_ends_the_run_and_says_so(
    request, tmp_path, start, go_on, untouched
):
    with small_disk(tmp_path / "disk") as disk:
        run = start(runs=disk.path / "runs", **ASKED)
        run.wait(snapshot_after(5))
        with disk.read_only():
            view = run.end()
            assert view.verdict.state in ("failed", "lost")
            assert "read-only" in view.verdict.why or "cannot be written" in view.verdict.why
            assert f"dlconsole resume {run.folder.name}" in view.verdict.remedy
            assert not view.verdict.live
            # Looking takes no writing, and what would is refused in words.
            assert [row.verdict.live for row in summaries(disk.path / "runs")] == [False]
            with pytest.raises(Problem, match="Read-only file system"):
                resume(run.folder)
            with pytest.raises(Problem, match="Read-only file system"):
                start(runs=disk.path / "runs", epochs=1)
        again = go_on(run.folder)
        assert again.end(200).verdict.state == "done"
        assert learned(run.folder) == untouched


def limit_memory(run: Run, more: int) -> None:
    """Allow a worker so many bytes of address space more than it has now."""
    pages = int(Path(f"/proc/{run.process.pid}/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + more
    resource.prlimit(run.process.pid, resource.RLIMIT_AS, (limit, limit))


def test_a_limit_on_memory_is_told_with_the_batch_to_try_and_the_limit(start):
    # Its one large matrix takes 64 MB, in the network, in its gradient, in every snapshot.
    run = start(units=(4096, 4096), batch_size=256, epochs=LONG, device="cpu", threads=1)
    run.wait(lambda view: view.verdict.state == "training")
    limit_memory(run, 50_000_000)
    view = run.end()
    assert view.verdict.state in ("failed", "lost")  # a library that gets none may abort at once
    assert "memory" in view.verdict.why.lower() or "alloc" in view.verdict.why
    assert "batch_size=128: dlconsole train wine --set " in view.verdict.remedy
    assert "--set batch_size=128" in view.verdict.remedy
    assert f"dlconsole resume {run.folder.name}" in view.verdict.remedy
    if view.ended is not None:
        assert view.ended.reason == "memory"
        assert "ulimit -v" in view.ended.cause


def test_a_limit_so_tight_that_keras_cannot_be_imported_is_told_as_that(start):
    run = start(fresh=True, epochs=2, device="cpu", threads=1)
    run.wait(lambda view: view.status and view.status.detail.startswith("Keras"))
    # However far the import has come: what it needs is more than twice that.
    limit = 3 << 29
    resource.prlimit(run.process.pid, resource.RLIMIT_AS, (limit, limit))
    view = run.end()
    assert not view.verdict.live
    assert view.verdict.state in ("failed", "lost")
    assert "memory" in view.verdict.why.lower() or "alloc" in view.verdict.why
    assert "memory" in view.verdict.remedy


def test_a_copy_of_a_live_run_goes_on_by_itself_and_so_does_the_original(
    start, go_on, runs_dir, untouched
):
    run = start(**ASKED)
    run.wait(snapshot_after(5))
    elsewhere = runs_dir.parent / "elsewhere"
    shutil.copytree(run.folder.path, elsewhere / "copy")
    copy = RunFolder(elsewhere / "copy")
    run.view.refresh()
    assert run.view.verdict.live
    verdict = examine(copy)
    assert (verdict.state, verdict.live) == ("lost", False)
    assert "copy" in verdict.why
    assert "dlconsole resume copy" in verdict.remedy
    second = go_on(copy)
    second.wait(lambda view: view.started and view.started.generation == 2)
    assert run.end(200).verdict.state == "done"
    assert second.end(200).verdict.state == "done"
    assert learned(run.folder) == learned(copy) == untouched


def moved(folder: RunFolder, **started: str) -> None:
    """Have the journal say that the worker belonged elsewhere, and was heard of minutes ago."""
    records = [json.loads(line) for line in folder.journal.read_bytes().splitlines()]
    lines = [each | started if each["type"] == "started" else each for each in records]
    folder.journal.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    then = time.time() - 300
    for path in (folder.journal, folder.status):
        os.utime(path, (then, then))


def test_a_run_of_another_host_is_last_seen_and_goes_on_here_when_asked_to(start, go_on, untouched):
    run = start(**ASKED)
    run.wait(snapshot_after(5))
    run.process.kill()
    run.process.wait()

    moved(run.folder, boot_id="an earlier boot")  # the machine was switched off
    verdict = examine(run.folder)
    assert verdict.state == "lost"
    assert "started anew" in verdict.why
    assert f"dlconsole resume {run.folder.name}" in verdict.remedy

    moved(run.folder, host="gpu-box")
    verdict = examine(run.folder)
    assert (verdict.state, verdict.live) == ("last seen", False)
    assert "gpu-box" in verdict.why
    assert f"dlconsole resume --elsewhere {run.folder.name}" in verdict.remedy
    with pytest.raises(Problem, match="gpu-box") as caught:
        resume(run.folder)
    assert "--elsewhere" in caught.value.remedy

    again = go_on(run.folder, elsewhere=True)
    assert again.end(200).verdict.state == "done"
    assert learned(run.folder) == untouched


def test_a_worker_that_crashes_in_a_library_is_told_with_its_last_words(start):
    run = start(epochs=LONG)
    run.wait(after(1))
    run.process.send_signal(signal.SIGSEGV)
    view = run.wait(lambda view: view.verdict.state == "lost", seconds=10)
    assert "segmentation fault" in view.verdict.why
    assert f"dlconsole resume {run.folder.name}" in view.verdict.remedy


def test_epochs_come_once_and_in_order_whatever_befell(untouched):
    numbers = [number for number, _, _ in untouched.epochs]
    assert numbers == list(range(1, EPOCHS + 1))
    assert all(a < b for (_, a, _), (_, b, _) in itertools.pairwise(untouched.epochs))

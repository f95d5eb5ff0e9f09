from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from queue_support import detail, first_word, kill, last_word, process_of, waiting

from engine.errors import Problem
from engine.process.launch import launch, prepare, resume
from engine.process.outlook import outlook, share_of_threads
from engine.process.queue import Queue
from engine.process.revival import MOST
from engine.run.commands import SetEpochs, StopAfterEpoch, StopNow, send
from engine.run.lock import is_held
from engine.run.snapshots import Entry
from engine.run.state import examine
from tests.conftest import wait_for

pytest_plugins = ["queue_fixtures"]

LAUNCHER = """
import sys
from pathlib import Path
from engine.process.launch import launch
from engine.run.folder import RunFolder
for path in sys.argv[1:]:
    launch(RunFolder(Path(path)))
"""


def test_runs_for_one_device_follow_one_another_whatever_dies_and_with_nobody_watching(gpus, place):
    gpus(1)
    first, second, third = place("one", epochs=100_000), place("two"), place("three")
    paths = [str(each.path) for each in (first, second, third)]
    subprocess.run([sys.executable, "-c", LAUNCHER, *paths], check=True)
    wait_for(
        lambda: [detail(each) for each in (second, third)] == ["1st for gpu:0", "2nd for gpu:0"]
    )

    before = process_of(second)
    kill(second)
    wait_for(lambda: (now := process_of(second)) is not None and now != before)
    wait_for(lambda: waiting() == ["two", "three"] and detail(second) == "1st for gpu:0")

    wait_for(lambda: first_word(first), 120)
    kill(first)
    wait_for(lambda: last_word(second), 180, second.console_log.read_text)
    assert examine(first).state == "lost"
    assert first_word(third) is None
    wait_for(lambda: last_word(third), 180, third.console_log.read_text)
    assert (last_word(second).outcome, last_word(third).outcome) == ("done", "done")
    assert first_word(second).device == first_word(third).device == "gpu:0"
    assert last_word(second).at <= first_word(third).at
    wait_for(lambda: Queue().entries() == [])


def test_auto_takes_the_device_with_the_most_free_memory_and_then_waits_for_any(
    gpus, holder, place
):
    gpus(2)
    assert holder.take("a", "auto").hold.device == "gpu:0"
    second = holder.take("b", "auto")
    assert second.hold.device == "gpu:1"
    third = place("c", "auto")
    launch(third)
    wait_for(lambda: detail(third) == "1st for a GPU")
    holder.release(second)
    wait_for(lambda: first_word(third))
    assert first_word(third).device == "gpu:1"


def test_a_run_that_waits_for_one_device_does_not_keep_others_from_another(gpus, holder, place):
    gpus(2)
    holder.take("a", "gpu:0")
    launch(place("b", "gpu:0"))
    assert holder.take("c", "gpu:1").hold.device == "gpu:1"


def test_the_queue_can_be_reordered(gpus, holder, place):
    gpus(1)
    first = holder.take("a")
    runs = [place(name) for name in "bcd"]
    for each in runs:
        launch(each)
    assert waiting() == ["b", "c", "d"]
    assert Queue().move(runs[2], 1) == 1
    assert waiting() == ["d", "b", "c"]
    assert Queue().move(runs[2], 2) == 2
    assert waiting() == ["b", "d", "c"]
    assert Queue().move(runs[0], 99) == 3
    assert waiting() == ["d", "c", "b"]
    wait_for(lambda: [detail(each)[:3] for each in runs] == ["3rd", "2nd", "1st"])
    holder.release(first)
    wait_for(lambda: first_word(runs[2]))
    assert waiting() == ["c", "b"]


def test_what_comes_later_does_not_overtake(gpus, holder, place):
    gpus(1)
    first = holder.take("a")
    launch(place("b"))
    holder.release(first)
    assert holder.take("c").must_wait


def test_a_removed_run_counts_as_stopped_and_can_wait_again(gpus, holder, place):
    gpus(1)
    holder.take("a")
    second, third = place("b"), place("c")
    process = launch(second)
    launch(third)
    Queue().remove(second)
    assert process.wait(20) == 0
    assert examine(second).state == "stopped"
    assert "while it waited for gpu:0" in examine(second).why
    wait_for(lambda: detail(third) == "1st for gpu:0")
    # The wish to stop must not stop what is resumed.
    resume(second)
    wait_for(lambda: detail(second) == "2nd for gpu:0")
    assert is_held(second.lock)


def test_a_run_whose_waiting_process_is_dead_can_be_removed(gpus, holder, place):
    gpus(1)
    holder.take("a")
    second = place("b")
    process = launch(second)
    process.kill()
    process.wait()
    Queue().remove(second)
    assert examine(second).state == "stopped"
    assert waiting() == []


def test_what_does_not_wait_can_be_neither_moved_nor_removed(gpus, holder):
    gpus(1)
    folder = holder.take("a").folder
    with pytest.raises(Problem, match="does not wait"):
        Queue().remove(folder)
    with pytest.raises(Problem, match="does not wait"):
        Queue().move(folder, 1)


@pytest.mark.parametrize("command", [StopNow, StopAfterEpoch])
def test_a_stop_is_heeded_while_waiting(gpus, holder, place, command):
    gpus(1)
    holder.take("a")
    second = place("b")
    process = launch(second)
    wait_for(lambda: detail(second))
    send(second.commands, command(1))
    assert process.wait(20) == 0
    assert last_word(second).outcome == "stopped"
    assert waiting() == []


def test_sigterm_ends_waiting(gpus, holder, place):
    gpus(1)
    holder.take("a")
    second = place("b")
    process = launch(second)
    wait_for(lambda: "waits" in second.console_log.read_text())
    process.terminate()
    assert process.wait(20) == 0
    assert last_word(second).outcome == "stopped"


def test_settings_sent_while_it_waits_are_kept_for_the_worker(gpus, holder, place):
    gpus(1)
    first = holder.take("a")
    second = place("b", epochs=100_000)
    process = launch(second)
    send(second.commands, SetEpochs(1, 3))
    holder.release(first)
    assert process.wait(120) == 0
    assert last_word(second).outcome == "done"
    assert last_word(second).epochs == 3


def test_without_queueing_a_busy_device_is_shared(gpus, holder):
    gpus(1)
    first = holder.take("a")
    shared = holder.take("b", queue=False)
    assert not shared.must_wait
    assert shared.hold.device == "gpu:0"
    holder.release(first)
    assert holder.take("c").must_wait  # the one that shared it still has it


def test_a_person_is_told_what_is_on_a_device(gpus, holder):
    gpus(1)
    assert outlook("gpu:0") == ["gpu:0 (pretended GPU 0): 16.0 of 16.0 GB free."]
    holder.take("a")
    holder.take("b")
    assert outlook("gpu:0")[1:] == ["On gpu:0: a.", "Waiting already: b."]
    with pytest.raises(Problem, match="no gpu:7"):
        outlook("gpu:7")


def test_runs_on_the_cpu_share_its_threads_out(holder):
    shares = [share_of_threads("cpu", 8)]
    held = []
    for name in "abc":
        held.append(holder.take(name, "cpu"))
        assert not held[-1].must_wait
        shares.append(share_of_threads("auto", 8))
    assert shares == [8, 4, 2, 2]
    assert outlook("auto") == ["On the CPU already: a, b, c. Runs share its cores."]
    for each in held:
        holder.release(each)
    assert share_of_threads("cpu", 8) == 8


def test_with_a_gpu_a_run_has_every_core(gpus, holder):
    gpus(1)
    holder.take("a", "cpu")
    assert share_of_threads("auto", 8) == 8
    assert share_of_threads("cpu", 8) == 4


def test_a_device_that_is_not_there_is_refused_and_the_run_says_so(gpus, place):
    gpus(1)
    folder = place("a", "gpu:3")
    with pytest.raises(Problem, match="no gpu:3"):
        launch(folder)
    assert examine(folder).state == "failed"
    assert not is_held(folder.lock)


def test_of_two_launchers_one_is_refused_at_once(place):
    folder = place("a", "cpu", epochs=100_000)
    program = (
        "import sys, time; from pathlib import Path; from engine.errors import Problem;"
        "from engine.process.launch import launch; from engine.run.folder import RunFolder\n"
        "print('ready', flush=True); sys.stdin.read(1); begun = time.monotonic()\n"
        "try: launch(RunFolder(Path(sys.argv[1]))); print('launched')\n"
        "except Problem as problem: print(problem.what, time.monotonic() - begun)\n"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(folder.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for each in both:
        assert each.stdout.readline() == "ready\n"
    for each in both:
        each.stdin.write("\n")
        each.stdin.flush()
    said = sorted(each.communicate()[0] for each in both)
    assert said[1] == "launched\n"
    assert "Another worker is at the run a" in said[0]
    assert float(said[0].split()[-1]) < 1
    with pytest.raises(Problem):
        resume(folder)


def test_a_run_is_held_from_its_launch_on(place):
    folder = place("a", "cpu")
    process = launch(folder)
    assert is_held(folder.lock)
    assert examine(folder).state == "starting"
    process.kill()
    process.wait()
    assert not is_held(folder.lock)


def test_waiting_costs_next_to_nothing(gpus, holder, place):
    gpus(1)
    holder.take("a")
    second = place("b")
    launch(second)
    wait_for(lambda: "waits" in second.console_log.read_text())
    process = process_of(second)
    begun, before = time.monotonic(), sum(process.cpu_times()[:2])
    wait_for(lambda: time.monotonic() - begun > 4)
    assert sum(process.cpu_times()[:2]) - before < 0.02 * 4
    assert process.memory_info().rss < 40e6


def test_what_dies_again_and_again_is_given_up(gpus, holder, place):
    gpus(1)
    holder.take("a")
    second = place("b")
    launch(second)
    for _ in range(MOST):
        process = process_of(second)
        process.kill()
        process.wait(10)
        Queue().entries()
        assert is_held(second.lock)
    process = process_of(second)
    process.kill()
    process.wait(10)
    assert waiting() == ["b"]
    Queue().entries()
    assert waiting() == []
    assert examine(second).state == "failed"
    assert "died 4 times" in examine(second).why


def test_a_suspended_one_does_not_hold_up_those_behind_it(gpus, holder, place, tmp_path):
    gpus(1)
    first = holder.take("a")
    second, third = place("b"), place("c")
    launch(second)
    launch(third)
    wait_for(lambda: detail(third) == "2nd for gpu:0" and "waits" in second.console_log.read_text())
    process_of(second).send_signal(signal.SIGSTOP)
    (ticket,) = (tmp_path / "xdg" / "state" / "dlconsole" / "devices").rglob("b.*.json")
    long_ago = time.time() - 3600
    os.utime(ticket, (long_ago, long_ago))
    holder.release(first)
    wait_for(lambda: first_word(third))
    assert waiting() == ["b"]


def test_a_run_that_was_deleted_while_it_waited_is_off_the_queue(gpus, holder, place):
    import shutil

    gpus(1)
    holder.take("a")
    second = place("b")
    process = launch(second)
    wait_for(lambda: "waits" in second.console_log.read_text())
    shutil.rmtree(second.path)
    assert process.wait(20) == 0
    assert waiting() == []


def test_the_environment_of_the_person_comes_along_when_another_process_starts_it(
    gpus, holder, place, monkeypatch
):
    gpus(1)
    holder.take("a")
    second = place("b")
    monkeypatch.setenv("DLCONSOLE_DATA", "/somewhere")
    process = launch(second)
    process.kill()
    process.wait()
    monkeypatch.delenv("DLCONSOLE_DATA")
    Queue().entries()
    wait_for(lambda: process_of(second))
    assert process_of(second).environ()["DLCONSOLE_DATA"] == "/somewhere"


def test_the_worker_is_told_its_device_and_sees_no_other(gpus, place, monkeypatch):
    monkeypatch.delenv("DLCONSOLE_PRETEND_GPUS", raising=False)
    start = prepare(place("a", "gpu:1"))
    assert start.environment["CUDA_VISIBLE_DEVICES"] == "1"
    assert start.environment["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    assert start.hold.arguments()[2:4] == ["--device", "gpu:1"]
    start.close()


def test_who_ends_starts_others_in_the_place_of_waiting_processes_that_died(gpus, holder, place):
    gpus(1)
    first = holder.take("a")
    runs = [place("b"), place("c")]
    for process in [launch(each) for each in runs]:
        process.kill()
        process.wait()
    assert not any(is_held(each.lock) for each in runs)
    Queue().leave(first.folder)
    assert all(is_held(each.lock) for each in runs)
    assert waiting() == ["b", "c"]


@pytest.mark.parametrize(
    ("had", "exact", "given"),
    [
        ({}, True, "cpu"),
        ({}, False, "gpu:0"),
        ({"gpu": "pretended GPU 1"}, True, "gpu:1"),
        ({"gpu": "another kind"}, True, "gpu:0"),
    ],
)
def test_a_run_goes_on_with_the_kind_of_device_it_had(gpus, place, monkeypatch, had, exact, given):
    gpus(2)
    numbers = dict.fromkeys(("generation", "epoch", "step", "at"), 1)
    snapshot = Entry(file="1", sha256="", ended=False, conditions=had, **numbers)
    monkeypatch.setattr("engine.run.going_on.entries", lambda folder: [snapshot])
    start = prepare(place("a", "auto"), exact=exact)
    assert start.hold.device == given
    start.close()

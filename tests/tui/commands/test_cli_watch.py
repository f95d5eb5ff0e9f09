from __future__ import annotations

import json
import os
import pty
import signal
import subprocess

from made_runs import PROGRAM, wait_until

from engine.process import announcing
from engine.run.lock import RunLock


def epochs_of(lines):
    records = [json.loads(line) for line in lines]
    return [each["epoch"] for each in records if each["type"] == "epoch"]


def test_an_ended_run_tells_its_past_and_returns_its_code(dlconsole, make_runs):
    make_runs.done("wine-one")
    done = dlconsole("watch", "one")
    assert done.code == 0
    assert [line[:9] for line in done.out.splitlines() if line.startswith("epoch")] == [
        "epoch 1/3",
        "epoch 2/3",
        "epoch 3/3",
    ]
    assert "is done" in done.err


def test_the_code_is_that_of_the_run(dlconsole, make_runs):
    make_runs.failed("crashed", "It broke.")
    make_runs.failed("wrong-data", "No such column.", "Name another.", reason="data")
    make_runs.lost("lost")
    folder = make_runs.place("halted")
    recorder = make_runs.begin(folder)
    recorder.end("stopped")
    recorder.close()
    codes = {name: dlconsole("watch", name).code for name in ("crashed", "wrong-data", "halted")}
    assert codes == {"crashed": 1, "wrong-data": 2, "halted": 3}
    lost = dlconsole("watch", "lost")
    assert lost.code == 1
    assert "gone without a last word" in lost.err


def test_a_stream_tells_records_in_order_and_ends_with_the_last_word(dlconsole, make_runs):
    make_runs.done("wine-one")
    done = dlconsole("watch", "one", "--json")
    kinds = [json.loads(line)["type"] for line in done.out.splitlines()]
    assert kinds == ["started", "described", "epoch", "epoch", "epoch", "ended"]


def test_a_stream_of_a_lost_run_ends_with_its_state(dlconsole, make_runs):
    make_runs.lost("wine-lost")
    done = dlconsole("watch", "lost", "--json")
    assert done.code == 1
    last = json.loads(done.out.splitlines()[-1])
    assert (last["type"], last["state"]) == ("state", "lost")


def test_what_a_later_generation_voids_is_not_told(dlconsole, make_runs):
    folder = make_runs.place("wine-one", epochs=4)
    first = make_runs.begin(folder)
    make_runs.train(first, 3)
    first.close()
    second = make_runs.begin(folder, generation=2, from_epoch=1)
    make_runs.train(second, 3, first=2)
    second.end("done")
    second.close()
    lines = dlconsole("watch", "one", "--json").out.splitlines()
    assert epochs_of(lines) == [1, 2, 3, 4]
    plain = dlconsole("watch", "one").out.splitlines()
    assert [line.split()[1] for line in plain if line.startswith("epoch")] == [
        "1/4",
        "2/4",
        "3/4",
        "4/4",
    ]


def test_a_stream_goes_on_where_another_worker_is_coming(make_runs):
    folder = make_runs.place("wine-one", epochs=3)
    first = make_runs.begin(folder)
    make_runs.train(first, 1)
    first.end("stopped")
    first.close()
    lock = RunLock(folder.lock)
    announcing.coming(folder, folder.read_spec(), 2, "2nd for gpu:0")
    watcher = subprocess.Popen(
        [str(PROGRAM), "watch", "wine-one", "--json"], stdout=subprocess.PIPE, text=True
    )
    while '"stopped"' not in watcher.stdout.readline():
        assert watcher.poll() is None
    second = make_runs.begin(folder, generation=2, from_epoch=1)
    make_runs.train(second, 2, first=2)
    second.end("done")
    second.close()
    lock.release()
    out, _ = watcher.communicate(timeout=60)
    assert watcher.returncode == 0
    assert epochs_of(out.splitlines()) == [2, 3]


def test_a_live_run_is_followed_until_its_end(make_runs):
    folder = make_runs.place("wine-live", epochs=3)
    recorder = make_runs.begin(folder)
    lock = RunLock(folder.lock)
    make_runs.train(recorder, 1)
    watchers = [
        subprocess.Popen(
            [str(PROGRAM), "watch", "wine-live", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for words in ([], ["--json"])
    ]
    for watcher in watchers:
        line = ""
        while "epoch" not in line or "described" in line:
            line = watcher.stdout.readline()
            assert line
    recorder.progress(2, 1, 4, lambda: {"loss": 0.4}, 100.0)
    make_runs.train(recorder, 2, first=2)
    recorder.end("done")
    recorder.close()
    lock.release()
    plain, stream = (watcher.communicate(timeout=60)[0] for watcher in watchers)
    assert [watcher.returncode for watcher in watchers] == [0, 0]
    assert [line.split()[1] for line in plain.splitlines() if line.startswith("epoch")] == [
        "2/3",
        "3/3",
    ]
    assert "\r" not in plain
    assert epochs_of(stream.splitlines()) == [2, 3]


def test_on_a_terminal_there_is_a_bar_and_ctrl_c_leaves_the_run(make_runs):
    folder = make_runs.place("wine-live", epochs=4)
    recorder = make_runs.begin(folder)
    lock = RunLock(folder.lock)
    make_runs.train(recorder, 2)
    ours, theirs = pty.openpty()
    watcher = subprocess.Popen(
        [str(PROGRAM), "watch", "wine-live"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "NO_COLOR": "1", "LANG": "C.UTF-8"},
    )
    os.close(theirs)
    seen = b""

    def look() -> bool:
        nonlocal seen
        seen += os.read(ours, 4096)
        return b"epoch 3/4" in seen and b"val 1.000" in seen

    wait_until(look)
    os.kill(watcher.pid, signal.SIGINT)
    while True:
        try:
            seen += os.read(ours, 4096)
        except OSError:  # all of the terminal's other end is closed
            break
    assert watcher.wait(timeout=60) == 130
    assert b"The run goes on." in seen
    assert b"\x1b[?25h" in seen  # the cursor is back
    assert b"\x1b[3" not in seen  # no colour
    recorder.close()
    lock.release()

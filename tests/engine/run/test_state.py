"""What a run is doing is said by evidence, the strongest first."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from engine.run.files import replace
from engine.run.folder import RunFolder
from engine.run.identity import Identity, boot_id
from engine.run.lock import RunLock, is_held
from engine.run.records import Ended, Started, Status, encode
from engine.run.state import Evidence, examine, generations, judge

STARTED = Started(
    at=1.0, generation=1, pid=4242, start_ticks=1, boot_id="b", host="here", oom_kills=0
)


def evidence(**changes) -> Evidence:
    usual = {
        "readable": True,
        "created_ago": 100.0,
        "started": STARTED,
        "ended": None,
        "status": Status(phase="training", next_word_seconds=5.0),
        "locked": False,
        "local": True,
        "same_host": True,
        "alive": False,
        "suspended": False,
        "silent": 1.0,
        "killed_for_memory": False,
    }
    return Evidence(**{**usual, **changes})


def test_a_held_lock_means_that_the_status_holds():
    verdict = judge(evidence(locked=True))
    assert (verdict.state, verdict.live) == ("training", True)


def test_the_last_word_counts_more_than_a_lock_that_is_still_held():
    verdict = judge(evidence(locked=True, ended=Ended(at=2.0, outcome="done")))
    assert (verdict.state, verdict.live) == ("done", False)


def test_a_worker_gone_without_a_word_is_lost_and_says_what_to_do():
    verdict = judge(evidence())
    assert (verdict.state, verdict.live) == ("lost", False)
    assert "without a last word" in verdict.why
    assert verdict.remedy


def test_a_kill_for_memory_is_told_as_that():
    verdict = judge(evidence(killed_for_memory=True))
    assert "memory" in verdict.why
    assert "batch_size" in verdict.remedy


def test_a_suspended_worker_is_silent_and_says_how_to_let_it_go_on():
    verdict = judge(evidence(locked=True, suspended=True))
    assert (verdict.state, verdict.live) == ("silent", True)
    assert "kill -CONT 4242" in verdict.remedy


def test_a_word_long_overdue_is_silence():
    assert judge(evidence(locked=True, silent=14.0)).state == "training"
    assert judge(evidence(locked=True, silent=60.0)).state == "silent"


def test_a_run_of_another_machine_is_live_while_it_speaks_and_last_seen_after():
    far = {"local": False, "same_host": False, "alive": None}
    assert judge(evidence(**far, silent=2.0)).live
    verdict = judge(evidence(**far, silent=600.0))
    assert (verdict.state, verdict.live) == ("last seen", False)
    assert "here" in verdict.why


def test_a_run_of_an_earlier_boot_of_this_machine_is_lost():
    verdict = judge(evidence(local=False, alive=None, silent=2.0))
    assert verdict.state == "lost"
    assert "started anew" in verdict.why


def test_a_worker_has_some_seconds_for_its_first_word():
    assert judge(evidence(started=None, created_ago=3.0)).state == "starting"
    assert judge(evidence(started=None, created_ago=60.0)).state == "lost"


def test_a_run_without_a_readable_request_is_damaged():
    assert judge(evidence(readable=False)).state == "damaged"


def test_a_killed_process_is_lost_at_once(tmp_path):
    folder = RunFolder(tmp_path)
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from engine.run.lock import RunLock;"
            "lock = RunLock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)",
            str(folder.lock),
        ],
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    ticks = int(open(f"/proc/{child.pid}/stat").read().rpartition(")")[2].split()[19])  # noqa: SIM115, PTH123
    started = Started(
        at=time.time(),
        generation=1,
        pid=child.pid,
        start_ticks=ticks,
        boot_id=boot_id(),
        host=Identity.own().host,
    )
    replace(folder.journal, encode(started) + b"\n")
    replace(folder.status, encode(Status(phase="training")))
    folder.spec.write_text("{}")
    try:
        assert examine(folder).live
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, but a zombie still
        verdict = examine(folder)
        assert not verdict.live
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def test_two_workers_cannot_hold_one_run(tmp_path):
    from engine.errors import Problem

    lock = RunLock(tmp_path / "lock")
    assert is_held(tmp_path / "lock")
    with pytest.raises(Problem, match="Another worker"):
        RunLock(tmp_path / "lock")
    lock.release()
    assert not is_held(tmp_path / "lock")
    RunLock(tmp_path / "lock").release()


def test_generations_are_counted_over_the_whole_journal(tmp_path):
    folder = RunFolder(tmp_path)
    lines = [encode(Started(at=1.0, generation=n, pid=1, host="h")) for n in (1, 2, 3)]
    folder.journal.write_bytes(b"garbage\n" + b"\n".join(lines) + b"\n{torn")
    assert generations(folder) == 3

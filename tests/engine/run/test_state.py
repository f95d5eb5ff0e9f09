"""What a run is doing is said by evidence, the strongest first."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import Problem
from engine.run.evidence import Evidence, gather, generations
from engine.run.files import replace
from engine.run.folder import RunFolder
from engine.run.identity import Identity, boot_id
from engine.run.last_output import LastOutput
from engine.run.listing import summarize
from engine.run.lock import RunLock, is_held
from engine.run.records import Ended, Started, Status, encode
from engine.run.silence import Age, Silence
from engine.run.state import examine, judge
from engine.run.view import RunView
from tests.conftest import wait_for

STARTED = Started(
    at=1.0, generation=1, pid=4242, start_ticks=1, boot_id="b", host="here", oom_kills=0
)


def evidence(**changes) -> Evidence:
    """Return what is known of a worker that is gone, unless told otherwise."""
    usual = {
        "name": "wine-k3f9",
        "exists": True,
        "damage": "",
        "created_ago": 100.0,
        "started": STARTED,
        "ended": None,
        "status": Status(phase="training", generation=1, next_word_seconds=5.0),
        "locked": False,
        "shared": False,
        "local": True,
        "same_host": True,
        "same_boot": True,
        "alive": False,
        "suspended": False,
        "frozen": False,
        "stalled": False,
        "copied": False,
        "silent": 1.0,
        "killed_for_memory": False,
        "disk": "",
        "last_output": None,
        "smaller": None,
    }
    known = {**usual, **changes}
    if not isinstance(known["silent"], Age):
        known["silent"] = Age(known["silent"], True)
    return Evidence(**known)


FAR = {"local": False, "same_host": False, "same_boot": False, "alive": None}
REBOOTED = {"local": False, "same_host": True, "same_boot": False, "alive": None}
QUEUED = Status(phase="queued", detail="2nd for gpu:0", generation=2, next_word_seconds=30.0)


def test_a_held_lock_means_that_the_status_holds():
    verdict = judge(evidence(locked=True))
    assert (verdict.state, verdict.live) == ("training", True)


def test_the_last_word_counts_more_than_a_lock_that_is_still_held():
    verdict = judge(evidence(locked=True, ended=Ended(at=2.0, outcome="done")))
    assert (verdict.state, verdict.live) == ("done", False)


def test_a_worker_gone_without_a_word_is_lost_and_says_how_to_go_on():
    verdict = judge(evidence())
    assert (verdict.state, verdict.live) == ("lost", False)
    assert "without a last word" in verdict.why
    assert "dlconsole resume wine-k3f9" in verdict.remedy


def test_a_kill_for_memory_names_the_batch_to_try_and_the_command():
    smaller = (64, "dlconsole train wine --set batch_size=64")
    verdict = judge(evidence(killed_for_memory=True, smaller=smaller))
    assert "memory" in verdict.why
    assert "batch_size=64: dlconsole train wine --set batch_size=64." in verdict.remedy
    assert "dlconsole resume wine-k3f9" in verdict.remedy
    assert "resume" in judge(evidence(killed_for_memory=True)).remedy


@pytest.mark.parametrize(
    ("reason", "text", "remedy"),
    [
        ("memory", "its last output was: std::bad_alloc", "memory"),
        ("device", "its last output was: CUDA_ERROR_LAUNCH_FAILED", "nvidia-smi"),
        ("disk", "its last output was: No space left on device", "room"),
        ("crash", "it crashed (segmentation fault) in net.py, line 3", "console.log"),
    ],
)
def test_what_it_printed_last_is_told(reason, text, remedy):
    verdict = judge(evidence(last_output=LastOutput(reason, text)))
    assert verdict.state == "lost"
    assert verdict.why.endswith(f": {text}.")
    assert remedy in verdict.remedy
    assert "dlconsole resume wine-k3f9" in verdict.remedy


def test_a_folder_that_takes_no_last_word_is_told():
    verdict = judge(evidence(disk="cannot be written"))
    assert verdict.state == "lost"
    assert "its folder cannot be written" in verdict.why
    assert verdict.remedy.endswith("dlconsole resume wine-k3f9")


def test_a_suspended_worker_is_silent_and_says_how_to_let_it_go_on():
    verdict = judge(evidence(locked=True, suspended=True))
    assert (verdict.state, verdict.live) == ("silent", True)
    assert "kill -CONT 4242" in verdict.remedy


def test_a_frozen_control_group_is_told_as_that_because_a_signal_would_not_help():
    verdict = judge(evidence(locked=True, alive=True, frozen=True, silent=6.0))
    assert (verdict.state, verdict.live) == ("silent", True)
    assert "frozen" in verdict.why
    assert "CONT" not in verdict.remedy


def test_a_word_long_overdue_is_silence():
    assert judge(evidence(locked=True, silent=14.0)).state == "training"
    verdict = judge(evidence(locked=True, alive=True, silent=60.0))
    assert verdict.state == "silent"
    assert "kill -9 4242, then dlconsole resume wine-k3f9" in verdict.remedy


def test_a_disk_that_does_not_answer_is_told_as_that():
    verdict = judge(evidence(locked=True, alive=True, stalled=True, silent=60.0))
    assert verdict.state == "silent"
    assert "disk or network file system for 60 s" in verdict.why


def test_a_paused_run_is_not_silent_while_its_status_is_kept_fresh():
    paused = Status(phase="paused", generation=1, next_word_seconds=5.0)
    assert judge(evidence(locked=True, status=paused, silent=2.0)).state == "paused"


def test_a_promise_that_makes_no_sense_hides_no_silence():
    for promised in (float("nan"), float("inf"), 1e12):
        status = Status(phase="training", generation=1, next_word_seconds=promised)
        assert judge(evidence(locked=True, status=status, silent=4000.0)).state == "silent"


def test_a_queued_run_is_told_with_its_place():
    first = judge(evidence(started=None, local=None, status=QUEUED, locked=True))
    assert (first.state, first.live) == ("queued", True)
    assert "2nd for gpu:0" in first.why


def test_a_resumed_run_that_waits_is_not_what_its_earlier_worker_made_of_it():
    ended = Ended(at=2.0, outcome="done")
    waits = judge(evidence(ended=ended, status=QUEUED, locked=True, alive=None))
    assert (waits.state, waits.live) == ("queued", True)
    starts = Status(phase="starting", generation=2, next_word_seconds=20.0)
    assert judge(evidence(ended=ended, status=starts, locked=True)).state == "starting"


def test_a_waiting_process_that_is_gone_is_told_as_lost_at_once():
    for ended in (None, Ended(at=2.0, outcome="stopped")):
        verdict = judge(evidence(ended=ended, status=QUEUED, silent=0.1))
        assert (verdict.state, verdict.live) == ("lost", False)
        assert "waited" in verdict.why
        assert "dlconsole resume wine-k3f9" in verdict.remedy


def test_a_waiting_process_that_says_nothing_is_silent_in_the_end():
    assert judge(evidence(status=QUEUED, locked=True, silent=60.0)).state == "queued"
    verdict = judge(evidence(status=QUEUED, locked=True, silent=120.0))
    assert verdict.state == "silent"
    assert "waiting process" in verdict.why


def test_an_announced_worker_of_another_machine_counts_while_it_speaks():
    starts = Status(phase="starting", generation=2, next_word_seconds=20.0)
    assert judge(evidence(status=starts, shared=True, silent=3.0)).live
    assert not judge(evidence(status=starts, shared=True, silent=300.0)).live


def test_a_run_of_another_machine_is_live_while_it_speaks_and_last_seen_after():
    assert judge(evidence(**FAR, silent=2.0)).live
    verdict = judge(evidence(**FAR, silent=600.0))
    assert (verdict.state, verdict.live) == ("last seen", False)
    assert "here" in verdict.why
    assert "dlconsole resume --elsewhere wine-k3f9" in verdict.remedy


def test_files_dated_in_the_future_are_no_sign_of_life_from_elsewhere():
    verdict = judge(evidence(**FAR, silent=Age(0.0, False)))
    assert (verdict.state, verdict.live) == ("last seen", False)
    assert "future" in verdict.why


def test_a_run_of_an_earlier_boot_of_this_machine_is_lost_and_goes_on():
    verdict = judge(evidence(**REBOOTED, silent=60.0))
    assert verdict.state == "lost"
    assert "started anew" in verdict.why
    assert "dlconsole resume wine-k3f9" in verdict.remedy
    assert judge(evidence(**REBOOTED, silent=Age(0.0, False))).state == "lost"


def test_a_machine_of_the_same_name_that_speaks_is_another_one():
    verdict = judge(evidence(**REBOOTED, silent=2.0))
    assert verdict.live
    assert "another machine called here" in verdict.why


def test_in_another_container_of_this_machine_the_lock_says_all():
    other = {"local": False, "same_host": False, "same_boot": True, "alive": None}
    assert judge(evidence(**other, silent=2.0)).state == "lost"
    assert judge(evidence(**other, silent=2.0, locked=True)).state == "training"


def test_a_copy_is_not_the_run_that_goes_on_elsewhere():
    verdict = judge(evidence(copied=True, alive=None))
    assert (verdict.state, verdict.live) == ("lost", False)
    assert "copy" in verdict.why
    assert "dlconsole resume wine-k3f9" in verdict.remedy
    assert judge(evidence(copied=True, alive=None, locked=True)).state == "starting"


def test_a_worker_has_some_seconds_for_its_first_word():
    nothing = {"started": None, "status": None, "local": None}
    assert judge(evidence(**nothing, created_ago=3.0)).state == "starting"
    verdict = judge(evidence(**nothing, created_ago=60.0))
    assert verdict.state == "lost"
    assert "dlconsole resume wine-k3f9" in verdict.remedy


def test_a_worker_that_failed_before_its_first_word_is_told_with_what_it_printed():
    starts = Status(phase="starting", generation=1, next_word_seconds=20.0)
    said = LastOutput("crash", "its last output was: ModuleNotFoundError: No module named 'keras'")
    verdict = judge(evidence(started=None, local=None, status=starts, last_output=said))
    assert verdict.state == "lost"
    assert "No module named 'keras'" in verdict.why


def test_a_run_without_a_readable_request_is_damaged():
    verdict = judge(evidence(damage="Its run.json makes no sense."))
    assert verdict.state == "damaged"
    assert "dlconsole rm wine-k3f9" in verdict.remedy


def test_a_folder_that_is_gone_is_told_as_that():
    verdict = judge(evidence(exists=False, damage="no run.json", started=None, status=None))
    assert verdict.state == "lost"
    assert "folder is gone" in verdict.why


# From here on with real files, locks and processes.

HOLDER = """
import sys, time
from pathlib import Path
from engine.run.lock import RunLock
lock = RunLock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


@pytest.fixture
def worker(runs_dir: Path) -> Iterator[Callable[..., tuple[RunFolder, subprocess.Popen[str]]]]:
    """Return a function that makes a run which a process of its own holds, as a worker does."""
    children = []

    def begin(name: str = "one", **changes) -> tuple[RunFolder, subprocess.Popen[str]]:
        folder = RunFolder(runs_dir / name)
        folder.path.mkdir(parents=True)
        folder.spec.write_text(
            '{"name":"one","recipe":"r","preset":"p","values":{"batch_size":128},"data":'
            '{"kind":"sample"},"seed":1,"split_seed":0,"backend":"tensorflow","device":"cpu",'
            '"threads":1,"monitor":"val_loss","monitor_mode":"min","command":"dlconsole train r",'
            '"created":1.0,"versions":{}}'
        )
        child = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(folder.lock)], stdout=subprocess.PIPE, text=True
        )
        children.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        stat = Path(f"/proc/{child.pid}/stat").read_text()
        started = {
            "at": time.time(),
            "generation": 1,
            "pid": child.pid,
            "start_ticks": int(stat.rpartition(")")[2].split()[19]),
            "boot_id": boot_id(),
            "host": Identity.own().host,
            "lock_inode": folder.lock.stat().st_ino,
        }
        replace(folder.journal, encode(Started(**{**started, **changes})) + b"\n")
        replace(folder.status, encode(Status(phase="training", generation=1)))
        return folder, child

    yield begin
    for child in children:
        child.kill()
        child.wait()
        child.stdout.close()


def kill(child: subprocess.Popen[str]) -> None:
    """End a process, and leave a zombie: nobody has waited for it."""
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)


def test_a_killed_process_is_lost_at_once(worker):
    folder, child = worker()
    assert examine(folder).live
    kill(child)
    assert examine(folder).state == "lost"


def test_a_stopped_process_is_silent_until_it_is_let_go_on(worker):
    folder, child = worker()
    child.send_signal(signal.SIGSTOP)
    wait_for(lambda: examine(folder).state == "silent", 5)
    assert f"kill -CONT {child.pid}" in examine(folder).remedy
    child.send_signal(signal.SIGCONT)
    wait_for(lambda: examine(folder).state == "training", 5)


def test_a_process_number_that_is_anothers_now_is_not_taken_for_the_worker(worker):
    folder, child = worker(start_ticks=1)
    child.send_signal(signal.SIGSTOP)
    wait_for(lambda: "T" in Path(f"/proc/{child.pid}/stat").read_text().split()[2], 5)
    assert examine(folder).state == "training"  # the lock is held, whoever has it


def freezers() -> list[tuple[Path, str, str, str]]:
    """Return the control groups in which this process may freeze others."""
    found = []
    for root, file, on, off in (
        ("unified", "cgroup.freeze", "1", "0"),
        (".", "cgroup.freeze", "1", "0"),
        ("freezer", "freezer.state", "FROZEN", "THAWED"),
    ):
        folder = Path("/sys/fs/cgroup") / root / f"dlconsole-test-{os.getpid()}"
        try:
            folder.mkdir()
        except OSError:
            continue
        if (folder / file).exists():
            found.append((folder, file, on, off))
        else:
            folder.rmdir()
    return found


def test_a_worker_whose_control_group_is_frozen_is_told_as_that(worker):
    groups = freezers()
    if not groups:
        pytest.skip("needs the right to make a control group")
    for number, (group, file, on, off) in enumerate(groups):
        folder, child = worker(f"run{number}")
        try:
            (group / "cgroup.procs").write_text(str(child.pid))
            (group / file).write_text(on)
            long_ago = time.time() - 8  # a word is due every five seconds
            os.utime(folder.status, (long_ago, long_ago))
            os.utime(folder.journal, (long_ago, long_ago))
            wait_for(lambda folder=folder: examine(folder).state == "silent", 5)
            assert "frozen" in examine(folder).why
            (group / file).write_text(off)
            assert examine(folder).state == "training"
        finally:
            (group / file).write_text(off)
            kill(child)
            child.wait()
            wait_for(lambda group=group: not (group / "cgroup.procs").read_text(), 5)
            group.rmdir()


def test_a_copy_made_while_the_run_goes_on_is_lost_and_the_original_lives(worker, runs_dir):
    folder, _ = worker()
    shutil.copytree(folder.path, runs_dir / "copy")
    copy = RunFolder(runs_dir / "copy")
    assert examine(folder).state == "training"
    verdict = examine(copy)
    assert (verdict.state, verdict.live) == ("lost", False)
    assert "copy" in verdict.why
    assert "dlconsole resume copy" in verdict.remedy


def test_a_folder_that_was_moved_is_still_the_workers(worker, runs_dir):
    folder, _ = worker()
    folder.path.rename(runs_dir / "moved")
    assert examine(RunFolder(runs_dir / "moved")).state == "training"


def test_without_its_lock_file_a_worker_is_still_seen(worker):
    folder, child = worker()
    folder.lock.unlink()
    assert examine(folder).live
    kill(child)
    assert examine(folder).state == "lost"


def test_a_run_of_an_older_version_without_the_locks_number_is_judged_as_before(worker):
    folder, child = worker(lock_inode=None)
    assert examine(folder).live
    kill(child)
    assert examine(folder).state == "lost"


def test_what_a_dead_worker_printed_is_part_of_the_verdict(worker):
    folder, child = worker()
    folder.console_log.write_text(
        "     0.1 s  training \nterminate called after throwing an instance of 'std::bad_alloc'\n"
        "  what():  std::bad_alloc\nFatal Python error: Aborted\n"
    )
    assert examine(folder).state == "training"
    kill(child)
    verdict = examine(folder)
    assert verdict.state == "lost"
    assert "std::bad_alloc" in verdict.why
    assert "batch_size=64: dlconsole train r --set batch_size=64" in verdict.remedy


@pytest.mark.parametrize("look", [summarize, examine, lambda folder: RunView(folder).refresh()])
def test_a_run_folder_may_vanish_between_two_looks(worker, runs_dir, look):
    folder, _ = worker()
    look(folder)
    shutil.rmtree(folder.path)
    look(folder)
    view = RunView(folder)
    view.refresh()
    assert not view.verdict.live
    assert "gone" in view.verdict.why


def test_a_vanished_run_keeps_what_a_console_has_seen_of_it(worker):
    folder, child = worker()
    view = RunView(folder)
    view.refresh()
    kill(child)
    shutil.rmtree(folder.path)
    view.refresh()
    assert view.verdict.state == "lost"
    assert "gone" in view.verdict.why
    assert view.started is not None


def shift(folder: RunFolder, seconds: float) -> None:
    """Date a run's files as a clock would that is off by so much."""
    for path in (folder.spec, folder.status, folder.journal):
        when = path.stat().st_mtime + seconds
        os.utime(path, (when, when))


DAY = 86400.0


@pytest.mark.parametrize("by", [DAY, -DAY], ids=["ahead", "behind"])
def test_a_reader_who_keeps_looking_does_not_mind_a_clock_that_was_set(worker, by, monkeypatch):
    folder, _ = worker()
    view = RunView(folder)
    view.refresh()
    assert view.verdict.state == "training"
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + by)
    view.refresh()
    assert view.verdict.state == "training"
    # The worker goes on writing, with dates of the clock as it is now.
    replace(folder.status, encode(Status(phase="training", generation=1)))
    shift(folder, by)
    view.refresh()
    assert view.verdict.state == "training"


def test_a_clock_that_was_set_back_does_not_hide_silence_from_a_reader(worker, monkeypatch):
    folder, _ = worker()
    shift(folder, DAY)  # written before the clock was set back
    clock = [1000.0]
    monkeypatch.setattr("engine.run.view.Silence", lambda: Silence(lambda: clock[0]))
    view = RunView(folder)
    view.refresh()
    assert view.verdict.state == "training"  # nothing is known yet
    clock[0] += 60
    view.refresh()
    assert view.verdict.state == "silent"
    assert "60 s" in view.verdict.why


def test_two_workers_cannot_hold_one_run(tmp_path):
    lock = RunLock(tmp_path / "lock")
    assert is_held(tmp_path / "lock")
    with pytest.raises(Problem):
        RunLock(tmp_path / "lock")
    lock.release()
    assert not is_held(tmp_path / "lock")
    RunLock(tmp_path / "lock").release()


def test_generations_are_counted_over_the_whole_journal(tmp_path):
    folder = RunFolder(tmp_path)
    lines = [encode(Started(at=1.0, generation=n, pid=1, host="h")) for n in (1, 2, 3)]
    folder.journal.write_bytes(b"garbage\n" + b"\n".join(lines) + b"\n{torn")
    assert generations(folder) == 3


def test_a_folder_of_garbage_raises_nothing(tmp_path):
    folder = RunFolder(tmp_path / "x")
    gather(folder)
    folder.path.mkdir()
    for path in (folder.spec, folder.status, folder.journal, folder.console_log, folder.label):
        path.write_bytes(os.urandom(500))
    assert examine(folder).state == "damaged"
    for path in (folder.spec, folder.status, folder.journal, folder.console_log, folder.lock):
        path.unlink(missing_ok=True)
        path.mkdir()  # a folder where a file should be
    assert examine(folder).state == "damaged"

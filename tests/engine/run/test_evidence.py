"""What is found out about a run from real files, locks, processes, control groups and disks."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from engine.devices.cgroup import Cgroup, membership
from engine.errors import Problem
from engine.run.commands import StopNow, send
from engine.run.evidence import gather, generations
from engine.run.files import replace
from engine.run.folder import RunFolder
from engine.run.identity import Identity, boot_id
from engine.run.listing import summarize
from engine.run.lock import RunLock, is_held
from engine.run.records import Started, Status, encode
from engine.run.silence import Silence
from engine.run.state import examine
from engine.run.view import RunView
from tests.conftest import wait_for
from tests.small_disk import own_mounts, small_disk

HOLDER = """
import sys
from pathlib import Path
from engine.run.lock import RunLock
lock = RunLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
taken = [bytearray(1 << 20) for _ in range(1000)]
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
            [sys.executable, "-c", HOLDER, str(folder.lock)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
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
        child.stdin.close()
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


GROUPS = Path("/sys/fs/cgroup")
FREEZERS = [
    (GROUPS / folder, file, on, off)
    for folder, file, on, off in (
        (".", "cgroup.freeze", "1", "0"),
        ("unified", "cgroup.freeze", "1", "0"),
        ("freezer", "freezer.state", "FROZEN", "THAWED"),
    )
    if os.access(GROUPS / folder / "cgroup.procs", os.W_OK)
]
LIMITERS = [
    (GROUPS / folder, file)
    for folder, file in ((".", "memory.max"), ("memory", "memory.limit_in_bytes"))
    if os.access(GROUPS / folder / "cgroup.procs", os.W_OK)
    and (folder == "memory" or "memory" in (GROUPS / "cgroup.subtree_control").read_text())
]


@contextmanager
def group_below(root: Path) -> Iterator[Path]:
    """Make a control group for a test."""
    group = root / f"dlconsole-test-{os.getpid()}"
    group.mkdir()
    try:
        yield group
    finally:
        wait_for(lambda: not (group / "cgroup.procs").read_text(), 10)
        group.rmdir()


# Only somebody with rights over control groups can try these out.
if FREEZERS:

    @pytest.mark.parametrize(("root", "file", "on", "off"), FREEZERS)
    def test_a_worker_whose_control_group_is_frozen_is_told_as_that(worker, root, file, on, off):
        folder, child = worker()
        with group_below(root) as group:
            (group / "cgroup.procs").write_text(str(child.pid))
            (group / file).write_text(on)
            try:
                long_ago = time.time() - 8  # a word is due every five seconds
                for path in (folder.status, folder.journal):
                    os.utime(path, (long_ago, long_ago))
                wait_for(lambda: examine(folder).state == "silent", 5)
                assert "frozen" in examine(folder).why
            finally:
                (group / file).write_text(off)
            assert examine(folder).state == "training"
            kill(child)
            child.wait()


if LIMITERS:

    @pytest.mark.parametrize(("root", "file"), LIMITERS)
    def test_a_worker_that_the_kernel_kills_for_memory_is_told_with_the_batch(worker, root, file):
        with group_below(root) as group:
            (group / file).write_text(str(64 << 20))
            folder, child = worker()
            (group / "cgroup.procs").write_text(str(child.pid))
            started = msgspec.json.decode(folder.journal.read_bytes(), type=Started)
            kills = Cgroup(child.pid).oom_kills()
            started = msgspec.structs.replace(
                started, cgroup=membership(child.pid), oom_kills=kills
            )
            replace(folder.journal, encode(started) + b"\n")
            assert child.stdin is not None
            child.stdin.write("take memory\n")
            child.stdin.flush()
            assert child.wait(30) == -signal.SIGKILL
            verdict = examine(folder)
        assert verdict.state == "lost"
        assert "killed for want of memory" in verdict.why
        assert "batch_size=64: dlconsole train r --set batch_size=64" in verdict.remedy


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


@own_mounts
def test_a_worker_killed_on_a_full_or_read_only_disk_is_told_with_it(request, tmp_path, worker):
    with small_disk(tmp_path / "disk", 1) as disk:
        folder, child = worker(str(disk.path / "one"))
        kill(child)
        assert "folder" not in examine(folder).why
        disk.fill()
        assert "its folder has no room" in examine(folder).why
        disk.make_room()
        with disk.read_only():
            verdict = examine(folder)
        assert "its folder cannot be written" in verdict.why
        assert "dlconsole resume one" in verdict.remedy


@own_mounts
def test_what_would_write_into_a_read_only_folder_is_refused_in_words(request, tmp_path, worker):
    with small_disk(tmp_path / "disk", 1) as disk:
        folder, _ = worker(str(disk.path / "one"))
        with disk.read_only():
            for act in (
                lambda: send(folder.commands, StopNow(generation=1)),
                lambda: folder.rename("other"),
                folder.remove,
                lambda: RunLock(folder.lock),
            ):
                with pytest.raises(Problem, match="Read-only file system"):
                    act()


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

"""The host: real readings of this machine, busy children, limits of a group, what is gone."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from engine.devices.host import MIN_WINDOW, Host, ProcessTree
from engine.devices.readings import HostReading

# A parent that sleeps above a child that computes until its input ends.
BUSY_BELOW = """
import subprocess, sys, threading
code = "print('on', flush=True)\\nwhile True: sum(range(10000))"
child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.readline()
child.kill(); child.wait()
print("reaped", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY_BELOW], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def seconds_used(tree: ProcessTree, since: float) -> float:
    """Read the tree again; return the seconds of processor time it says were used ``since``."""
    tree.read()
    elapsed = time.monotonic() - since
    percent = tree.percent_since_last()
    assert percent is not None
    return percent / 100 * elapsed


def let_compute(pid: int, seconds: float) -> None:
    """Return once ``pid`` has used ``seconds`` more of processor time."""
    goal = psutil.Process(pid).cpu_times().user + seconds
    deadline = time.monotonic() + 60
    while psutil.Process(pid).cpu_times().user < goal:
        assert time.monotonic() < deadline, "the child gets no processor time"
        time.sleep(0.01)


def test_this_machine_is_read_in_sensible_numbers(tmp_path: Path) -> None:
    host = Host(os.getpid(), tmp_path)
    reading = host.read()
    assert reading.memory_total_bytes is not None
    assert reading.memory_used_bytes is not None
    assert 0 < reading.memory_used_bytes < reading.memory_total_bytes
    assert reading.process_memory_bytes is not None
    assert 4 << 20 < reading.process_memory_bytes < reading.memory_total_bytes
    assert reading.usable_cores is not None
    assert 0 < reading.usable_cores <= (os.cpu_count() or math.inf)
    assert reading.disk_free_bytes is not None
    assert reading.disk_free_bytes > 0


def test_percentages_need_two_readings_some_time_apart(tmp_path: Path) -> None:
    host = Host(os.getpid(), tmp_path)
    first = host.read()
    assert (first.cpu_percent, first.process_cpu_percent) == (None, None)
    end = time.monotonic() + 2 * MIN_WINDOW
    while time.monotonic() < end:
        sum(range(10_000))
    reading = host.read()
    assert reading.cpu_percent is not None
    assert 0 < reading.cpu_percent <= 100
    assert reading.process_cpu_percent is not None
    assert reading.process_cpu_percent > 10
    # A second caller right behind the first sees the same, not a wild mean over a millisecond.
    assert host.read().process_cpu_percent == reading.process_cpu_percent


def test_the_work_and_memory_of_a_child_count_for_its_parent(parent: subprocess.Popen[str]) -> None:
    tree = ProcessTree(parent.pid)
    child = int(line_of(parent))
    memory = tree.read()
    assert memory is not None
    assert memory > psutil.Process(child).memory_info().rss
    tree.percent_since_last()
    since = time.monotonic()
    let_compute(child, 0.3)
    assert 0.25 < seconds_used(tree, since) < 1.5


def test_a_child_that_ended_is_not_counted_twice(parent: subprocess.Popen[str]) -> None:
    tree = ProcessTree(parent.pid)
    child = int(line_of(parent))
    tree.read()
    tree.percent_since_last()
    let_compute(child, 0.6)
    since = time.monotonic()
    seconds_used(tree, since)
    tell(parent)
    assert line_of(parent) == "reaped"
    # All that the child ever used is now in the parent's account; nearly all was counted before.
    assert seconds_used(tree, since) < 0.4


def test_children_are_found_where_the_kernel_keeps_no_lists_of_them(
    parent: subprocess.Popen[str], tmp_path: Path
) -> None:
    line_of(parent)
    tree = ProcessTree(parent.pid, proc=tmp_path)
    alone = psutil.Process(parent.pid).memory_info().rss
    assert (tree.read() or 0) > 1.2 * alone


def test_a_process_that_ended_has_no_numbers_but_the_host_still_has(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    host = Host(process.pid, tmp_path)
    assert host.read().process_memory_bytes
    process.kill()
    deadline = time.monotonic() + 60
    while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for _ in ("a dead child", "no process at all"):
        reading = host.read()
        assert (reading.process_cpu_percent, reading.process_memory_bytes) == (None, None)
        assert reading.memory_total_bytes
        process.communicate()


def test_a_host_without_a_process_leaves_its_fields_out(tmp_path: Path) -> None:
    line = msgspec.json.encode(Host(None, tmp_path).read())
    assert b"process_" not in line
    assert msgspec.json.decode(line, type=HostReading).memory_total_bytes


def grouped_host(folder: Path, limit: int) -> Host:
    group = folder / "cgroup" / "job"
    group.mkdir(parents=True)
    (group / "memory.max").write_text(str(limit))
    (group / "memory.current").write_text("1000")
    (group / "cpu.max").write_text("25000 100000")
    (folder / "proc" / "self").mkdir(parents=True)
    (folder / "proc" / "self" / "cgroup").write_text("0::/job\n")
    return Host(None, folder, proc=folder / "proc", cgroups=folder / "cgroup")


def test_in_a_container_its_limits_are_the_machine(tmp_path: Path) -> None:
    reading = grouped_host(tmp_path, limit=64 << 20).read()
    assert (reading.memory_used_bytes, reading.memory_total_bytes) == (1000, 64 << 20)
    assert reading.usable_cores == 0.25


def test_a_limit_above_the_machine_is_none(tmp_path: Path) -> None:
    reading = grouped_host(tmp_path, limit=1 << 60).read()
    assert reading.memory_total_bytes == psutil.virtual_memory().total


def test_a_system_that_tells_nothing_gives_an_empty_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise OSError("not here")

    for place in (
        "psutil.cpu_times",
        "psutil.virtual_memory",
        "psutil.Process",
        "os.cpu_count",
        "shutil.disk_usage",
    ):
        monkeypatch.setattr(place, nothing if place != "os.cpu_count" else lambda: None)
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    host = Host(1, tmp_path, proc=tmp_path, cgroups=tmp_path)
    assert host.read() == HostReading()
    assert msgspec.json.encode(host.read()) == b"{}"


def test_a_reading_is_cheap_enough_for_each_second(tmp_path: Path) -> None:
    host = Host(os.getpid(), tmp_path)
    host.read()
    took = []
    for _ in range(20):
        started = time.thread_time()
        host.read()
        took.append(time.thread_time() - started)
    # The best of several: other programs on the machine make single ones slow.
    assert min(took) < 0.003

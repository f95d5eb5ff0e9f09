from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from engine.errors import Problem
from engine.run.lock import RunLock, is_held

SLEEPER = "import sys; print('here', flush=True); sys.stdin.read()"


def test_a_lock_goes_on_to_who_inherits_it_and_ends_with_the_last(tmp_path):
    path = tmp_path / "lock"
    lock = RunLock(path)
    child = subprocess.Popen(
        [sys.executable, "-c", SLEEPER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[lock.descriptor],
    )
    assert child.stdout.readline() == b"here\n"
    lock.release()
    assert is_held(path)
    with pytest.raises(Problem, match="Another worker"):
        RunLock(path)
    child.kill()
    child.wait()
    assert not is_held(path)


def test_an_adopted_lock_is_held_but_not_inherited_any_further(tmp_path):
    path = tmp_path / "lock"
    first = RunLock(path)
    os.set_inheritable(first.descriptor, True)
    lock = RunLock.adopt(first.descriptor)
    assert is_held(path)
    assert not os.get_inheritable(lock.descriptor)
    lock.release()
    assert not is_held(path)


def test_what_is_no_lock_is_not_adopted():
    with pytest.raises(Problem, match="handed over"):
        RunLock.adopt(987)


def test_the_second_of_two_is_refused_at_once(tmp_path):
    lock = RunLock(tmp_path / "lock")
    begun = time.monotonic()
    with pytest.raises(Problem, match="Another worker"):
        RunLock(tmp_path / "lock")
    assert time.monotonic() - begun < 0.5
    lock.release()


def test_many_who_look_keep_nobody_from_taking_it(tmp_path):
    path = tmp_path / "lock"
    RunLock(path).release()
    is_over = threading.Event()

    def look():
        while not is_over.is_set():
            is_held(path)

    lookers = [threading.Thread(target=look) for _ in range(4)]
    for each in lookers:
        each.start()
    try:
        for _ in range(100):
            RunLock(path).release()
    finally:
        is_over.set()
        for each in lookers:
            each.join()


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path):
    with pytest.raises(Problem, match="cannot be locked"):
        RunLock(tmp_path / "nowhere" / "lock")

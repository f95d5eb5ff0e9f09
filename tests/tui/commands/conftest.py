"""The command as a function and as a program, runs made by hand, a stand-in for the worker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from made_runs import PROGRAM, WORKER, Runs, wait_until

from engine.run.folder import RunFolder
from tui.cli import main


class Outcome(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def dlconsole(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Return the command as a function: quick, and without a terminal."""

    def call(*words: str) -> Outcome:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return call


@pytest.fixture
def program() -> Callable[..., Outcome]:
    """Return the installed command, run as a process of its own."""

    def call(*words: str, stdin: str | None = None, **environment: str) -> Outcome:
        done = subprocess.run(
            [str(PROGRAM), *words],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
            timeout=120,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def make_runs(runs_dir: Path) -> Runs:
    """Return what makes runs in the runs folder of this test."""
    return Runs(runs_dir)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], list[subprocess.Popen]]]:
    """Return a function that makes ``train`` start the stand-in for the worker.

    Its argument says how the worker fares; it returns the list of the workers that were started.
    """
    workers: list[subprocess.Popen[bytes]] = []

    def use(how: str) -> list[subprocess.Popen[bytes]]:
        def launch(folder: RunFolder, *, queue: bool) -> subprocess.Popen[bytes]:
            with folder.console_log.open("ab") as log:
                workers.append(
                    subprocess.Popen(
                        [sys.executable, "-c", WORKER, str(folder.path), how],
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )
            return workers[-1]

        monkeypatch.setattr("tui.commands.train.launch", launch)
        return workers

    yield use
    for worker in workers:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


@pytest.fixture
def live(make_runs: Runs, request: pytest.FixtureRequest) -> Iterator[RunFolder]:
    """Return a run with a stand-in at it, which trains until it is asked to stop.

    How it fares can be said by an indirect parameter.
    """
    folder = make_runs.place("wine-live", epochs=100_000)
    how = getattr(request, "param", "fine")
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(folder.path), how])
    wait_until(lambda: folder.journal.exists() and b'"epoch"' in folder.journal.read_bytes())
    yield folder
    worker.kill()
    worker.wait()

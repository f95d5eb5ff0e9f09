"""What is left when a console is killed: no standby and no answer, but every worker."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.process.standby import Standby
from engine.run.folder import list_folders
from tests.conftest import wait_for
from tests.engine.process.standby_support import is_gone, until_over, worker_of

if not Standby.is_possible():
    pytest.skip("the standby needs Linux", allow_module_level=True)

# A console as far as its standby is concerned; says what it has come to, a line each.
_CONSOLE = """
import sys, time
from pathlib import Path
from engine.process import prompt
from engine.process.standby import Standby
from tests.engine.process.standby_support import ask, endless, order, until_ready

standby = Standby("tensorflow")
print(standby.pid, flush=True)
if sys.argv[1] != "importing":
    until_ready(standby)
    runs = Path(sys.argv[2])
    assert prompt.launch(order(epochs=300, name="left").place(runs), standby) is None
    entry, begun = endless(Path(sys.argv[3]))
    answers = iter(ask(standby, order(entry=entry)))
    while not begun.exists():
        time.sleep(0.05)
    print("busy", flush=True)
time.sleep(1000)
"""


class Console:
    """A process that has a standby.

    Args:
        until: ``importing`` or ``busy``: how far it gets.
        runs: The runs folder.
        scratch: A folder that is not there yet.
    """

    def __init__(self, until: str, runs: Path, scratch: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CONSOLE, until, str(runs), str(scratch)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.standby = int(self.process.stdout.readline())

    def kill(self) -> None:
        """Kill it and nothing else."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Leave nothing of it, however the test went."""
        self.kill()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def console(request, runs_dir, tmp_path) -> Iterator[Console]:
    console = Console(request.param, runs_dir, tmp_path / "recipe")
    yield console
    console.close()


@pytest.mark.parametrize("console", ["importing"], indirect=True)
def test_a_console_killed_while_its_standby_imports_leaves_nothing(console):
    wait_for(lambda: _has_loaded(console.standby, "tensorflow"), 60)
    console.kill()
    wait_for(lambda: is_gone(console.standby), 10)


@pytest.mark.parametrize("console", ["busy"], indirect=True)
def test_a_killed_console_leaves_its_worker_and_nothing_else(console, runs_dir):
    assert console.process.stdout is not None
    assert console.process.stdout.readline() == "busy\n"
    (folder,) = list_folders(runs_dir)
    worker = worker_of(folder)
    others = [each for each in psutil.Process(console.standby).children() if each != worker]
    assert others  # it is answering a question
    console.kill()
    wait_for(lambda: is_gone(console.standby) and all(is_gone(each.pid) for each in others), 10)
    assert worker.is_running()
    view = until_over(folder)
    assert view.verdict.state == "done"
    assert view.epochs[-1].epoch == 300


def _has_loaded(pid: int, library: str) -> bool:
    """Say whether a process has got as far as reading a library's files."""
    return any(library in each.path for each in psutil.Process(pid).memory_maps())

"""What every test gets: folders of its own, and the real data where it is."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.catalog import Catalog, Entry
from engine.process.launch import launch
from engine.process.order import Order
from engine.run.folder import RunFolder
from engine.run.view import RunView
from tests.torture.stable import Forked, Stable

_DATA = os.environ.get("DLCONSOLE_DATA", "")

# A suite that was started with nohup or in the background has them ignored, and so would every
# process that a test starts to interrupt it.
for _number, _handler in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _handler)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the person's runs, data and recipes out of it."""
    for name in ("STATE", "DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "xdg" / name.lower()))
    monkeypatch.setenv("DLCONSOLE_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("DLCONSOLE_RECIPES", raising=False)
    monkeypatch.delenv("DLCONSOLE_SETTINGS", raising=False)
    monkeypatch.delenv("DLCONSOLE_DATA", raising=False)


@pytest.fixture(autouse=True)
def _usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be no matter in which terminal the suite was started."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("COLORTERM", "NO_COLOR", "TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    """Return the runs folder that commands of this test use; not yet made."""
    return tmp_path / "runs"


class Run:
    """A run that a test has started, followed the way a console follows it."""

    def __init__(self, folder: RunFolder, process: subprocess.Popen[bytes] | Forked) -> None:
        self.folder = folder
        self.process = process
        self.view = RunView(folder)

    def wait(self, condition: Callable[[RunView], object], seconds: float = 120.0) -> RunView:
        """Look again and again until ``condition`` holds of what can be seen of the run."""

        def holds() -> object:
            self.view.refresh()
            return condition(self.view)

        wait_for(holds, seconds, lambda: self.folder.console_log.read_text()[-2000:])
        return self.view

    def end(self, seconds: float = 120.0) -> RunView:
        """Wait until the worker is gone."""
        self.process.wait(seconds)
        self.view.refresh()
        return self.view


def wait_for(
    condition: Callable[[], object], seconds: float = 60.0, tell: Callable[[], str] = str
) -> None:
    """Wait until ``condition`` holds; fail with what ``tell`` says after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:g} s in vain: {tell()}")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def stable() -> Iterator[Stable]:
    """Fork workers on TensorFlow from a process that has it imported: they are there at once."""
    stable = Stable()
    yield stable
    stable.close()


@pytest.fixture
def start(runs_dir: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Run]]:
    """Start real workers: ``start(epochs=3, data="sample")``; what is left of them is killed.

    Keyword arguments are those of an order; ``runs`` is another runs folder, ``fresh`` asks for a
    process that has to import everything, and the rest are hyperparameters.
    """
    started: list[Run] = []

    def start(
        entry: Entry | None = None,
        runs: Path | None = None,
        *,
        fresh: bool = False,
        **asked: object,
    ) -> Run:
        entry = entry or Catalog.load().find("wine")
        fields = set(Order.__dataclass_fields__)
        changes = {name: value for name, value in asked.items() if name not in fields}
        others = {name: value for name, value in asked.items() if name in fields}
        order = Order(entry=entry, changes=changes, **{"data": "sample", **others})  # type: ignore[arg-type]
        folder = order.place(runs or runs_dir)
        process: subprocess.Popen[bytes] | Forked
        if fresh or order.backend != "tensorflow":
            process = launch(folder)
        else:
            stable: Stable = request.getfixturevalue("stable")
            process = Forked(stable, stable.start(folder))
        started.append(Run(folder, process))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()


@pytest.fixture
def shared_data(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder with the real data sets; for tests marked with ``data``."""
    folder = _data_folder()
    monkeypatch.setenv("DLCONSOLE_DATA", str(folder))
    return folder


def _data_folder() -> Path:
    folder = Path(_DATA)
    return folder / "data" if (folder / "data").is_dir() else folder


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("data"):
        if not _DATA:
            pytest.skip(f"needs {marker.args[0]}: set DLCONSOLE_DATA to the folder that has it")
        if not (_data_folder() / marker.args[0]).exists():
            pytest.fail(f"DLCONSOLE_DATA has no {marker.args[0]}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With the data there, nothing may be skipped: a skip would hide a missing check."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _DATA and reporter is not None and reporter.stats.get("skipped") and exitstatus == 0:
        reporter.write_line("DLCONSOLE_DATA is set, so a skip counts as a failure.", red=True)
        session.exitstatus = 1

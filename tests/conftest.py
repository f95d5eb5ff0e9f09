"""What every test gets: folders of its own, and the real data where it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_DATA = os.environ.get("DLCONSOLE_DATA", "")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the person's runs, data and recipes out of it."""
    for name in ("STATE", "DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "xdg" / name.lower()))
    monkeypatch.setenv("DLCONSOLE_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("DLCONSOLE_RECIPES", raising=False)
    monkeypatch.delenv("DLCONSOLE_DATA", raising=False)


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    """Return the runs folder that commands of this test use; not yet made."""
    return tmp_path / "runs"


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

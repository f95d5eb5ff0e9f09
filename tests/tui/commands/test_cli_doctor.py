from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.devices.disk import FileSystem, Trial
from engine.devices.orphans import Orphan
from tui.commands.logins import dangers
from tui.commands.places import runs_folder
from tui.commands.survival import survival

PROBE = {
    "backend": "tensorflow",
    "keras": "3.15.1",
    "gpus": [],
    "placed_on": "cpu:0",
    "matrix_rows": 1024,
    "matmul_seconds": 0.02,
    "gigaflops": 100.0,
}


@pytest.fixture
def probe(monkeypatch):
    """Answer in the backend's place: with what ``probe`` holds, or with a failure."""
    answer = [PROBE, ""]
    monkeypatch.setattr("tui.commands.doctor._probe", lambda *_: tuple(answer))
    return answer


@pytest.fixture(autouse=True)
def _unlimited(monkeypatch):
    """Have no limits but those that a test sets."""
    monkeypatch.setattr(resource, "getrlimit", lambda which: (-1, -1))


def checks(done):
    return {each["subject"]: each for each in json.loads(done.out)["checks"]}


def test_a_sound_machine_is_told_line_by_line(dlconsole, probe, runs_dir):
    done = dlconsole("doctor")
    assert done.code == 0
    for text in ("Python", "Keras 3.15.1 on tensorflow", "1024 x 1024", "GPU", "memory",
                 str(runs_dir), "data sets"):  # fmt: skip
        assert text in done.out


def test_the_object_has_every_check(dlconsole, probe):
    done = dlconsole("doctor", "--json")
    found = checks(done)
    assert {"Python", "Keras", "GPU", "CPU", "memory", "runs", "data", "data sets"} <= set(found)
    assert json.loads(done.out)["ok"]


def test_a_backend_that_does_not_load_is_broken(dlconsole, probe):
    probe[:] = [{}, "The backend jax cannot be imported. pip install jax"]
    done = dlconsole("doctor", "--backend", "jax", "--json")
    assert done.code == 1
    assert checks(done)["Keras"]["mark"] == "broken"
    assert "pip install jax" in checks(done)["Keras"]["found"]


def test_a_runs_folder_that_cannot_be_is_broken(dlconsole, probe, tmp_path):
    (tmp_path / "file").write_text("")
    done = dlconsole("doctor", "--json", "--runs-dir", str(tmp_path / "file" / "runs"))
    assert done.code == 1
    assert checks(done)["runs"]["mark"] == "broken"
    assert "--runs-dir" in checks(done)["runs"]["remedy"]


def test_a_gpu_that_stays_idle_is_a_warning(dlconsole, probe, monkeypatch):
    monkeypatch.setattr("engine.devices.gpu.Gpus.names", lambda self: ["NVIDIA H200"])
    monkeypatch.setattr("engine.devices.gpu.Gpus.driver_version", lambda self: "580.95.05")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    done = dlconsole("doctor", "--json")
    assert done.code == 0
    assert checks(done)["GPU"]["mark"] == "warning"
    assert "dlconsole[gpu]" in checks(done)["GPU"]["remedy"]


IN_SESSION = ["0::/user.slice/user-1000.slice/session-7.scope"]
IN_MANAGER = ["0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope"]
IN_SERVICE = ["0::/system.slice/cron.service"]
UNKNOWN = ["0::/"]
KILLS = "[Login]\nKillUserProcesses=yes\n"


def login_manager(root: Path, content: str, extra: str = "", *, lingers: bool = False) -> None:
    (root / "run/systemd/system").mkdir(parents=True)
    (root / "etc/systemd/logind.conf.d").mkdir(parents=True)
    (root / "etc/systemd/logind.conf").write_text(content)
    if extra:
        (root / "etc/systemd/logind.conf.d/50.conf").write_text(extra)
    if lingers:
        (root / "var/lib/systemd/linger").mkdir(parents=True)
        (root / "var/lib/systemd/linger/ada").touch()


@pytest.mark.parametrize(
    ("content", "extra", "killed"),
    [
        ("[Login]\n#KillUserProcesses=yes\n", "", False),
        (KILLS, "", True),
        (KILLS, "[Login]\nKillUserProcesses=no\n", False),
        ("[Login]\nKillUserProcesses=yes\nKillExcludeUsers=root ada\n", "", False),
        ("[Login]\nKillUserProcesses=yes\nKillOnlyUsers=bob\n", "", False),
        ("\x00 no configuration at all", "", False),
    ],
)
def test_a_login_manager_that_ends_trainings_is_seen(tmp_path, content, extra, killed):
    login_manager(tmp_path, content, extra)
    assert bool(dangers(tmp_path, "ada", IN_SESSION)) is killed
    assert bool(dangers(tmp_path, "ada", UNKNOWN)) is killed


def test_the_way_out_of_a_login_depends_on_lingering(tmp_path):
    login_manager(tmp_path, KILLS)
    (danger,) = dangers(tmp_path, "ada", IN_SESSION)
    assert "loginctl enable-linger" in danger.remedy
    assert "systemd-run --user --scope" in danger.remedy
    login_manager(tmp_path / "other", KILLS, lingers=True)
    (danger,) = dangers(tmp_path / "other", "ada", IN_SESSION)
    assert danger.remedy == "Start with: systemd-run --user --scope dlconsole"


def test_below_the_service_manager_only_lingering_helps(tmp_path):
    login_manager(tmp_path, "")
    (danger,) = dangers(tmp_path, "ada", IN_MANAGER)
    assert "service manager" in danger.found
    assert "enable-linger" in danger.remedy
    login_manager(tmp_path / "other", KILLS, lingers=True)
    assert dangers(tmp_path / "other", "ada", IN_MANAGER) == []


def test_a_system_service_is_no_login(tmp_path):
    login_manager(tmp_path, KILLS)
    assert dangers(tmp_path, "ada", IN_SERVICE) == []


def test_a_login_that_is_ended_when_nobody_types_is_seen(tmp_path):
    login_manager(tmp_path, "[Login]\nStopIdleSessionSec=3600\n")
    (danger,) = dangers(tmp_path, "ada", IN_SESSION)
    assert "3600 s" in danger.found
    login_manager(tmp_path / "other", "[Login]\nStopIdleSessionSec=infinity\n")
    assert dangers(tmp_path / "other", "ada", IN_SESSION) == []


def test_a_machine_that_goes_to_sleep_is_seen(tmp_path):
    login_manager(tmp_path, "[Login]\nIdleAction=suspend\nIdleActionSec=20min\n")
    (danger,) = dangers(tmp_path, "ada", IN_SERVICE)
    assert "20min" in danger.found
    assert "suspend" in danger.found


def test_a_login_of_limited_length_is_seen(tmp_path):
    login_manager(tmp_path, "")
    folder = tmp_path / "etc/systemd/system/session-.scope.d"
    folder.mkdir(parents=True)
    (folder / "10.conf").write_text("[Scope]\nRuntimeMaxSec=8h\n")
    (danger,) = dangers(tmp_path, "ada", IN_SESSION)
    assert "8h" in danger.found
    assert "resume" in danger.remedy


def test_without_systemd_nothing_ends_them(tmp_path):
    assert dangers(tmp_path, "ada", IN_SESSION) == []


class Cleared(Orphan):
    """An orphan of which it is known whether somebody waited for it."""

    def __init__(self, cleared: bool | None) -> None:
        self._cleared = cleared

    def is_cleared_away(self, patience: float = 5.0) -> bool | None:
        return self._cleared


def first_process(root: Path, name: str) -> Path:
    (root / "proc/1").mkdir(parents=True)
    (root / "proc/1/comm").write_text(f"{name}\n")
    return root


def test_a_container_whose_first_process_is_a_shell_is_seen(tmp_path):
    (check,) = survival(Cleared(True), {}, first_process(tmp_path, "bash"))
    assert check.mark == "warning"
    assert "docker run -d --init" in check.remedy


def test_a_container_without_a_reaper_is_seen(tmp_path):
    (check,) = survival(Cleared(False), {}, first_process(tmp_path, "python3"))
    assert check.mark == "warning"
    assert "zombie" in check.found
    assert "--init" in check.remedy


def test_where_nothing_ends_trainings_that_is_said(tmp_path):
    (check,) = survival(Cleared(True), {}, first_process(tmp_path, "systemd"))
    assert (check.subject, check.mark) == ("survival", "ok")


def test_a_batch_job_ends_with_its_time(tmp_path):
    environment = {"SLURM_JOB_ID": "4711", "SLURM_JOB_END_TIME": str(time.time() + 7260)}
    (check,) = survival(Cleared(True), environment, first_process(tmp_path, "systemd"))
    assert "Slurm job 4711" in check.found
    assert "2 h 0" in check.found
    assert "dlconsole resume" in check.remedy


def test_a_notebook_server_may_be_stopped(tmp_path):
    (check,) = survival(Cleared(True), {"JUPYTERHUB_USER": "ada"}, first_process(tmp_path, "tini"))
    assert "JupyterHub" in check.found


def test_a_limit_on_a_process_is_seen(tmp_path, monkeypatch):
    def limited(which: int) -> tuple[int, int]:
        return (3600 if which == resource.RLIMIT_CPU else -1, -1)

    monkeypatch.setattr(resource, "getrlimit", limited)
    (check,) = survival(Cleared(True), {}, first_process(tmp_path, "systemd"))
    assert "1 h 00 m" in check.found
    assert "ulimit -t" in check.remedy


ROOM = FileSystem(type="ext4", mount="/", free_bytes=10**12, total_bytes=10**13)


def test_a_runs_folder_that_cannot_lock_is_broken(tmp_path):
    (check,) = runs_folder(tmp_path, ROOM, Trial(locks=False, replace_seconds=0.01))
    assert check.mark == "broken"
    assert "lock" in check.found
    assert "--runs-dir" in check.remedy


def test_a_runs_folder_that_is_slow_is_a_warning(tmp_path):
    (check,) = runs_folder(tmp_path, ROOM, Trial(locks=True, replace_seconds=0.9))
    assert check.mark == "warning"
    assert "0.9 s" in check.found


def test_a_network_file_system_is_a_warning(tmp_path):
    system = FileSystem(type="nfs4", mount="/", is_network=True, free_bytes=10**12)
    (check,) = runs_folder(tmp_path, system, Trial(locks=True, replace_seconds=0.01))
    assert check.mark == "warning"
    assert "network" in check.found


def test_room_is_measured_against_the_snapshots_that_are_there(tmp_path):
    (tmp_path / "one/snapshots").mkdir(parents=True)
    with (tmp_path / "one/snapshots/a").open("wb") as file:
        file.truncate(600 * 10**9)
    (check,) = runs_folder(tmp_path, ROOM, Trial(locks=True, replace_seconds=0.01))
    assert check.mark == "warning"
    assert "600 GB" in check.found


def test_the_folder_that_is_tried_out_is_left_as_it_was(dlconsole, probe, runs_dir):
    runs_dir.mkdir()
    done = dlconsole("doctor", "--json")
    assert json.loads(done.out)["runs_dir"]["locks"] is True
    assert list(runs_dir.iterdir()) == []


# The first process of a world of its own, which waits for nobody.
FIRST = """
import subprocess, sys, time
done = subprocess.run([sys.executable, "-c", sys.argv[1]], capture_output=True, text=True)
print(done.stdout.strip() or done.stderr)
"""
CHILD = """
from engine.devices.orphans import Orphan
print(Orphan().is_cleared_away(0.6))
"""


UNSHARE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]

# Only where a process may have a world of its own.
if not subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode:

    def test_a_real_world_without_a_reaper_is_seen():
        root = str(Path(__file__).parents[3])
        done = subprocess.run(
            [*UNSHARE, sys.executable, "-c", FIRST, CHILD],
            capture_output=True, text=True, check=True, cwd=root, env={"PYTHONPATH": root},
        )  # fmt: skip
        assert done.stdout.strip() == "False"

from __future__ import annotations

import json

import pytest

from tui.commands.logins import killed_at_logout

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


def login_manager(root, content, extra=""):
    (root / "run/systemd/system").mkdir(parents=True)
    (root / "etc/systemd/logind.conf.d").mkdir(parents=True)
    (root / "etc/systemd/logind.conf").write_text(content)
    if extra:
        (root / "etc/systemd/logind.conf.d/50.conf").write_text(extra)


@pytest.mark.parametrize(
    ("content", "extra", "killed"),
    [
        ("[Login]\n#KillUserProcesses=yes\n", "", False),
        ("[Login]\nKillUserProcesses=yes\n", "", True),
        ("[Login]\nKillUserProcesses=yes\n", "[Login]\nKillUserProcesses=no\n", False),
        ("[Login]\nKillUserProcesses=yes\nKillExcludeUsers=root ada\n", "", False),
        ("[Login]\nKillUserProcesses=yes\nKillOnlyUsers=bob\n", "", False),
        ("\x00 no configuration at all", "", False),
    ],
)
def test_a_login_manager_that_ends_trainings_is_seen(tmp_path, content, extra, killed):
    login_manager(tmp_path, content, extra)
    assert killed_at_logout(tmp_path, "ada") is killed


def test_without_systemd_nothing_ends_them(tmp_path):
    assert not killed_at_logout(tmp_path, "ada")

"""Control groups from files: both versions, mixed machines, containers, and kernel kills."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.devices.cgroup import Cgroup, oom_kills

GIB = 1 << 30
UNLIMITED_V1 = "9223372036854771712\n"


class Machine:
    """A machine's /proc and cgroup mount in a folder; process 7 is the one looked at."""

    def __init__(self, folder: Path) -> None:
        self.proc, self.mount = folder / "proc", folder / "cgroup"
        self.mount.mkdir()

    def process(self, *lines: str, pid: str = "7") -> None:
        (self.proc / pid).mkdir(parents=True, exist_ok=True)
        (self.proc / pid / "cgroup").write_text("".join(f"{line}\n" for line in lines))

    def write(self, group: str, **files: str) -> None:
        folder = self.mount / group
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            # memory_max is memory.max, cpu_cfs_quota_us is cpu.cfs_quota_us
            (folder / name.replace("_", ".", 1)).write_text(text)

    def cgroup(self, pid: int | None = 7) -> Cgroup:
        return Cgroup(pid, proc=self.proc, mount=self.mount)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_version_2_limits_memory_and_cores(machine: Machine) -> None:
    machine.process("0::/user.slice/run.scope")
    machine.write(
        "user.slice/run.scope",
        memory_max=f"{8 * GIB}\n",
        memory_current=f"{5 * GIB}\n",
        memory_stat=f"anon 1\nfile 2\ninactive_file {2 * GIB}\n",
        cpu_max="150000 100000\n",
    )
    cgroup = machine.cgroup()
    # Cache that the kernel would drop is not in use.
    assert cgroup.memory() == (3 * GIB, 8 * GIB)
    assert cgroup.cores() == 1.5


def test_max_is_no_limit(machine: Machine) -> None:
    machine.process("0::/a")
    machine.write("a", memory_max="max\n", memory_current="5\n", cpu_max="max 100000\n")
    assert machine.cgroup().memory() is None
    assert machine.cgroup().cores() is None


def test_the_tightest_enclosing_limit_holds_with_its_own_use(machine: Machine) -> None:
    machine.process("0::/batch/job/step")
    machine.write("batch/job/step", memory_max="max\n", memory_current=f"{GIB}\n", cpu_max="max 1")
    machine.write("batch/job", memory_max=f"{4 * GIB}\n", memory_current=f"{3 * GIB}\n")
    machine.write("batch", memory_max=f"{64 * GIB}\n", memory_current=f"{40 * GIB}\n")
    machine.write("batch", cpu_max="400000 100000\n")
    assert machine.cgroup().memory() == (3 * GIB, 4 * GIB)
    assert machine.cgroup().cores() == 4.0


def test_version_1_limits_memory_and_cores(machine: Machine) -> None:
    machine.process("4:memory:/docker/abc", "3:cpu,cpuacct:/docker/abc")
    machine.write(
        "memory/docker/abc",
        memory_limit_in_bytes=f"{2 * GIB}\n",
        memory_usage_in_bytes=f"{GIB}\n",
        memory_stat="inactive_file 5\ntotal_inactive_file 1024\n",
    )
    machine.write("memory", memory_limit_in_bytes=UNLIMITED_V1)
    machine.write(
        "cpu,cpuacct/docker/abc", cpu_cfs_quota_us="50000\n", cpu_cfs_period_us="100000\n"
    )
    machine.write("cpu,cpuacct", cpu_cfs_quota_us="-1\n", cpu_cfs_period_us="100000\n")
    assert machine.cgroup().memory() == (GIB - 1024, 2 * GIB)
    assert machine.cgroup().cores() == 0.5


def test_version_1_without_a_limit_has_none(machine: Machine) -> None:
    machine.process("4:memory:/")
    machine.write("memory", memory_limit_in_bytes=UNLIMITED_V1, memory_usage_in_bytes="5\n")
    assert machine.cgroup().memory() is None


def test_a_container_sees_its_own_group_at_the_mount(machine: Machine) -> None:
    machine.process("4:memory:/docker/abc/inner")
    machine.write("memory/inner", memory_limit_in_bytes="1000", memory_usage_in_bytes="400")
    assert machine.cgroup().memory() == (400, 1000)
    machine.process("4:memory:/docker/abc")
    machine.write("memory", memory_limit_in_bytes="5000", memory_usage_in_bytes="900")
    assert machine.cgroup().memory() == (900, 5000)


def test_a_group_outside_of_what_is_mounted_leads_nowhere_else(machine: Machine) -> None:
    machine.process("0::/../../sibling")
    machine.write("../outside/sibling", memory_max="1", memory_current="1")
    machine.write(".", memory_max="7000\n", memory_current="10\n")
    assert machine.cgroup().memory() == (10, 7000)


def test_a_hybrid_machine_has_memory_in_version_1(machine: Machine) -> None:
    machine.process("4:memory:/job", "0::/job")
    machine.write("memory/job", memory_limit_in_bytes="3000", memory_usage_in_bytes="20")
    machine.write("unified/job", cpu_max="200000 100000")
    assert machine.cgroup().memory() == (20, 3000)
    assert machine.cgroup().cores() == 2.0


def test_kernel_kills_are_counted_in_both_versions(machine: Machine) -> None:
    machine.process("0::/run")
    machine.write("run", memory_events="low 0\nhigh 0\nmax 9\noom 2\noom_kill 1\n")
    assert oom_kills(7, proc=machine.proc, mount=machine.mount) == 1

    machine.process("4:memory:/run")
    machine.write("memory/run", memory_oom_control="oom_kill_disable 0\nunder_oom 0\noom_kill 3\n")
    assert oom_kills(7, proc=machine.proc, mount=machine.mount) == 3


def test_a_kill_can_be_seen_after_the_process_is_gone(machine: Machine) -> None:
    machine.process("0::/run")
    machine.write("run", memory_events="oom_kill 0\n")
    cgroup = machine.cgroup()
    before = cgroup.oom_kills()
    (machine.proc / "7" / "cgroup").unlink()
    machine.write("run", memory_events="oom_kill 1\n")
    assert (before, cgroup.oom_kills()) == (0, 1)
    assert oom_kills(7, proc=machine.proc, mount=machine.mount) is None


def test_kills_are_unknown_where_the_kernel_does_not_count_them(machine: Machine) -> None:
    machine.process("4:memory:/run")
    machine.write("memory/run", memory_oom_control="oom_kill_disable 0\nunder_oom 0\n")
    assert machine.cgroup().oom_kills() is None


def test_without_proc_nothing_is_known(tmp_path: Path) -> None:
    cgroup = Cgroup(proc=tmp_path / "none", mount=tmp_path / "none")
    assert (cgroup.memory(), cgroup.cores(), cgroup.oom_kills()) == (None, None, None)


def test_spoilt_files_are_unknown_not_an_error(machine: Machine) -> None:
    machine.process("0::/a", "nonsense", "::::")
    machine.write("a", memory_max="1e9\n", memory_events="oom_kill\n\noom_kill x\n", cpu_max="5 0")
    cgroup = machine.cgroup()
    assert (cgroup.memory(), cgroup.cores(), cgroup.oom_kills()) == (None, None, None)


def test_the_caller_itself_is_looked_up_without_a_number(machine: Machine) -> None:
    machine.process("0::/mine", pid="self")
    machine.write("mine", memory_events="oom_kill 4\n")
    assert machine.cgroup(None).oom_kills() == 4

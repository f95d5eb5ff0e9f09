"""What ends trainings while nobody looks: logins, containers, batch systems, limits on a process.

A worker survives its console, its terminal and its SSH connection by itself. What is told here is
stronger than that.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Mapping
from pathlib import Path

from engine.devices.orphans import Orphan
from tui import figures
from tui.commands.check import OK, WARNING, Check
from tui.commands.logins import dangers

_ROOT = Path("/")
_INITS = frozenset({
    "catatonit", "docker-init", "dumb-init", "init", "launchd", "openrc-init", "podman-init",
    "procd", "runit", "s6-svscan", "systemd", "tini", "upstart",
})  # fmt: skip
_SHELLS = frozenset({"ash", "bash", "busybox", "dash", "fish", "ksh", "sh", "zsh"})
_BATCH = {
    "SLURM_JOB_ID": "Slurm",
    "PBS_JOBID": "PBS",
    "LSB_JOBID": "LSF",
    "FLUX_JOB_ID": "Flux",
    "OAR_JOB_ID": "OAR",
    "COBALT_JOBID": "Cobalt",
}
_LIMITS = (
    (resource.RLIMIT_CPU, "t", "A process may compute for {} in all; then it is killed.",
     figures.span),
    (resource.RLIMIT_AS, "v", "A process may use {} of address space; TensorFlow alone takes some "
     "GB.", figures.size),
    (resource.RLIMIT_FSIZE, "f", "No file may grow beyond {}; snapshots may be larger.",
     figures.size),
)  # fmt: skip
_GO_ON = "What was cut off goes on with: dlconsole resume RUN"


def survival(
    orphan: Orphan, environment: Mapping[str, str] = os.environ, root: Path = _ROOT
) -> list[Check]:
    """Say what would end a training that is started from here.

    Args:
        orphan: Begun some seconds ago, so that nobody has to wait for it.
        environment: The variables of this process.
        root: Where the file system begins.
    """
    checks = [
        *(
            Check(subject="logout", mark=WARNING, found=each.found, remedy=each.remedy)
            for each in dangers(root)
        ),
        *_container(root, orphan.is_cleared_away()),
        *_batch(environment),
        *_limits(),
    ]
    nothing = Check(subject="survival", mark=OK, found="trainings go on after a logout")
    return checks or [nothing]


def _container(root: Path, reaped: bool | None) -> list[Check]:
    """Say what ends together with the first process, and whether that one tidies up."""
    try:
        first = (root / "proc/1/comm").read_text("utf-8", "replace").strip()
    except OSError:
        return []
    checks = []
    if first in _SHELLS:
        checks.append(
            Check(
                subject="container",
                mark=WARNING,
                found=f"This container's first process is a shell ({first}): when it is closed, "
                "all ends, trainings included.",
                remedy="Start the container detached, docker run -d --init ... sleep infinity, and "
                "enter it with docker exec -it.",
            )
        )
    if reaped is False:
        checks.append(
            Check(
                subject="container",
                mark=WARNING,
                found=f"Nobody waits for processes whose parent is gone (the first one is {first}):"
                " each training leaves a zombie.",
                remedy="Start the container with an init: docker run --init, or tini as its entry "
                "point.",
            )
        )
    elif reaped is None and first not in _INITS and first not in _SHELLS:
        checks.append(
            Check(
                subject="container",
                mark=OK,
                found=f"the first process is {first}; whether it waits for others cannot be seen",
            )
        )
    return checks


def _batch(environment: Mapping[str, str]) -> list[Check]:
    """Say whether all this ends with a job or a notebook server."""
    checks = []
    for variable, system in _BATCH.items():
        if number := environment.get(variable, "").strip():
            checks.append(
                Check(
                    subject="batch job",
                    mark=WARNING,
                    found=f"This is {system} job {number}: trainings end with it"
                    f"{_time_left(environment)}.",
                    remedy=f"Ask for enough time. {_GO_ON}",
                )
            )
    if environment.get("JUPYTERHUB_USER"):
        checks.append(
            Check(
                subject="notebook",
                mark=WARNING,
                found="This is a JupyterHub server: where idle ones are stopped, trainings end "
                "with them, because a training does not count as activity.",
                remedy=_GO_ON,
            )
        )
    return checks


def _time_left(environment: Mapping[str, str]) -> str:
    try:
        left = float(environment["SLURM_JOB_END_TIME"]) - time.time()
    except (KeyError, ValueError):
        return ""
    return f", in {figures.span(left)}" if left > 0 else ""


def _limits() -> list[Check]:
    """Say which limits on a process (ulimit) would end or cripple a training."""
    checks = []
    for limit, letter, words, amount in _LIMITS:
        soft, hard = resource.getrlimit(limit)
        if soft == resource.RLIM_INFINITY:
            continue
        remedy = f"ulimit -{letter} unlimited lifts it for this shell and what it starts."
        if hard != resource.RLIM_INFINITY:
            remedy = f"It is set above this shell (ulimit -H{letter}): ask who runs the machine."
        checks.append(
            Check(
                subject="limit",
                mark=WARNING,
                found=words.format(amount(soft)),
                remedy=remedy,
            )
        )
    return checks

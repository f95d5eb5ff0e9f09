"""``dlconsole doctor``: what this machine offers to a training, and what is missing.

What it promises: every finding is looked at anew, none keeps another from being told, and each has
one of three marks. Exit code 1 says that something a training needs is broken; a warning, such as a
GPU that stays idle, leaves the code 0, since training works.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable
from typing import Any

import click
import msgspec

from engine.data.fetch import find
from engine.devices.backend import display_adapters, gpu_advice
from engine.devices.cgroup import Cgroup
from engine.devices.disk import file_system, try_out
from engine.devices.gpu import Gpus
from engine.devices.host import Host
from engine.devices.orphans import Orphan
from engine.devices.readings import GpuReading
from engine.errors import Problem
from engine.process.order import BACKENDS
from engine.process.questions import Probe, ask
from engine.run.conditions import versions
from engine.settings import Settings
from tui import figures
from tui.commands.check import BROKEN, OK, WARNING, Check
from tui.commands.output import Cell, hint, print_json, print_wrapped
from tui.commands.places import data_folder, runs_folder
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.commands.survival import survival
from tui.exit_codes import DONE, FAILED
from tui.streams import has_blocks, is_colourful, is_terminal

_STYLES: dict[str, dict[str, Any]] = {
    OK: {"fg": "green"},
    WARNING: {"fg": "yellow"},
    BROKEN: {"fg": "red"},
}
_LITTLE_MEMORY = 1_500_000_000  # bytes: TensorFlow alone takes half of it
_ORDINARY_PYTHON = ((3, 11), (3, 13))


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole doctor", "takes some seconds: the backend is loaded and computes"),
        ("dlconsole doctor --backend jax", "the other backend"),
        ("dlconsole doctor --json | jq '.checks[] | select(.mark != \"ok\")'", "what is amiss"),
    ],
)
@click.option(
    "--backend", type=click.Choice(BACKENDS), default=BACKENDS[0], show_default=True,
    help="The Keras backend to examine.",
)  # fmt: skip
@json_option
@click.pass_obj
def doctor(invocation: Invocation, backend: str, as_json: bool) -> int:
    """Examine this machine: Keras, GPUs, disk, memory, and what would end a training.

    Exit code 1 if something that a training needs is broken. With --json: {"ok", "versions",
    "backend", "gpus", "host", "runs_dir", "data_dir", "checks": [{"subject", "mark", "found",
    "remedy"}]}; mark is ok, warning or broken.
    """
    settings = invocation.settings()
    gpus = Gpus()
    readings = gpus.read()
    orphan = Orphan()  # looked at later, so that whoever waits for it has had the time
    hint(f"Loading Keras on {backend} ...")
    probe, failure = _probe(backend, invocation)
    runs, data = file_system(settings.runs), file_system(settings.data)
    trial = try_out(settings.runs)
    host = Host(None, settings.runs).read()
    checks = [
        _python(),
        _keras(backend, probe, failure),
        *_gpus(backend, probe, gpus),
        _cpu(host.usable_cores),
        _memory(host.memory_used_bytes, host.memory_total_bytes),
        *runs_folder(settings.runs, runs, trial),
        data_folder(settings.data, data),
        *_data(invocation, settings),
        *survival(orphan),
        _terminal(),
    ]
    gpus.close()
    sound = all(each.mark != BROKEN for each in checks)
    if as_json:
        print_json(
            {
                "ok": sound,
                "versions": {"python": platform.python_version(), **versions()},
                "backend": probe,
                "gpus": readings,
                "host": host,
                "runs_dir": {
                    "path": str(settings.runs),
                    **msgspec.to_builtins(runs),
                    **msgspec.to_builtins(trial),
                },
                "data_dir": {"path": str(settings.data), **msgspec.to_builtins(data)},
                "checks": checks,
            }
        )
    else:
        _print(checks)
    return DONE if sound else FAILED


def _print(checks: Iterable[Check]) -> None:
    for each in checks:
        print_wrapped(
            f"{each.mark:<8}{each.subject:<10}{each.found}",
            hanging=" " * 18,
            first=Cell(each.mark, _STYLES[each.mark]),
        )
        if each.remedy:
            print_wrapped(each.remedy, indent=" " * 18)


def _probe(backend: str, invocation: Invocation) -> tuple[dict[str, Any], str]:
    """Ask the backend what it sees and let it compute; return the answer and what failed."""
    try:
        answers = list(ask(Probe(backend=backend), backend, errors=invocation.library_errors()))
    except Problem as problem:
        return {}, str(problem)
    return (answers[0], "") if answers else ({}, "It gave no answer.")


def _python() -> Check:
    version, low, high = sys.version_info[:2], *_ORDINARY_PYTHON
    found = f"Python {platform.python_version()} on {platform.platform(terse=True)}, "
    found += platform.machine()
    if low <= version <= high:
        return Check(subject="Python", mark=OK, found=found)
    return Check(
        subject="Python",
        mark=WARNING,
        found=found,
        remedy=f"dlconsole is tested on Python {low[0]}.{low[1]} to {high[0]}.{high[1]}.",
    )


def _keras(backend: str, probe: dict[str, Any], failure: str) -> Check:
    known = versions()
    if failure:
        return Check(subject="Keras", mark=BROKEN, found=f"Keras on {backend}: {failure}")
    took = figures.span(probe["matmul_seconds"])
    rows = probe["matrix_rows"]
    return Check(
        subject="Keras",
        mark=OK,
        found=f"Keras {probe['keras']} on {probe['backend']} {known.get(backend, '')}; a product "
        f"of {rows} x {rows} matrices on {probe['placed_on']} took {took} "
        f"({probe['gigaflops']:.0f} GFLOP/s)",
    )


def _gpus(backend: str, probe: dict[str, Any], gpus: Gpus) -> list[Check]:
    """Say what the driver sees, what the backend sees, and why they differ."""
    names, driver = gpus.names(), gpus.driver_version()
    if not probe:
        # Nobody could ask the backend, so what it sees is not known either.
        found = f"the driver {driver} sees {', '.join(names) or 'none'}" if driver else "no driver"
        return [Check(subject="GPU", mark=OK, found=f"{found}; the backend could not be asked")]
    advice = gpu_advice(
        backend,
        probe.get("gpus", []),
        driver,
        names,
        display_adapters(),
        visible=os.environ.get("CUDA_VISIBLE_DEVICES"),
    )
    checks = [
        Check(subject="GPU", mark=OK if each.ok else WARNING, found=each.what, remedy=each.remedy)
        for each in advice
    ]
    readings = gpus.read()
    return checks + [
        Check(subject=f"GPU {each.index}", mark=OK, found=_in_use(each)) for each in readings
    ]


def _in_use(gpu: GpuReading) -> str:
    """Say what a GPU is and who is at it, as the driver sees it."""
    parts = [gpu.name or "without a name"]
    if gpu.memory_total_bytes is not None:
        used = figures.size(gpu.memory_used_bytes)
        parts.append(f"memory {used} of {figures.size(gpu.memory_total_bytes)}")
    if gpu.utilization_percent is not None:
        parts.append(f"{gpu.utilization_percent} % busy")
    for process in gpu.processes or []:
        holds = figures.size(process.memory_bytes)
        parts.append(f"process {process.pid} {process.name or ''} holds {holds}")
    return ", ".join(parts)


def _cpu(cores: float | None) -> Check:
    return Check(
        subject="CPU",
        mark=OK,
        found="usable cores are not told" if cores is None else f"{cores:g} usable cores",
    )


def _memory(used: int | None, total: int | None) -> Check:
    limit = Cgroup().memory()
    found = f"{figures.size(used)} of {figures.size(total)} in use"
    if limit is not None:
        found += f"; this control group may use {figures.size(limit.limit_bytes)}"
    free = None if used is None or total is None else total - used
    if free is not None and free < _LITTLE_MEMORY:
        return Check(
            subject="memory",
            mark=WARNING,
            found=found,
            remedy="A worker takes about 1 GB before it has loaded any data: end something else.",
        )
    return Check(subject="memory", mark=OK, found=found)


def _data(invocation: Invocation, settings: Settings) -> list[Check]:
    """Say which recipes' published data is here."""
    present: list[str] = []
    missing: list[str] = []
    for name, entry in sorted(invocation.catalog().entries.items()):
        files = entry.recipe.official.files
        here = all(find(file, settings.data_search) for file in files)
        (present if here else missing).append(name)
    found = f"official data of {', '.join(present) or 'no recipe'} is here"
    if missing:
        found += f"; of {', '.join(missing)} it is fetched when first used"
    return [Check(subject="data sets", mark=OK, found=found)]


def _terminal() -> Check:
    if not is_terminal(sys.stdout):
        return Check(subject="terminal", mark=OK, found="standard output is none")
    size = os.get_terminal_size(sys.stdout.fileno())
    colours = "no colours"
    if is_colourful(sys.stdout):
        deep = os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")
        many = "256color" in os.environ.get("TERM", "")
        colours = "true colour" if deep else "256 colours" if many else "16 colours"
    letters = "UTF-8" if has_blocks(sys.stdout) else "ASCII"
    found = f"TERM={os.environ.get('TERM', '')}, {size.columns}x{size.lines}, {colours}, {letters}"
    if size.columns < 80 or size.lines < 24:
        return Check(
            subject="terminal",
            mark=WARNING,
            found=found,
            remedy="The console wants 80 columns and 24 lines.",
        )
    return Check(subject="terminal", mark=OK, found=found)

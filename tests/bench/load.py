"""What a program in a terminal takes: processor time, bytes to the terminal, memory."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil

from tests.bench.terminal import Terminal


@dataclass(frozen=True)
class Load:
    """What was taken within some seconds, by the program and all that it has started.

    Attributes:
        core_percent: Processor time, of one core.
        kilobytes_per_second: What it has written to the terminal, in thousands of bytes.
        bytes_written: All of that.
        megabytes: Resident memory at the end, in millions of bytes.
    """

    core_percent: float
    kilobytes_per_second: float
    bytes_written: int
    megabytes: float


def measure(terminal: Terminal, seconds: float) -> Load:
    """Read what a program writes for so long, and what it takes meanwhile."""
    before, begun = _processor_seconds(terminal.pid), time.perf_counter()
    written = terminal.read_for(seconds)
    span = time.perf_counter() - begun
    spent = _processor_seconds(terminal.pid) - before
    return Load(
        core_percent=100 * spent / span,
        kilobytes_per_second=written / span / 1000,
        bytes_written=written,
        megabytes=sum(each.memory_info().rss for each in _tree(terminal.pid)) / 1e6,
    )


def own_megabytes(pid: int) -> float:
    """Return a process' resident memory, without those it has started, in millions of bytes."""
    return psutil.Process(pid).memory_info().rss / 1e6


def _processor_seconds(pid: int) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in _tree(pid))


def _tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]

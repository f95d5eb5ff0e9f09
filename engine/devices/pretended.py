"""GPUs that are not there, for the queue's tests and for developing without one.

``DLCONSOLE_PRETEND_GPUS=2`` makes this host show two of them in place of real ones: they can be
asked for, queued for and shared like any other, and what is given one trains on the CPU.
"""

from __future__ import annotations

import os

from engine.devices.readings import GpuReading

VARIABLE = "DLCONSOLE_PRETEND_GPUS"
_MOST = 64
_GIGABYTE = 1_000_000_000


def count() -> int:
    """Return how many GPUs are pretended; 0, as usual, where none are."""
    text = os.environ.get(VARIABLE, "").strip()
    return min(int(text), _MOST) if text.isdecimal() else 0


def name(index: int) -> str:
    """Return what a pretended GPU is called."""
    return f"pretended GPU {index}"


def readings() -> list[GpuReading]:
    """Return one reading a pretended GPU; the first has the most free memory."""
    return [
        GpuReading(
            index=index,
            name=name(index),
            utilization_percent=0,
            memory_used_bytes=index * _GIGABYTE // 8,
            memory_total_bytes=16 * _GIGABYTE,
            processes=[],
        )
        for index in range(count())
    ]

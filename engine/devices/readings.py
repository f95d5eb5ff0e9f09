"""What is known of the machine at one moment: its GPUs and its host.

These records are the one declaration: the writer of ``devices.jsonl``, its readers, ``doctor`` and
the console all use them. Every field that a machine can fail to tell is ``None`` when it was not
told, and a reader shows that as "not told", never as 0. Fields that are ``None`` are left out of
the written line. Units stand in the names.
"""

from __future__ import annotations

import msgspec


class GpuProcess(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One process that computes on a GPU."""

    pid: int
    """Its process id as the driver counts it; inside a container that is the host's number."""
    name: str | None = None
    """The program, without its folder. Other people's processes may be nameless."""
    memory_bytes: int | None = None
    """GPU memory it holds, in bytes."""


class GpuReading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One GPU as the NVIDIA driver describes it at one moment.

    To check by hand: ``nvidia-smi -q -d UTILIZATION,MEMORY,POWER,TEMPERATURE,PIDS``.
    """

    index: int
    """The driver's number, from 0 in PCI bus order; ``CUDA_VISIBLE_DEVICES`` does not change it."""
    name: str | None = None
    """Such as ``NVIDIA H200``."""
    uuid: str | None = None
    """The same across reboots and slots, such as ``GPU-5d3c...``."""
    utilization_percent: int | None = None
    """Share of the last moment in which a kernel ran, 0 to 100. Not told for a GPU cut by MIG."""
    memory_used_bytes: int | None = None
    """Memory held by all processes, in bytes, without what the driver reserves for itself."""
    memory_total_bytes: int | None = None
    """All memory of the GPU, in bytes."""
    power_watts: float | None = None
    """Power drawn now, in watts."""
    power_limit_watts: float | None = None
    """Power at which the driver starts to slow the GPU down, in watts."""
    temperature_celsius: int | None = None
    """Temperature of the chip, in degrees Celsius."""
    processes: list[GpuProcess] | None = None
    """Who computes on it, in the driver's order. An empty list is "nobody"."""


class HostReading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Processor, memory and disk at one moment, as far as a run may use them."""

    cpu_percent: float | None = None
    """Use of the whole machine since the reading before, 0 to 100. Not told by a first reading."""
    process_cpu_percent: float | None = None
    """Use by the watched process and all below it since the reading before; 100 is one core."""
    usable_cores: float | None = None
    """Cores the process may use: its affinity, cut by its cgroup's quota, so 1.5 is possible."""
    memory_used_bytes: int | None = None
    """Memory in use that cannot simply be reclaimed, in bytes, counted against the total below."""
    memory_total_bytes: int | None = None
    """The machine's memory, or the cgroup's limit where that is smaller, in bytes."""
    process_memory_bytes: int | None = None
    """Resident memory of the watched process and all below it, in bytes. Pages they share count
    once for each of them."""
    disk_free_bytes: int | None = None
    """Free space for this user on the disk of the watched folder, in bytes."""

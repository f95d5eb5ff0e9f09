"""Which devices a run may have, and what a person should know of them before it is launched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.devices.readings import GpuProcess, GpuReading
from engine.errors import Problem

_GIGABYTE = 1e9


def candidates(wanted: str, gpus: Sequence[GpuReading], visible: str | None) -> list[str]:
    """Return the GPUs that would do, as ``gpu:N`` in the driver's order; none means the CPU.

    Args:
        wanted: ``auto``, ``cpu``, ``gpu`` or ``gpu:N``.
        gpus: The GPUs of this host.
        visible: ``CUDA_VISIBLE_DEVICES`` as the person has it, where a batch system or a person
            themselves gave this session a part of the GPUs only; None where it is not set. A GPU
            that is asked for by its number is had all the same.

    Raises:
        Problem: A GPU is asked for that is not there, or hidden.
    """
    if wanted == "cpu":
        return []
    known = [_device(gpu) for gpu in gpus]
    if wanted.startswith("gpu:"):
        if known and wanted not in known:
            raise Problem(
                f"There is no {wanted} on this host.", f"Its GPUs are {', '.join(known)}."
            )
        # Where the driver tells of none, the worker finds out: not every GPU is one of NVIDIA's.
        return [wanted]
    if not known:
        return ["gpu:0"] if wanted == "gpu" else []
    if visible is None:
        return known
    # CUDA itself ends the list at the first entry that it cannot use, such as -1.
    entries = [entry.strip() for entry in visible.split(",")]
    entries = entries[: next((i for i, e in enumerate(entries) if not e or e == "-1"), None)]
    if wanted == "gpu" and not entries:
        raise Problem(
            f"A GPU is asked for, but CUDA_VISIBLE_DEVICES is {visible!r}, which hides them all.",
            f"Unset it, or name one: {', '.join(known)}.",
        )
    return list(dict.fromkeys(_named(entry, gpus) for entry in entries))


def roomiest(devices: Iterable[str], gpus: Sequence[GpuReading]) -> str:
    """Return the device with the most free memory; among equals, or where none tells, the first."""
    free = {_device(gpu): free_bytes(gpu) or 0 for gpu in gpus}
    return max(devices, key=lambda device: free.get(device, 0))


def free_bytes(gpu: GpuReading) -> int | None:
    """Return a GPU's free memory in bytes; None where it does not tell."""
    if gpu.memory_used_bytes is None or gpu.memory_total_bytes is None:
        return None
    return max(0, gpu.memory_total_bytes - gpu.memory_used_bytes)


def occupancy(gpus: Iterable[GpuReading]) -> list[str]:
    """Say of each GPU how much memory is free and who computes on it, a sentence each.

    Example:
        >>> occupancy([GpuReading(index=0, name="NVIDIA T4", memory_used_bytes=2 * 10**9,
        ...                       memory_total_bytes=16 * 10**9, processes=[])])
        ['gpu:0 (NVIDIA T4): 14.0 of 16.0 GB free.']
    """
    return [_sentence(gpu) for gpu in gpus]


def _sentence(gpu: GpuReading) -> str:
    title = f"{_device(gpu)} ({gpu.name})" if gpu.name else _device(gpu)
    free = free_bytes(gpu)
    if free is None or gpu.memory_total_bytes is None:
        room = "it does not tell its memory"
    else:
        room = f"{free / _GIGABYTE:.1f} of {gpu.memory_total_bytes / _GIGABYTE:.1f} GB free"
    users = f"; in use by {', '.join(map(_user, gpu.processes))}" if gpu.processes else ""
    return f"{title}: {room}{users}."


def _user(process: GpuProcess) -> str:
    held = process.memory_bytes
    memory = f", {held / _GIGABYTE:.1f} GB" if held is not None else ""
    return f"{process.name or 'a process'} (pid {process.pid}{memory})"


def _device(gpu: GpuReading) -> str:
    return f"gpu:{gpu.index}"


def _named(entry: str, gpus: Sequence[GpuReading]) -> str:
    """Return the device that an entry of ``CUDA_VISIBLE_DEVICES`` means: a number or a UUID."""
    for gpu in gpus:
        # A UUID may be cut short; a part of a GPU (MIG) has one of its own, and is a device, too.
        if entry == str(gpu.index) or (gpu.uuid and entry[:4] == "GPU-" and entry in gpu.uuid):
            return _device(gpu)
    return f"gpu:{entry}"

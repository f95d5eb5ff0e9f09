"""Where a form may be tried out, so that nobody's training is disturbed."""

from __future__ import annotations

import os
from collections.abc import Mapping

from engine.devices import choice, pretended
from engine.devices.gpu import Gpus
from engine.process.environment import environment
from engine.process.tickets import CPU, Tickets
from engine.run.records import RunSpec
from engine.settings import Settings


def trial_device(wanted: str) -> str | None:
    """Return the device on which a run would be tried out; None where none is free.

    Nobody waits for the CPU, but for GPUs others do, and one that is in use is left alone.

    Args:
        wanted: ``auto``, ``cpu``, ``gpu`` or ``gpu:N``.

    Raises:
        Problem: There is no such device.
    """
    if wanted == CPU:
        return CPU
    gpus = Gpus().read()
    visible = None if pretended.count() else os.environ.get("CUDA_VISIBLE_DEVICES")
    devices = choice.candidates(wanted, gpus, visible)
    if not devices:
        return CPU
    tickets = Tickets(Settings.load().devices)
    with tickets.decision():
        free = tickets.free(devices)
    return choice.roomiest(free, gpus) if free else None


def trial_environment(spec: RunSpec, device: str) -> Mapping[str, str]:
    """Return the environment of what tries a run out: a worker's, and modest.

    Args:
        spec: What would be trained.
        device: ``cpu`` or ``gpu:N``.
    """
    # Frameworks take all of a GPU's memory for themselves unless they are told not to.
    modest = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
    return {**environment(spec, device), **(modest if device != CPU else {})}

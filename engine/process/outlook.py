"""What a person should know before a launch: who is on the devices, who waits, who shares."""

from __future__ import annotations

import os
from functools import cache

from engine.devices import choice, pretended
from engine.devices.gpu import Gpus
from engine.process.queue import Entry, Queue
from engine.process.tickets import CPU


def share_of_threads(device: str, cores: int) -> int:
    """Return how many threads a run gets that asks for no number.

    Runs on the CPU share its cores out: with two going on already, a third gets a third of them. A
    run on a GPU has all of them.

    Args:
        device: What it asks for: ``auto``, ``cpu``, ``gpu`` or ``gpu:N``.
        cores: How many there are.
    """
    if device.startswith("gpu") or (device == "auto" and _has_gpus(pretended.count())):
        return cores
    return max(1, cores // (1 + len(_on_cpu(Queue().entries(tend=False)))))


def outlook(device: str) -> list[str]:
    """Say what a run would find on a device, a sentence each; nothing where all is free.

    Args:
        device: What it asks for: ``auto``, ``cpu``, ``gpu`` or ``gpu:N``.

    Raises:
        Problem: There is no such device.
    """
    entries = Queue().entries(tend=False)
    gpus = [] if device == CPU else Gpus().read()
    visible = None if pretended.count() else os.environ.get("CUDA_VISIBLE_DEVICES")
    candidates = choice.candidates(device, gpus, visible)
    if not candidates:
        names = _on_cpu(entries)
        return [f"On the CPU already: {_listed(names)}. Runs share its cores."] if names else []
    said = choice.occupancy([gpu for gpu in gpus if f"gpu:{gpu.index}" in candidates])
    for each in candidates:
        if names := [e.ticket.folder.name for e in entries if e.ticket.given == each]:
            said.append(f"On {each}: {_listed(names)}.")
    waiting = [
        e.ticket.folder.name
        for e in entries
        if e.ticket.waits and not set(candidates).isdisjoint(e.ticket.devices)
    ]
    if waiting:
        said.append(f"Waiting already: {_listed(waiting)}.")
    return said


def _on_cpu(entries: list[Entry]) -> list[str]:
    return [each.ticket.folder.name for each in entries if each.ticket.given == CPU]


def _listed(names: list[str], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


@cache
def _has_gpus(pretended_gpus: int) -> bool:
    """Say whether there are GPUs; asked once, since the form asks at each key."""
    gpus = Gpus()
    try:
        return bool(gpus.names())
    finally:
        gpus.close()

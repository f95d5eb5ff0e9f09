"""What else decides about the last bits of a training: versions, processor, accelerator.

The same seed, data and thread count give the same weights under the same conditions only. They are
kept with each snapshot, so that going on elsewhere is not called exact where it cannot be.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_VERSIONED = ("dlconsole", "keras", "tensorflow", "jax", "numpy", "pandas", "scikit-learn")
# Of these only the one in use counts, and baselines decide about no weight.
_BACKENDS = ("tensorflow", "jax")
_NEVER = ("scikit-learn",)
_CPUINFO = Path("/proc/cpuinfo")
# Kernels are chosen by what the processor can do, and each sums in its own order.
_INSTRUCTIONS = ("avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd")


def versions() -> dict[str, str]:
    """Return the installed versions of what decides about numbers; absent ones are left out."""
    found = {}
    for package in _VERSIONED:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def processor(cpuinfo: Path = _CPUINFO) -> str:
    """Name the kind of processor: model and the instruction sets that kernels are chosen by."""
    facts: dict[str, str] = {}
    try:
        for line in cpuinfo.read_text("utf-8", "replace").split("\n\n")[0].splitlines():
            name, _, value = line.partition(":")
            facts[name.strip()] = value.strip()
    except OSError:
        return platform.processor() or platform.machine()
    flags = set((facts.get("flags") or facts.get("Features") or "").split())
    model = facts.get("model name") or platform.machine()
    return " ".join([model, *(each for each in _INSTRUCTIONS if each in flags)])


def conditions(backend: str, gpu: str = "") -> dict[str, str]:
    """Return everything that decides about bits on this machine, by name.

    Args:
        backend: Keras' backend; the other one's version does not count.
        gpu: The accelerator's name; empty on the CPU.
    """
    packages = {
        name: number
        for name, number in versions().items()
        if name not in _NEVER and (name == backend or name not in _BACKENDS)
    }
    found = {"python": platform.python_version(), **packages, "processor": processor()}
    return {**found, "gpu": gpu} if gpu else found


def differences(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Say what is not as it was, a phrase each: ``keras 3.15.1, then 3.14.0``."""
    return [
        f"{name} {now.get(name) or 'absent'}, then {was}"
        for name, was in then.items()
        if now.get(name) != was
    ]

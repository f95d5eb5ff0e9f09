"""Why training runs on the GPU or does not, in plain words and with what to install.

The usual surprise on a GPU machine is training that silently runs on the processor. Three parties
must agree for it not to: the hardware (seen on the PCI bus), the driver (seen through NVML) and the
backend under Keras (seen only by the worker, which imports it). :func:`gpu_advice` is told what
each of them says and names the first one that is missing. It is pure; :func:`display_adapters` is
the one function here that looks at the machine, and it never raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

NVIDIA, AMD, INTEL = 0x10DE, 0x1002, 0x8086
"""PCI numbers of the makers."""

PCI_DEVICES = Path("/sys/bus/pci/devices")

CUDA_12_DRIVER = 525
"""Major driver version from which CUDA 12 programs run (NVIDIA's CUDA compatibility table)."""

CUDA_13_DRIVER = 580
"""Major driver version from which CUDA 13 programs run."""

_TITLES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


class Adapter(msgspec.Struct, frozen=True, kw_only=True):
    """A graphics or compute card on the PCI bus."""

    vendor: int
    """The maker's PCI number, such as 0x10de for NVIDIA."""
    kernel_driver: str | None = None
    """The kernel module that drives it: ``nvidia``, ``nouveau``, ``amdgpu``, ``vfio-pci``."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell a person about GPUs."""

    ok: bool
    """Whether nothing needs doing; a machine without a GPU is in order too."""
    what: str
    """What was found, in one or two sentences."""
    remedy: str = ""
    """What to do about it; empty where there is nothing to do."""

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


def gpu_advice(
    backend: str,
    backend_gpus: Sequence[str],
    driver_version: str | None,
    driver_gpus: Sequence[str],
    adapters: Iterable[Adapter] = (),
    *,
    visible: str | None = None,
) -> list[Finding]:
    """Say what keeps training from the GPUs of this machine, and what would change that.

    Args:
        backend: Keras' backend: ``tensorflow``, ``jax`` or another.
        backend_gpus: The GPUs that the backend reports.
        driver_version: The NVIDIA driver's version, such as ``580.95.05``; ``None`` without one.
        driver_gpus: The names of the GPUs that the driver reports.
        adapters: The cards on the PCI bus, from :func:`display_adapters`. Default none.
        visible: The value of ``CUDA_VISIBLE_DEVICES``; ``None`` where it is not set.

    Returns:
        At least one finding; the first is the one that matters most.
    """
    title = _TITLES.get(backend, backend)
    if driver_version is not None and driver_gpus:
        return [_with_driver(backend, title, backend_gpus, driver_version, driver_gpus, visible)]
    if backend_gpus:
        # Another maker's GPU through a plugin of the backend, or a driver that NVML cannot ask.
        return [Finding(ok=True, what=f"{title} trains on {_listed(backend_gpus)}.")]
    if driver_version is not None:
        return [
            Finding(
                ok=False,
                what=f"The NVIDIA driver {driver_version} answers, but it has no GPU to offer: "
                "training runs on the CPU.",
                remedy="See what nvidia-smi says; a container must be given the GPU when it is "
                "started, and a GPU that was lost comes back with a restart of the machine.",
            )
        ]
    cards = list(adapters)
    nvidia = [card for card in cards if card.vendor == NVIDIA]
    findings = [_without_driver(nvidia)] if nvidia else []
    findings += _other_makers(title, {card.vendor for card in cards})
    return findings or [Finding(ok=True, what="No NVIDIA GPU: training runs on the CPU.")]


def display_adapters(devices: Path = PCI_DEVICES) -> list[Adapter]:
    """Return the graphics and compute cards on the PCI bus.

    Cards of the display class (0x03) and processing accelerators (0x12, as AMD's Instinct are)
    count; a card's sound or USB part and the bridges between GPUs do not.

    Args:
        devices: The kernel's folder of PCI devices. Default ``/sys/bus/pci/devices``.

    Returns:
        One entry a card, in bus order; empty where there is no such folder (macOS, WSL).
    """
    try:
        folders = sorted(devices.iterdir())
    except OSError:
        return []
    adapters = []
    for folder in folders:
        try:
            kind = int((folder / "class").read_text("ascii"), 16) >> 16
            vendor = int((folder / "vendor").read_text("ascii"), 16)
            driver = folder / "driver"
            name = driver.resolve().name if driver.exists() else None
        except (OSError, ValueError):
            continue
        if kind in (0x03, 0x12):
            adapters.append(Adapter(vendor=vendor, kernel_driver=name))
    return adapters


def _with_driver(
    backend: str,
    title: str,
    backend_gpus: Sequence[str],
    driver_version: str,
    driver_gpus: Sequence[str],
    visible: str | None,
) -> Finding:
    """Say whether the backend uses what the driver offers."""
    hidden = f"CUDA_VISIBLE_DEVICES is {visible!r}"
    if len(backend_gpus) >= len(driver_gpus):
        return Finding(
            ok=True, what=f"{title} trains on {_listed(driver_gpus)} (driver {driver_version})."
        )
    if backend_gpus:
        what = f"{title} uses {len(backend_gpus)} of {len(driver_gpus)} GPUs"
        if visible is not None:
            return Finding(ok=True, what=f"{what}, as {hidden}.")
        return Finding(
            ok=False,
            what=f"{what}.",
            remedy="See what nvidia-smi says about the others: a GPU in MIG mode or in exclusive "
            "use by another program is not offered to this one.",
        )
    if visible is not None and visible.strip() in ("", "-1", "NoDevFiles"):
        return Finding(
            ok=False,
            what=f"The driver offers {_listed(driver_gpus)}, but {hidden}: "
            "training runs on the CPU.",
            remedy="Unset CUDA_VISIBLE_DEVICES to train on it.",
        )
    also = f" Also, {hidden}: it may name no GPU that is here." if visible is not None else ""
    return Finding(
        ok=False,
        what=f"The driver {driver_version} offers {_listed(driver_gpus)}, but {title} sees no GPU: "
        f"training runs on the CPU.{also}",
        remedy=_libraries(backend, title, _major(driver_version)),
    )


def _libraries(backend: str, title: str, driver: int | None) -> str:
    """Say how the backend comes by CUDA libraries that fit the driver."""
    if backend not in ("tensorflow", "jax"):
        return f"Install {title} with CUDA support."
    if driver is not None and driver < CUDA_12_DRIVER:
        return (
            f"Update the NVIDIA driver first: {title} needs CUDA 12, and that a driver from "
            f"{CUDA_12_DRIVER} on."
        )
    if backend == "tensorflow":
        return "Install its CUDA libraries (about 3 GB): pip install 'dlconsole[gpu]'"
    if driver is not None and driver < CUDA_13_DRIVER:
        return "Install its CUDA libraries: pip install 'jax[cuda12]'"
    # CUDA 13 no longer runs on GPUs before Turing.
    return (
        "Install its CUDA libraries: pip install 'jax[cuda13]' "
        "(for a GPU made before 2018, such as a V100: 'jax[cuda12]')"
    )


def _without_driver(cards: Sequence[Adapter]) -> Finding:
    """Say why NVIDIA cards on the bus cannot be used when the driver does not answer."""
    drivers = {card.kernel_driver for card in cards}
    if "nvidia" in drivers:
        return Finding(
            ok=False,
            what="There is an NVIDIA GPU and the kernel has its driver, but the driver's library "
            "(libnvidia-ml) does not answer: training runs on the CPU.",
            remedy="In a container, start it with the GPU (docker run --gpus all ...). Elsewhere "
            "restart the machine, which an updated driver needs, or install the driver again.",
        )
    what = "There is an NVIDIA GPU, but no NVIDIA driver: training runs on the CPU."
    if "vfio-pci" in drivers:
        return Finding(
            ok=False,
            what="There is an NVIDIA GPU, but it is set aside for a virtual machine: training "
            "runs on the CPU.",
            remedy="Train inside that virtual machine, or give the GPU back to this one.",
        )
    if "nouveau" in drivers:
        what = (
            "There is an NVIDIA GPU, but the kernel drives it with nouveau, which cannot run CUDA: "
            "training runs on the CPU."
        )
    return Finding(
        ok=False,
        what=what,
        remedy="Install the NVIDIA driver (on Ubuntu: sudo ubuntu-drivers install; elsewhere "
        "https://www.nvidia.com/drivers) and restart the machine.",
    )


def _other_makers(title: str, vendors: set[int]) -> list[Finding]:
    """Say honestly what can be expected of an AMD or Intel GPU."""
    notes = {
        AMD: f"There is an AMD GPU. The {title} installed here does not use it: training runs on "
        "the CPU. AMD publishes ROCm builds of its own; dlconsole has not been tried with them.",
        INTEL: f"There is Intel graphics. The {title} installed here does not use it: training "
        "runs on the CPU.",
    }
    return [Finding(ok=True, what=note) for maker, note in notes.items() if maker in vendors]


def _major(version: str) -> int | None:
    head = version.partition(".")[0]
    return int(head) if head.isdecimal() else None


def _listed(names: Sequence[str]) -> str:
    """Return ``2 x NVIDIA A100 and NVIDIA T4`` for three names, two of them equal."""
    counted = [
        name if names.count(name) == 1 else f"{names.count(name)} x {name}"
        for name in dict.fromkeys(names)
    ]
    return counted[0] if len(counted) == 1 else f"{', '.join(counted[:-1])} and {counted[-1]}"

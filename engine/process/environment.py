"""What has to stand in a worker's environment before Keras is imported: it cannot be set later.

A worker may be started for a run by another one than the person who asked for it (the process that
waited for its device died, and some other process of the queue takes its place). So what counts of
a person's environment is kept with what waits, and put back.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from engine.devices import pretended
from engine.run.records import RunSpec

_KEPT_NAMES = frozenset({"HOME", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR", "VIRTUAL_ENV"})
_KEPT_BEGINNINGS = (
    "CUDA_",
    "DLCONSOLE_",
    "JAX_",
    "KERAS_",
    "NCCL_",
    "NVIDIA_",
    "OMP_",
    "TF_",
    "XDG_",
    "XLA_",
)
_FOLDERS = ("DLCONSOLE_DATA", "DLCONSOLE_DEVICES", "DLCONSOLE_RECIPES")
# As backends come, the first run on a GPU takes all of its memory, and nobody can share it.
_MODEST = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
_DETERMINISTIC = "--xla_gpu_deterministic_ops=true"


def environment(spec: RunSpec, device: str) -> Mapping[str, str]:
    """Return the environment variables that a run asks for.

    Args:
        spec: What was asked for.
        device: The device it was given: ``cpu`` or ``gpu:N``; empty where it has none yet.
    """
    variables = {
        "KERAS_BACKEND": spec.backend,
        "PYTHONUNBUFFERED": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        # The number of threads decides how sums are split, and so about their last bits.
        "TF_NUM_INTRAOP_THREADS": str(spec.threads),
        "TF_NUM_INTEROP_THREADS": str(spec.threads),
        "OMP_NUM_THREADS": str(spec.threads),
        **folders(),
    }
    if device == "cpu" or (device and pretended.count()):
        variables |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    elif device.startswith("gpu:"):
        variables["CUDA_VISIBLE_DEVICES"] = device.partition(":")[2]
        # Numbers are those of the driver; CUDA's own order has the fastest one first.
        variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
        variables |= {name: value for name, value in _MODEST.items() if name not in os.environ}
        if spec.deterministic and spec.backend == "jax":  # TensorFlow is told by the worker
            variables["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {_DETERMINISTIC}".strip()
    return variables


def coordinator_environment() -> dict[str, str]:
    """Return the environment variables of a search's coordinator."""
    # KerasTuner imports Keras; on this backend that brings no framework with it.
    return {"KERAS_BACKEND": "numpy", "PYTHONUNBUFFERED": "1", **folders()}


def folders() -> dict[str, str]:
    """Return the variables that name folders, made absolute.

    A worker stands in its run's folder, where a relative path leads elsewhere.
    """
    found = {name: os.environ.get(name, "").strip() for name in _FOLDERS}
    return {
        name: str(Path(folder).expanduser().absolute()) for name, folder in found.items() if folder
    }


def kept() -> dict[str, str]:
    """Return what of the own environment counts for a worker."""
    return {name: value for name, value in os.environ.items() if _counts(name)} | folders()


def restored(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the own environment with what counts for a worker replaced by what was kept."""
    others = {name: value for name, value in os.environ.items() if not _counts(name)}
    return {**others, **variables}


def _counts(name: str) -> bool:
    return name in _KEPT_NAMES or name.startswith(_KEPT_BEGINNINGS)

"""Starts workers: a process and a session of its own for each, deaf to what happens to a console.

Its standard input is closed, its output goes to the run's ``console.log``, and what has to be
settled before Keras is imported (backend, visible GPUs, threads) is settled in its environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from engine.errors import Problem
from engine.run.files import PRIVATE_FILE
from engine.run.folder import RunFolder
from engine.run.records import RunSpec


def launch(folder: RunFolder) -> subprocess.Popen[bytes]:
    """Start the worker of a placed run and return at once.

    The caller may wait for the process, so that no zombie is left, but need not: if the caller
    ends first, the worker goes on.

    Raises:
        Problem: The process cannot be started.
    """
    spec = folder.read_spec()
    log = os.open(folder.console_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
    try:
        return subprocess.Popen(
            # -P: a folder called "engine" where the person stands must not be imported.
            [sys.executable, "-P", "-m", "engine.worker", str(folder.path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder.path,
            env={**os.environ, **environment(spec)},
            start_new_session=True,
        )
    except OSError as error:
        raise Problem(f"The worker cannot be started: {error.strerror}.") from None
    finally:
        os.close(log)


def environment(spec: RunSpec) -> Mapping[str, str]:
    """Return the environment variables that a run asks for."""
    variables = {
        "KERAS_BACKEND": spec.backend,
        "PYTHONUNBUFFERED": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        # The number of threads decides how sums are split, and so about their last bits.
        "TF_NUM_INTRAOP_THREADS": str(spec.threads),
        "TF_NUM_INTEROP_THREADS": str(spec.threads),
        "OMP_NUM_THREADS": str(spec.threads),
    }
    if spec.device == "cpu":
        variables |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    elif ":" in spec.device:
        variables["CUDA_VISIBLE_DEVICES"] = spec.device.partition(":")[2]
    return variables

"""Launching without waiting for imports: by the standby where there is one, else as ever."""

from __future__ import annotations

import subprocess

from engine.process.launch import Start, prepare, spawn
from engine.process.spawning import WORKER
from engine.process.standby import Standby, StandbyGone
from engine.process.tickets import CPU
from engine.run.folder import RunFolder


def launch(
    folder: RunFolder, standby: Standby | None, *, queue: bool = True
) -> subprocess.Popen[bytes] | None:
    """Start the worker of a placed run, or what waits for its device.

    A standby that is still importing is not waited for: a process of the run's own would be ready
    no later. May take a moment, and is for a thread.

    Args:
        folder: The run.
        standby: What may become its worker.
        queue: See :func:`engine.process.launch.prepare`.

    Returns:
        The process, which the caller may wait for; None where the standby does.

    Raises:
        Problem: As :func:`engine.process.launch.launch` does.
    """
    return begin(prepare(folder, queue=queue), standby)


def begin(start: Start, standby: Standby | None) -> subprocess.Popen[bytes] | None:
    """Start the process of a prepared run; see :func:`launch`.

    Args:
        start: The caller's no longer.
        standby: What may become its worker.
    """
    if standby is None or not _fits(standby, start):
        return spawn(start)
    try:
        standby.launch(start)
    except StandbyGone:
        return spawn(start)
    except BaseException:
        start.close()
        raise
    start.close()
    return None


def _fits(standby: Standby, start: Start) -> bool:
    """Say whether a standby can become just this worker, and now."""
    return (
        start.program == WORKER
        and standby.is_ready
        and standby.backend == start.environment["KERAS_BACKEND"]
        and (standby.takes_gpus or start.hold.device == CPU)
    )

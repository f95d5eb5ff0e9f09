"""How a process of a run is started: in a session of its own, deaf to what happens to a console."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from engine.process.hold import Hold
from engine.run.files import PRIVATE_FILE
from engine.run.folder import RunFolder

WORKER = "engine.worker"
"""The program that trains."""
WAITER = "engine.process.waiting"
"""The program that waits for a device, and then becomes the worker."""
COORDINATOR = "engine.search.coordinator"
"""The program that searches: its trials have workers of their own."""


def words(
    program: str, folder: RunFolder, hold: Hold, *, python: str = "", more: Sequence[str] = ()
) -> list[str]:
    """Return the command line of a process.

    Args:
        program: :data:`WORKER`, :data:`WAITER` or :data:`COORDINATOR`.
        folder: Its run.
        hold: What it inherits.
        python: The interpreter; our own by default.
        more: Further arguments.
    """
    # -P: a folder called "engine" where the person stands must not be imported.
    python = python or sys.executable
    return [python, "-P", "-m", program, str(folder.path), *hold.arguments(), *more]


def spawn(
    program: str,
    folder: RunFolder,
    hold: Hold,
    environment: Mapping[str, str],
    *,
    python: str = "",
    more: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """Start a process: standard input closed, output to the run's ``console.log``.

    Args:
        program: See :func:`words`.
        folder: Likewise.
        hold: Likewise; its descriptors are inherited.
        environment: All of its environment.
        python: See :func:`words`.
        more: Likewise.

    Raises:
        OSError: It cannot be started.
    """
    log = os.open(folder.console_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
    try:
        return subprocess.Popen(
            words(program, folder, hold, python=python, more=more),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder.path,
            env=environment,
            pass_fds=hold.descriptors,
            start_new_session=True,
        )
    finally:
        os.close(log)

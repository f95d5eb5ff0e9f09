"""Starts the trainings of trials, by forking them from a process that has imported everything."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress

from engine.errors import Problem
from engine.process.launch import Start
from engine.process.prompt import begin
from engine.process.standby import Standby, State

_AGAIN_SECONDS = 60.0
"""Between two attempts at a standby where one has failed."""


class Launcher:
    """Keeps a standby for a search's backend, so that no trial waits for imports.

    Args:
        backend: The Keras backend of the trials.
    """

    def __init__(self, backend: str) -> None:
        self._backend = backend
        self._standby: Standby | None = None
        self._leaving: list[Standby] = []
        self._children: list[subprocess.Popen[bytes]] = []
        self._begun_at = -_AGAIN_SECONDS
        self.attend()

    @property
    def is_ready(self) -> bool:
        """Whether a training can be started: now, or with imports of its own where need be.

        While the standby is importing, a process of its own would be ready no earlier.
        """
        return self._standby is None or self._standby.state is not State.IMPORTING

    def start(self, start: Start) -> None:
        """Start the process of a prepared training.

        Raises:
            Problem: It cannot be started.
        """
        child = begin(start, self._standby)
        if child is not None:
            self._children.append(child)

    def attend(self) -> None:
        """Take leave of processes that have ended, and see to it that there is a standby."""
        self._children = [each for each in self._children if each.poll() is None]
        self._leaving = [each for each in self._leaving if not each.has_ended()]
        standby, now = self._standby, time.monotonic()
        if standby is not None and standby.state is State.GONE:
            standby.close()
            self._leaving.append(standby)
            self._standby = None
        if self._standby is None and now - self._begun_at >= _AGAIN_SECONDS:
            self._begun_at = now
            if Standby.is_possible():
                with suppress(Problem):  # trainings start without it, only later
                    self._standby = Standby(self._backend)

    def close(self) -> None:
        """Let the standby go; trainings go on."""
        if self._standby is not None:
            self._standby.close()

"""A thread beside the training: reads commands, reads devices, keeps the status and the log fresh.

It is a thread and not a part of the loop because a compiled call, a large batch or a download can
take longer than a person wants to wait for a sign of life.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol

from engine.devices.gpu import Gpus
from engine.devices.host import Host
from engine.run.bounded import cut_log
from engine.run.folder import RunFolder
from engine.run.recorder import Recorder
from engine.run.records import Devices

_COMMANDS_SECONDS = 0.1  # a receipt is promised within half a second
_STATUS_SECONDS = 2.0
_DEVICES_SECONDS = 2.0
_LOG_SECONDS = 10.0
_LOG_BYTES = 8 * 1024 * 1024


class Listener(Protocol):
    """Takes what a person asks for."""

    def poll(self) -> None:
        """Read new commands and acknowledge them."""


class Monitor:
    """Runs beside the training from :meth:`start` to :meth:`stop`."""

    def __init__(self, folder: RunFolder, recorder: Recorder, steering: Listener, pid: int) -> None:
        self._folder = folder
        self._recorder = recorder
        self._steering = steering
        self._gpus = Gpus()
        self._host = Host(pid, folder.path)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="monitor", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait until nothing more is written."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._gpus.close()

    def _run(self) -> None:
        due = {self._read_devices: 0.0, self._recorder.write_status: 0.0, self._cut_log: 0.0}
        every = {
            self._read_devices: _DEVICES_SECONDS,
            self._recorder.write_status: _STATUS_SECONDS,
            self._cut_log: _LOG_SECONDS,
        }
        while not self._ending.wait(_COMMANDS_SECONDS):
            self._steering.poll()
            now = time.monotonic()
            for job, when in due.items():
                if now >= when:
                    job()
                    due[job] = now + every[job]

    def _read_devices(self) -> None:
        self._recorder.devices(
            Devices(at=time.time(), host=self._host.read(), gpus=self._gpus.read())
        )

    def _cut_log(self) -> None:
        cut_log(self._folder.console_log, _LOG_BYTES)

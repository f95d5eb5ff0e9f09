"""The worker's pen: everything a worker says about its run goes through here.

Epochs, notices and samples go to the journal as they happen; where within an epoch training is goes
to the progress file at most four times a second; the status file is replaced at most once a second.
Every method may be called from any thread. Losing a progress line to a full disk is survived;
losing a journal line is an error that the caller hears of. The last word is not lost: a few blocks
of the disk are reserved for it.
"""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

from engine.run.bounded import BoundedLines
from engine.run.files import Appender, replace
from engine.run.folder import RunFolder
from engine.run.records import (
    Applied,
    Described,
    Devices,
    Ended,
    Epoch,
    JournalRecord,
    Notice,
    Progress,
    Received,
    Refused,
    Sample,
    Snapshot,
    Started,
    Status,
    encode,
)

PROGRESS_INTERVAL = 0.25
"""Seconds between two lines of progress, at least."""
STATUS_INTERVAL = 1.0
"""Seconds between two replacements of the status file, at least."""
_PROGRESS_LINES = 4000
_DEVICE_LINES = 3000
_RESERVE_BYTES = 64 * 1024
_RECENT_WEIGHT = 0.3  # of the latest epoch in the smoothed seconds per epoch


class Recorder:
    """Writes a run's records for one generation.

    Args:
        folder: The run.
        started: The first record; written at once.
        epochs: How many epochs are planned.
        monitor: The metric whose best value the status names.
        mode: ``min`` or ``max``: which way the monitored metric is better.
        earlier: The epochs of earlier generations that still count.
        told: Notices of earlier generations; they are not repeated.
    """

    def __init__(
        self,
        folder: RunFolder,
        started: Started,
        epochs: int,
        monitor: str,
        mode: str,
        earlier: Sequence[Epoch] = (),
        told: Collection[str] = (),
    ) -> None:
        self._folder = folder
        self._monitor = monitor
        self._told = set(told)
        self._sign = 1.0 if mode == "min" else -1.0
        self._lock = threading.RLock()
        self._begun = self._epoch_begun = time.monotonic()
        self._clocked_from = 0  # the step of the epoch at which that was
        self._warm_up = 0.0  # seconds of this epoch that no later one will take
        self._journal = Appender(folder.journal)
        self._progress = BoundedLines(folder.progress, _PROGRESS_LINES)
        self._devices = BoundedLines(folder.devices, _DEVICE_LINES)
        self._progress_at = 0.0
        self._status_at = 0.0
        self._status = Status(
            phase="starting",
            generation=started.generation,
            device=started.device,
            epoch=started.from_epoch,
            epochs=epochs,
        )
        for each in earlier:
            self._count(each)
        # Real blocks, not a hole: a file system that compresses or shares zeros gives less.
        replace(folder.reserve, b"\xa5" * _RESERVE_BYTES, durable=False)
        self._write(started)
        self.write_status()

    @property
    def seconds(self) -> float:
        """Seconds since the worker began."""
        return time.monotonic() - self._begun

    @property
    def epochs_done(self) -> int:
        """Complete epochs."""
        return self._status.epoch

    def phase(self, name: str, detail: str = "", *, next_word: float = 5.0) -> None:
        """Say what the worker is busy with from now on, in the status and in the log.

        Args:
            name: A phase of :class:`~engine.run.records.Status`.
            detail: A few words more.
            next_word: Seconds within which the status will be written again at the latest.
        """
        with self._lock:
            self._status.phase = name
            self._status.detail = detail
            self._status.next_word_seconds = next_word
            self.write_status()
        # A worker's standard output is its run's console.log; the journal is what has to have room.
        with suppress(OSError):
            print(f"{self.seconds:8.1f} s  {name} {detail}", flush=True)

    def fetching(self, done: int, size: int) -> None:
        """Say how far a download is, in bytes."""
        with self._lock:
            self._status.step, self._status.steps = done, size
            self.write_status_if_due()

    def describe(self, described: Described) -> None:
        """Write what is trained on what."""
        with self._lock:
            self._write(described)
            self._status.step, self._status.steps = 0, described.steps_per_epoch

    def progress(
        self,
        epoch: int,
        step: int,
        steps: int,
        metrics: Callable[[], Mapping[str, float]],
        rate: float | None,
    ) -> None:
        """Say where within an epoch training is; dropped if the last line is too recent.

        Args:
            epoch: The epoch under way, from 1.
            step: Steps done in it.
            steps: Steps it has.
            metrics: Gives the running means; asked only if they are written, since asking costs a
                transfer from the device.
            rate: Training rows per second.
        """
        now = time.monotonic()
        with self._lock:
            status = self._status
            status.phase, status.detail = "training", ""
            status.step, status.steps, status.samples_per_second = step, steps, rate
            status.left_seconds = self._left(step, steps)
            if now - self._progress_at >= PROGRESS_INTERVAL:
                self._progress_at = now
                means = dict(metrics())
                if status.epoch == 0:
                    status.metrics = means
                line = Progress(
                    at=time.time(),
                    epoch=epoch,
                    step=step,
                    steps=steps,
                    metrics=means,
                    generation=status.generation,
                )
                self._try(self._progress, encode(line))
            self.write_status_if_due()

    def validating(self, step: int, steps: int) -> None:
        """Say how far the validation of the epoch under way is, in batches."""
        with self._lock:
            self._status.phase = "validating"
            self._status.detail = f"batch {step} of {steps}"
            self.write_status_if_due()

    def pause(self) -> None:
        """Say that training stands still."""
        with self._lock:
            self._paused_at = time.monotonic()
            self._before_pause = (self._status.phase, self._status.detail)
            self._status.phase, self._status.detail = "paused", ""
            self._status.samples_per_second = None
            self.write_status()

    def go_on(self) -> float:
        """Say that training goes on; return for how many seconds it stood still."""
        with self._lock:
            seconds = time.monotonic() - self._paused_at
            self._epoch_begun += seconds
            self._status.phase, self._status.detail = self._before_pause
            self.write_status()
            return seconds

    def replan(self, epochs: int) -> None:
        """Say that another number of epochs is planned."""
        with self._lock:
            self._status.epochs = epochs
            self._status.left_seconds = self._left(self._status.step, self._status.steps)
            self.write_status()

    def learning_rate(self, value: float) -> None:
        """Say what the learning rate is now."""
        self._status.learning_rate = value

    def epoch(self, record: Epoch) -> None:
        """Write a complete epoch."""
        with self._lock:
            self._write(record)
            self._count(record)
            self._status.left_seconds = self._left(0, self._status.steps)
            self.write_status_if_due()

    def sample(self, record: Sample) -> None:
        """Write what the network says about the fixed examples."""
        with self._lock:
            self._write(record)

    def notice(self, text: str, level: str = "info") -> None:
        """Tell a person something while the run goes on; once, however often it is said."""
        with self._lock:
            if text in self._told:
                return
            self._told.add(text)
            self._write(Notice(at=time.time(), level=level, text=text))

    def received(self, command: str, action: str) -> None:
        """Acknowledge that a command was read."""
        with self._lock:
            self._write(Received(at=time.time(), command=command, action=action), durable=True)

    def refused(self, command: str, action: str, why: str) -> None:
        """Say that a command cannot take effect."""
        with self._lock:
            self._write(Refused(at=time.time(), command=command, action=action, why=why))

    def applied(self, record: Applied) -> None:
        """Acknowledge that a command has taken effect; it lasts when this returns."""
        with self._lock:
            self._write(record, durable=True)

    def snapshot(self, record: Snapshot) -> None:
        """Say that a snapshot is in force."""
        with self._lock:
            self._write(record)
            status = self._status
            within = record.step / status.steps - record.epoch if status.steps else 0.0
            status.snapshot_epoch = record.epoch + max(within, 0.0)

    def sync(self) -> None:
        """Have everything that the journal says on the disk."""
        with self._lock:
            self._journal.sync()

    def devices(self, record: Devices) -> None:
        """Write what the machine is doing."""
        with self._lock:
            self._try(self._devices, encode(record))

    def end(self, outcome: str, reason: str = "", cause: str = "", remedy: str = "") -> None:
        """Write the last word; nothing may be written after it.

        Raises:
            OSError: Not even the reserve was enough, or the disk is gone.
        """
        with self._lock:
            status = self._status
            status.phase, status.detail, status.outcome, status.cause, status.remedy = (
                "ended",
                "",
                outcome,
                cause,
                remedy,
            )
            status.left_seconds = None
            last = Ended(
                at=time.time(),
                outcome=outcome,
                reason=reason,
                cause=cause,
                remedy=remedy,
                epochs=status.epoch,
                seconds=self.seconds,
            )
            try:
                self._write(last, durable=True)
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                self._folder.reserve.unlink(missing_ok=True)
                self._write(last, durable=True)
            self._folder.reserve.unlink(missing_ok=True)
            self.write_status()

    def write_status_if_due(self) -> None:
        """Replace the status file unless that was done within the last second."""
        if time.monotonic() - self._status_at >= STATUS_INTERVAL:
            self.write_status()

    def write_status(self) -> None:
        """Replace the status file now."""
        with self._lock:
            self._status_at = time.monotonic()
            self._status.seconds = self.seconds
            self._status.updated = time.time()
            try:
                replace(self._folder.status, encode(self._status), durable=False)
            except OSError:
                return  # the journal has what matters; the next status may find room

    def close(self) -> None:
        """Close all files."""
        with self._lock:
            self._journal.close()
            self._progress.close()
            self._devices.close()

    def _left(self, step: int, steps: int) -> float | None:
        """Expected seconds until the last epoch ends; None before anything was timed."""
        status = self._status
        if status.epoch_seconds is not None:
            per_epoch = status.epoch_seconds
        elif status.samples_per_second and step:
            # Before an epoch is complete, from the pace within it.
            done = step - self._clocked_from
            if done <= 0:
                return None
            per_epoch = (time.monotonic() - self._epoch_begun) / done * steps
        else:
            return None
        part = step / steps if steps else 0.0
        return max(0.0, (status.epochs - status.epoch - part) * per_epoch)

    def epoch_begins(self) -> None:
        """Start the clock of an epoch."""
        self._epoch_begun = time.monotonic()
        self._clocked_from = 0

    def warmed_up(self, step: int, seconds: float) -> None:
        """Leave a first call, which compiles, out of what is expected of the time to come.

        Args:
            step: Steps of the epoch that it has done.
            seconds: What it took.
        """
        self._epoch_begun = time.monotonic()
        self._clocked_from = step
        self._warm_up += seconds

    def _count(self, record: Epoch) -> None:
        """Take a complete epoch into the status."""
        status = self._status
        status.epoch, status.step, status.metrics = record.epoch, 0, record.metrics
        seconds, self._warm_up = max(0.0, record.seconds - self._warm_up), 0.0
        status.epoch_seconds = (
            seconds
            if status.epoch_seconds is None
            else status.epoch_seconds + _RECENT_WEIGHT * (seconds - status.epoch_seconds)
        )
        value = record.metrics.get(self._monitor)
        if value is not None and (
            status.best is None or self._sign * value < self._sign * status.best
        ):
            status.best, status.best_epoch = value, record.epoch

    def _write(self, record: JournalRecord, *, durable: bool = False) -> None:
        self._journal.append(encode(record), durable=durable)

    @staticmethod
    def _try(lines: BoundedLines, line: bytes) -> None:
        try:
            lines.append(line)
        except OSError:
            return

"""Starts workers: a process and a session of its own for each, deaf to what happens to a console.

Its standard input is closed, its output goes to the run's ``console.log``, and what has to be
settled before Keras is imported (backend, visible GPUs, threads) is settled in its environment.

Starting has two halves. :func:`prepare` takes the run's lock, asks the queue for a device and says
on disk what comes; :func:`spawn` starts the process that inherits the locks: the worker, or, while
the device is busy, what waits in its place. Whoever has a process already (the standby) calls
:func:`prepare` alone and hands the descriptors over itself.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from engine.devices.gpu import Gpus
from engine.devices.readings import GpuReading
from engine.errors import Problem
from engine.process import announcing, spawning
from engine.process.environment import coordinator_environment, environment, folders
from engine.process.hold import Hold
from engine.process.queue import Grant, Queue, ticket_for
from engine.process.tickets import CPU
from engine.run import going_on
from engine.run.commands import COMMAND_DECODER, SetEpochs, SetLearningRate, SetTrials, send
from engine.run.evidence import generations
from engine.run.folder import RunFolder
from engine.run.lock import RunLock
from engine.run.records import RunSpec


@dataclass(frozen=True)
class Start:
    """A worker that may be started now, or has to wait for its device.

    Attributes:
        folder: The run.
        hold: What the process is handed. The descriptors belong to the caller until :meth:`close`;
            they have to be made inheritable by whoever starts a process.
        environment: Variables to set before Keras is imported, over those of the caller.
        program: What has to be started: the worker, what waits in its place because its device is
            busy, or a search's coordinator; see :mod:`engine.process.spawning`.
        generation: The generation that comes.
    """

    folder: RunFolder
    hold: Hold
    environment: Mapping[str, str]
    program: str
    generation: int

    @property
    def must_wait(self) -> bool:
        """Whether its device is busy, so that it waits first."""
        return self.program == spawning.WAITER

    def close(self) -> None:
        """Close the caller's descriptors; the locks stay with a process that has them, too."""
        for descriptor in self.hold.descriptors:
            os.close(descriptor)

    def give_up(self, cause: str) -> None:
        """Say that the run has failed because nothing could be started for it, and close."""
        Queue().leave(self.folder)
        with suppress(OSError):
            announcing.ended(self.folder, "failed", cause, reason="defect")
        self.close()


def prepare(
    folder: RunFolder,
    *,
    exact: bool = True,
    epochs: int | None = None,
    learning_rate: float | None = None,
    queue: bool = True,
) -> Start:
    """Take a run's lock, ask for its device, and say on disk what comes.

    Args:
        folder: A placed run that nobody is at.
        exact: Whether going on exactly is meant; see :class:`~engine.process.hold.Hold`.
        epochs: The number of epochs in all, where it is to be another one than before.
        learning_rate: The learning rate to go on with, where it is to be another one.
        queue: Whether to wait while the device is busy; else it is shared at once.

    Raises:
        Problem: Somebody holds the run, or there is no such device.
    """
    spec = folder.read_spec()
    if spec.search is not None:
        return _prepare_search(folder, spec)
    lock = RunLock(folder.lock)
    generation = generations(folder) + 1
    try:
        wanted, gpus = spec.device, [] if spec.device == CPU else Gpus().read()
        if exact:
            wanted, gpus = _alike(folder, wanted, gpus)
        ticket = ticket_for(folder, wanted, generation, gpus, exact=exact)
        _forget(folder, generation)
        if epochs is not None:
            send(folder.commands, SetEpochs(generation, epochs))
        if learning_rate is not None:
            send(folder.commands, SetLearningRate(generation, learning_rate))
        turn = Queue().enter(ticket, gpus, wait=queue)
        announcing.coming(folder, spec, generation, None if turn.grant else turn.place)
    except Problem as problem:
        # A run that never began would look lost; one that did is as it was.
        if generation == 1:
            announcing.ended(folder, "failed", problem.what, problem.remedy, reason="settings")
        lock.release()
        raise
    except BaseException:
        lock.release()
        raise
    device, keep = turn.grant or Grant("", ())
    return Start(
        folder,
        Hold(lock.descriptor, device, keep, exact),
        environment(spec, device),
        spawning.WORKER if turn.grant else spawning.WAITER,
        generation,
    )


def _prepare_search(folder: RunFolder, spec: RunSpec, trials: int | None = None) -> Start:
    """Do for a search what :func:`prepare` does; it computes on no device, so it waits for none.

    Args:
        folder: The search.
        spec: What was asked for.
        trials: The number of trials in all, where it is to be another one than before.
    """
    lock = RunLock(folder.lock)
    try:
        generation = generations(folder) + 1
        _forget(folder, generation)
        if trials is not None:
            send(folder.commands, SetTrials(generation, trials))
        announcing.coming(folder, spec, generation)
    except BaseException:
        lock.release()
        raise
    return Start(
        folder,
        Hold(lock.descriptor),
        coordinator_environment(),
        spawning.COORDINATOR,
        generation,
    )


def spawn(start: Start) -> subprocess.Popen[bytes]:
    """Start the process of a prepared run and return at once; the locks are its own then.

    The caller may wait for the process, so that no zombie is left, but need not: if the caller
    ends first, it goes on. What waits for a device becomes the worker in the same process.

    Raises:
        Problem: The process cannot be started.
    """
    # What waits has no device yet, and passes its environment on to the worker: it must hide none.
    variables = folders() if start.must_wait else start.environment
    whole = {**os.environ, **variables}
    try:
        process = spawning.spawn(start.program, start.folder, start.hold, whole)
    except OSError as error:
        cause = f"The worker cannot be started: {error.strerror}."
        start.give_up(cause)
        raise Problem(cause) from None
    start.close()
    return process


def launch(folder: RunFolder, *, queue: bool = True) -> subprocess.Popen[bytes]:
    """Start the worker of a placed run, or what waits for its device, and return at once.

    Args:
        folder: The run; see :func:`prepare`.
        queue: Likewise.

    Returns:
        The process; see :func:`spawn`.

    Raises:
        Problem: As :func:`prepare` and :func:`spawn` do.
    """
    return spawn(prepare(folder, queue=queue))


def resume(
    folder: RunFolder,
    *,
    epochs: int | None = None,
    learning_rate: float | None = None,
    inexact: bool = False,
    elsewhere: bool = False,
    queue: bool = True,
    trials: int | None = None,
) -> subprocess.Popen[bytes]:
    """Let a run go on from its last snapshot, else from its beginning, and return at once.

    A search goes on with the trials that were under way.

    Args:
        folder: The run.
        epochs: The number of epochs in all, where it is to be another one; needed for a run that
            is done.
        learning_rate: The learning rate to go on with, where it is to be another one; needed for a
            run whose loss became NaN.
        inexact: Whether it may go on although not everything is as it was.
        elsewhere: Whether it may go on here although it was last seen on another machine.
        queue: See :func:`prepare`.
        trials: Of a search, the number of trials in all, where it is to be another one; needed for
            a search that is done.

    Returns:
        The process; see :func:`spawn`.

    Raises:
        Problem: It cannot go on, or not exactly, or somebody is at it.
    """
    spec = folder.read_spec()
    if spec.search is not None:
        going_on.refuse_search(folder, trials=trials, elsewhere=elsewhere)
        return spawn(_prepare_search(folder, spec, trials))
    return spawn(
        prepare_again(
            folder,
            epochs=epochs,
            learning_rate=learning_rate,
            inexact=inexact,
            elsewhere=elsewhere,
            queue=queue,
        )
    )


def prepare_again(
    folder: RunFolder,
    *,
    epochs: int | None = None,
    learning_rate: float | None = None,
    inexact: bool = False,
    elsewhere: bool = False,
    queue: bool = True,
) -> Start:
    """Prepare a run that is to go on; arguments and refusals are those of :func:`resume`."""
    going_on.refuse(folder, epochs=epochs, learning_rate=learning_rate, elsewhere=elsewhere)
    if (differs := going_on.differences(folder)) and not inexact:
        raise Problem(
            f"{folder.name} would not go on exactly: {'; '.join(differs)}.",
            "It can go on all the same: --inexact.",
        )
    return prepare(
        folder,
        exact=not differs,
        epochs=epochs,
        learning_rate=learning_rate,
        queue=queue,
    )


def _alike(folder: RunFolder, wanted: str, gpus: list[GpuReading]) -> tuple[str, list[GpuReading]]:
    """Return what to ask for so that a run goes on with the kind of device that it had.

    Where there is no such device any more, going on is not exact, and any will do.

    Args:
        folder: The run.
        wanted: What was asked for.
        gpus: The GPUs of this host.
    """
    entries = going_on.entries(folder)
    if not entries or ":" in wanted:
        return wanted, gpus
    had = entries[0].conditions.get("gpu", "")
    if not had:
        return (CPU, []) if wanted == "auto" else (wanted, gpus)
    return wanted, [each for each in gpus if each.name == had] or gpus


def _forget(folder: RunFolder, generation: int) -> None:
    """Take away what was asked of the coming worker while there was none, but for settings.

    A wish to stop that came too late for the process that waited must not stop what is resumed.
    """
    for path in folder.commands.glob("[0-9]*.json"):
        try:
            command = COMMAND_DECODER.decode(path.read_bytes())
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if command.generation == generation and not isinstance(
            command, SetEpochs | SetLearningRate | SetTrials
        ):
            path.unlink(missing_ok=True)

"""The program that waits for a device in a run's place: light, nearly idle, and then the worker.

Started as ``python -P -m engine.process.waiting FOLDER --lock FD`` by :mod:`engine.process.launch`,
or with ``--detach`` by whoever finds that an earlier one has died. It holds the run's lock, tells
its place in the status file, heeds a wish to stop, and looks about once a second whether its turn
has come. Then it takes the device's lock and turns into the worker: the same process, both locks
kept.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from engine.devices.gpu import Gpus
from engine.errors import Problem
from engine.process import announcing
from engine.process.environment import environment
from engine.process.hold import Hold, parse
from engine.process.queue import Grant, Queue, ticket_for, waited
from engine.process.spawning import WORKER, words
from engine.run.commands import Inbox, Request, StopAfterEpoch, StopNow
from engine.run.evidence import generations
from engine.run.folder import RunFolder
from engine.run.lock import RunLock

DETACH = "--detach"
"""Leave a child behind that waits, and end: so that it is nobody's child."""

_COMMANDS_SECONDS = 0.2
_LOOK_SECONDS = 1.0
_STATUS_SECONDS = 20.0


class Waiter:
    """Waits for a run's device.

    Args:
        folder: The run, its lock held by this process.
        lock: That lock.
        exact: See :class:`~engine.process.hold.Hold`.
    """

    def __init__(self, folder: RunFolder, lock: RunLock, *, exact: bool) -> None:
        self._folder = folder
        self._lock = lock
        self._spec = folder.read_spec()
        self._queue = Queue()
        generation = generations(folder) + 1
        self._ticket = self._queue.ticket(folder) or ticket_for(
            folder, self._spec.device, generation, Gpus().read(), exact=exact
        )
        self._inbox = Inbox(folder.commands, generation)
        self._told = ""
        self._told_at = 0.0
        self._trouble = ""
        self._signalled = False
        signal.signal(signal.SIGTERM, self._on_signal)

    def wait(self) -> int:
        """Wait; return an exit status if the run is not to be trained any more."""
        looked_at = -_LOOK_SECONDS
        while True:
            wishes = [
                request
                for request in self._inbox.take()
                if isinstance(request.command, StopNow | StopAfterEpoch)
            ]
            if wishes or self._signalled:
                return self._stop(wishes)
            if time.monotonic() - looked_at >= _LOOK_SECONDS:
                looked_at = time.monotonic()
                if not self._folder.spec.is_file():  # somebody has removed the run
                    self._queue.leave(self._folder)
                    return 0
                try:
                    self._look()
                except (OSError, Problem) as error:
                    # The disk or the queue may well be back at the next look.
                    if str(error) != self._trouble:
                        print(error, file=sys.stderr, flush=True)
                    self._trouble = str(error)
            time.sleep(_COMMANDS_SECONDS)

    def _look(self) -> None:
        turn = self._queue.turn(self._ticket)
        if self._signalled:
            return  # also where the device was just given: it goes with this process
        if turn.grant is not None:
            self._become_worker(turn.grant)
        now = time.monotonic()
        if turn.place != self._told or now - self._told_at >= _STATUS_SECONDS:
            if turn.place != self._told:
                print(f"waits: {turn.place}", flush=True)
            self._told, self._told_at = turn.place, now
            announcing.coming(
                self._folder,
                self._spec,
                self._ticket.generation,
                turn.place,
                next_word=1.5 * _STATUS_SECONDS,
            )

    def _stop(self, wishes: Sequence[Request]) -> int:
        # Off the queue first: one that died between the two must not be started again.
        self._queue.leave(self._folder)
        announcing.ended(self._folder, "stopped", *waited(self._ticket), requests=wishes)
        return 0

    def _become_worker(self, grant: Grant) -> NoReturn:
        hold = Hold(self._lock.descriptor, grant.device, grant.keep, self._ticket.exact)
        with suppress(OSError):  # on a full disk the worker is the one to say so
            announcing.coming(self._folder, self._spec, self._ticket.generation)
        for descriptor in hold.descriptors:
            os.set_inheritable(descriptor, True)
        variables = {**os.environ, **environment(self._spec, grant.device)}
        command = words(WORKER, self._folder, hold)
        # From here on a signal ends the process, as it does until the worker listens.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if self._signalled:
            os.kill(os.getpid(), signal.SIGTERM)
        try:
            os.execve(command[0], command, variables)
        except OSError as error:
            self._queue.leave(self._folder)
            cause = f"The worker could not be started: {error.strerror}."
            announcing.ended(self._folder, "failed", cause, reason="defect")
            sys.exit(1)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signalled = True


def main(arguments: Sequence[str]) -> int:
    """Wait for the device of the run that the arguments name; return an exit status."""
    if DETACH in arguments and os.fork():
        return 0
    path, hold = parse([each for each in arguments if each != DETACH])
    folder = RunFolder(path)
    try:
        lock = RunLock(folder.lock) if hold.lock is None else RunLock.adopt(hold.lock)
        waiter = Waiter(folder, lock, exact=hold.exact)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return waiter.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

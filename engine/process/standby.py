"""A process that has imported everything already, at the service of one console.

Importing Keras takes seconds, so while a person is at the form it is done ahead, by
:mod:`engine.standby`. That process answers the form's questions, and turns into workers at once:
all of it by forking, so that it stays as it was and can do so again. Here is the console's end.

Both talk over a socket that carries whole messages and descriptors. A question comes with the pipe
that its answer is to be written to, a launch with the locks of the run and its device. When the
console is gone the socket ends, and with it the standby and whoever answers, but no worker.

No method waits for more than an instant, but for :meth:`Standby.launch` and for iterating over
:class:`Answers`: these are for threads.
"""

from __future__ import annotations

import itertools
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any

import msgspec

from engine.errors import Problem
from engine.process.launch import Start
from engine.process.messages import END, LONGEST, Ask, Cancel, Launch, Message, Ready
from engine.process.order import usable_cores
from engine.process.questions import Question, raise_told

_LAUNCH_SECONDS = 5.0
"""After so long without a reply something is wrong, and a fresh process is the quicker way."""


class State(StrEnum):
    """What a standby is good for."""

    IMPORTING = "importing"
    """Questions wait until it is ready; it cannot become a worker yet."""
    READY = "ready"
    GONE = "gone"


class StandbyGone(Exception):  # noqa: N818 - a fact, with a way around it
    """It cannot do what it is asked."""


class Standby:
    """The console's hold on a standby.

    Args:
        backend: The Keras backend it imports; it is good for no other.

    Attributes:
        backend: The same.
        problem: Why it is gone, where it could say so.
        takes_gpus: Whether it can become the worker of a run on a GPU; known when it is ready.

    Raises:
        Problem: It cannot be started.
    """

    def __init__(self, backend: str) -> None:
        self.backend = backend
        self.problem: Problem | None = None
        self.takes_gpus = True
        self._state = State.IMPORTING
        self._numbers = itertools.count(1)
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setblocking(False)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "engine.standby", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={**os.environ, **_environment(backend)},
                pass_fds=[theirs.fileno()],
                # Out of reach of what the terminal sends to all that belong to it.
                start_new_session=True,
            )
        except OSError as error:
            self._socket.close()
            raise Problem(f"The standby cannot be started: {error.strerror}.") from None
        finally:
            theirs.close()

    @staticmethod
    def is_possible() -> bool:
        """Say whether this system has what it takes.

        Elsewhere than on Linux a process that has imported a framework must not be forked: on macOS
        Apple's libraries end such a child.
        """
        return sys.platform == "linux"

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def state(self) -> State:
        """What it is good for now."""
        while self._state is not State.GONE:
            try:
                said = self._socket.recv(LONGEST)
            except BlockingIOError:
                break
            except OSError:
                said = b""
            if not said:
                self._state = State.GONE
                break
            ready = msgspec.json.decode(said, type=Ready)
            self.takes_gpus = ready.takes_gpus
            self._state = State.GONE if ready.problem else State.READY
            if ready.problem:
                self.problem = Problem(ready.problem, ready.remedy)
        return self._state

    @property
    def is_ready(self) -> bool:
        """Whether it has imported everything."""
        return self.state is State.READY

    def ask(
        self, question: Question, environment: Mapping[str, str], *, alone: bool = False
    ) -> Answers:
        """Put a question; it is answered while the caller iterates over what is returned.

        Args:
            question: What is asked.
            environment: Variables as a worker would have them.
            alone: See :class:`Ask`.

        Raises:
            Problem: The standby is gone.
        """
        number = next(self._numbers)
        message = Ask(number, question, dict(environment), alone)
        reading, writing = os.pipe()
        try:
            self._send(message, writing)
        except StandbyGone:
            os.close(reading)
            raise self.why() from None
        finally:
            os.close(writing)
        return Answers(self, number, reading)

    def why(self) -> Problem:
        """Return why there is no answer."""
        if self.state is State.GONE and self.problem is not None:
            return self.problem
        return Problem("The process that should answer has failed.", "Launching works without it.")

    def cancel(self, number: int) -> None:
        """End a question; its answer then ends without a word."""
        with suppress(StandbyGone):
            self._send(Cancel(number))

    def launch(self, start: Start) -> int:
        """Become the worker of a run, and return its process.

        The worker is waited for by the standby, and is nobody's child when that is gone.

        Args:
            start: A worker that may be started now; stays the caller's to close.

        Raises:
            StandbyGone: There is no worker, and none will come: another way can be tried.
            Problem: There is one that does not begin.
        """
        hold = start.hold
        message = Launch(
            folder=str(start.folder.path),
            locked=hold.lock is not None,
            kept=len(hold.keep),
            device=hold.device,
            exact=hold.exact,
            environment=dict(start.environment),
        )
        reading, writing = os.pipe()
        try:
            try:
                self._send(message, writing, *hold.descriptors)
            finally:
                os.close(writing)
            said = self._reply(reading)
        finally:
            os.close(reading)
        # The end of the pipe says that whoever had it has ended, a child that was forked as well.
        reply: dict[str, Any] = msgspec.json.decode(said or b'{"problem":"It ended."}')
        if "pid" not in reply:
            raise StandbyGone(reply["problem"])
        pid: int = reply["pid"]
        return pid

    def _reply(self, reading: int) -> bytes:
        if not select.select([reading], [], [], _LAUNCH_SECONDS)[0]:
            self.kill()
            if not select.select([reading], [], [], _LAUNCH_SECONDS)[0]:
                raise Problem(
                    "The worker has been started and does not begin.",
                    "The disk of the runs folder may not answer; the run's console.log says more.",
                )
        return os.read(reading, LONGEST)

    def close(self) -> None:
        """Let it end, in its own time; workers go on. May be called twice."""
        self._state = State.GONE
        self._socket.close()

    def kill(self) -> None:
        """End it at once; workers go on."""
        self.close()
        self._process.kill()

    def has_ended(self) -> bool:
        """Say whether its process is gone; none is left behind as a zombie when it is."""
        return self._process.poll() is not None

    def _send(self, message: Message, *descriptors: int) -> None:
        if self.state is State.GONE:
            raise StandbyGone("It has ended.")
        said = msgspec.json.encode(message)
        if len(said) > LONGEST:
            raise StandbyGone("That is more than it can be told.")
        try:
            # Never waits: a standby that does not read is as good as gone.
            socket.send_fds(self._socket, [said], list(descriptors))
        except OSError as error:
            raise StandbyGone(error.strerror) from None


class Answers:
    """The answer to a question, as it comes.

    Args:
        standby: Who answers.
        number: The question's.
        reading: Where the answer comes in; closed when it has been iterated over.
    """

    def __init__(self, standby: Standby, number: int, reading: int) -> None:
        self._standby = standby
        self._number = number
        self._reading = reading
        self._is_over = False

    def cancel(self) -> None:
        """End it, whatever the answering process is in the middle of; may be called at any time."""
        if not self._is_over:
            self._is_over = True
            self._standby.cancel(self._number)

    def dismiss(self) -> None:
        """End the process that has answered, which else is kept for the next such question."""
        self._is_over = True
        self._standby.cancel(self._number)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Wait for the lines of the answer and yield them; none come after :meth:`cancel`.

        Raises:
            Problem: The question cannot be answered.
        """
        with os.fdopen(self._reading, "rb") as pipe:
            for line in pipe:
                if self._is_over:
                    return
                if line.rstrip() == END:
                    self._is_over = True
                    return
                answer: dict[str, Any] = msgspec.json.decode(line)
                try:
                    raise_told(answer)
                except Problem:
                    self._is_over = True
                    raise
                yield answer
        if not self._is_over:
            self._is_over = True
            raise self._standby.why()


def _environment(backend: str) -> dict[str, str]:
    """Return what has to be settled before anything is imported."""
    return {
        "KERAS_BACKEND": backend,
        "PYTHONUNBUFFERED": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "OMP_NUM_THREADS": str(usable_cores()),
    }

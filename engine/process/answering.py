"""A process that answers one question after another, for where there is no standby.

What it has loaded for one question it keeps for the next; it is gone with whoever started it. No
method waits, but for iterating over what :meth:`AnsweringProcess.ask` returns, which is for a
thread.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from engine.errors import Problem
from engine.process.messages import END
from engine.process.questions import Question, raise_told


class AnsweringProcess:
    """Has Keras imported and the last network loaded.

    Args:
        environment: Variables as a worker would have them.

    Raises:
        Problem: It cannot be started.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        reading, self._asking = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "engine.answer", str(reading), "--stay"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
                pass_fds=[reading],
                # Out of reach of what the terminal sends to all that belong to it.
                start_new_session=True,
            )
        except OSError as error:
            os.close(self._asking)
            raise Problem(f"No process can be started to answer: {error.strerror}.") from None
        finally:
            os.close(reading)

    def ask(self, question: Question) -> Replies:
        """Put a question; only when the answer to the one before is complete, or has failed."""
        with suppress(OSError):  # it has ended: that is what the answer then says
            _write(self._asking, msgspec.json.encode(question) + b"\n")
        return Replies(self._process)

    @property
    def has_ended(self) -> bool:
        """Whether its process is gone."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End it at once. May be called twice, and while an answer is waited for."""
        if self._asking >= 0:
            os.close(self._asking)
            self._asking = -1
        self._process.kill()
        self._process.wait()


class Replies:
    """The answer to a question, as it comes; see :class:`engine.process.standby.Answers`.

    Args:
        process: Who answers.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def cancel(self) -> None:
        """End it, and the process with it: nothing else would reach it in the middle of one."""
        self._process.kill()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Wait for the lines of the answer and yield them.

        Raises:
            Problem: The question cannot be answered.
        """
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.rstrip() == END:
                return
            answer: dict[str, Any] = msgspec.json.decode(line)
            raise_told(answer)
            yield answer
        raise Problem("The process that should answer has failed.")


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]

"""A question to the standby, put and answered in a thread, told to a screen in messages.

The screen never waits: neither for the disk and the devices that are looked at before a question
can be put, nor for the answer, nor for the end of one that is no longer wanted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.screen import Screen

from engine.errors import Problem

if TYPE_CHECKING:
    from engine.process.answering import Replies
    from engine.process.standby import Answers

Answer = Mapping[str, Any]
"""A line of an answer; what is in it depends on the question."""


class Asking:
    """One question.

    Args:
        screen: Is told; a screen that is gone hears no more.
        course: Yields what it is to be told; runs in the thread, and asks the standby by way of
            :meth:`through`.
    """

    class Answered(Message):
        """A line of the answer has come.

        Attributes:
            asking: The question.
            answer: The line.
        """

        def __init__(self, asking: Asking, answer: Answer) -> None:
            super().__init__()
            self.asking = asking
            self.answer = answer

    class Over(Message):
        """The answer is complete, or there is none.

        Attributes:
            asking: The question.
            problem: Why there is none.
        """

        def __init__(self, asking: Asking, problem: Problem | None = None) -> None:
            super().__init__()
            self.asking = asking
            self.problem = problem

    def __init__(self, screen: Screen[Any], course: Callable[[Asking], Iterator[Answer]]) -> None:
        self._screen = screen
        self._course = course
        self._answers: Answers | Replies | None = None
        self._is_cancelled = False
        self._lock = threading.Lock()
        # A daemon: leaving the console does not wait for an answer.
        threading.Thread(target=self._run, daemon=True).start()

    def cancel(self) -> None:
        """Make an end of it; what comes of it after this is not meant for anybody."""
        with self._lock:
            self._is_cancelled = True
            if self._answers is not None:
                self._answers.cancel()

    def through(self, put: Callable[[], Answers | Replies]) -> Iterator[Answer]:
        """Put a question and yield what the standby answers, until it is cancelled.

        Args:
            put: Puts it, at once; not called if it has been cancelled in the meantime, since that
                would disturb the question that came after it.

        Raises:
            Problem: As :class:`engine.process.standby.Answers` does.
        """
        with self._lock:
            if self._is_cancelled:
                return
            self._answers = put()
        yield from self._answers

    def _run(self) -> None:
        problem = None
        try:
            for answer in self._course(self):
                self._tell(self.Answered(self, answer))
        except Problem as found:
            problem = found
        self._tell(self.Over(self, problem))

    def _tell(self, message: Message) -> None:
        if not self._is_cancelled:
            self._screen.post_message(message)

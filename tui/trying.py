"""One network, asked again and again while somebody tries it out: of many questions the last.

Whatever is typed or drawn changes faster than a network may answer. So there is one question under
way at most, and of those that come meanwhile the latest waits. Who answers is the console's standby
where there can be one, else a process for as long as it takes; both have Keras imported and keep
the network. Nothing here waits: questions are put and answered in threads.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.errors import Problem
from tui.asking import Answer, Asking

if TYPE_CHECKING:
    from engine.process.answering import AnsweringProcess
    from engine.process.questions import Predict
    from engine.process.standby import Answers, Standby
    from engine.run.records import RunSpec
    from tui.screens.console_screen import ConsoleScreen


class Trying:
    """Asks a network of a run.

    Args:
        screen: Hears of answers, and passes them on to :meth:`take` and :meth:`end`.
        spec: What the run was asked for: its backend and environment.

    Attributes:
        answer: The latest there is; None before there is one.
        about: The question that it answers.
        problem: Why the latest question has none.
        seconds: How long the answer took, from question to answer.
        is_importing: Whether who answers is importing Keras first.
    """

    def __init__(self, screen: ConsoleScreen, spec: RunSpec) -> None:
        self.answer: Answer | None = None
        self.about: Predict | None = None
        self.problem: Problem | None = None
        self.seconds = 0.0
        self._screen = screen
        self._spec = spec
        self._asking: Asking | None = None
        self._asked: Predict | None = None
        self._asked_at = 0.0
        self._next: Predict | None = None
        self._answers: Answers | None = None
        self._process: AnsweringProcess | None = None
        self._is_closed = False
        self.is_importing = False

    @property
    def is_asking(self) -> bool:
        """Whether an answer is being waited for."""
        return self._asking is not None

    def ask(self, question: Predict) -> None:
        """Put a question, as soon as the one under way is answered, unless another comes."""
        if self._asking is not None:
            self._next = question
            return
        self._asked, self._asked_at = question, time.monotonic()
        standing_by = self._screen.console.standing_by
        standby = None
        if standing_by.is_wanted:
            try:
                standby = standing_by.fit(self._spec.backend)
            except Problem as problem:
                self.problem, self.about = problem, question
                return
        self.is_importing = self._process is None if standby is None else not standby.is_ready
        self._asking = Asking(self._screen, lambda asking: self._put(asking, question, standby))

    def take(self, event: Asking.Answered) -> None:
        """Take in an answer."""
        if event.asking is self._asking:
            self.answer, self.about, self.problem = event.answer, self._asked, None
            self.seconds = time.monotonic() - self._asked_at
            self.is_importing = False

    def end(self, event: Asking.Over) -> None:
        """Take note of the end of an answer, and put the question that has waited for it."""
        if event.asking is not self._asking:
            return
        self._asking = None
        if event.problem is not None:
            self.problem, self.about = event.problem, self._asked
        if self._next is not None:
            question, self._next = self._next, None
            self.ask(question)

    def close(self) -> None:
        """Make an end of it, and of the process that answers."""
        self._is_closed = True
        if self._asking is not None:
            self._asking.cancel()
        if self._answers is not None:
            self._answers.dismiss()
        if self._process is not None:
            self._process.close()

    def _put(self, asking: Asking, question: Predict, standby: Standby | None) -> Iterator[Answer]:
        """Have a question answered. Runs in a thread."""
        from engine.process.answering import AnsweringProcess
        from engine.process.tickets import CPU
        from engine.process.trial import trial_environment

        environment = trial_environment(self._spec, CPU)
        if standby is not None:

            def put() -> Answers:
                self._answers = standby.ask(question, environment)
                return self._answers

            yield from asking.through(put)
            return

        if self._process is None or self._process.has_ended:
            self._process = AnsweringProcess(environment)
        if self._is_closed:  # in the meantime, by the screen
            self._process.close()
            return
        process = self._process
        yield from asking.through(lambda: process.ask(question))

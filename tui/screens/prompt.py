"""A question that is answered with a value: what it is now, what may stand there, what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from engine.errors import Problem
from tui import keys
from tui.format import wrap
from tui.screens.confirm import WIDTH, QuestionText
from tui.widgets.footer import Footer
from tui.widgets.painted import Bar, Line, lines_of
from tui.widgets.typed_line import TypedLine

T = TypeVar("T")

_ROOM = WIDTH - 6
_MOST_LINES = 3


class _Verdict(Bar):
    """What is wrong with what was typed; else what may stand there."""

    def __init__(self, hint: str) -> None:
        super().__init__(id="verdict")
        self._hint = hint
        self._problem = ""

    def say(self, problem: str) -> None:
        """Say what is wrong; nothing, where nothing is."""
        self._problem = problem
        self.redraw()

    def compose_lines(self, cells: int) -> list[Line]:
        text, look = (self._problem, "bad") if self._problem else (self._hint, "muted")
        return lines_of(wrap(text, cells)[:_MOST_LINES], look)


class PromptScreen(ModalScreen[T | None], Generic[T]):
    """Asks for a value; closes with it, or with None where it is to stay as it is.

    Args:
        question: What is asked for, and what it means.
        present: What stands there at first; empty where nothing is known.
        hint: What may stand there, in a few words.
        check: Reads the value; raises Problem where it cannot be one.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("prompt")
    CSS_PATH = "../styles/questions.tcss"

    def __init__(self, question: str, present: str, hint: str, check: Callable[[str], T]) -> None:
        super().__init__()
        self._question, self._present, self._hint = question, present, hint
        self._check = check

    def compose(self) -> ComposeResult:
        with Vertical(id="question"):
            yield QuestionText(self._question)
            yield TypedLine(self._present, id="answer")
            yield _Verdict(self._hint)
            yield Footer("prompt", everywhere=False)

    def on_mount(self) -> None:
        self.query_one(TypedLine).focus()

    def on_typed_line_changed(self, event: TypedLine.Changed) -> None:
        typed = self.query_one(TypedLine).text
        self.query_one(_Verdict).say(self._problem(typed) if typed.strip() else "")

    def action_accept(self) -> None:
        """Close with the value, or say what is wrong with it."""
        typed = self.query_one(TypedLine).text
        problem = self._problem(typed)
        if problem:
            self.query_one(_Verdict).say(problem)
        else:
            self.dismiss(self._check(typed))

    def action_leave(self) -> None:
        """Close without a value."""
        self.dismiss(None)

    def _problem(self, typed: str) -> str:
        try:
            self._check(typed)
        except Problem as problem:
            return str(problem)
        return ""

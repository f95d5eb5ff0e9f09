"""A question that is answered with yes or no before something is done that cannot be undone."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui import keys
from tui.format import wrap
from tui.widgets.footer import Footer
from tui.widgets.painted import Bar, Line, lines_of

WIDTH = 60


class QuestionText(Bar):
    """The question, in the lines it takes.

    Args:
        text: What it says.
    """

    def __init__(self, text: str) -> None:
        super().__init__(id="question-text")
        self._text = text
        self.styles.height = len(wrap(text, WIDTH - 6))

    def compose_lines(self, cells: int) -> list[Line]:
        return lines_of(wrap(self._text, cells))


class ConfirmScreen(ModalScreen[bool]):
    """Asks.

    Args:
        question: What is about to be done, and what it means.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("question")
    CSS_PATH = "../styles/questions.tcss"

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical(id="question"):
            yield QuestionText(self._question)
            yield Footer("question", everywhere=False)

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)

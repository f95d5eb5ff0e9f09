"""What the network that is tried out says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.form.forecast import ASKING
from tui.tryout.answer_lines import class_lines, moved_lines, number_lines, said_lines
from tui.widgets.lines import Lines
from tui.widgets.painted import EMPTY, Line

if TYPE_CHECKING:
    from engine.run.expected import Expected
    from tui.trying import Trying


class AnswerPanel(Lines):
    """Shows the latest answer.

    Attributes:
        trying: Who asks; None before anything can be asked.
        expected: What the network takes and says.
        hint: What to do so that there is something to answer.
        note: What is to be known of the input.
        network: Which network answers, in a sentence.
        others: Which others could.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.trying: Trying | None = None
        self.expected: Expected | None = None
        self.hint = self.note = self.network = self.others = ""

    def compose_lines(self, cells: int) -> list[Line]:
        from engine.run.expected import Rows

        trying = self.trying
        if trying is None:
            return said_lines([(f"{ASKING} looking at the run", "muted")], cells)
        lines: list[Line] = []
        answer = trying.answer
        if trying.problem is not None:
            lines += [*said_lines([(str(trying.problem), "bad")], cells), EMPTY]
        elif self.hint:
            lines += [*said_lines([(self.hint, "")], cells), EMPTY]
            if trying.is_asking and answer is None:
                lines += self._waiting(trying, cells)
        elif answer is None:
            lines += self._waiting(trying, cells) if trying.is_asking else []
        elif "problem" in answer:
            lines += [*said_lines([(_sentence(answer["problem"]), "warn")], cells), EMPTY]
        else:
            if isinstance(self.expected, Rows):
                lines += number_lines(answer, self.expected, cells)
            else:
                lines += class_lines(answer, cells)
            notes = [(_sentence(answer.get("note", "")), "warn"), (self.note, "warn")]
            if any(text for text, _ in notes):
                lines += [EMPTY, *said_lines(notes, cells)]
            if "moved_by" in answer:
                lines += [EMPTY, *moved_lines(answer, cells)]
            lines.append(EMPTY)
        return lines + said_lines([(self.network, "muted"), (self.others, "muted")], cells)

    def _waiting(self, trying: Trying, cells: int) -> list[Line]:
        text = "importing Keras" if trying.is_importing else "loading the network"
        return [*said_lines([(f"{ASKING} {text}", "muted")], cells), EMPTY]


def _sentence(text: str) -> str:
    """Write a note as a sentence."""
    if not text:
        return ""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")

"""The three ways in which a network is given something to try: typed, filled in, drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from engine.data.given import Given
from tui.tryout.canvas import Canvas
from tui.tryout.drawing import Drawing
from tui.tryout.row_form import RowForm

if TYPE_CHECKING:
    from engine.run.expected import Pictures, Rows
    from tui.tryout.text_box import TextBox

MOST_SIDE = 32
"""Pixels of a side that can be drawn on in a small terminal; larger pictures are scaled up."""

_OFF = 2
"""Pixels off the middle from which it is worth a word."""

_WARMING_UP = "the"
"""Asked while nothing is typed, so that Keras and the network are there when something is."""


class Input:
    """What is given to the network.

    Attributes:
        place: Whose keys hold in it; a key of :data:`tui.keys.PLACES`.
        takes_files: Whether it can come from a file.
        file_question: How a file is asked for.
    """

    place: str
    takes_files = True
    file_question = ""

    widget: Widget
    """Where it is typed, filled in or drawn."""

    def given(self) -> Given | None:
        """Return it as the network is asked; None where it cannot be asked."""
        raise NotImplementedError

    @property
    def hint(self) -> str:
        """What to do so that there is something to answer; empty where there is."""
        raise NotImplementedError

    @property
    def note(self) -> str:
        """What is to be known of it although it can be answered; empty where nothing is."""
        return ""

    def words(self, given: Given) -> list[str] | None:
        """Return how ``dlconsole predict`` is asked the same; None where it cannot be."""
        raise NotImplementedError

    def take(self, given: Given, answer: Mapping[str, Any]) -> None:
        """Take in an answer: what was seen of a picture."""

    async def take_file(self, path: Path) -> None:
        """Take it from a file; raises OSError."""
        raise NotImplementedError


class TextInput(Input):
    """A text."""

    place = "typing"
    file_question = "Which file holds the text?"

    def __init__(self) -> None:
        from tui.tryout.text_box import TextBox

        self.widget: TextBox = TextBox(id="try-text")

    def given(self) -> Given | None:
        return Given(texts=[self.widget.text if self.widget.text.strip() else _WARMING_UP])

    @property
    def hint(self) -> str:
        return "" if self.widget.text.strip() else "Type or paste a text; the answer follows it."

    def words(self, given: Given) -> list[str] | None:
        return ["--text", given.texts[0], "--explain"]

    async def take_file(self, path: Path) -> None:
        from tui.safe_text import paragraph
        from tui.tryout.text_box import LONGEST

        def read() -> str:
            with path.open("rb") as file:
                return file.read(4 * LONGEST).decode("utf-8", "replace")[:LONGEST]

        self.widget.load_text(paragraph((await asyncio.to_thread(read)).replace("\r\n", "\n")))


class RowInput(Input):
    """A row of a table."""

    place = "row"
    takes_files = False

    def __init__(self, expected: Rows) -> None:
        self.widget: RowForm = RowForm(expected.columns, id="try-row")

    def given(self) -> Given | None:
        return None if self.widget.wrong else Given(cells=dict(self.widget.typed))

    @property
    def hint(self) -> str:
        return self.widget.wrong

    def words(self, given: Given) -> list[str] | None:
        return ["--row", *(f"{name}={text}" for name, text in given.cells.items()), "--explain"]


class DrawnInput(Input):
    """A picture, drawn or in a file.

    Args:
        expected: What the network takes.
        key_name: Says what the key of a binding is called.
    """

    place = "canvas"
    file_question = "Which picture?"

    def __init__(self, expected: Pictures, key_name: Callable[[str], str]) -> None:
        self._key_name = key_name
        scale = min(MOST_SIDE / max(expected.width, expected.height), 1)
        width = max(round(expected.width * scale), 1)
        height = max(round(expected.height * scale), 1)
        # Ink as the training pictures have it: pens are dark on light, MNIST is light on dark.
        self._has_middle = expected.ground == "dark" and not expected.colour
        drawing = Drawing(width, height, on_light=expected.ground == "light")
        self.widget: Canvas = Canvas(drawing, id="try-canvas")
        self._file: Path | None = None
        self._inverts = False

    def given(self) -> Given | None:
        if self._file is not None:
            return Given(paths=[str(self._file)], invert=self._inverts)
        return Given(pictures=[self.widget.drawing.as_file()])

    @property
    def hint(self) -> str:
        drawing = self.widget.drawing
        if self._file is not None:
            return ""
        if drawing.is_blank:
            pen, file = self._key_name("canvas.pen"), self._key_name("try.file")
            return (
                f"Draw with the mouse, or put the pen down with {pen} and move it with the arrows; "
                f"{file} takes a picture from a file."
            )
        return ""

    @property
    def note(self) -> str:
        if not self._has_middle or self._file is not None:
            return ""
        off = max(map(abs, self.widget.drawing.off_middle()))
        key = self._key_name("canvas.centre")
        return f"It is off the middle, where digits stand: {key} moves it." if off >= _OFF else ""

    def words(self, given: Given) -> list[str] | None:
        if not given.paths:
            return None
        return [*given.paths, *(["--invert"] if given.invert else [])]

    def draw(self) -> None:
        """Take note that it was drawn on: it is no longer what is in the file."""
        self._file = None

    def invert(self) -> None:
        """Turn light and dark round."""
        if self._file is not None:
            self._inverts = not self._inverts
            return
        self.widget.drawing.begin()
        self.widget.drawing.invert()
        self.widget.redraw()

    async def take_file(self, path: Path) -> None:
        self._file, self._inverts = path, False

    def take(self, given: Given, answer: Mapping[str, Any]) -> None:
        seen = answer.get("seen")
        if self._file is None or list(given.paths) != [str(self._file)] or not seen:
            return
        drawing = self.widget.drawing
        levels = bytes.fromhex(seen["grey"])
        drawing.begin()
        drawing.show(levels, seen["width"], seen["height"], on_light=_is_on_light(levels, seen))
        self.widget.redraw()


def _is_on_light(levels: bytes, seen: Mapping[str, Any]) -> bool:
    """Whether the border of a picture is nearer to its lightest than to its darkest pixel."""
    width = int(seen["width"])
    border = sorted(
        (*levels[:width], *levels[-width:], *levels[::width], *levels[width - 1 :: width])
    )
    return bool(2 * border[len(border) // 2] > min(levels) + max(levels))

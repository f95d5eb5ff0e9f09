"""A line of text being typed: the text, the cursor, and what each key does to them. No widget."""

from __future__ import annotations

from rich.cells import cell_len

from tui.safe_text import printable

LONGEST = 4096
"""Characters; a file's path is no longer on any system."""


class LineEditor:
    """One line.

    Args:
        text: What stands there at first; the cursor stands behind it.
    """

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.cursor = len(text)

    def insert(self, text: str) -> None:
        """Put text in at the cursor; of several lines the first."""
        line = next(iter(text.splitlines()), "")[: max(LONGEST - len(self.text), 0)]
        self.text = self.text[: self.cursor] + line + self.text[self.cursor :]
        self.cursor += len(line)

    def press(self, key: str, character: str | None) -> bool:
        """Do what a key does; say whether it means anything here.

        Args:
            key: Textual's name of it.
            character: What it types, if it types something.
        """
        before, after = self.text[: self.cursor], self.text[self.cursor :]
        match key:
            case "left" | "ctrl+b":
                self.cursor = max(self.cursor - 1, 0)
            case "right" | "ctrl+f":
                self.cursor = min(self.cursor + 1, len(self.text))
            case "home" | "ctrl+a":
                self.cursor = 0
            case "end" | "ctrl+e":
                self.cursor = len(self.text)
            case "backspace" | "ctrl+h":
                self._become(before[:-1], after)
            case "delete" | "ctrl+d":
                self._become(before, after[1:])
            case "ctrl+u":
                self._become("", after)
            case "ctrl+k":
                self._become(before, "")
            case "ctrl+w":
                kept = before.rstrip(" /")
                cut = max(kept.rfind(" "), kept.rfind("/")) + 1
                self._become(before[:cut], after)
            case _:
                if character is None or not character.isprintable():
                    return False
                self.insert(character)
        return True

    def _become(self, before: str, after: str) -> None:
        self.text, self.cursor = before + after, len(before)

    def window(self, cells: int) -> tuple[str, str, str]:
        """Return what is seen of the line in so many cells, cursor always in view.

        Returns:
            What stands before the cursor, the character under it (a space at the end), and after.
        """
        under = printable(self.text[self.cursor : self.cursor + 1]) or " "
        before = [printable(letter) for letter in self.text[: self.cursor]]
        room = cells - cell_len(under)
        while before and cell_len("".join(before)) > room:
            before.pop(0)
        room -= cell_len("".join(before))
        after = ""
        for letter in self.text[self.cursor + 1 :]:
            if cell_len(after + printable(letter)) > room:
                break
            after += printable(letter)
        return "".join(before), under, after

"""What all forms that are being filled in have in common: fields with a text, usual or typed."""

from __future__ import annotations

from abc import ABC, abstractmethod

from tui.form.fields import Field


class Typed(ABC):
    """A form being filled in.

    Attributes:
        typed: The fields that a person changed, with what they say now.
    """

    typed: dict[str, str]

    @abstractmethod
    def fields(self) -> list[Field]:
        """Return the fields that count at present, in the order of the form."""

    @abstractmethod
    def error(self, name: str) -> str:
        """Say in plain words what is wrong with a field; empty where nothing is."""

    @abstractmethod
    def _usual(self, name: str) -> str:
        """Return what a field says unless a person changed it."""

    def _differs(self, name: str) -> bool:
        """Say whether a field that was typed means something else than is usual."""
        return self.text(name).strip() != self._usual(name)

    def text(self, name: str) -> str:
        """Return what a field says."""
        return self.typed.get(name, self._usual(name))

    def wrong(self) -> list[str]:
        """Return the names of the fields that cannot be as they are."""
        return [each.name for each in self.fields() if self.error(each.name)]

    def type(self, name: str, text: str) -> None:
        """Let a field say something else."""
        self.typed[name] = text
        if not self._differs(name):
            del self.typed[name]

    def turn(self, name: str, step: int) -> None:
        """Turn a choice on by so many options."""
        options = next((each.options for each in self.fields() if each.name == name), ())
        if options:
            here = options.index(self.text(name)) if self.text(name) in options else -step
            self.type(name, options[(here + step) % len(options)])

    def undo(self, name: str) -> None:
        """Set a field to what is usual."""
        self.typed.pop(name, None)

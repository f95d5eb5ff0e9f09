"""What a line of the launch form is, apart from what a person puts into it."""

from __future__ import annotations

from dataclasses import dataclass

CHOICE, NUMBER, TEXT, VARIED = "choice", "number", "text", "varied"
"""How a field is changed: turned; typed where a digit begins; typed where any letter begins; as a
number, and it says several values, which a search varies."""

OWN = "my own"
SOURCES = ("official", "sample", OWN)
"""Where data can come from, as the form calls it."""

GROUPS = {"network": "network", "training": "training", "data": "data", "run": "this run"}
"""Parts of the form below its head, in order, with their headings."""


@dataclass(frozen=True)
class Field:
    """A line of the form.

    Attributes:
        name: What it sets.
        label: What it is called.
        kind: :data:`CHOICE`, :data:`NUMBER`, :data:`TEXT` or :data:`VARIED`.
        group: A key of :data:`GROUPS`, or nothing for the head of the form.
        hint: What may stand there, as short as it goes.
        help: What it does, in a sentence.
        expects: What it takes, in words; empty for a choice and where anything goes.
        options: What a choice turns through.
    """

    name: str
    label: str
    kind: str
    group: str = ""
    hint: str = ""
    help: str = ""
    expects: str = ""
    options: tuple[str, ...] = ()

"""How the lines of a form are laid out: what each is called, says, and may say. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rich.cells import cell_len

from tui.form.fields import CHOICE, TEXT, VARIED, Field
from tui.format import pad, shorten, wrap
from tui.widgets.painted import Line, Span

if TYPE_CHECKING:
    from tui.widgets.line_editor import LineEditor

LAUNCH = "launch"
"""The name of the last line, on which enter starts what the form describes."""

_LONGEST_LABEL = 24
_LEAST_VALUE = 14
_LEAST_BESIDE = 8


class Filled(Protocol):
    """A form as it is filled in."""

    def fields(self) -> list[Field]:
        """Return the fields that count at present, in the order of the form."""

    def text(self, name: str) -> str:
        """Return what a field says."""

    def changed(self, name: str) -> bool:
        """Say whether it says something else than is usual."""

    def error(self, name: str) -> str:
        """Say in plain words what is wrong with a field; empty where nothing is."""


@dataclass
class FormLines:
    """A page.

    Attributes:
        lines: What stands in it.
        rows: Where each field begins and how many lines it takes, in order.
    """

    lines: list[Line] = field(default_factory=list)
    rows: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, name: str, lines: list[Line]) -> None:
        """Put in the lines of a field."""
        self.rows[name] = (len(self.lines), len(lines))
        self.lines += lines


@dataclass(frozen=True)
class Writing:
    """What a field's lines depend on, apart from the draft.

    Attributes:
        at: The current field.
        editor: What is being typed into it, if something is.
    """

    at: str
    editor: LineEditor | None


def add_fields(
    page: FormLines,
    form: Filled,
    cells: int,
    writing: Writing,
    headings: Mapping[str, str],
    about: Mapping[str, str],
) -> None:
    """Put in every field of a form, with a heading above each of its parts.

    Args:
        page: What they are put into.
        form: The form.
        cells: How wide the page is.
        writing: What else the lines depend on.
        headings: By group.
        about: What is said of a field below it, by its name.
    """
    fields = form.fields()
    columns = Columns.of(fields, cells)
    group = ""
    for each in fields:
        if each.group != group:
            group = each.group
            page.lines.append(rule(headings[group], cells))
        page.add(each.name, _field(form, each, columns, writing, about.get(each.name, "")))


def add_button(page: FormLines, text: str, about: str, writing: Writing) -> None:
    """Put in the last line, on which enter starts what the form describes."""
    here = writing.at == LAUNCH
    page.lines.append(())
    button: Line = (
        (" ▸ " if here else "   ", "accent"),
        (text, "strong" if here else "accent"),
        (f"  {about}", "muted"),
    )
    page.add(LAUNCH, [button])


def rule(heading: str, cells: int) -> Line:
    """Return a line with a heading in it."""
    head = f" {shorten(heading, max(cells - 5, 0))} "
    return (" ─", "rule"), (head, "muted"), ("─" * max(cells - cell_len(head) - 3, 0), "rule")


@dataclass(frozen=True)
class Columns:
    """How wide the columns of the form are: labels, values, and what stands beside them."""

    label: int
    value: int
    beside: int

    @classmethod
    def of(cls, fields: Sequence[Field], cells: int) -> Columns:
        longest = max((cell_len(each.label) for each in fields), default=0)
        label = min(longest, _LONGEST_LABEL) + 2
        option = max((cell_len(option) for each in fields for option in each.options), default=0)
        value = min(max(option + 4, _LEAST_VALUE), max((cells - label - 6) // 2, _LEAST_BESIDE))
        return cls(label, value, max(cells - label - value - 7, _LEAST_BESIDE))

    @property
    def indent(self) -> int:
        """Where the third column begins."""
        return 3 + self.label + self.value + 3

    @property
    def below_indent(self) -> int:
        """Where lines below a value begin."""
        return 5 + self.label

    @property
    def below(self) -> int:
        """How wide lines below a value are."""
        return self.indent + self.beside - self.below_indent


def _field(form: Filled, each: Field, columns: Columns, writing: Writing, about: str) -> list[Line]:
    """Return a field: a line, and more where something has to be read in full."""
    editor = writing.editor if each.name == writing.at else None
    text, error, changed = form.text(each.name), form.error(each.name), form.changed(each.name)
    first: list[Span] = [
        (" ▸ " if each.name == writing.at else "   ", "accent"),
        (pad(each.label, columns.label), ""),
    ]
    look = "bad" if error else "strong" if changed or each.kind == VARIED else ""
    below = " " * columns.below_indent
    if _is_long(each, text, columns, editor):  # it has the whole line
        first += _value(each, text, look, columns.below + 2, editor)
        return [tuple(first), *_under(below, wrap(error, columns.below) if error else [], "bad")]
    first += _value(each, text, look, columns.value, editor)
    first += [(" •" if changed else "  ", "accent"), (" ", "")]
    if error:
        head, *rest = wrap(error, columns.beside)
        return [(*first, (head, "bad")), *_under(" " * columns.indent, rest, "bad")]
    first.append((shorten(each.hint, columns.beside), "muted"))
    return [tuple(first), *_under(below, wrap(about, columns.below) if about else [], "muted")]


def _is_long(each: Field, text: str, columns: Columns, editor: LineEditor | None) -> bool:
    """Say whether what stands in a field needs more room than its column: a path, many options."""
    if each.kind == TEXT:
        return bool(text) or editor is not None
    return each.kind == VARIED and cell_len(text) > columns.value - 2


def _under(indent: str, texts: list[str], look: str) -> list[Line]:
    return [((indent, ""), (text, look)) for text in texts]


def _value(each: Field, text: str, look: str, cells: int, editor: LineEditor | None) -> list[Span]:
    mark: Span = ("◆ ", "accent") if each.kind == VARIED else ("  ", "")
    if editor is not None:
        before, under, after = editor.window(cells - 2)
        rest = " " * (cells - 2 - sum(map(cell_len, (before, under, after))))
        return [mark, (before, "edit"), (under, "caret"), (after + rest, "edit")]
    if each.kind == CHOICE:
        shown = shorten(text, cells - 4)
        rest = " " * (cells - 4 - cell_len(shown))
        return [("‹ ", "muted"), (shown, look), (" ›", "muted"), (rest, "")]
    return [mark, (pad(text, cells - 2), look)]

"""How a recipe's page is laid out: the story, then a line a field. Pure functions of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.cells import cell_len

from tui.form.fields import CHOICE, GROUPS, TEXT, Field
from tui.format import pad, shorten, wrap
from tui.widgets.painted import Line, Span, lines_of

if TYPE_CHECKING:
    from tui.form.draft import Draft
    from tui.widgets.line_editor import LineEditor

LAUNCH = "launch"
"""The name of the last line, on which enter starts the training."""

_LONGEST_LABEL = 24
_LEAST_VALUE = 14
_LEAST_BESIDE = 8


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
        presence: What is known of the data, by the source's name in the form.
    """

    at: str
    editor: LineEditor | None
    presence: Mapping[str, str]


def lay_out(draft: Draft, cells: int, writing: Writing) -> FormLines:
    """Return a recipe's page in so many cells."""
    page = FormLines()
    recipe = draft.entry.recipe
    page.lines += lines_of([f" {line}" for line in wrap(recipe.story, cells - 2)])
    if recipe.origin:
        origin = wrap(f"From {recipe.origin}.", cells - 2)
        page.lines += lines_of([f" {line}" for line in origin], "muted")
    page.lines.append(())
    fields = draft.fields()
    columns = _Columns.of(fields, cells)
    group = ""
    for each in fields:
        if each.group != group:
            group = each.group
            head = f" {GROUPS[group]} "
            rule = "─" * (cells - len(head) - 3)
            page.lines.append(((" ─", "rule"), (head, "muted"), (rule, "rule")))
        page.add(each.name, _field(draft, each, columns, writing))
    page.lines.append(())
    here = writing.at == LAUNCH
    button: Line = (
        (" ▸ " if here else "   ", "accent"),
        ("launch", "strong" if here else "accent"),
        ("  enter, or l anywhere", "muted"),
    )
    page.add(LAUNCH, [button])
    return page


@dataclass(frozen=True)
class _Columns:
    """How wide the columns of the form are: labels, values, and what stands beside them."""

    label: int
    value: int
    beside: int

    @classmethod
    def of(cls, fields: list[Field], cells: int) -> _Columns:
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


def _field(draft: Draft, each: Field, columns: _Columns, writing: Writing) -> list[Line]:
    """Return a field: a line, and more where something has to be read in full."""
    editor = writing.editor if each.name == writing.at else None
    text, error, changed = draft.text(each.name), draft.error(each.name), draft.changed(each.name)
    first: list[Span] = [
        (" ▸ " if each.name == writing.at else "   ", "accent"),
        (pad(each.label, columns.label), ""),
    ]
    look = "bad" if error else "strong" if changed else ""
    below = " " * columns.below_indent
    if each.kind == TEXT and (text or editor is not None):  # a path is long: it has the whole line
        first += _value(each, text, look, columns.below + 2, editor)
        return [tuple(first), *_under(below, wrap(error, columns.below) if error else [], "bad")]
    first += _value(each, text, look, columns.value, editor)
    first += [(" •" if changed else "  ", "accent"), (" ", "")]
    if error:
        head, *rest = wrap(error, columns.beside)
        return [(*first, (head, "bad")), *_under(" " * columns.indent, rest, "bad")]
    first.append((shorten(each.hint, columns.beside), "muted"))
    about = _about(draft, each, writing.presence)
    return [tuple(first), *_under(below, wrap(about, columns.below) if about else [], "muted")]


def _under(indent: str, texts: list[str], look: str) -> list[Line]:
    return [((indent, ""), (text, look)) for text in texts]


def _value(each: Field, text: str, look: str, cells: int, editor: LineEditor | None) -> list[Span]:
    if editor is not None:
        before, under, after = editor.window(cells - 2)
        rest = " " * (cells - 2 - sum(map(cell_len, (before, under, after))))
        return [("  ", ""), (before, "edit"), (under, "caret"), (after + rest, "edit")]
    if each.kind == CHOICE:
        shown = shorten(text, cells - 4)
        rest = " " * (cells - 4 - cell_len(shown))
        return [("‹ ", "muted"), (shown, look), (" ›", "muted"), (rest, "")]
    return [("  ", ""), (pad(text, cells - 2), look)]


def _about(draft: Draft, each: Field, presence: Mapping[str, str]) -> str:
    """Return what is said of a choice below it; nothing for most fields."""
    recipe = draft.entry.recipe
    if each.name == "preset":
        preset = recipe.presets[draft.text("preset")]
        return f"{preset.summary}. {preset.expect}".strip()
    if each.name == "source":
        name = draft.text("source")
        source = {"official": recipe.official, "sample": recipe.sample}.get(name, recipe.own)
        known = f"; {presence[name]}" if presence.get(name) else ""
        return ("generated data: " if source.synthetic else "") + source.summary + known
    return ""

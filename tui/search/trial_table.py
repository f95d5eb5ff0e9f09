"""All trials of a search, a line each: state, score, spread, epochs, setting, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from tui import keys
from tui.figures import UNKNOWN, metric, progress, span
from tui.panels.panel import Panel
from tui.search.trial_rows import TrialRow
from tui.search.values import heading, key, written
from tui.sparkline import ASCII, BLOCKS, sparkline
from tui.tables.columns import Column
from tui.tables.row_table import RowTable

if TYPE_CHECKING:
    from engine.run.search_records import SearchSpec
    from tui.widgets.painted import Span

FIXED = ("number", "state", "score")
"""Columns that stay in view when the others are moved sideways."""

_SPARK = 12  # epochs of which a trial under way shows how they went


class TrialTable(RowTable[TrialRow], Panel):
    """Lists trials and has one of them current; they are marked by their numbers.

    Args:
        ascii_only: Whether the terminal knows ASCII alone.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("table")

    def __init__(self, *, ascii_only: bool, id: str | None = None) -> None:
        super().__init__(lambda row: row.number, fixed=len(FIXED), id=id)
        self.empty_text = "No trial has begun yet."
        self._marks = ASCII if ascii_only else BLOCKS

    @property
    def key_places(self) -> tuple[str, ...]:
        return ("table",)

    @property
    def said(self) -> str:
        marked = len(self.marked)
        return f"{marked} marked" if marked else ""

    def show_trials(self, rows: Sequence[TrialRow], search: SearchSpec) -> None:
        """List trials, with the columns that they need."""
        self.marked &= {row.number for row in rows}
        self.show(rows, columns(rows, search, self._marks))

    def margin_of(self, row: TrialRow) -> Span:
        mark, look = super().margin_of(row)
        return (mark, look) if mark else ("★" if row.is_best else "", "good")

    def as_text(self) -> str:
        cells = self.scrollable_content_region.width
        lines = [self.headings(cells), *self.compose_lines(cells)]
        return "\n".join("".join(text for text, _ in line).rstrip() for line in lines) + "\n"


def columns(rows: Sequence[TrialRow], search: SearchSpec, marks: str) -> list[Column[TrialRow]]:
    """Return the columns of a search's trials.

    Args:
        rows: The trials.
        search: What is varied.
        marks: Characters from low to high, for how a trial under way goes.
    """
    has_folds = any(row.spread is not None for row in rows)
    spread = Column[TrialRow](
        id="spread",
        heading="±",
        cell=lambda row: f"{row.spread:.2g}" if row.spread is not None else "",
        key=lambda row: row.spread,
        look=_muted,
        right=True,
        about="the standard deviation over folds",
    )
    return [
        Column(
            id="number",
            heading="#",
            cell=lambda row: str(row.number),
            key=lambda row: row.number,
            right=True,
        ),
        Column(
            id="state",
            heading="state",
            cell=lambda row: f"{row.tone.glyph} {row.state}",
            key=lambda row: row.state,
            look=lambda row: row.tone.look,
            most=12,
        ),
        Column(
            id="score",
            heading=heading(search.objective),
            cell=_score,
            key=lambda row: None if row.is_open else row.score,
            look=lambda row: "good" if row.is_best else "muted" if row.is_open else "",
            right=True,
            down=search.direction == "max",
        ),
        *([spread] if has_folds else []),
        Column(
            id="epochs",
            heading="epochs",
            cell=_epochs,
            key=lambda row: row.epochs,
            right=True,
            down=True,
            export=lambda row: row.epochs,
        ),
        *(_setting(each.name, rows) for each in search.space),
        Column(
            id="happened",
            heading="what happened",
            cell=partial(_happened, marks),
            key=lambda row: row.happened,
            look=lambda row: "accent" if row.is_open else "good" if row.is_best else "muted",
            least=16,
            most=200,
            stretches=True,
            export=lambda row: row.happened,
        ),
        Column(
            id="seconds",
            heading="took",
            cell=lambda row: span(row.seconds) if row.seconds else UNKNOWN,
            key=lambda row: row.seconds,
            look=_muted,
            right=True,
            optional=True,
        ),
    ]


def _muted(row: TrialRow) -> str:
    return "muted"


def _score(row: TrialRow) -> str:
    if row.score is None:
        return UNKNOWN
    return f"{metric(row.score)}…" if row.is_open else f"{metric(row.score)} "


def _epochs(row: TrialRow) -> str:
    return progress(int(row.epochs), row.whole) if row.epochs < row.whole else str(row.whole)


def _happened(marks: str, row: TrialRow) -> str:
    """Say what happened; of a trial under way, show how its objective went."""
    drawn = ""
    if row.is_open and row.curve:
        values = row.curve[-_SPARK:]
        drawn = sparkline(values, min(values), max(values), marks)
    return "  ".join(filter(None, (drawn, row.happened)))


def _setting(name: str, rows: Sequence[TrialRow]) -> Column[TrialRow]:
    return Column(
        id=name,
        heading=heading(name),
        cell=lambda row: written(row.values.get(name)),
        key=lambda row: key(row.values.get(name)),
        right=not any(isinstance(row.values.get(name), str) for row in rows),
        export=lambda row: written(row.values[name]) if name in row.values else "",
    )

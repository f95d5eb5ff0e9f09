"""Runs beside each other, a line each: the settings that differ, and what came out."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType

from engine.run.comparison import Compared
from tui import keys
from tui.charts.style import PALETTE, SHAPES
from tui.tables.row_table import RowTable
from tui.widgets.painted import Span

_CURVE = "━"


class CompareTable(RowTable[Compared]):
    """Lists compared runs; before each stands the colour of its curve.

    Args:
        role_of: Returns the entry of the palette with which a run's curves are drawn, or nothing
            where they are hidden.
        shapes: Whether curves are told apart by their shape rather than by colour.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("table")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"look--{name}" for name in PALETTE}
    DEFAULT_CSS = "\n".join(
        f"CompareTable .look--{name} {{ color: {dark}; }}\n"
        f"CompareTable:light .look--{name} {{ color: {light}; }}\n"
        f"CompareTable:ansi .look--{name} {{ color: {ansi}; }}"
        for name, (dark, light, ansi) in PALETTE.items()
    )

    def __init__(
        self, role_of: Callable[[Compared], str], *, shapes: bool, id: str | None = None
    ) -> None:
        super().__init__(lambda run: run.folder.path, id=id)
        self._role_of = role_of
        self._shapes = shapes
        self.empty_text = "Reading the runs …"

    def margin_of(self, row: Compared) -> Span:
        role = self._role_of(row)
        if not role:
            return "", ""
        return (SHAPES.get(role, "·") if self._shapes else _CURVE), role

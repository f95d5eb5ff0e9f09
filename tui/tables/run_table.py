"""All runs, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from tui import keys
from tui.tables.row_table import RowTable
from tui.tables.run_columns import FIXED

if TYPE_CHECKING:
    from engine.run.listing import Summary


class RunTable(RowTable["Summary"]):
    """Lists runs and has one of them current; they are marked by their folders."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("table")

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(lambda run: run.folder.path, fixed=len(FIXED), id=id)
        self.empty_text = "Reading the runs …"

    @property
    def runs(self) -> Sequence[Summary]:
        """The runs that are listed, in their order."""
        return self.rows

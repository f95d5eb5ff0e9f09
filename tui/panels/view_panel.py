"""A panel that shows something of a run, and asks for its lines again when the run changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.panels.panel import Panel

if TYPE_CHECKING:
    from engine.run.view import RunView


class ViewPanel(Panel):
    """Shows a run.

    Args:
        view: The run; somebody else refreshes it.
    """

    def __init__(self, view: RunView, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view = view

    def generated(self) -> str:
        """Say it where the data is generated rather than observed, to stand behind a heading."""
        described = self.view.described
        return " · generated data" if described is not None and described.synthetic else ""

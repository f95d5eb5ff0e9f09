"""The search form as a page: how it is searched, and each hyperparameter fixed or varied."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from engine.errors import Problem
from tui import keys
from tui.form.form_lines import FormLines, Writing
from tui.form.form_page import FormPage
from tui.form.search_fields import METHOD
from tui.form.search_lines import lay_out

if TYPE_CHECKING:
    from tui.form.search_draft import SearchDraft


class SearchPage(FormPage):
    """Shows a search draft and lets a person change it.

    Args:
        draft: What is filled in.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("search-space")

    def __init__(self, draft: SearchDraft, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.draft = draft
        self._at = METHOD

    @property
    def form(self) -> SearchDraft:
        return self.draft

    def lay_out(self, cells: int, writing: Writing) -> FormLines:
        return lay_out(self.draft, cells, writing)

    def action_vary(self) -> None:
        """Vary the hyperparameter, or let it be as the setting has it."""
        try:
            self.draft.vary(self.at)
        except Problem as problem:
            self.notify(str(problem), severity="warning", markup=False)
        self.go_to(self.at)

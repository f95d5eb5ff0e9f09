"""A recipe's page: its story, and below it the form in which a training is set up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui.form.form_lines import FormLines, Writing
from tui.form.form_page import FormPage
from tui.form.recipe_lines import lay_out
from tui.format import wrap
from tui.widgets.painted import Line, lines_of

if TYPE_CHECKING:
    from tui.form.draft import Draft


class RecipePage(FormPage):
    """Shows a draft and lets a person change it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.draft: Draft | None = None
        self._text: list[str] = ["Reading the recipes …"]
        self._presence: Mapping[str, str] = {}
        self._at = "preset"

    @property
    def form(self) -> Draft | None:
        return self.draft

    def show_draft(self, draft: Draft, presence: Mapping[str, str]) -> None:
        """Show a recipe's form from its top.

        Args:
            draft: What is filled in.
            presence: What is known of the data, by the source's name in the form.
        """
        self.draft, self._presence = draft, presence
        self.begin_at("preset")

    def show_text(self, text: list[str]) -> None:
        """Show paragraphs where there is no form."""
        self.draft, self._text, self._editor = None, text, None
        self.redraw()

    def show_presence(self, presence: Mapping[str, str]) -> None:
        """Show what has been found out about the data."""
        self._presence = presence
        self.redraw()

    def lay_out(self, cells: int, writing: Writing) -> FormLines:
        assert self.draft is not None  # asked only where there is one
        return lay_out(self.draft, cells, writing, self._presence)

    def text_lines(self, cells: int) -> list[Line]:
        return [
            line
            for text in self._text
            for line in [*lines_of([f" {each}" for each in wrap(text, cells - 2)]), ()]
        ]

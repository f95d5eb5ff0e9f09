"""How the search form is laid out: how it is searched, what is varied, what ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.form.fields import GROUPS
from tui.form.form_lines import FormLines, Writing, add_button, add_fields
from tui.form.search_fields import METHOD, METHODS

if TYPE_CHECKING:
    from tui.form.search_draft import SearchDraft

_HEADINGS = {**GROUPS, "limits": "limits, and what is kept"}


def lay_out(draft: SearchDraft, cells: int, writing: Writing) -> FormLines:
    """Return the form in so many cells."""
    page = FormLines()
    about = {METHOD: METHODS.get(draft.text(METHOD), "")}
    add_fields(page, draft, cells, writing, _headings(draft), about)
    add_button(page, "search", "enter, or l anywhere", writing)
    return page


def _headings(draft: SearchDraft) -> dict[str, str]:
    """Return the headings; the first above hyperparameters says what the mark means."""
    first = next((each.group for each in draft.fields() if each.group), "")
    return {**_HEADINGS, first: f"{_HEADINGS.get(first, first)}   ◆ is varied"}

"""How a recipe's page is laid out: the story, then a line a field. Pure functions of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui.form.fields import GROUPS
from tui.form.form_lines import FormLines, Writing, add_button, add_fields
from tui.format import wrap
from tui.widgets.painted import lines_of

if TYPE_CHECKING:
    from tui.form.draft import Draft


def lay_out(draft: Draft, cells: int, writing: Writing, presence: Mapping[str, str]) -> FormLines:
    """Return a recipe's page in so many cells.

    Args:
        draft: What is filled in.
        cells: How wide the page is.
        writing: What else its lines depend on.
        presence: What is known of the data, by the source's name in the form.
    """
    page = FormLines()
    recipe = draft.entry.recipe
    page.lines += lines_of([f" {line}" for line in wrap(recipe.story, cells - 2)])
    if recipe.origin:
        origin = wrap(f"From {recipe.origin}.", cells - 2)
        page.lines += lines_of([f" {line}" for line in origin], "muted")
    page.lines.append(())
    about = {"preset": _about_preset(draft), "source": _about_source(draft, presence)}
    add_fields(page, draft, cells, writing, GROUPS, about)
    add_button(page, "launch", "enter, or l anywhere", writing)
    return page


def _about_preset(draft: Draft) -> str:
    preset = draft.entry.recipe.presets[draft.text("preset")]
    return f"{preset.summary}. {preset.expect}".strip()


def _about_source(draft: Draft, presence: Mapping[str, str]) -> str:
    recipe, name = draft.entry.recipe, draft.text("source")
    source = {"official": recipe.official, "sample": recipe.sample}.get(name, recipe.own)
    known = f"; {presence[name]}" if presence.get(name) else ""
    return ("generated data: " if source.synthetic else "") + source.summary + known

"""The recipes there are, grouped by family."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui import keys
from tui.safe_text import printable

if TYPE_CHECKING:
    from engine.catalog import Catalog

NOTICE = "notice:"
"""What the id of an option begins with that stands for a recipe which cannot be used."""


class RecipeList(OptionList):
    """Lists a catalogue; the ids of its options are the names of recipes."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("recipes")
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False, compact=True)

    def show(self, catalog: Catalog, chosen: str | None = None) -> None:
        """List every recipe under the heading of its family.

        Args:
            catalog: The recipes, and what is wrong with others.
            chosen: The recipe to begin with; the first one by default.
        """
        families: dict[str, list[str]] = {}
        for name, entry in sorted(
            catalog.entries.items(), key=lambda item: (item[1].recipe.place, item[0])
        ):
            families.setdefault(entry.recipe.family, []).append(name)
        options: list[Option] = []
        for family, names in families.items():
            options.append(Option(_text(family), disabled=True))
            options += [Option(_text(f" {name}"), id=name) for name in names]
        if catalog.notices:
            options.append(Option(_text("cannot be used"), disabled=True))
            options += [
                Option(_text(f" ! {_subject(notice)}"), id=f"{NOTICE}{number}")
                for number, notice in enumerate(catalog.notices)
            ]
        self.clear_options()
        self.add_options(options)
        first = next((option.id for option in options if option.id), None)
        wished = chosen if chosen in catalog.entries else first
        if wished is not None:
            self.highlighted = self.get_option_index(wished)


def _subject(notice: str) -> str:
    """Return the recipe or file that a notice is about."""
    words = notice.partition(" cannot be used")[0].split()
    return words[-1].rpartition("/")[2] if words else notice


def _text(text: str) -> Content:
    return Content(printable(text))

"""Which recipe a command line means, by name or by file."""

from __future__ import annotations

from pathlib import Path

import click

from engine.catalog import Catalog, Entry, read_recipe_file, with_presets
from engine.errors import Problem
from tui.commands.subcommand import Invocation, written_words
from tui.streams import narrate

_OPTION = "--recipe-file"


def chosen(invocation: Invocation, name: str | None, file: Path | None) -> Entry:
    """Return the recipe that a command names, by name or by file.

    Raises:
        Problem: Neither is given, there is no such recipe, or the file holds another one.
    """
    if file is None:
        catalog = invocation.catalog()
        if name is None:
            known = ", ".join(sorted(catalog.entries))
            remedy = f"Known: {known}. Or --recipe-file with one of your own."
            raise Problem("Expected the name of a recipe, got none.", remedy)
        return catalog.find(name)
    entry = read_recipe_file(file)
    assert entry is not None  # only an optional file may hold no recipe
    if name not in (None, entry.recipe.name):
        raise Problem(
            f"{file} holds the recipe {entry.recipe.name!r}, not {name!r}.",
            "Leave the name out: the file says which recipe it is.",
        )
    found, notices = with_presets({entry.recipe.name: entry}, invocation.settings().recipes)
    for notice in notices:
        narrate(notice)
    return found[entry.recipe.name]


def mentioned(context: click.Context) -> Entry | None:
    """Return the recipe that stands on a command line which is not complete yet, if there is one.

    Raises:
        Problem: It stands in a file that cannot be used.
    """
    words = written_words(context)
    for word, following in zip(words, [*words[1:], ""], strict=True):
        file = following if word == _OPTION else word.removeprefix(f"{_OPTION}=")
        if word.startswith(_OPTION) and file:
            return read_recipe_file(Path(file))
    # Not invocation.catalog(): a shell's prompt is no place for notices.
    catalog = Catalog.load(context.ensure_object(Invocation).settings().recipes)
    return next((catalog.entries[word] for word in words if word in catalog.entries), None)

"""What a person may wish of a search: read from what was typed, and a preset made of a trial."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from engine.errors import Problem, nearest
from tui import wishes
from tui.screens.prompt import PromptScreen
from tui.search_words import value_text

if TYPE_CHECKING:
    from engine.catalog import Entry
    from engine.run.folder import RunFolder
    from engine.run.search_records import SearchSpec, SearchValue
    from engine.space import Space
    from tui.screens.console_screen import Console, ConsoleScreen


class Fixed(NamedTuple):
    """A hyperparameter that is to be varied no more."""

    name: str
    value: SearchValue


class Fold(NamedTuple):
    """One of a trial's trainings."""

    number: int


def fold(text: str, folds: int) -> Fold:
    """Read which fold is meant; raise Problem where there is no such one."""
    word = text.strip()
    if word.isascii() and word.isdigit() and len(word) < 10 and 1 <= int(word) <= folds:
        return Fold(int(word))
    raise Problem(f"Expected a whole number from 1 to {folds}, got {text!r:.40}.")


def whole_times(search: SearchSpec | None) -> int:
    """Return how many trials all brackets of a Hyperband have; 0 of other methods."""
    from engine.insight.search_plan import plan

    if search is None or search.method != "hyperband":
        return 0
    return plan(msgspec.structs.replace(search, iterations=1)).trials


def fixed(text: str, space: Space, varied: Sequence[str]) -> Fixed:
    """Read what is to be fixed, ``name=value``; raise Problem where it is not varied any more."""
    name, value = wishes.fixed(text, space)
    if name not in varied:
        raise Problem(f"{name} is not varied.", nearest(name, varied))
    return Fixed(name, value)


def proposal(varied: Sequence[str], best: Mapping[str, SearchValue]) -> str:
    """Return what to begin with: the first that is varied, with the best trial's value."""
    name = next((each for each in varied if each in best), "")
    return f"{name}={value_text(best[name])}" if name else ""


def entry_of(console: Console, folder: RunFolder) -> Entry:
    """Return the recipe of a run. For a thread.

    Raises:
        Problem: It is not there any more, or ``run.json`` makes no sense.
    """
    from engine.process.again import again

    return again(folder, console.load_catalog().entries).order.entry


async def keep_as_preset(screen: ConsoleScreen, folder: RunFolder) -> None:
    """Ask for a name, and keep a trial's setting as a preset of a person's own.

    Args:
        screen: Where it is asked for, and told what is in the way.
        folder: One of the trial's trainings.
    """
    from engine.presets import check_preset_name, save_preset
    from engine.process.keeping import setting_of

    console = screen.console
    try:
        kept = await asyncio.to_thread(lambda: setting_of(folder, console.load_catalog().entries))
    except Problem as problem:
        screen.tell(str(problem), error=True)
        return
    recipe = kept.recipe

    def check(text: str) -> str:
        check_preset_name(recipe, text.strip())
        return text.strip()

    name = await screen.put(
        PromptScreen(
            f"Keep the setting of {kept.summary}, as a preset of {recipe.name}. Its name?",
            "",
            "Lower-case letters, digits and -.",
            check,
        )
    )
    if name is None:
        return
    place = console.settings.recipes
    try:
        await asyncio.to_thread(save_preset, place, recipe, name, kept.values, kept.summary)
    except Problem as problem:
        screen.tell(str(problem), error=True)
        return
    screen.tell(f"{recipe.name} has a preset {name} now.")
    for notice in kept.notices:
        screen.tell(notice, error=True)

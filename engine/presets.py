"""Presets of a person's own: settings worth keeping, saved beside their recipes.

They stand in ``presets.toml`` in the folder of a person's recipes, by recipe and name, and join
those that the recipe declares; these are never hidden by one of the same name. What cannot be used
is told in a sentence, and the rest is.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

from engine.errors import Problem, nearest
from engine.recipe import Preset, Recipe
from engine.run.files import PRIVATE_FOLDER, replace
from engine.space import Value

FILE = "presets.toml"

LONGEST_NAME = 40
LONGEST_SUMMARY = 200

_HEAD = "# Presets of your own: dlconsole preset, and B on the screen of a search, write them.\n"
_KEYS = ("summary", "values")

Saved = dict[str, dict[str, Any]]
"""What the file holds: by recipe and name of the preset, ``summary`` and ``values``."""


def merged(recipe: Recipe, saved: Saved, place: Path) -> tuple[Recipe, list[str]]:
    """Return a recipe with a person's own presets behind those that it declares.

    Args:
        recipe: As it is declared.
        saved: What :func:`read_presets` returned.
        place: Where that stands, for the sentences.

    Returns:
        The recipe, and a sentence for each preset that cannot be used.
    """
    found = saved.get(recipe.name)
    if found is None:
        return recipe, []
    if not isinstance(found, Mapping):
        return recipe, [f"{place}: expected presets of {recipe.name}, got {found!r:.40}."]
    presets, notices = dict(recipe.presets), []
    for name, content in found.items():
        try:
            _check_spelling(name)
            if name in recipe.presets:
                raise Problem("the recipe has one of that name, which is used.")
            presets[name] = _preset(recipe, name, content)
        except Problem as problem:
            notices.append(f"{place}, {recipe.name}, preset {name!r}: {problem}")
    return changed(recipe, presets=presets), notices


def read_presets(folder: Path) -> Saved:
    """Return what ``presets.toml`` holds; nothing where there is none.

    Args:
        folder: That of a person's recipes.

    Raises:
        Problem: It cannot be read, or is no TOML.
    """
    place = folder / FILE
    try:
        text = place.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Problem(f"{place} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Problem(f"{place} is not UTF-8.", "Correct it, or move it away.") from None
    import tomllib  # most people have no such file

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = " ".join(str(error).split()) or "it is nested too deeply"
        raise Problem(f"{place} is no TOML: {why}.", "Correct it, or move it away.") from None


def save_preset(
    folder: Path,
    recipe: Recipe,
    name: str,
    values: Mapping[str, object],
    summary: str,
    *,
    replacing: bool = False,
) -> Preset:
    """Keep some values as a preset of a person's own. Not for an event loop.

    Args:
        folder: That of a person's recipes (``Settings.recipes``); made if it is missing.
        recipe: What the values are of.
        name: Lower-case letters, digits and ``-``.
        values: Hyperparameters; what is as the recipe has it anyway need not be among them.
        summary: What it is for, in one line.
        replacing: Whether one of the person's own of that name gives way.

    Returns:
        The preset.

    Raises:
        Problem: The name is none or taken, a value is not allowed, or the file cannot be read or
            written.
    """
    check_preset_name(recipe, name)
    defaults = recipe.space.defaults()
    checked = recipe.space.check(values)
    preset = _preset(
        recipe,
        name,
        {
            "summary": summary,
            "values": {each: value for each, value in checked.items() if value != defaults[each]},
        },
    )
    with _writing(folder) as saved:
        own = saved.setdefault(recipe.name, {})
        if not isinstance(own, dict):
            raise Problem(
                f"{folder / FILE}: expected presets of {recipe.name}, got {own!r:.40}.",
                "Correct it, or move it away.",
            )
        if name in own and not replacing:
            raise Problem(
                f"You have a preset {name!r} of {recipe.name} already.",
                f"Choose another name, or dlconsole preset rm {recipe.name} {name} first.",
            )
        own[name] = {"summary": preset.summary, "values": dict(preset.values)}
    return preset


def check_preset_name(recipe: Recipe, name: str) -> None:
    """Raise Problem unless a person may give that name to a preset of their own."""
    _check_spelling(name)
    if name in recipe.presets and not recipe.presets[name].own:
        raise Problem(
            f"{recipe.name} comes with a preset {name!r}, which cannot be replaced.",
            "Choose another name.",
        )


def _check_spelling(name: str) -> None:
    """Raise Problem unless a name can be typed, and stand in the name of a run."""
    if len(name) > LONGEST_NAME or not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise Problem(
            f"Expected a name of lower-case letters, digits and '-', {LONGEST_NAME} at most, got "
            f"{name!r:.60}.",
            "Example: found-by-hyperband.",
        )


def remove_preset(folder: Path, recipe: str, name: str) -> None:
    """Take a preset of a person's own away.

    Raises:
        Problem: There is none of that name, or the file cannot be written.
    """
    with _writing(folder) as saved:
        own = saved.get(recipe, {})
        if not isinstance(own, dict) or name not in own:
            known = list(own) if isinstance(own, dict) else []
            raise Problem(f"You have no preset {name!r} of {recipe}.", nearest(name, known))
        del own[name]
        if not own:
            del saved[recipe]


def _preset(recipe: Recipe, name: str, content: object) -> Preset:
    """Return a preset as the file has it, checked."""
    if not isinstance(content, Mapping) or not isinstance(content.get("values", {}), Mapping):
        raise Problem("expected summary and values.")
    unknown = set(content) - set(_KEYS)
    if unknown:
        raise Problem(f"there is no {min(unknown)!r} of a preset.", f"Known: {', '.join(_KEYS)}.")
    values: Mapping[str, Value] = recipe.space.check(content.get("values", {}))
    summary = content.get("summary", "")
    if not isinstance(summary, str):
        raise Problem(f"expected a text as summary, got {summary!r:.40}.")
    told = " ".join(summary.split())[:LONGEST_SUMMARY]
    return Preset(summary=told or "of your own", values=values, own=True)


@contextmanager
def _writing(folder: Path) -> Iterator[Saved]:
    """Give what the file holds, to be changed, and write it; of two who do so one waits."""
    from engine.toml import dumps

    place = folder / FILE
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            saved = read_presets(folder)
            yield saved
            # A link stays one: settings are often kept in a folder of their own, with a history.
            replace(place.resolve(), (_HEAD + dumps(saved)).encode())
        finally:
            os.close(handle)
    except OSError as error:
        raise Problem(f"{place} cannot be written: {error.strerror}.") from None

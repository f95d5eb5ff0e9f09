"""Finds recipes: installed ones through entry points, a person's own in files.

The built-in recipes are registered in the group ``dlconsole.recipes`` the way anybody's are. A
recipe that cannot be loaded is a notice beside the ones that can, never a crash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from engine.errors import Problem, nearest
from engine.presets import FILE as PRESETS
from engine.presets import merged, read_presets
from engine.recipe import Recipe
from engine.references import load_file
from engine.run.records import RunSpec

GROUP = "dlconsole.recipes"
"""The entry point group in which packages register recipes."""


@dataclass(frozen=True)
class Entry:
    """A recipe that was found.

    Attributes:
        recipe: The recipe.
        file: Where it stands, if it is a person's own.
    """

    recipe: Recipe
    file: Path | None = None


@dataclass(frozen=True)
class Catalog:
    """All recipes by name, and what was wrong with the others.

    Attributes:
        entries: By the recipe's name; a person's own wins over an installed one of that name.
        notices: A sentence for each recipe that cannot be used.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @classmethod
    def load(cls, own: Path | None = None) -> Catalog:
        """Find every recipe.

        Args:
            own: The folder with a person's recipe files; each ``*.py`` with a ``RECIPE`` is one.
                Their presets of their own are in it as well.
        """
        entries: dict[str, Entry] = {}
        notices: list[str] = []
        for point in entry_points(group=GROUP):
            try:
                entry = Entry(_installed(point))
            except Problem as problem:
                notices.append(f"Recipe {point.name} cannot be used: {problem}")
            else:
                entries[entry.recipe.name] = entry
        for path in sorted(own.glob("*.py")) if own else ():
            try:
                own_entry = read_recipe_file(path, optional=True)
            except Problem as problem:
                notices.append(f"{path} cannot be used: {problem}")
            else:
                if own_entry is not None:
                    entries[own_entry.recipe.name] = own_entry
        if own is not None:
            entries, more = with_presets(entries, own)
            notices += more
        return cls(entries, tuple(notices))

    def find(self, name: str) -> Entry:
        """Return a recipe by name.

        Raises:
            Problem: There is none of that name; the nearest is given.
        """
        if name not in self.entries:
            raise Problem(f"There is no recipe {name!r}.", nearest(name, self.entries))
        return self.entries[name]


def with_presets(entries: Mapping[str, Entry], own: Path) -> tuple[dict[str, Entry], list[str]]:
    """Return recipes together with a person's own presets.

    Args:
        entries: Recipes by name.
        own: The folder of a person's recipes.

    Returns:
        The recipes, and a sentence for what cannot be used. Presets of recipes that are not among
        these are passed over: those may be named on another command line.
    """
    found, notices = dict(entries), []
    try:
        saved = read_presets(own)
    except Problem as problem:
        return found, [str(problem)]
    for name in saved.keys() & found.keys():
        recipe, more = merged(found[name].recipe, saved, own / PRESETS)
        found[name] = replace(found[name], recipe=recipe)
        notices += more
    return found, notices


def read_recipe_file(path: Path, *, optional: bool = False) -> Entry | None:
    """Read a person's recipe file.

    Args:
        path: A Python file that defines ``RECIPE``.
        optional: Whether a file without ``RECIPE`` is passed over (it may be a network's) and
            gives None, rather than being refused.

    Raises:
        Problem: It is missing, fails, or its recipe does not hold together.
    """
    if not path.is_file():
        raise Problem(f"There is no recipe file {path}.", "Check the path.")
    found = getattr(load_file(path), "RECIPE", None)
    if found is None and optional:
        return None
    if not isinstance(found, Recipe):
        raise Problem(f"{path.name} defines no RECIPE of type engine.recipe.Recipe.")
    found.validate()
    return Entry(found, path.absolute())


def recipe_of(spec: RunSpec, code: Path) -> Recipe:
    """Return the recipe that a run was made from.

    Args:
        spec: What its ``run.json`` says.
        code: The run's copy of a person's own sources.

    Raises:
        Problem: It is not installed here, or the copy cannot be used.
    """
    if not spec.recipe_file:
        return Catalog.load().find(spec.recipe).recipe
    entry = read_recipe_file(code / spec.recipe_file)
    assert entry is not None  # only an optional file may hold no recipe
    return entry.recipe


def _installed(point: EntryPoint) -> Recipe:
    try:
        recipe = point.load()
    except Problem:
        raise
    except (Exception, SystemExit) as error:  # another package's code may raise anything
        raise Problem(f"{type(error).__name__}: {error}.") from error
    if not isinstance(recipe, Recipe):
        raise Problem(f"{point.value} is no engine.recipe.Recipe.")
    recipe.validate()
    return recipe

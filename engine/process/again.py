"""Asking for what an earlier run was asked for, as a new order that can be changed."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping
from typing import NamedTuple

from engine.catalog import Entry, read_recipe_file
from engine.errors import Problem
from engine.process.order import Order
from engine.recipe import Recipe
from engine.run.folder import RunFolder
from engine.run.records import RunSpec
from engine.space import Value


class Again(NamedTuple):
    """What an earlier run was asked for."""

    order: Order
    """The same once more; its name is made up anew."""
    notices: tuple[str, ...]
    """A sentence on each thing that cannot be asked for as it was."""


def again(folder: RunFolder, entries: Mapping[str, Entry], own: Entry | None = None) -> Again:
    """Return an order for what a run was asked for.

    A recipe of a person's own is taken from where it stands now if it is unchanged, else from the
    copy that was kept with the run. Settings that the recipe no longer has, or that it allows no
    more, are left as the preset has them, and that is told. Of a search or its trial a full run
    is ordered: for as many epochs as the preset has, and without folds.

    Args:
        folder: The run.
        entries: The recipes there are, by name.
        own: The recipe to take in place of the run's, of the same name.

    Raises:
        Problem: ``run.json`` cannot be read, or the recipe is not there any more.
    """
    spec = folder.read_spec()
    entry = own or recipe_of(folder, spec, entries)
    preset, notices = _preset(entry.recipe, spec)
    changes, more = _changes(entry.recipe, preset, spec)
    if folder.search is not None or spec.search is not None:
        changes.pop("epochs", None)  # so many as the search gives a trial, not a full run's
    words = shlex.split(spec.command)
    first = next(iter(entry.recipe.presets))
    return Again(
        Order(
            entry=entry,
            preset=None if preset == first else preset,
            changes=changes,
            data=spec.data.path or spec.data.kind,
            target=spec.data.target,
            seed=spec.seed,
            split_seed=spec.split_seed,
            backend=spec.backend,
            device=spec.device,
            # A fair share is of the machine and the moment; only who asked for a number gets it.
            threads=spec.threads if "--threads" in words else 0,
            deterministic=spec.deterministic,
            snapshots=spec.snapshots,
            queue="--no-queue" not in words,
        ),
        (*notices, *more),
    )


def recipe_of(folder: RunFolder, spec: RunSpec, entries: Mapping[str, Entry]) -> Entry:
    """Return the recipe of a run; one of a person's own as it was then.

    Args:
        folder: The run.
        spec: What it was asked for.
        entries: The recipes there are, by name.

    Raises:
        Problem: It is not there any more.
    """
    found = entries.get(spec.recipe)
    if not spec.recipe_file:
        if found is None:
            raise Problem(
                f"The recipe {spec.recipe!r} of {folder.name} is not installed here.",
                "dlconsole recipes lists those that are.",
            )
        return found
    if found is not None and found.file is not None and found.file.is_file():
        content = found.file.read_bytes()
        if hashlib.sha256(content).hexdigest() == spec.code.get(spec.recipe_file):
            return found
    entry = read_recipe_file(folder.code / spec.recipe_file)
    assert entry is not None  # only an optional file may hold no recipe
    return entry


def _preset(recipe: Recipe, spec: RunSpec) -> tuple[str, tuple[str, ...]]:
    if spec.preset in recipe.presets:
        return spec.preset, ()
    first = next(iter(recipe.presets))
    return first, (f"There is no preset {spec.preset!r} any more: {first} stands in for it.",)


def _changes(
    recipe: Recipe, preset: str, spec: RunSpec
) -> tuple[dict[str, Value], tuple[str, ...]]:
    """Return the settings that differ from the preset's, and what is wrong with others."""
    usual = recipe.values(preset, {})
    changes: dict[str, Value] = {}
    notices: list[str] = []
    for name, asked in spec.values.items():
        if name not in recipe.space:
            notices.append(f"There is no setting {name} any more.")
            continue
        try:
            value = recipe.space.check({name: asked})[name]
        except Problem as problem:
            notices.append(str(problem))
            continue
        if value != usual[name]:
            changes[name] = value
    return changes, tuple(notices)

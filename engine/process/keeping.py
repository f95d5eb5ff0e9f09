"""What of a run, a trial or a search is worth keeping as a preset: its setting, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.catalog import Entry
from engine.errors import Problem
from engine.process.again import again
from engine.recipe import Recipe
from engine.run.folder import RunFolder
from engine.run.search_view import SearchView, Trial
from engine.space import Value


class Setting(NamedTuple):
    """A setting that could be kept with :func:`engine.presets.save_preset`."""

    recipe: Recipe
    """What it is a setting of."""
    values: dict[str, Value]
    """Every hyperparameter."""
    summary: str
    """Where it comes from, in a few words."""
    notices: tuple[str, ...]
    """A sentence on each value that is not kept as it was."""


def setting_of(folder: RunFolder, entries: Mapping[str, Entry]) -> Setting:
    """Return the setting of a run, of a trial, or of a search's best trial. Reads from the disk.

    A search decides how long its trials train, which says nothing about how long the setting should
    be trained: of them, epochs are those of the preset that was searched from.

    Args:
        folder: The run, the trial or the search.
        entries: The recipes there are, by name.

    Raises:
        Problem: It cannot be read, its recipe is not there any more, or no trial has a score yet.
    """
    if folder.search is None and folder.read_spec().search is None:
        order, notices = again(folder, entries)
        return Setting(order.entry.recipe, order.values(), f"as in {folder.name}", notices)
    view = SearchView(folder.search or folder)
    view.refresh()
    trial = _best(view) if folder.search is None else _trial(view, folder)
    order, notices = again(view.folder, entries)
    recipe = order.entry.recipe
    usual = recipe.values(order.preset, {})
    values = {**order.values(), **recipe.space.check(trial.asked.values)}
    if "epochs" in usual:
        values["epochs"] = usual["epochs"]
    return Setting(recipe, values, _summary(view, trial), notices)


def _best(view: SearchView) -> Trial:
    trial = view.best()
    if trial is None:
        raise Problem(
            f"No trial of {view.folder.name} has a score yet.", "Keep its setting when one has."
        )
    return trial


def _trial(view: SearchView, folder: RunFolder) -> Trial:
    """Return the trial that a training belongs to: of those promoted, the last."""
    found = [each for each in view.trials.values() if folder.path.name in each.asked.runs]
    if not found:
        raise Problem(f"{view.folder.name} knows nothing of {folder.path.name}.")
    return found[-1]


def _summary(view: SearchView, trial: Trial) -> str:
    told = f"trial {trial.number} of {view.folder.name}"
    if trial.score is None or view.search is None:
        return told
    return f"{told}: {view.search.objective} {trial.score:.4g}"

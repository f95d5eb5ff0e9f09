"""What the training of a trial is asked for: the search's own setting with the trial's values."""

from __future__ import annotations

import time
from collections.abc import Mapping

import msgspec

from engine.catalog import Entry
from engine.process.order import Order
from engine.recipe import Recipe
from engine.run.folder import RunFolder, create
from engine.run.records import RunSpec
from engine.run.search_records import SearchSpec, SearchValue


class Settings:
    """Makes the folders of a search's trainings.

    Args:
        folder: The search.
        spec: What it was asked for.
        recipe: Its recipe.
    """

    def __init__(self, folder: RunFolder, spec: RunSpec, recipe: Recipe) -> None:
        assert spec.search is not None  # only a search has a coordinator
        self._folder = folder
        self._spec = spec
        self._search: SearchSpec = spec.search
        self._recipe = recipe

    def place(self, name: str, values: Mapping[str, SearchValue], fold: int) -> RunFolder:
        """Make the folder of a training.

        Args:
            name: Its folder's, within ``trials/``.
            values: What the trial varies.
            fold: The fold to validate on, from 1; 0 where there are none.

        Raises:
            Problem: A value is not allowed, or the folder cannot be written.
        """
        spec, search = self._spec, self._search
        whole = self._recipe.space.check({**spec.values, **values, "epochs": search.epochs})
        monitor = self._recipe.space.get("monitor")
        if monitor is not None and search.objective in getattr(monitor, "options", ()):
            whole["monitor"] = search.objective
        # A preset of a person's own may be gone since.
        preset = spec.preset if spec.preset in self._recipe.presets else None
        usual = self._recipe.values(preset, {})
        order = Order(
            entry=Entry(self._recipe, self._folder.code / spec.recipe_file)
            if spec.recipe_file
            else Entry(self._recipe),
            preset=preset,
            changes={name: value for name, value in whole.items() if value != usual[name]},
            data=spec.data.path or spec.data.kind,
            target=spec.data.target,
            seed=spec.seed,
            split_seed=spec.split_seed,
            backend=spec.backend,
            device=spec.device,
            threads=spec.threads,
            deterministic=spec.deterministic,
        )
        return create(
            self._folder.trials,
            msgspec.structs.replace(
                spec,
                name=name,
                values={k: list(v) if isinstance(v, tuple) else v for k, v in whole.items()},
                monitor=search.objective,
                monitor_mode=search.direction,
                command=order.command(),
                created=time.time(),
                search=None,
                fold=fold,
                folds=search.folds,
                # They depend on the data alone: once is enough.
                baselines=name == first_name(search.folds),
            ),
            {path.name: path.read_bytes() for path in self._folder.code.glob("*")},
        )


def names(trial: int, folds: int) -> list[str]:
    """Return the folders' names of a trial's trainings: ``t007``, or one for each fold."""
    name = f"t{trial:03}"
    return [f"{name}-f{fold}" for fold in range(1, folds + 1)] if folds else [name]


def first_name(folds: int) -> str:
    """Return the name of the first training of a search."""
    return names(1, folds)[0]

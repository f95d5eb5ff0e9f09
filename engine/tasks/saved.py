"""A network of a run, as it lies on the disk: what it takes to have it answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.catalog import recipe_of
from engine.errors import Problem
from engine.recipe import Recipe
from engine.references import resolve
from engine.run.folder import RunFolder
from engine.run.snapshots import path_of, read_index
from engine.space import Value

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Saved:
    """One network of a run.

    Attributes:
        folder: The run.
        recipe: Its recipe.
        values: Every hyperparameter, in its own type.
        code: The folder in which a person's own sources lie; None for built-in recipes.
        network: The file: a network, or a snapshot of a training.
    """

    folder: RunFolder
    recipe: Recipe
    values: Mapping[str, Value]
    code: Path | None
    network: Path

    @classmethod
    def of(cls, folder: RunFolder, network: Path | None = None) -> Saved:
        """Find what belongs to a network.

        Args:
            folder: The run.
            network: The file; None is the run's own network. For a snapshot that a newer one has
                replaced meanwhile (a training writes them all the time) that one is taken.

        Raises:
            Problem: It is not there, or the run is damaged.
        """
        spec = folder.read_spec()
        if network is not None and network.parent == folder.snapshots and not network.is_file():
            entries = read_index(folder).entries
            network = path_of(folder, entries[0]) if entries else network
        if not (network or folder.model).is_file():
            raise Problem(
                f"The run {folder.name} has no network to predict with (yet)."
                if network is None
                else f"There is no network {network.name} in {folder.name} (any more).",
                "It is saved when training ends or is stopped; of one in training ask the latest "
                "snapshot: --checkpoint snapshot.",
            )
        recipe = recipe_of(spec, folder.code)
        return cls(
            folder=folder,
            recipe=recipe,
            values=recipe.space.check(spec.values),
            code=folder.code if spec.recipe_file else None,
            network=network or folder.model,
        )

    def load(self, input_shape: tuple[int, ...], outputs: int) -> keras.Model:
        """Read the network.

        Args:
            input_shape: Of one input, without the batch. A snapshot holds what was learned, not
                what learned it; that is built anew.
            outputs: How many numbers it says.

        Raises:
            Problem: It cannot be read.
        """
        from engine.training.saving import load_model

        if self.network.parent != self.folder.snapshots:
            return load_model(self.network)
        return self._load_snapshot(input_shape, outputs)

    def _load_snapshot(self, input_shape: tuple[int, ...], outputs: int) -> keras.Model:
        from engine.training import lasting
        from engine.training.archive import DamagedArchive, read

        model = make_network(self.recipe, self.code, self.values, input_shape, outputs)
        entries = read_index(self.folder).entries
        named = [each for each in entries if each.file == self.network.name]
        try:
            entry = (named or entries)[0]
            tree = read(path_of(self.folder, entry), entry.sha256)
            lasting.assign(model.variables, tree["network"])
        except (DamagedArchive, lasting.Unfitting, LookupError) as error:
            raise Problem(f"The snapshot cannot be used: {error}") from None
        return model


def make_network(
    recipe: Recipe,
    code: Path | None,
    values: Mapping[str, Value],
    input_shape: tuple[int, ...],
    outputs: int,
) -> keras.Model:
    """Return the network that a recipe's settings describe, untrained and not compiled."""
    import keras

    keras.config.set_dtype_policy(str(values.get("precision", "float32")))
    model: keras.Model = resolve(recipe.network, code)(
        input_shape=input_shape, outputs=outputs, settings=values
    )
    return model

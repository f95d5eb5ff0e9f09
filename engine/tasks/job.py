"""What a task gets to work with: one run, taken up by one worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Problem
from engine.recipe import Recipe
from engine.run.folder import RunFolder
from engine.run.recorder import Recorder
from engine.run.records import RunSpec
from engine.space import Value
from engine.training.snapshots import Resumption, SnapshotKeeper
from engine.training.steering import Steering


@dataclass(frozen=True)
class Job:
    """One run in the hands of its worker.

    Attributes:
        folder: Where it lies.
        spec: What was asked for.
        recipe: Its recipe.
        values: Every hyperparameter, in its own type.
        recorder: Where the task says what it does.
        steering: Where a person's wishes come from.
        files: The fetched files of the data source, by name.
        code: The folder in which a person's own sources lie; None for built-in recipes.
        resumption: Where to go on; None begins at the beginning.
        generation: Which worker this is.
        conditions: What decides about the last bits of the training.
    """

    folder: RunFolder
    spec: RunSpec
    recipe: Recipe
    values: Mapping[str, Value]
    recorder: Recorder
    steering: Steering
    files: Mapping[str, Path]
    code: Path | None
    resumption: Resumption | None
    generation: int
    conditions: Mapping[str, str]

    def whole(self, name: str) -> int:
        """Return the value of a hyperparameter that is a whole number."""
        value = self.values[name]
        assert isinstance(value, int)  # the space has checked it
        return value

    def snapshot_keeper(self, data_sha256: str) -> SnapshotKeeper:
        """Return what writes this run's snapshots.

        Args:
            data_sha256: The content that is learned from.
        """
        return SnapshotKeeper(
            self.folder,
            self.recorder,
            self.generation,
            self.spec.snapshots,
            self.conditions,
            data_sha256,
        )

    def check_data(self, data_sha256: str) -> None:
        """Raise Problem if a snapshot was taken while learning from other data."""
        if self.resumption is not None and self.resumption.tree["data"] != data_sha256:
            raise Problem(
                "The data is not what it was when the run was left.",
                "Put the earlier data back to go on, or train anew on this.",
            )

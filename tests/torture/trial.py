"""What a run has come to, and whether killing it made a difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.catalog import Catalog
from engine.process.order import Order
from engine.run.folder import RunFolder
from engine.run.view import RunView
from engine.space import Value
from tests.torture.points import Plan
from tests.torture.stable import Stable
from tests.weights import weights_of

HARD: Mapping[str, Value] = {"dropout": 0.3, "patience": 4, "schedule": "plateau"}
"""What makes it hard to go on exactly: chance in every step, and callbacks that remember."""


@dataclass(frozen=True)
class Outcome:
    """All that has to be the same, killed or not.

    Attributes:
        weights: A hash of the network's.
        best: A hash of those of the best epoch.
        epochs: Number, step, metrics and learning rate of each.
        state: What became of it.
    """

    weights: str
    best: str
    epochs: list[tuple[Any, ...]]
    state: str

    @classmethod
    def of(cls, folder: RunFolder) -> Outcome:
        """Read it off a run that has ended."""
        view = RunView(folder)
        view.refresh()
        return cls(
            weights_of(folder.model),
            weights_of(folder.best),
            [(e.epoch, e.step, e.metrics, e.learning_rate) for e in view.epochs],
            view.verdict.state,
        )


class Trial:
    """One kind of run, made again and again.

    Args:
        runs: Where the runs go.
        stable: What runs them.
        recipe: The recipe's name.
        backend: Keras' backend.
        changes: Hyperparameters; those of :data:`HARD` are added where the recipe has them.
    """

    def __init__(
        self,
        runs: Path,
        stable: Stable,
        recipe: str = "wine",
        backend: str = "tensorflow",
        **changes: Value,
    ) -> None:
        self._runs = runs
        self._stable = stable
        entry = Catalog.load().find(recipe)
        hard = {name: value for name, value in HARD.items() if name in entry.recipe.space}
        self._order = {
            "entry": entry,
            "data": "sample",
            "backend": backend,
            "device": "cpu",
            "threads": 1,
            "snapshots": "epoch",
            "changes": {**hard, **changes},
        }

    def place(self, **others: Any) -> RunFolder:
        """Make a run's folder."""
        return Order(**{**self._order, **others}).place(self._runs)

    def untouched(self) -> tuple[Outcome, list[str]]:
        """Run once without a kill; return the outcome and the points it came by, in order."""
        folder, note = self.place(), self._runs / "points"
        note.unlink(missing_ok=True)
        code = self._stable.run(folder, Plan(note=str(note)))
        assert code == 0, folder.console_log.read_text()
        return Outcome.of(folder), note.read_text().splitlines()

    def killed_at(self, point: str) -> tuple[Outcome, int]:
        """Run with a kill at a point, then to the end; return the outcome and where it went on."""
        folder = self.place()
        code = self._stable.run(folder, Plan(die_at=point))
        assert code == -9, f"{point!r} was not come by"
        return self.go_on(folder)

    def go_on(self, folder: RunFolder) -> tuple[Outcome, int]:
        """Resume a run; return its outcome and the step from which it went on."""
        code = self._stable.run(folder)
        assert code == 0, folder.console_log.read_text()
        view = RunView(folder)
        view.refresh()
        assert view.started is not None
        return Outcome.of(folder), view.started.from_step


def named(points: list[str]) -> list[str]:
    """Return each kind of point once: its occurrence in the middle of those there were."""
    counts = Counter(points)
    return [f"{name} #{(counts[name] + 1) // 2}" for name in dict.fromkeys(points)]

"""What things are called, in the console and by the commands alike. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.run.checkpoints import Checkpoint
    from engine.run.records import Applied, Snapshot, Started, Status
    from engine.run.state import Verdict

PHASES = {
    "queued": "queued",
    "starting": "starting the worker",
    "fetching": "fetching",
    "loading": "loading",
    "building": "building",
    "training": "training",
    "validating": "validating",
    "searching": "searching",
    "paused": "paused",
    "reporting": "measuring",
}
"""What the phases of a worker are called."""

FLATTERS = "validated on the test set: figures flatter"
"""What is said wherever such figures stand: epochs, or settings, were chosen by these same rows."""

CAN_GO_ON = ("stopped", "failed", "lost", "done", "last seen")
"""States of runs that a person may want to resume; whether one can is for the engine to say."""

_WITHOUT_TIME_LEFT = ("paused", "queued", "silent", "reporting")


def time_left(verdict: Verdict, status: Status | None) -> float | None:
    """Return the seconds of training that are left; None where nobody trains."""
    if status is None or not verdict.live or verdict.state in _WITHOUT_TIME_LEFT:
        return None
    return status.left_seconds


def went_on(started: Started) -> str:
    """Say how a later worker took up a run: ``went on from epoch 12 as generation 2, exactly``."""
    generation = f"generation {started.generation}"
    if not started.from_epoch and not started.from_step:
        return f"began again from the beginning as {generation}"
    exactly = "exactly" if started.exact else "not exactly"
    step = figures.count(started.from_step)
    return f"went on from epoch {started.from_epoch} (step {step}) as {generation}, {exactly}"


def fate(state: str, applied: Applied | None) -> str:
    """Say what became of a command: ``applied at step 1,234``, ``refused: it is paused``."""
    if state == "applied" and applied is not None:
        return f"applied at step {figures.count(applied.step)}"
    return state


def snapshot_at(taken: Snapshot) -> str:
    """Say where a snapshot stands: ``epoch 12, step 5,160 (1.2 MB)``."""
    step = figures.count(taken.step)
    return f"epoch {taken.epoch}, step {step} ({figures.size(taken.size)})"


def learning_rate(value: float) -> str:
    """Write a learning rate so that it can be typed back: ``0.001``, ``3e-05``."""
    return f"{value:.4g}"


def set_since(applied: Iterable[Applied]) -> str:
    """Say what a run's settings were changed to while it went on; empty where they were not."""
    since: dict[str, str] = {}
    for each in applied:
        if each.epochs is not None:
            since["epochs"] = f"epochs {each.epochs}"
        if each.learning_rate is not None:
            since["learning rate"] = f"learning rate {learning_rate(each.learning_rate)}"
        if each.trials is not None:
            since["trials"] = f"trials {each.trials}"
        for name, value in each.fixed.items():
            since[name] = f"{name} fixed at {value}"
    return ", ".join(since.values())


def ordinal(place: int) -> str:
    """Write a place in a row: ``1st``, ``2nd``, ``13th``."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{'th' if place % 100 in (11, 12, 13) else ending}"


def best_of(checkpoints: Sequence[Checkpoint]) -> Checkpoint | None:
    """Return the best of a run's checkpoints: each was the best when it was written."""
    return next((each for each in reversed(checkpoints) if each.value is not None), None)

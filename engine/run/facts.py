"""What is known of a run by name, so that lists can be filtered, sorted and laid out by it.

A fact is a setting (every hyperparameter, and what else was asked for), a figure (where the run is,
what its metrics are), or its state. Settings and metrics may share a name, as the loss that is
chosen and the loss that comes out do; a metric is also known as ``metric.<name>``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from engine.run.listing import Summary
from engine.run.records import RunSpec
from engine.space import plain

Fact = str | float | bool | None
"""A text, a number, yes or no, or not known."""

METRIC = "metric."
"""What the name of a metric begins with where a setting could be called the same."""


def settings(spec: RunSpec) -> dict[str, Fact]:
    """Return all that a run was asked for by name, hyperparameters last."""
    about: dict[str, Fact] = {
        "recipe": spec.recipe,
        "preset": spec.preset,
        "data": spec.data.path or spec.data.kind,
        "target": spec.data.target,
        "seed": spec.seed,
        "split_seed": spec.split_seed,
        "backend": spec.backend,
        "device": spec.device,
        "threads": spec.threads,
    }
    values = {name: _plain(value) for name, value in spec.values.items()}
    return {**about, **values}


def setting(spec: RunSpec, name: str) -> Fact:
    """Return one of the same; None where there is none of that name."""
    return _plain(spec.values[name]) if name in spec.values else settings(spec).get(name)


def figures(run: Summary) -> dict[str, Fact]:
    """Return where a run is and what its metrics are, by name."""
    status = run.status
    if status is None:
        return {}
    return {
        "epoch": status.epoch,
        "seconds": status.seconds,
        "best": status.best,
        "best_epoch": status.best_epoch or None,
        **{f"{METRIC}{name}": value for name, value in status.metrics.items()},
    }


def facts(run: Summary) -> Iterator[tuple[str, Fact]]:
    """Yield all that is known of a run, each by its name; a metric by both of its names."""
    yield "state", run.verdict.state
    yield "live", run.verdict.live
    yield "name", run.name
    yield "note", run.note
    if run.spec is not None:
        yield from settings(run.spec).items()
    if run.device:
        yield "device", run.device
    for name, value in figures(run).items():
        yield name, value
        if name.startswith(METRIC):
            yield name.removeprefix(METRIC), value


def written(value: Fact) -> str:
    """Write a fact as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return plain(value) if math.isfinite(value) else str(value)
    return "" if value is None else str(value)


def _plain(value: object) -> Fact:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return value if isinstance(value, str | float | int) else str(value)

"""What mattered in a search: ``importance.json``, written by its coordinator."""

from __future__ import annotations

import msgspec

from engine.run.folder import RunFolder
from engine.run.records import decoder
from engine.run.search_records import SearchValue


class Dependence(msgspec.Struct, frozen=True, kw_only=True):
    """How the score goes with one hyperparameter, all others averaged over (Friedman, 2001)."""

    name: str
    """The hyperparameter."""
    share: float
    """Its part of what all hyperparameters explain, from 0 to 1: by how much the forest's error
    grows when its values are shuffled among the trials (Breiman, 2001)."""
    spread: float
    """The standard deviation of :attr:`share` over the shufflings."""
    values: list[SearchValue]
    """Some values of it."""
    scores: list[float]
    """The score that the forest expects with each of them, in the objective's own unit."""


class Importance(msgspec.Struct, frozen=True, kw_only=True):
    """What mattered."""

    trials: int
    """Trials with a score, from which this was learned."""
    explained: float
    """The share of the scores' variance that the forest explains in trials that it was not grown
    on (R², out of bag). Around 0 or below, nothing of this can be relied on."""
    hyperparameters: list[Dependence]
    """What is varied, the most important first."""


def read_importance(folder: RunFolder) -> Importance | None:
    """Return what mattered in a search; None where nothing can be said of it (yet)."""
    try:
        return decoder(Importance).decode(folder.importance.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None

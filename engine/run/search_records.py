"""What a search's folder holds beyond a run's: what was asked for, and the ledger of its trials.

A search is a run whose worker is the coordinator (:mod:`engine.search.coordinator`): the same
folder, lock, status, journal and commands. Its trials are runs of their own in ``trials/``. The
journal is its ledger: what the oracle was asked and told, in order, so that the oracle can be built
anew by asking and telling it the same.
"""

from __future__ import annotations

import msgspec

from engine.run.record import Record

SearchValue = int | float | str | bool | list[int]
"""A value of a hyperparameter, as JSON has it."""


class Dimension(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One hyperparameter that a search varies, and within what.

    Either :attr:`options` are given, or a range from :attr:`low` to :attr:`high`.
    """

    name: str
    """The hyperparameter."""
    options: list[SearchValue] = []
    """The values it may have, in the order in which a grid goes through them."""
    low: float | None = None
    """The least value of a range."""
    high: float | None = None
    """The greatest value of a range."""
    log: bool = False
    """Whether the range is searched by its logarithm."""
    whole: bool = False
    """Whether the range is one of whole numbers."""
    layers: tuple[int, int] | None = None
    """Of a list of whole numbers: the least and the greatest number of members, which are all alike
    and within the range."""
    only: dict[str, list[SearchValue]] = {}
    """With which values of other hyperparameters it means anything; elsewhere it is not varied."""


class SearchSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a search was asked for, within ``run.json``; the setting it varies is the run's own."""

    method: str
    """``random``, ``grid``, ``bayesian``, ``hyperband`` or ``halving``."""
    space: list[Dimension]
    """What is varied."""
    objective: str
    """The metric that is to become best, as the epochs' records name it."""
    direction: str
    """``min`` or ``max``."""
    trials: int = 0
    """How many settings to try; 0 for a grid is all there are. Hyperband counts its own."""
    epochs: int
    """Epochs of a trial that is trained to its end."""
    factor: int = 3
    """Hyperband, halving: one of so many trials goes on at each rung."""
    iterations: int = 1
    """Hyperband: how many times to go through all brackets."""
    folds: int = 0
    """Each setting is trained once for each fold and scored by the mean; 0 for the validation part
    alone."""
    parallel: int = 1
    """Trainings at once."""
    seed: int = 1
    """Decides which settings are tried."""
    budget_epochs: int = 0
    """No trial is begun after so many epochs of training; 0 sets no limit."""
    budget_minutes: float = 0.0
    """No trial is begun after so many minutes of searching; 0 sets no limit."""
    keep: int = 3
    """The best so many trials keep their weights; of others the records stay."""
    failures: int = 3
    """After so many failed trials in a row the search pauses."""
    rate: float = 0.0
    """What an hour of the machine costs, in any currency; 0 where nobody said."""


class TrialAsked(Record, frozen=True, kw_only=True, tag_field="type", tag="trial"):
    """The oracle has proposed a trial: a setting to train, or one to train further."""

    trial: int
    """Its number; the first is 1."""
    values: dict[str, SearchValue]
    """What is varied, as far as it means anything with the other values."""
    epochs: int
    """To how many epochs in all it is trained."""
    from_epoch: int = 0
    """How many of them the trial it goes on from has trained already."""
    parent: int | None = None
    """The trial it goes on from: this one was promoted."""
    iteration: int = 0
    """Hyperband: which time through all brackets, from 0."""
    bracket: int | None = None
    """Hyperband: its bracket; halving: 0."""
    rung: int | None = None
    """Hyperband, halving: its rung, from 0."""
    runs: list[str]
    """The folders within ``trials/`` of its trainings, one for each fold. A promoted trial has
    those of the trial it goes on from."""


class OracleSaid(Record, frozen=True, kw_only=True, tag_field="type", tag="oracle"):
    """The oracle was asked for a trial and had none."""

    answer: str
    """``wait``: it wants to know first what becomes of the trials under way; ``over``: there will
    be none any more."""


class TrialEnded(Record, frozen=True, kw_only=True, tag_field="type", tag="trial ended"):
    """What became of a trial; the oracle was told."""

    trial: int
    """Its number."""
    outcome: str
    """``completed``, ``failed``, ``culled`` (by a person) or ``repeated`` (the same setting as that
    of an earlier trial: its score counts)."""
    score: float | None = None
    """The best value of the objective, the mean over folds."""
    scores: list[float] = []
    """That of each fold."""
    spread: float | None = None
    """The standard deviation over folds (of a sample: divided by one less than there are folds)."""
    best_epoch: int = 0
    """The epoch with that value; with folds, of the first."""
    epochs: int = 0
    """Epochs in all that its trainings have behind them, of the first fold. Fewer than asked for
    where early stopping ended them."""
    trained: int = 0
    """Epochs that were trained for this trial, all folds together."""
    seconds: float = 0.0
    """What training them took, all folds together."""
    reason: str = ""
    """Of a failure, as in an ``ended`` record: ``memory``, ``nan``, ..."""
    cause: str = ""
    """What happened, in a sentence."""

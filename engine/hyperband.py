"""Hyperband's arithmetic: brackets, rungs, sizes and epochs, as KerasTuner's oracle reckons them.

A bracket's number says how often it halves; its rungs count from 0. The expressions are those of
KerasTuner, so that even their rounding is the same.

References:
    Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, "Hyperband: A Novel Bandit-Based Approach to
    Hyperparameter Optimization", JMLR 18 (185), 2018.
"""

from __future__ import annotations

import math


def brackets(max_epochs: int, factor: int) -> int:
    """Return how many brackets there are; the first of them halves one time less than that."""
    left, found = float(max_epochs), 0
    while left >= 1:
        left /= factor
        found += 1
    return found


def size(max_epochs: int, factor: int, bracket: int, rung: int) -> int:
    """Return how many trials there are at a rung."""
    last = math.ceil(1 + math.log(max_epochs, factor))
    grown: int = factor ** (bracket - rung)
    return math.ceil(last / (bracket + 1) * grown)


def epochs(max_epochs: int, factor: int, bracket: int, rung: int) -> int:
    """Return to how many epochs in all the trials of a rung are trained."""
    grown: int = factor ** (bracket - rung)
    return math.ceil(max_epochs / grown)


def paper_trials(max_epochs: int, factor: int) -> int:
    """Count the trials of one Hyperband as the paper's Algorithm 1 does.

    Args:
        max_epochs: The most epochs of a trial, the paper's R.
        factor: One of so many goes on at each rung, the paper's η.

    Returns:
        206 for 81 and 3, where KerasTuner runs 211.
    """
    most = 0
    while factor ** (most + 1) <= max_epochs:
        most += 1
    trials = 0
    for bracket in range(most, -1, -1):
        # ⌈B/R · η^s / (s + 1)⌉ with B = (s_max + 1)·R, in whole numbers: no rounding is doubted.
        begun = -((most + 1) * factor**bracket // -(bracket + 1))
        trials += sum(begun // factor**rung for rung in range(bracket + 1))
    return trials

"""A line of the benchmark's table."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measurement beside what is promised of it.

    Attributes:
        what: What was measured.
        ours: In words, with its unit.
        counterpart: Likewise; empty where the promise is absolute.
        figure: What the promise is about: a ratio, a share, a rate.
        promised: The bound.
        at_least: Whether the figure has to be at least the bound rather than at most.
    """

    what: str
    ours: str
    counterpart: str
    figure: float
    promised: float
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return (self.figure >= self.promised) if self.at_least else (self.figure <= self.promised)

    def __str__(self) -> str:
        bound = f"{'>=' if self.at_least else '<='} {self.promised:g}"
        verdict = "" if self.kept else "   NOT KEPT"
        return (
            f"{self.what:<34} {self.ours:>12} {self.counterpart:>12} "
            f"{self.figure:>10.4g} {bound:>10}{verdict}"
        )


def paired(what: str, ours: Sequence[float], others: Sequence[float], promised: float) -> Row:
    """Return the row of a comparison: the median of the ratios, pair by pair.

    Args:
        what: What was measured.
        ours: Seconds.
        others: Seconds, measured in turns with ``ours``.
        promised: The most that the ratio may be.
    """
    ratios = [a / b for a, b in zip(ours, others, strict=True)]
    return Row(
        what,
        f"{statistics.median(ours) * 1000:.1f} ms",
        f"{statistics.median(others) * 1000:.1f} ms",
        statistics.median(ratios),
        promised,
    )

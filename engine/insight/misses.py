"""By how much predicted numbers miss the actual ones: what a live sample says of many rows."""

from __future__ import annotations

import numpy as np

from engine.run.records import Misses

BINS = 15
"""Bins of the histogram: an odd number, so that the middle one is around 0."""

_MOST_SHARE = 0.9
_EDGE_SHARE = 0.98
"""The share of rows that the bins span; a few wild misses would leave all others in one bin."""


def misses(actual: np.ndarray, predicted: np.ndarray) -> Misses:
    """Count how many rows are missed by how much.

    Args:
        actual: ``(rows,)``, in the target's unit.
        predicted: ``(rows,)``; one that is not finite is counted as lost.
    """
    off = np.asarray(predicted, np.float64) - np.asarray(actual, np.float64)
    off = off[np.isfinite(off)]
    size = np.abs(off)
    if not len(off):
        return Misses(
            rows=len(actual), edges=[], counts=[], median=0.0, most=0.0, mean=0.0, lost=len(actual)
        )
    reach = _rounded(float(np.quantile(size, _EDGE_SHARE)) or float(size.max()) or 1.0)
    edges = np.linspace(-reach, reach, BINS + 1)
    counts, _ = np.histogram(np.clip(off, -reach, reach), edges)
    return Misses(
        rows=len(actual),
        edges=[_rounded(float(edge)) for edge in edges],
        counts=[int(count) for count in counts],
        median=float(np.median(size)),
        most=float(np.quantile(size, _MOST_SHARE)),
        mean=float(off.mean()),
        lost=len(actual) - len(off),
    )


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")

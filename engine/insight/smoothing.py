"""Smoothing of training curves. Pure NumPy, with no state between calls.

Promises that the first points are not dragged towards zero, that gaps (NaN) stay gaps, and that
100,000 points take a few milliseconds, so that a chart can smooth anew at every redraw.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

MAX_WEIGHT = 0.999
"""The heaviest smoothing on offer: an average over about a thousand points."""


def debiased_ema(values: ArrayLike, weight: float) -> FloatArray:
    """Smooth a series with an exponential moving average, corrected for its start.

    With `w` for the weight, over the finite values only:

        s[n] = sum(w**i * v[n - i], i = 0 ... n) / sum(w**i, i = 0 ... n)

    The division is the bias correction of Adam (Kingma and Ba, 2015, section 3), which TensorBoard
    also applies to its curves: without it an average that starts from zero creeps up to the data.
    Values that are not finite are passed through at their place and count for nothing elsewhere;
    the average carries on past them as if they were not there.

    Args:
        values: The series, shape `(points,)`.
        weight: How much of the past is kept at each point, in [0, 1). 0 changes nothing.

    Returns:
        The smoothed series, a new array of shape `(points,)`, in the units of `values`.

    Raises:
        ValueError: If `weight` is outside [0, 1) or `values` has more than one dimension.
    """
    if not 0.0 <= weight < 1.0:
        raise ValueError(f"Expected a smoothing weight in [0, 1). Received: weight={weight}")
    smoothed = np.array(values, dtype=np.float64)
    if smoothed.ndim != 1:
        raise ValueError(f"Expected one series, shape (points,). Received: shape={smoothed.shape}")
    if weight == 0.0 or smoothed.size == 0:
        return smoothed
    finite = np.flatnonzero(np.isfinite(smoothed))
    kept = smoothed[finite] if finite.size < smoothed.size else smoothed
    averages = _decayed_sums(kept * (1.0 - weight), weight)
    # The weights of the first n points add up to 1 - w**n once multiplied by 1 - w. expm1 keeps
    # this exact where w is close to 1; after `settled` points it is 1 to the last digit of a float.
    settled = int(np.ceil(-np.log(2.0**54) / np.log(weight)))
    counts = np.arange(1, min(settled, kept.size) + 1, dtype=np.float64)
    averages[: counts.size] /= -np.expm1(counts * np.log(weight))
    if finite.size == smoothed.size:
        return averages
    smoothed[finite] = averages
    return smoothed


def _decayed_sums(values: FloatArray, weight: float) -> FloatArray:
    """Return `sum(weight**i * values[n - i], i = 0 ... n)` for every n; shape `(points,)`.

    Each pass doubles the stretch of the past that a sum covers, so that n points need log2(n)
    passes over whole arrays. Dividing a cumulative sum by powers of the weight would need one pass
    but overflows within a few hundred points; here every factor is at most 1.
    """
    sums, earlier = values.copy(), np.empty_like(values)  # one scratch array for all passes
    stretch, factor = 1, weight
    while stretch < sums.size and factor > 0.0:
        sums[stretch:] += np.multiply(factor, sums[:-stretch], out=earlier[stretch:])
        stretch, factor = 2 * stretch, factor * factor
    return sums

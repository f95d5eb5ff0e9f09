"""What curves, scores and weights say about a training, and what to change next.

Pure functions over numbers. The rules are those of the teaching texts: a training error that stays
high is bias, and wants a larger network or longer training; a training error far below the
validation error is variance, and wants regularisation, more data or an earlier end; units that are
equal stay equal, because equal weights get equal gradients.

References:
    Bernico, Deep Learning Quick Reference, ch. 1 (bias and variance), ch. 3 (symmetric weights).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from engine.run.report import Finding

_GAP = 1.35  # val error this many times the train error is a gap worth naming
_RISE = 1.05  # val error at the end this many times its best has turned upward
_SLOPE = 0.02  # still gaining this share over the last fifth of training is not finished
_BEATEN = 1.02  # a baseline must be this much better before it is said to win
_ALIKE = 1e-4  # columns of a kernel this close, relative to their size, are one unit


def diagnose(
    train: Sequence[float],
    val: Sequence[float],
    errors: Mapping[str, Mapping[str, float]],
    symmetric: Sequence[str],
) -> list[Finding]:
    """Say what a training looks like, the gravest first.

    Args:
        train: Training loss of each epoch.
        val: Validation loss of each epoch, as many.
        errors: The headline error (lower is better) of each predictor, by part (``train``,
            ``val``); the network is called ``network``.
        symmetric: Names of layers whose units are all equal (see :func:`symmetric_layers`).
    """
    found = [_symmetry(symmetric)] if symmetric else []
    if len(train) >= 2 and len(val) == len(train) and math.isfinite(val[-1]):
        for finding in (_variance(train, val), _unfinished(train, val)):
            if finding is not None:
                found.append(finding)
    beaten = _bias(errors) or _beaten(errors)
    if beaten is not None:
        found.append(beaten)
    if not found:
        found.append(
            Finding(
                code="balanced",
                title="no sign of over- or underfitting",
                evidence=_losses(train, val),
                advice="Add units to see whether bias is left; regularise when val loss turns up.",
            )
        )
    return found


def symmetric_layers(kernels: Mapping[str, np.ndarray]) -> list[str]:
    """Return the layers in which every unit has the same weights.

    Args:
        kernels: By layer, ``(inputs, units)``; a layer of one unit cannot be symmetric.
    """
    alike = []
    for name, kernel in kernels.items():
        if kernel.ndim != 2 or kernel.shape[1] < 2:
            continue
        spread = np.abs(kernel - kernel[:, :1]).max()
        if spread <= _ALIKE * max(float(np.abs(kernel).max()), 1e-12):
            alike.append(name)
    return alike


def _symmetry(layers: Sequence[str]) -> Finding:
    return Finding(
        code="symmetric-weights",
        title="symmetric weights: every unit of a layer is the same unit",
        evidence=f"All columns of the kernels of {', '.join(layers)} are equal after training.",
        advice="Equal weights get equal gradients and never part. Begin with random ones: "
        "initializer=glorot_uniform.",
    )


def _variance(train: Sequence[float], val: Sequence[float]) -> Finding | None:
    best = min(
        range(len(val)), key=lambda epoch: val[epoch] if math.isfinite(val[epoch]) else math.inf
    )
    if val[-1] < _GAP * train[-1]:
        return None
    turned = val[-1] > _RISE * val[best]
    evidence = _losses(train, val)
    if turned:
        evidence += f" Val loss was best at epoch {best + 1} ({val[best]:.4g})."
    return Finding(
        code="overfitting",
        title="overfitting: it knows the training rows better than the others",
        evidence=evidence,
        advice=(
            f"Stop near epoch {best + 1} (patience), or regularise: " if turned else "Regularise: "
        )
        + "dropout=0.2, l2=1e-4, fewer units, or more rows.",
    )


def _unfinished(train: Sequence[float], val: Sequence[float]) -> Finding | None:
    fifth = max(1, len(val) // 5)
    earlier, latest = min(val[:-fifth]), min(val[-fifth:])
    if len(val) < 5 or not earlier > 0 or (earlier - latest) / earlier < _SLOPE:
        return None
    return Finding(
        code="unfinished",
        title="still getting better when it ended",
        evidence=f"Best val loss {earlier:.4g}, then {latest:.4g} in the last {fifth} epochs.",
        advice="Train longer (epochs), or raise the learning rate.",
    )


def _bias(errors: Mapping[str, Mapping[str, float]]) -> Finding | None:
    """Find a network that does worse on its own training rows than a baseline on unseen ones."""
    name = _best_baseline(errors)
    if name is None:
        return None
    train, val = errors["network"]["train"], errors["network"]["val"]
    other = errors[name]["val"]
    if not other * _BEATEN < train or not val < _GAP * train:
        return None
    return Finding(
        code="underfitting",
        title="underfitting: it does not even learn its training rows",
        evidence=f"Training error {train:.4g}, validation error {val:.4g}; {name}, on rows never "
        f"seen, {other:.4g}.",
        advice="High bias: add units, take regularisation away (l1, l2, dropout), train longer, or "
        "raise the learning rate.",
    )


def _beaten(errors: Mapping[str, Mapping[str, float]]) -> Finding | None:
    name = _best_baseline(errors)
    if name is None:
        return None
    ours, other = errors["network"]["val"], errors[name]["val"]
    if not other * _BEATEN < ours:
        return None
    return Finding(
        code="beaten-by-baseline",
        title=f"{name} predict better than the network"
        if name.endswith("s")
        else f"{name} predicts better than the network",
        evidence=f"Validation error {other:.4g} against {ours:.4g}.",
        advice="That is common, above all on tables. Use it, or give the network more units, "
        "epochs or rows.",
    )


def _best_baseline(errors: Mapping[str, Mapping[str, float]]) -> str | None:
    others = [name for name in errors if name != "network"]
    if "network" not in errors or not others:
        return None
    return min(others, key=lambda name: errors[name]["val"])


def _losses(train: Sequence[float], val: Sequence[float]) -> str:
    if not train or not val:
        return "No complete epoch."
    return f"Train loss {train[-1]:.4g}, val loss {val[-1]:.4g} after {len(train)} epochs."

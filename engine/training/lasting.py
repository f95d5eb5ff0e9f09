"""What of a training has to last: read out, to be put into a snapshot, and put back.

Keras' ``BackupAndRestore`` keeps weights, optimizer and epoch. It loses what callbacks remember
(how long early stopping has waited, the best weights so far) and every stream of chance; a training
that goes on after it is another one.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from engine.training.archive import Tree

# What a callback is given by Keras, not what it remembers. ``monitor_op`` is a function that is
# made when it is first needed, and that gives ``min_delta`` its sign at that moment.
_GIVEN = frozenset({"model", "params", "validation_data", "monitor_op", "min_delta"})


class Unfitting(Exception):  # noqa: N818 - says what it is
    """The snapshot belongs to a network of another shape."""


def capture_model(model: keras.Model) -> Tree:
    """Return every variable of network (seeds of random layers included) and optimizer."""
    return {"network": _values(model.variables), "optimizer": _values(model.optimizer.variables)}


def restore_model(model: keras.Model, tree: Tree) -> None:
    """Put back what :func:`capture_model` returned.

    Args:
        model: Built and compiled, its optimizer built.
        tree: From a model of the same make.

    Raises:
        Unfitting: It has other variables.
    """
    assign(model.variables, tree["network"])
    assign(model.optimizer.variables, tree["optimizer"])


def capture_metrics(model: keras.Model) -> Tree:
    """Return the running means of an epoch under way."""
    return _values(model.metrics_variables)


def assign(variables: Sequence[keras.Variable], values: Sequence[np.ndarray]) -> None:
    """Set variables, in their order; raise :class:`Unfitting` if they are not of the same make."""
    if [tuple(each.shape) for each in variables] != [each.shape for each in values]:
        raise Unfitting("The network is not the one that the snapshot was taken of.")
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def capture_callbacks(callbacks: Sequence[keras.callbacks.Callback]) -> Tree:
    """Return what callbacks remember: every attribute made of numbers, text, lists and arrays."""
    return [
        {
            "class": type(callback).__name__,
            "attributes": {
                name: value
                for name, value in vars(callback).items()
                if name not in _GIVEN and not name.startswith("_") and _is_plain(value)
            },
        }
        for callback in callbacks
    ]


def restore_callbacks(callbacks: Sequence[keras.callbacks.Callback], tree: Tree) -> None:
    """Put back what :func:`capture_callbacks` returned.

    To be called after ``on_train_begin``, which makes callbacks forget.
    """
    if [type(each).__name__ for each in callbacks] != [each["class"] for each in tree]:
        raise Unfitting("The callbacks are not those that the snapshot was taken with.")
    for callback, saved in zip(callbacks, tree, strict=True):
        for name, value in saved["attributes"].items():
            setattr(callback, name, value)


def seed_everything(seed: int) -> None:
    """Settle every stream of chance; layers draw their own seeds from Python's."""
    if keras.backend.backend() == "tensorflow":
        keras.utils.set_random_seed(seed)
    else:  # that would import TensorFlow, which takes seconds, to seed what nobody draws from
        random.seed(seed)
        np.random.seed(seed)


def capture_chance() -> Tree:
    """Return the state of Python's and NumPy's own streams of chance."""
    version, numbers, gauss = random.getstate()
    name, keys, position, has_gauss, cached = np.random.get_state(legacy=True)
    return {
        "python": [version, list(numbers), gauss],
        "numpy": [name, keys, position, has_gauss, cached],
    }


def restore_chance(tree: Tree) -> None:
    """Put back what :func:`capture_chance` returned."""
    version, numbers, gauss = tree["python"]
    random.setstate((version, tuple(numbers), gauss))
    np.random.set_state(tuple(tree["numpy"]))


def _values(variables: Sequence[keras.Variable]) -> list[np.ndarray]:
    return [keras.ops.convert_to_numpy(each) for each in variables]


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_plain(each) for each in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(each) for key, each in value.items())
    return value is None or isinstance(value, bool | int | float | str | np.ndarray | np.generic)

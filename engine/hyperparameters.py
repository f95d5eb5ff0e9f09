"""Hyperparameters that many recipes have, declared once: range, help and usual default.

A recipe takes a group of them and says where its own defaults differ:

>>> Space({**hidden_layers(units=(512, 256)), **training(epochs=50)})["epochs"].default
50
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.space import Bool, Choice, Float, Hyperparameter, Int, Ints, Space, Value

__all__ = ["Space", "classes", "hidden_layers", "training"]

Declared = dict[str, Hyperparameter[Any]]

_HIDDEN: Mapping[str, Hyperparameter[Any]] = {
    "units": Ints(
        default=(32,),
        low=1,
        high=4096,
        help="Units of each hidden layer. Add until it overfits, then regularise.",
    ),
    "activation": Choice(
        default="relu",
        options=("relu", "gelu", "selu", "tanh", "sigmoid"),
        short="",
        help="What each hidden unit does to its sum. relu is the place to start.",
    ),
    "initializer": Choice(
        default="glorot_uniform",
        options=("glorot_uniform", "glorot_normal", "he_normal", "lecun_normal", "constant"),
        short="init",
        help="What kernels begin as. constant breaks the network: all units stay equal.",
    ),
    "dropout": Float(
        default=0.0,
        low=0.0,
        high=0.9,
        help="Share of hidden units silenced at random in each step. Turn up when val loss rises "
        "while train loss falls.",
    ),
    "l1": Float(
        default=0.0,
        low=0.0,
        high=1.0,
        help="Penalty on the weights' absolute values; drives the useless ones to zero.",
    ),
    "l2": Float(
        default=0.0,
        low=0.0,
        high=1.0,
        help="Penalty on squared weights. Turn up against overfitting.",
    ),
    "batch_norm": Bool(
        default=False,
        short="bn",
        help="Normalise each hidden layer's sums over the batch.",
    ),
}

_TRAINING: Mapping[str, Hyperparameter[Any]] = {
    "optimizer": Choice(
        default="adam",
        options=("adam", "adamw", "rmsprop", "sgd", "adadelta"),
        short="",
        group="training",
        help="The rule by which gradients change weights.",
    ),
    "learning_rate": Float(
        default=1e-3,
        low=1e-6,
        high=1.0,
        log=True,
        short="lr",
        group="training",
        help="Length of each step. Turn down when the loss jumps, up when it creeps.",
    ),
    "schedule": Choice(
        default="constant",
        options=("constant", "plateau", "cosine"),
        short="",
        group="training",
        help="How the learning rate goes on. plateau halves it after ten epochs without a better "
        "val loss; cosine lets it fall to nothing over the epochs.",
    ),
    "batch_size": Int(
        default=32,
        low=1,
        high=8192,
        log=True,
        short="bs",
        group="training",
        help="Rows per step. Larger is faster per epoch and learns less from each.",
    ),
    "epochs": Int(
        default=20,
        low=1,
        high=100_000,
        log=True,
        short="ep",
        group="training",
        help="Passes over the training rows.",
    ),
    "patience": Int(
        default=0,
        low=0,
        high=10_000,
        group="training",
        help="Stop after so many epochs without a better monitored value and go back to the best "
        "epoch; 0 never stops.",
    ),
    "monitor": Choice(
        default="val_loss",
        options=("val_loss",),
        group="training",
        help="The metric by which the best epoch is known, and by which patience waits.",
    ),
    "momentum": Float(
        default=0.0,
        low=0.0,
        high=0.999,
        group="training",
        only={"optimizer": ("sgd", "rmsprop")},
        help="Of sgd and rmsprop: the share of the last step that is taken again.",
    ),
    "beta_1": Float(
        default=0.9,
        low=0.0,
        high=0.9999,
        group="training",
        only={"optimizer": ("adam", "adamw")},
        help="Of adam and adamw: how slowly the mean of gradients forgets.",
    ),
    "beta_2": Float(
        default=0.999,
        low=0.0,
        high=0.99999,
        group="training",
        only={"optimizer": ("adam", "adamw")},
        help="Of adam and adamw: how slowly the mean of squared gradients forgets.",
    ),
    "weight_decay": Float(
        default=0.0,
        low=0.0,
        high=1.0,
        short="wd",
        group="training",
        help="Share of each weight that a step takes away, times the learning rate; 0 leaves it to "
        "the optimizer (adamw: 0.004, others: none).",
    ),
    "clip_norm": Float(
        default=0.0,
        low=0.0,
        high=1000.0,
        short="clip",
        group="training",
        help="Shorten the gradients of all weights together to this length; 0 never does. Try 1 "
        "where the loss jumps or becomes NaN.",
    ),
    "precision": Choice(
        default="float32",
        options=("float32", "mixed_bfloat16", "mixed_float16"),
        short="",
        group="training",
        help="In what numbers it computes. The mixed ones are faster on recent GPUs alone; on a "
        "CPU they are several times slower.",
    ),
}

_CLASSES: Mapping[str, Hyperparameter[Any]] = {
    "class_weights": Choice(
        default="none",
        options=("none", "balanced"),
        short="weights",
        group="training",
        help="balanced lets a mistake on a rare class count for more, so that all classes weigh "
        "the same.",
    ),
    "label_smoothing": Float(
        default=0.0,
        low=0.0,
        high=0.5,
        short="smooth",
        group="training",
        help="Share of each label that is spread over all classes, against overconfidence. Losses "
        "while training are then of the smoothed labels.",
    ),
    "validation": Choice(
        default="apart",
        options=("apart", "test"),
        group="data",
        help="test validates on the test set, as some texts do: whatever is chosen by it flatters "
        "the test figure. apart keeps rows of their own for choosing.",
    ),
}


def hidden_layers(**defaults: Value) -> Declared:
    """Declare dense hidden layers: units, activation, initializer, dropout, penalties.

    Args:
        defaults: Where a recipe's own differ.
    """
    return _with(_HIDDEN, defaults)


def training(monitors: tuple[str, ...] = ("val_loss",), **defaults: Value) -> Declared:
    """Declare what decides about the course of a training.

    Args:
        monitors: The metrics that can be monitored.
        defaults: Where a recipe's own differ.
    """
    declared = _with(_TRAINING, defaults)
    declared["monitor"] = replace(declared["monitor"], options=monitors)  # type: ignore[call-arg]
    return declared


def classes(**defaults: Value) -> Declared:
    """Declare what telling classes apart needs beside.

    Args:
        defaults: Where a recipe's own differ.
    """
    return _with(_CLASSES, defaults)


def _with(declared: Mapping[str, Hyperparameter[Any]], defaults: Mapping[str, Value]) -> Declared:
    unknown = set(defaults) - set(declared)
    if unknown:
        raise TypeError(f"no hyperparameter here is called {', '.join(sorted(unknown))}")
    return {
        name: replace(each, default=defaults[name]) if name in defaults else each
        for name, each in declared.items()
    }

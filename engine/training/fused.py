"""The optimizer's arithmetic on TensorFlow: right for sparse gradients, and in one pass on a CPU.

The gradient of an embedding comes as slices, one for each word of the batch, with a frequent word
many times. Keras 3 squares each slice by itself where an optimizer wants the square of their sum,
so that Adam and its like take other steps than they are defined by (and than on JAX). Summed up
first, they do not.

An optimizer like Adam is a dozen operations on arrays as large as the weights. Run one by one, each
reads and writes all of them, which on a CPU takes longer than the network's own arithmetic at small
batches. XLA makes one loop of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from engine.training.device import device_name

_LEAST_WEIGHTS = 50_000
"""Of the optimizer; below this, calling what was compiled costs more than it saves."""


@contextmanager
def fused_update(optimizer: keras.optimizers.Optimizer) -> Iterator[None]:
    """Let the updates that are traced within this take whole gradients, in one pass if that pays.

    Args:
        optimizer: Built.
    """
    apply = optimizer.apply
    weights = sum(math.prod(each.shape) for each in optimizer.variables)
    pays = weights >= _LEAST_WEIGHTS and device_name() == "CPU"

    def apply_whole(grads: Sequence[Any], trainable_variables: Any = None) -> Any:
        @tf.function(jit_compile=True)
        def in_one_pass(*whole: tf.Tensor) -> None:
            apply(list(whole), trainable_variables)

        whole = [tf.convert_to_tensor(each) for each in grads]
        return in_one_pass(*whole) if pays else apply(whole, trainable_variables)

    optimizer.apply = apply_whole
    try:
        yield
    finally:
        del optimizer.apply  # the method of its class again

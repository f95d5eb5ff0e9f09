"""The compiled loop on TensorFlow: one ``tf.function`` with a while loop over batches."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from engine.training.fused import fused_update
from engine.training.loop import VAL_ROWS, as_floats, prepare


class TensorflowLoop:
    """See :class:`engine.training.loop.Loop`; arguments as in ``compiled_loop``."""

    def __init__(
        self,
        model: keras.Model,
        train: tuple[np.ndarray, ...],
        val: tuple[np.ndarray, ...],
        batch_size: int,
    ) -> None:
        prepare(model, *train[:2])
        self._model = model
        rows = len(train[0])
        self.steps = -(-rows // batch_size)
        self._order = tf.Variable(tf.range(rows), trainable=False)
        # Tensors, not arrays: an array would be copied into the graph as a constant.
        data, val_data = [tf.constant(each) for each in train], [tf.constant(each) for each in val]
        val_rows = len(val[0])
        val_batch = max(batch_size, VAL_ROWS)
        self.val_steps = -(-val_rows // val_batch)
        order = self._order

        @tf.function
        def train_steps(start: tf.Tensor, stop: tf.Tensor) -> tf.Tensor:
            def body(step: tf.Tensor, bad: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
                chosen = order[step * batch_size : tf.minimum((step + 1) * batch_size, rows)]
                with fused_update(model.optimizer):
                    logs = model.train_step(tuple(tf.gather(each, chosen) for each in data))
                is_first = (bad < 0) & ~tf.math.is_finite(logs["loss"])
                return step + 1, tf.where(is_first, step, bad)

            _, bad = tf.while_loop(
                lambda step, _: step < stop, body, (start, tf.constant(-1)), parallel_iterations=1
            )
            return bad

        @tf.function
        def evaluate(start: tf.Tensor, stop: tf.Tensor) -> None:
            def body(step: tf.Tensor) -> tuple[tf.Tensor]:
                begin, end = step * val_batch, tf.minimum((step + 1) * val_batch, val_rows)
                model.test_step(tuple(each[begin:end] for each in val_data))
                return (step + 1,)

            tf.while_loop(lambda step: step < stop, body, (start,), parallel_iterations=1)

        self._train_steps = train_steps
        self._evaluate = evaluate

    def shuffle(self, order: np.ndarray) -> None:
        """Set the order of rows for the coming epoch."""
        self._order.assign(order.astype(np.int32))

    def train(self, start: int, stop: int) -> int:
        """Run steps; return the first bad one or -1."""
        return int(self._train_steps(tf.constant(start), tf.constant(stop)))

    def metrics(self) -> dict[str, float]:
        """Return the running means."""
        return as_floats(self._model.get_metrics_result())

    def reset(self) -> None:
        """Begin the running means anew."""
        self._model.reset_metrics()

    def evaluate(self, start: int, stop: int) -> None:
        """Take validation batches into the running means."""
        self._evaluate(tf.constant(start), tf.constant(stop))

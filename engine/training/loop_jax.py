"""The compiled loop on JAX: one jitted ``fori_loop`` over full batches, and one call for the rest.

JAX compiles for fixed shapes, so a last batch that is smaller than the others is a step of its own.
Between calls the state lives in this object; it is put back into the model wherever somebody else
looks at the model (:meth:`JaxLoop.metrics` does).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from engine.training.loop import VAL_ROWS, as_floats, prepare


class JaxLoop:
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
        self._full_steps = rows // batch_size
        self._order = jnp.arange(rows)
        self._train = tuple(map(jnp.asarray, train))
        self._val = tuple(map(jnp.asarray, val))
        self._val_batch = max(batch_size, VAL_ROWS)
        self.val_steps = -(-len(val[0]) // self._val_batch)

        def step(state: Any, chosen: jax.Array, data: Any) -> tuple[Any, Any]:
            return model.train_step(state, tuple(each[chosen] for each in data))

        # Donated: the old weights' memory is used for the new ones.
        @partial(jax.jit, donate_argnums=0)
        def full_steps(state: Any, data: Any, order: jax.Array, start: Any, stop: Any) -> Any:
            def body(number: Any, carry: Any) -> Any:
                state, bad = carry
                chosen = jax.lax.dynamic_slice(order, (number * batch_size,), (batch_size,))
                logs, state = step(state, chosen, data)
                is_first = (bad < 0) & ~jnp.isfinite(logs["loss"])
                return state, jnp.where(is_first, number, bad)

            return jax.lax.fori_loop(start, stop, body, (state, jnp.asarray(-1)))

        @partial(jax.jit, donate_argnums=0)
        def last_step(state: Any, data: Any, order: jax.Array) -> Any:
            logs, state = step(state, order[(rows // batch_size) * batch_size :], data)
            return state, jnp.isfinite(logs["loss"])

        @jax.jit
        def test_step(state: Any, batch: Any) -> Any:
            return model.test_step(state, batch)[1]

        self._full = full_steps
        self._last = last_step
        self._test = test_step

    def shuffle(self, order: np.ndarray) -> None:
        """Set the order of rows for the coming epoch."""
        self._order = jnp.asarray(order)

    def train(self, start: int, stop: int) -> int:
        """Run steps; return the first bad one or -1."""
        state, first_bad = self._state(), -1
        if start < min(stop, self._full_steps):
            state, bad = self._full(
                state, self._train, self._order, start, min(stop, self._full_steps)
            )
            first_bad = int(bad)
        if stop > self._full_steps:
            state, finite = self._last(state, self._train, self._order)
            if first_bad < 0 and not bool(finite):
                first_bad = self._full_steps
        self._put_back(state)
        return first_bad

    def metrics(self) -> dict[str, float]:
        """Return the running means."""
        return as_floats(self._model.get_metrics_result())

    def reset(self) -> None:
        """Begin the running means anew."""
        self._model.reset_metrics()

    def evaluate(self, start: int, stop: int) -> None:
        """Take validation batches into the running means."""
        trainable, others, _, metrics = self._state()
        state = (trainable, others, metrics)
        for begin in range(start * self._val_batch, stop * self._val_batch, self._val_batch):
            end = begin + self._val_batch
            state = self._test(state, tuple(each[begin:end] for each in self._val))
        for variable, value in zip(self._model.metrics_variables, state[2], strict=True):
            variable.assign(value)

    def _variables(self) -> tuple[list[Any], ...]:
        model = self._model
        return (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
            model.metrics_variables,
        )

    def _state(self) -> tuple[list[jax.Array], ...]:
        return tuple([variable.value for variable in part] for part in self._variables())

    def _put_back(self, state: Any) -> None:
        for part, values in zip(self._variables(), state, strict=True):
            for variable, value in zip(part, values, strict=True):
                variable.assign(value)

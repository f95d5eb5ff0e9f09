"""Updates of weights: the same as the optimizer's own, and right for words that come twice."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
import keras, numpy as np, tensorflow as tf
from engine.training import fused

name, least = sys.argv[1], int(sys.argv[2])
fused._LEAST_WEIGHTS = least
rate = 0.1
words = np.array([[1, 1, 2], [3, 3, 3]], "int32")


def steps(gradients, within):
    table = keras.Variable(np.ones((5, 2), "float32"))
    optimizer = keras.optimizers.get({"class_name": name, "config": {"learning_rate": rate}})
    optimizer.build([table])

    @tf.function
    def step(gradient):
        if within:
            with fused.fused_update(optimizer):
                optimizer.apply_gradients([(gradient, table)])
        else:
            optimizer.apply_gradients([(gradient, table)])

    for gradient in gradients:
        step(gradient)
    assert "apply" not in vars(optimizer)
    return table.numpy().tolist()


rng = np.random.default_rng(0)
sparse = [
    tf.IndexedSlices(
        tf.constant(rng.normal(size=(3, 2)), tf.float32), tf.constant(row), tf.constant((5, 2))
    )
    for row in words
]
whole = [tf.convert_to_tensor(each) for each in sparse]
print(json.dumps({"ours": steps(sparse, True), "meant": steps(whole, False)}))
"""


@pytest.mark.parametrize("least", [0, 1_000_000], ids=["in one pass", "one by one"])
@pytest.mark.parametrize("name", ["adam", "rmsprop", "sgd"])
def test_a_word_that_comes_twice_counts_once_with_the_sum(name, least):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, name, str(least)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    for ours, meant in zip(found["ours"], found["meant"], strict=True):
        assert ours == pytest.approx(meant, rel=1e-5)
    assert found["ours"][0] == [1, 1]  # a word that never came

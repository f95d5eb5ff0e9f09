"""Questions that need Keras or pandas, asked from a side that imports neither.

Each is answered by a process of its own (:mod:`engine.answer`), which is gone when the answer is
complete, or when nobody listens any more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import IO, Any

import msgspec

from engine.errors import Problem


class Predict(msgspec.Struct, frozen=True, tag_field="ask", tag="predict"):
    """What does a run's network say about raw input? Answered with one object a row."""

    run: str
    """The run's folder."""
    source: str
    """The input's path."""


class Probe(msgspec.Struct, frozen=True, tag_field="ask", tag="probe"):
    """What is a backend, what does it see, does it compute? Answered with one object."""

    backend: str
    """``tensorflow`` or ``jax``."""
    matrix_rows: int = 1024
    """Rows and columns of the matrices that are multiplied."""


Question = Predict | Probe
"""All that can be asked."""


def ask(
    question: Question, backend: str, *, device: str = "auto", errors: IO[bytes] | int | None = None
) -> Iterator[dict[str, Any]]:
    """Put a question and yield the lines of its answer as they come.

    Args:
        question: What is asked.
        backend: The Keras backend that answers.
        device: ``cpu`` hides GPUs.
        errors: Where the chatter of libraries goes; nowhere by default.

    Raises:
        Problem: The question cannot be answered; the answering process says why.
    """
    variables = {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if device == "cpu":
        variables |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "engine.answer", msgspec.json.encode(question).decode()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if errors is None else errors,
        env={**os.environ, **variables},
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answer = msgspec.json.decode(line)
            if "problem" in answer:
                raise Problem(answer["problem"], answer["remedy"])
            yield answer
        if process.wait() != 0:
            raise Problem(
                "The process that should answer failed.", "Run it again with --debug to see why."
            )
    finally:
        process.stdout.close()
        if process.poll() is None:
            process.kill()
        process.wait()

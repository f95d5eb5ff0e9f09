"""Questions that need Keras or pandas, asked from a side that imports neither.

A command has its question answered by a process of its own (:mod:`engine.answer`), which is gone
when the answer is complete, or when nobody listens any more. The form asks a process that is ready
for it (:mod:`engine.process.standby`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import msgspec

from engine.catalog import Entry
from engine.data.given import Given
from engine.errors import Problem
from engine.process.order import Order
from engine.run.records import RunSpec


class Predict(msgspec.Struct, frozen=True, tag_field="ask", tag="predict"):
    """What does a run's network say about raw input? Answered with one object an input.

    See :meth:`engine.tasks.trained.Trained.predict`.
    """

    run: str
    """The run's folder."""
    given: Given
    """The input; standard input is that of the process which asks."""
    network: str = ""
    """The file of another network than the run's own: a checkpoint, or a snapshot."""
    explain: bool = False
    """Whether to say what moved it, too."""


class Probe(msgspec.Struct, frozen=True, tag_field="ask", tag="probe"):
    """What is a backend, what does it see, does it compute? Answered with one object."""

    backend: str
    """``tensorflow`` or ``jax``."""
    matrix_rows: int = 1024
    """Rows and columns of the matrices that are multiplied."""


class Form(msgspec.Struct, frozen=True):
    """What a form says, before anything is made of it."""

    spec: RunSpec
    """What ``run.json`` would say."""
    recipe_file: str
    """The file of a recipe of a person's own; empty for a built-in one."""
    data_folders: tuple[str, ...]
    """Where published data may lie."""

    @classmethod
    def of(cls, order: Order, data_folders: Iterable[Path]) -> Form:
        """Read an order; raise :class:`Problem` where something in it is not allowed."""
        return cls(order.spec(), _file(order.entry), tuple(map(str, data_folders)))


class Describe(msgspec.Struct, frozen=True, tag_field="ask", tag="describe"):
    """What would a form train? Answered with one object or two, the quicker first.

    See :func:`engine.rehearsal.describe`. Nothing is written and nothing is fetched.
    """

    form: Form
    """What it says."""
    measured: bool = True
    """Whether to find out how long an epoch takes, which uses the device for a moment."""


class Preview(msgspec.Struct, frozen=True, tag_field="ask", tag="preview"):
    """What is in the data that a form names? Answered with one object.

    See :func:`engine.rehearsal.preview`.
    """

    form: Form
    """What it says; its hyperparameters matter only where they decide about the data."""


Question = Predict | Probe | Describe | Preview
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
    is_streamed = isinstance(question, Predict) and question.given.is_streamed
    # Through a pipe: an argument is bounded, and a person may name every file there is.
    reading, writing = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "engine.answer", str(reading)],
            stdin=None if is_streamed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if errors is None else errors,
            env={**os.environ, **variables},
            pass_fds=[reading],
        )
    except BaseException:
        os.close(writing)
        raise
    finally:
        os.close(reading)
    assert process.stdout is not None
    try:
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
            pipe.write(msgspec.json.encode(question))
        for line in process.stdout:
            answer = msgspec.json.decode(line)
            raise_told(answer)
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


def raise_told(answer: Mapping[str, Any]) -> None:
    """Raise the problem that a line of an answer is, if it is one.

    A line about a single input may tell of a problem as well; only these two keys end an answer.
    """
    if answer.keys() == {"problem", "remedy"}:
        raise Problem(answer["problem"], answer["remedy"])


def _file(entry: Entry) -> str:
    return "" if entry.file is None else str(entry.file.absolute())

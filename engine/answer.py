"""Answers one question that needs Keras or pandas, for a side that must not import them.

Started as ``python -P -m engine.answer DESCRIPTOR``, which brings the question as one JSON object.
The answer is JSON lines on standard output, the last of which tells a problem if there was one:
``{"problem": ..., "remedy": ...}``; the exit status is then 2. Libraries chatter on standard error.
Standard input is the input to be predicted, where the question says so.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from engine.catalog import recipe_of
from engine.errors import Problem
from engine.process.questions import Describe, Predict, Preview, Probe, Question
from engine.references import resolve
from engine.run.folder import RunFolder
from engine.run.records import dumps


def main(arguments: list[str]) -> int:
    """Answer the question that comes in through the descriptor which the only argument names."""
    with os.fdopen(int(arguments[0]), "rb") as asked:
        question = msgspec.json.decode(asked.read(), type=Question)
    is_streamed = isinstance(question, Predict) and question.given.is_streamed
    # Answers have standard output to themselves; whatever a library prints goes elsewhere.
    out = os.fdopen(os.dup(1), "w", buffering=64 * 1024)
    os.dup2(2, 1)
    try:
        for line in answers(question):
            out.write(dumps(line) + "\n")
            if is_streamed:
                out.flush()
        out.flush()
    except Problem as problem:
        out.write(dumps({"problem": problem.what, "remedy": problem.remedy}) + "\n")
        out.flush()
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    return 0


def answers(question: Question) -> Iterator[dict[str, Any]]:
    """Yield the lines of an answer.

    Raises:
        Problem: The question cannot be answered.
    """
    match question:
        case Predict():
            return _predict(question)
        case Probe():
            return _probe(question)
        case Describe(form, measured):
            from engine import rehearsal  # what trains is not needed by the others

            return rehearsal.describe(form, measured=measured)
        case Preview(form):
            from engine import rehearsal

            return rehearsal.preview(form)


def _predict(question: Predict) -> Iterator[dict[str, Any]]:
    folder = RunFolder(Path(question.run))
    spec = folder.read_spec()
    if question.network:
        folder.model = Path(question.network)
    if not folder.model.is_file():
        raise Problem(
            f"The run {folder.name} has no network to predict with (yet).",
            "It is saved when training ends or is stopped.",
        )
    recipe = recipe_of(spec, folder.code)
    task = resolve(recipe.task, folder.code if spec.recipe_file else None)
    yield from task.predict(folder, question.given)


def _probe(question: Probe) -> Iterator[dict[str, Any]]:
    """Say what the backend is and which devices it sees; run a matrix product on the best."""
    import time

    try:
        import keras
    except ImportError as error:
        raise Problem(
            f"The backend {question.backend} cannot be imported: {error}.",
            f"pip install {question.backend}",
        ) from None
    devices = [str(name) for name in keras.distribution.list_devices()]
    gpus = [name for name in devices if not name.lower().startswith("cpu")]
    rows = question.matrix_rows
    with keras.device(gpus[0] if gpus else "cpu:0"):
        matrix = keras.random.normal((rows, rows), seed=0)
        keras.ops.convert_to_numpy(keras.ops.matmul(matrix, matrix))  # compiles, warms up
        begun = time.perf_counter()
        keras.ops.convert_to_numpy(keras.ops.matmul(matrix, matrix)[:1, :1])
        seconds = time.perf_counter() - begun
    yield {
        "backend": keras.backend.backend(),
        "keras": keras.__version__,
        "gpus": gpus,
        "placed_on": gpus[0] if gpus else "cpu:0",
        "matrix_rows": rows,
        "matmul_seconds": seconds,
        "gigaflops": 2 * rows**3 / max(seconds, 1e-9) / 1e9,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

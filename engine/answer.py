"""Answers questions that need Keras or pandas, for a side that must not import them.

Started as ``python -P -m engine.answer DESCRIPTOR``, which brings one question as a JSON object.
The answer is JSON lines on standard output, the last of which tells a problem if there was one:
``{"problem": ..., "remedy": ...}``; the exit status is then 2. Libraries chatter on standard error.
Standard input is the input to be predicted, where the question says so.

With ``--stay`` behind the descriptor it answers a question a line until there are no more, each
answer closed by :data:`~engine.process.messages.END` or a problem. The network that it has loaded
for one question it keeps for the next.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO

import msgspec

from engine.errors import Problem
from engine.process.messages import END
from engine.process.questions import Describe, Predict, Preview, Probe, Question
from engine.references import resolve
from engine.run.folder import RunFolder
from engine.run.records import dumps

if TYPE_CHECKING:
    from engine.tasks.trained import Trained

STAY = "--stay"
"""The argument that asks for more than one answer."""


def main(arguments: list[str]) -> int:
    """Answer what comes in through the descriptor that the first argument names."""
    # Answers have standard output to themselves; whatever a library prints goes elsewhere.
    out = os.fdopen(os.dup(1), "w", buffering=64 * 1024)
    os.dup2(2, 1)
    with os.fdopen(int(arguments[0]), "rb") as asked:
        try:
            if arguments[1:] == [STAY]:
                return _stay(asked, out)
            return _answer(msgspec.json.decode(asked.read(), type=Question), out)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    return 0


def _answer(question: Question, out: TextIO) -> int:
    is_streamed = isinstance(question, Predict) and question.given.is_streamed
    try:
        for line in answers(question):
            out.write(dumps(line) + "\n")
            if is_streamed:
                out.flush()
    except Problem as problem:
        out.write(dumps(told(problem)) + "\n")
        return 2
    finally:
        out.flush()
    return 0


def _stay(asked: IO[bytes], out: TextIO) -> int:
    for question in asked:
        for line in whole_answer(msgspec.json.decode(question, type=Question)):
            out.write(line.decode() + "\n")
        out.flush()
    return 0


def whole_answer(question: Question) -> Iterator[bytes]:
    """Yield the lines of an answer, a problem or the end the last one; raises nothing."""
    try:
        for line in answers(question):
            yield dumps(line).encode()
        yield END
    except Problem as problem:
        yield dumps(told(problem)).encode()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a recipe's own code can raise anything
        traceback.print_exc()
        first = str(error).strip().partition("\n")[0][:300]
        yield dumps(told(Problem(f"{type(error).__name__}: {first}"))).encode()


def told(problem: Problem) -> dict[str, str]:
    """Return a problem as the line of an answer."""
    return {"problem": problem.what, "remedy": problem.remedy}


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
    yield from _trained(question).predict(question.given, explain=question.explain)


_kept: dict[tuple[object, ...], Trained] = {}
"""The network that was asked last, by its file as it was then: who asks once mostly asks again."""


def _trained(question: Predict) -> Trained:
    from engine.tasks.saved import Saved

    saved = Saved.of(
        RunFolder(Path(question.run)), Path(question.network) if question.network else None
    )
    file = saved.network.stat()
    key = (str(saved.network), file.st_ino, file.st_size, file.st_mtime_ns)
    if key not in _kept:
        task = resolve(saved.recipe.task, saved.code)
        _kept.clear()
        _kept[key] = task.trained(saved)
    return _kept[key]


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

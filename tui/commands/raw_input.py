"""The input of ``dlconsole predict``: what was named, typed and piped, checked before Keras is.

What a path leads to is read by the process that answers; here it is only seen to that it is there,
and that it is of the form that the run's recipe takes.
"""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.data.given import STDIN, Given
from engine.errors import Problem
from tui.commands.output import hint
from tui.streams import is_terminal

_TAKES = {
    "table": "one table: name a file, or - for standard input, or --row name=value ...",
    "pictures": "pictures: name files, folders or a CSV of files, or - for a picture piped in",
    "texts": "texts: name files, folders or a CSV, or --text TEXT, or - for a text a line",
}
"""What a run takes, by the form of its recipe."""


@dataclass(frozen=True)
class Typed:
    """What stands on the command line.

    Attributes:
        paths: Files, folders and ``-``.
        cells: ``name=value``, of one row.
        texts: Typed texts.
        lines: Whether each line of a text file is a text of its own.
    """

    paths: Sequence[str] = ()
    cells: Sequence[str] = ()
    texts: Sequence[str] = ()
    lines: bool = False


@contextmanager
def table_of(typed: Typed) -> Iterator[Given]:
    """Give the one table that was meant, a temporary one where it is typed or piped.

    Raises:
        Problem: There is none or more than one, or it is missing or empty.
    """
    if typed.texts or typed.lines:
        raise _unclear("a text", "table")
    if typed.cells:
        with _temporary() as file:
            writer = csv.writer(file)
            named = _named(typed.cells)
            writer.writerows([named.keys(), named.values()])
            file.flush()
            yield Given([file.name])
        return
    if len(typed.paths) != 1:
        raise _unclear(f"{len(typed.paths)} files" if typed.paths else "none", "table")
    if typed.paths[0] == STDIN:
        with _temporary() as file:
            _spool(Path(file.name))
            yield Given([file.name])
        return
    path = Path(typed.paths[0]).expanduser()
    if not path.exists():
        raise Problem(
            f"There is no file {typed.paths[0]!r}.", "Check the path; - is standard input."
        )
    yield Given([str(path.absolute())])


def examples_of(typed: Typed, form: str) -> tuple[Given, list[str]]:
    """Return the inputs that were meant, and the names of those that are not there.

    Args:
        typed: What stands on the command line.
        form: ``pictures`` or ``texts``.

    Raises:
        Problem: There is none, or it is of another form.
    """
    if typed.cells:
        raise _unclear("a row of a table", form)
    if form == "pictures" and (typed.texts or typed.lines):
        raise _unclear("a text", form)
    there = [each for each in typed.paths if each == STDIN or Path(each).expanduser().exists()]
    missing = [each for each in typed.paths if each not in there]
    if not (there or typed.texts):
        if missing:
            typing = "; a text is typed as --text" if form == "texts" else ""
            raise Problem(f"There is no file {missing[0]!r}.", f"Check the path{typing}.")
        raise _unclear("none", form)
    if there.count(STDIN) > 1:
        raise Problem("Standard input was named twice.", "It can be read once: name - once.")
    if STDIN in there and form == "texts" and is_terminal(sys.stdin):
        hint("Type texts, one a line; Ctrl+D ends it.")
    return Given(there, list(typed.texts), typed.lines), missing


def _unclear(got: str, form: str) -> Problem:
    count = "one input" if form == "table" else "input"
    return Problem(f"Expected {count}, got {got}.", f"This run takes {_TAKES[form]}.")


def _temporary() -> tempfile._TemporaryFileWrapper[str]:
    """Return a file of our own that is gone when it is closed."""
    return tempfile.NamedTemporaryFile(
        "w", prefix="dlconsole-", suffix=".csv", newline="", encoding="utf-8"
    )


def _spool(path: Path) -> None:
    """Copy standard input to a file, since reading a table takes more than one look at it."""
    if is_terminal(sys.stdin):
        hint("Type CSV with a header; Ctrl+D ends it.")
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    if path.stat().st_size == 0:
        raise Problem("Standard input was empty.", "Pipe a CSV with a header into it.")


def _named(assignments: Sequence[str]) -> dict[str, str]:
    """Read ``name=value`` pairs."""
    named = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.strip():
            raise Problem(f"Expected name=value, got {assignment!r}.", "Example: --row pH=3.2")
        named[name.strip()] = value
    return named

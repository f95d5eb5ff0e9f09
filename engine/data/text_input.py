"""Texts that a person wants predictions for: typed, in files, folders and tables, standard input.

Everything that is named is looked at before the first text is read, so that a mistyped path is told
at once; the texts themselves come one after another, and those of standard input as soon as their
line has come.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from engine.data.class_folders import Layout, as_name, circle, walk
from engine.data.given import STDIN, Given
from engine.data.text_cells import as_label, as_text
from engine.data.text_columns import HINTS, Chosen, choose_columns
from engine.data.text_files import AnySuffix, UnreadableError, decode, read_bytes
from engine.data.text_rows import Rows, is_table, open_rows
from engine.data.words import words_of
from engine.errors import Problem

_BEGINNING = 40
"""Characters of a typed text that it is called by."""

_SIGNS = ("negative", "positive")
"""Classes that many a table calls 0 and 1."""


class RawText(NamedTuple):
    """A text, split into words.

    Attributes:
        name: What a person calls it.
        words: Empty where it has none or cannot be read.
        actual: Its class, where it is known.
        problem: Why it cannot be read.
    """

    name: str
    words: Sequence[str]
    actual: str = ""
    problem: str = ""


def read_given(given: Given, classes: Sequence[str]) -> Iterator[RawText]:
    """Yield texts one after another: typed ones first, then those of each path in turn.

    Args:
        given: What a person named.
        classes: Names of the classes: what a folder or a column says is a class if it is one.

    Raises:
        Problem: It names no text, or something that does not exist or is of another form.
    """
    if not given.paths and not given.texts:
        raise Problem(
            "Expected texts to predict, got none.",
            "Type one, name files, folders, a CSV or Parquet file, or - for standard input.",
        )
    tables = {name: _look_at(name, given) for name in given.paths if name != STDIN}
    for text in given.texts:
        beginning = " ".join(text.split())
        more = len(beginning) > _BEGINNING
        name = f"{beginning[: _BEGINNING - 1]}…" if more else beginning
        yield RawText(name, words_of(text))
    only = len(given.paths) == 1 and not given.texts
    for name in given.paths:
        path, table = Path(name).expanduser(), tables.get(name)
        called = "" if only else f"{as_name(name)}, "
        if name == STDIN:
            yield from _lines_of(sys.stdin.buffer, "" if only else "standard input, ")
        elif table is not None:
            yield from _rows_of(*table, called, classes)
        elif path.is_dir():
            for file in _below(path):
                yield from _file(file, given, classes, f"{as_name(str(file))}, ")
        else:
            yield from _file(path, given, classes, called)


def known_class(said: str, classes: Sequence[str]) -> str:
    """Return the class that a folder or a cell means, or nothing.

    Its name in any case, a beginning that only one of them has (``pos``), and for negative and
    positive 0 and 1.
    """
    if said in classes:
        return said
    plain = said.casefold()
    begun = [name for name in classes if plain and name.casefold().startswith(plain)]
    same = [name for name in begun if name.casefold() == plain]
    if len(same) == 1:
        return same[0]
    if len(begun) == 1 and len(plain) > 2:
        return begun[0]
    if tuple(name.casefold() for name in classes) == _SIGNS and said in {"0", "1"}:
        return classes[int(said)]
    return ""


def _look_at(name: str, given: Given) -> tuple[Rows, Chosen] | None:
    """Check that something is there; return the columns of a table."""
    path = Path(name).expanduser()
    if not path.exists():
        raise Problem(
            f"There is no {as_name(name)!r}.", "Check the path; put a text to be typed in --text."
        )
    if path.is_dir():
        if next(_below(path), None) is None:
            raise Problem(f"The folder {as_name(name)!r} has no file in it.", "Put texts in.")
        return None
    if given.lines or not is_table(path):
        return None
    rows = open_rows(path, HINTS)
    return rows, choose_columns(path.name, rows.names, rows.first(), "", labelled=False)


def _below(folder: Path) -> Iterator[Path]:
    return walk(folder, AnySuffix(), Layout(folder), circle(folder))


def _file(path: Path, given: Given, classes: Sequence[str], called: str) -> Iterator[RawText]:
    name, actual = as_name(str(path)), known_class(as_name(path.absolute().parent.name), classes)
    try:
        if given.lines:
            with path.open("rb") as stream:
                for text in _lines_of(stream, called):
                    yield text._replace(actual=actual)
        else:
            yield RawText(name, words_of(decode(read_bytes(path))[0]), actual)
    except UnreadableError as error:
        yield RawText(name, (), actual, str(error))
    except OSError as error:
        yield RawText(name, (), actual, (error.strerror or "cannot be read").lower())


def _lines_of(stream: BinaryIO, called: str) -> Iterator[RawText]:
    """Yield each line as soon as it is there: a pipe may stay open for days."""
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue  # between paragraphs, and at the end
        name = f"{called}line {number}"
        try:
            yield RawText(name, words_of(decode(line)[0]))
        except UnreadableError as error:
            yield RawText(name, (), problem=str(error))


def _rows_of(rows: Rows, chosen: Chosen, called: str, classes: Sequence[str]) -> Iterator[RawText]:
    wanted = [chosen.text, *([chosen.label] if chosen.label else [])]
    for place, cells in rows.cells(wanted):
        name = f"{called}{rows.unit} {place}"
        actual = known_class(as_label(cells[1]), classes) if chosen.label else ""
        try:
            text = as_text(cells[0])
        except Problem as problem:
            yield RawText(name, (), actual, problem.what)
        else:
            yield RawText(name, words_of(text), actual, "" if text else "there is no text")

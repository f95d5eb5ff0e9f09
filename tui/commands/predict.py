"""``dlconsole predict``: what a run's network says about raw input, one line a row."""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from engine.errors import Problem
from engine.process.questions import Predict, ask
from engine.run.checkpoints import find_checkpoint
from tui.commands.completion import complete_checkpoint, complete_run
from tui.commands.output import hint, json_line
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.safe_text import printable
from tui.streams import is_terminal

_STDIN = "-"


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole predict last new.csv", "CSV on standard output: row, predicted, actual"),
        ("dlconsole predict last --row density=0.993 pH=3.2 ...", "one row, typed"),
        ("head -5 wine.csv | dlconsole predict last - --json", "one JSON object a line"),
        ("dlconsole predict last new.csv --checkpoint best", "by an earlier network"),
    ],
)
@click.argument("run", shell_complete=complete_run)
@click.argument("inputs", nargs=-1, metavar="[FILE | -]", type=click.Path())
@click.option("--data", type=click.Path(), metavar="FILE", help="The file with the input.")
@click.option(
    "--row",
    "cells",
    multiple=True,
    metavar="NAME=VALUE",
    help="One row, typed; more cells may follow, with or without --row.",
)
@click.option(
    "--checkpoint",
    metavar="NAME|EPOCH|best",
    shell_complete=complete_checkpoint,
    help="Ask one of its checkpoints instead of the run's network.",
)
@click.option(
    "--device",
    default="cpu",
    show_default=True,
    type=click.Choice(["cpu", "auto"]),
    help="cpu leaves GPUs to the trainings.",
)
@json_option
@click.pass_obj
def predict(
    invocation: Invocation,
    run: str,
    inputs: tuple[str, ...],
    data: str | None,
    cells: tuple[str, ...],
    checkpoint: str | None,
    device: str,
    as_json: bool,
) -> None:
    """Let a run's network predict from raw input.

    The input is a file in the form in which the recipe takes data of your own, - for standard input
    (CSV), or one row. It is prepared as the training data was.

    Prints CSV: row (from 1), predicted, and actual where the input has the column that was learned.
    With --json: the same, one object a line.
    """
    folder = invocation.run(run)
    spec = folder.read_spec()
    network = "" if checkpoint is None else str(find_checkpoint(folder, checkpoint).path)
    with _source(inputs, data, cells) as source:
        hint(f"Loading Keras on {spec.backend} ...")
        answers = ask(
            Predict(run=str(folder.path), source=str(source), network=network),
            spec.backend,
            device=device,
            errors=invocation.library_errors(),
        )
        columns: list[str] = []
        rows = csv.writer(sys.stdout, lineterminator="\n")
        for answer in answers:
            if as_json:
                sys.stdout.write(json_line(answer) + "\n")
                continue
            if not columns:
                columns = list(answer)
                rows.writerow(columns)
            rows.writerow([printable(answer.get(each, "")) for each in columns])


@contextmanager
def _source(inputs: Sequence[str], data: str | None, cells: Sequence[str]) -> Iterator[Path]:
    """Give the path of the input, of a temporary file where it is typed or piped.

    Raises:
        Problem: There is none or more than one, or it is missing or empty.
    """
    if cells:
        # What follows a --row without one is taken for more of the row.
        if data is not None or not all("=" in each for each in inputs):
            raise _unclear("a file and --row")
        with _temporary() as file:
            writer = csv.writer(file)
            named = _cells([*cells, *inputs])
            writer.writerows([named.keys(), named.values()])
            file.flush()
            yield Path(file.name)
        return
    files = [*inputs, *([] if data is None else [data])]
    if len(files) != 1:
        raise _unclear(f"{len(files)} files" if files else "none")
    if files[0] == _STDIN:
        with _temporary() as file:
            _spool(Path(file.name))
            yield Path(file.name)
        return
    path = Path(files[0]).expanduser()
    if not path.exists():
        raise Problem(f"There is no file {files[0]!r}.", "Check the path; - reads standard input.")
    yield path.absolute()


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


def _cells(assignments: Sequence[str]) -> dict[str, str]:
    """Read ``name=value`` pairs."""
    named = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.strip():
            raise Problem(f"Expected name=value, got {assignment!r}.", "Example: --row pH=3.2")
        named[name.strip()] = value
    return named


def _unclear(got: str) -> Problem:
    return Problem(
        f"Expected one input, got {got}.",
        "Name a file, or - for standard input, or --row name=value ...",
    )

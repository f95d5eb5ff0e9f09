"""``dlconsole predict``: what a run's network says about raw input, one line an input."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import click

from engine.catalog import recipe_of
from engine.data.given import STDIN, Given
from engine.errors import Problem
from engine.process.questions import Predict, ask
from engine.run.checkpoints import find_checkpoint
from engine.run.folder import RunFolder
from engine.run.networks import SNAPSHOT, latest_snapshot
from tui.commands.answers import Answers
from tui.commands.completion import complete_network, complete_run
from tui.commands.output import hint
from tui.commands.raw_input import Typed, examples_of, table_of
from tui.commands.subcommand import Invocation, Subcommand, json_option


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole predict last new.csv", "a table: row, predicted, actual"),
        ("dlconsole predict last --row density=0.993 pH=3.2 ...", "one row, typed"),
        ("head -5 wine.csv | dlconsole predict last - --json", "one JSON object a line"),
        ('dlconsole predict last --text "The best sushi I have ever had."', "a text, typed"),
        ("dlconsole predict last reviews/ more.csv", "texts, from a folder and a table"),
        ("tail -f reviews.txt | dlconsole predict last -", "texts as they come, a line each"),
        ("dlconsole predict last photos/ digit.png > said.csv", "pictures"),
        ("dlconsole predict last scan.png --invert", "a picture, dark ink on light paper"),
        ('dlconsole predict last --text "Not bad." --explain', "and the words that moved it"),
        ("dlconsole predict last new.csv --checkpoint best", "by an earlier network"),
        ("dlconsole predict last new.csv --checkpoint snapshot", "by one still in training"),
    ],
)
@click.argument("run", shell_complete=complete_run)
@click.argument("inputs", nargs=-1, metavar="[FILE|FOLDER|-]...", type=click.Path())
@click.option("--data", type=click.Path(), metavar="FILE", help="One more file with input.")
@click.option(
    "--row",
    "cells",
    multiple=True,
    metavar="NAME=VALUE",
    help="One row of a table, typed; more cells may follow, with or without --row.",
)
@click.option(
    "--text", "texts", multiple=True, metavar="TEXT", help="A text, typed; may be repeated."
)
@click.option("--lines", is_flag=True, help="Each line of a text file is a text of its own.")
@click.option(
    "--explain", is_flag=True, help="Say which words or columns moved it, the strongest first."
)
@click.option(
    "--invert", is_flag=True, help="Turn light and dark of pictures round before they are read."
)
@click.option(
    "--checkpoint",
    metavar="NAME|EPOCH|best|snapshot",
    shell_complete=complete_network,
    help="Ask one of its checkpoints, or the latest snapshot, instead of the run's network.",
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
    texts: tuple[str, ...],
    lines: bool,
    explain: bool,
    invert: bool,
    checkpoint: str | None,
    device: str,
    as_json: bool,
) -> int:
    """Let a run's network predict from raw input.

    The input is in the form in which the recipe takes data of your own; it is prepared as the
    training data was. A table is a file, - for standard input (CSV), or one row. Pictures and texts
    are files, folders, and tables that name or hold them; - is one picture, or a text a line, each
    answered as it comes.

    Of a table it prints CSV: row (from 1), predicted, and actual where it has the column that was
    learned. Of pictures and texts: input, predicted (a class), probability (its own), a column with
    the probability of each class, and actual (empty where it is not known).

    With --json one object a line: {"row", "predicted", "actual"} or {"input", "predicted",
    "probability", "probabilities": {class: probability}, "actual", "note"}, the last two where they
    are known. An input that cannot be read is {"input", "problem"}; it is told on standard error,
    and the exit code is 2 when the others have been answered.

    With --explain there is one more column, moved by, and the key "moved_by": {word: share}, the
    logarithm of the odds of the predicted class that taking the word away takes away; of a table
    {column: share}, what the prediction loses where the column says the usual instead.
    """
    folder = invocation.training(run)
    spec = folder.read_spec()
    form = recipe_of(spec, folder.code).form
    network = "" if checkpoint is None else str(_network(folder, checkpoint))
    typed = _typed(inputs, data, cells, texts, lines)
    if explain and form == "pictures":
        raise Problem("--explain says which words or columns moved it: pictures have neither.")
    if invert and form != "pictures":
        raise Problem(f"--invert is for pictures, this run takes {_FORMS[form]}.")
    missing: list[str] = []
    source: AbstractContextManager[Given]
    if form == "table":
        source = table_of(typed)
    else:
        examples, missing = examples_of(typed, form)
        source = nullcontext(examples)
    with source as given:
        given = replace(given, invert=invert)
        answers = Answers(
            as_json=as_json,
            at_once=given.is_streamed,
            with_actual=any(path != STDIN for path in given.paths),
            explained=explain,
        )
        for name in missing:
            answers.take({"input": name, "problem": f"There is no file {name!r}."})
        hint(f"Loading Keras on {spec.backend} ...")
        said = ask(
            Predict(run=str(folder.path), given=given, network=network, explain=explain),
            spec.backend,
            device=device,
            errors=invocation.library_errors(),
        )
        for answer in said:
            answers.take(answer)
        return answers.end()


_FORMS = {"table": "tables", "texts": "texts"}


def _network(folder: RunFolder, word: str) -> Path:
    """Return the file of another network than the run's own.

    Raises:
        Problem: There is none such.
    """
    if word != SNAPSHOT:
        return find_checkpoint(folder, word).path
    snapshot = latest_snapshot(folder)
    if snapshot is None:
        raise Problem(
            f"The run {folder.name} has no snapshot (yet).",
            f"dlconsole snapshot {folder.name} asks for one while it is in training.",
        )
    return snapshot.path


def _typed(
    inputs: tuple[str, ...],
    data: str | None,
    cells: tuple[str, ...],
    texts: tuple[str, ...],
    lines: bool,
) -> Typed:
    """Tell paths from cells: what follows a --row without one is taken for more of the row.

    Raises:
        Problem: There are both.
    """
    if not cells:
        return Typed([*inputs, *([] if data is None else [data])], (), texts, lines)
    if data is not None or not all("=" in each for each in inputs):
        raise Problem(
            "Expected one input, got a file and --row.", "Name a file, or type a row, not both."
        )
    return Typed((), [*cells, *inputs], texts, lines)

"""``dlconsole export``: the metrics of runs, epoch by epoch, as a table for other programs.

What it promises: figures are written with all their digits and not smoothed, an epoch stands there
once however often a run was taken up, and a run that is still going on is written as far as it is.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import click

from engine.errors import Problem, nearest
from engine.run.folder import RunFolder
from engine.run.search_view import trainings
from engine.run.view import RunView
from tui import figures
from tui.commands.completion import complete_run
from tui.commands.output import json_line
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.safe_text import printable
from tui.streams import narrate

_X = {"epoch": "epoch", "step": "step", "time": "seconds"}
_RATE = "learning_rate"


class _Row(NamedTuple):
    """An epoch of a run."""

    run: str
    x: dict[str, float]
    metrics: dict[str, float]


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole export last > curves.csv", "every metric of every epoch"),
        ("dlconsole export k3f9 x2ab --metric loss -o loss.csv", "train and val, of two runs"),
        ("dlconsole export last --json | jq .metrics.val_loss", "an object for each epoch"),
        ("dlconsole export mnist-random-k3f9 > curves.csv", "every trial of a search"),
    ],
)
@click.argument("names", nargs=-1, required=True, metavar="RUN...", shell_complete=complete_run)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME",
    help="Only this metric: loss is loss and val_loss. May be given several times.",
)
@click.option(
    "--x",
    "axis",
    type=click.Choice(list(_X)),
    help="Only this to lay the curves out along; all three otherwise.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write into a file rather than to standard output.",
)
@json_option
@click.pass_obj
def export(
    invocation: Invocation,
    names: Sequence[str],
    metrics: Sequence[str],
    axis: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Write the metrics of runs, epoch by epoch, as CSV. A search stands for its trials.

    The columns are run (where there are several), epoch, step, seconds (of training, so far), the
    metrics and the learning rate. A cell is empty where an epoch has no such metric.

    With --json: an object a line for each epoch, {"run", "epoch", "step", "seconds", "metrics": {by
    name; "nan" and "inf" are strings}}.
    """
    folders = {each.path: each for name in names for each in _trained(invocation.run(name))}
    rows = [row for folder in folders.values() for row in _rows(folder, axis)]
    known = list(dict.fromkeys(name for row in rows for name in row.metrics))
    known.sort(key=lambda name: name == _RATE)
    columns = _chosen(known, metrics)
    if output is None:
        _write(sys.stdout, rows, columns, len(folders) > 1, as_json)
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            _write(file, rows, columns, len(folders) > 1, as_json)
    except OSError as error:
        raise Problem(f"{output} cannot be written: {error.strerror}.") from None
    epochs = "epoch" if len(rows) == 1 else "epochs"
    narrate(f"{figures.count(len(rows))} {epochs} in {output}")


def _trained(folder: RunFolder) -> list[RunFolder]:
    """Return a run; of a search, those of its trials that have come to anything.

    Raises:
        Problem: None of them has.
    """
    found = trainings(folder)
    if found == [folder]:
        return found
    found = [each for each in found if _has_epochs(each)]
    if not found:
        raise Problem(
            f"No trial of the search {folder.name} has a complete epoch.",
            f"What it does: dlconsole show {folder.name}",
        )
    return found


def _has_epochs(folder: RunFolder) -> bool:
    view = RunView(folder)
    view.refresh()
    return bool(view.epochs)


def _rows(folder: RunFolder, axis: str | None) -> Iterator[_Row]:
    """Read the epochs of a run that count.

    Raises:
        Problem: There is none.
    """
    view = RunView(folder)
    view.refresh()
    name = folder.name
    if view.damaged:
        lines = "line was" if view.damaged == 1 else "lines were"
        narrate(f"{name}: {figures.count(view.damaged)} damaged {lines} left out.")
    if not view.epochs:
        raise Problem(
            f"The run {name} has no complete epoch.", f"What it does: dlconsole show {name}"
        )
    seconds = 0.0
    for each in view.epochs:
        seconds += max(each.seconds, 0.0) if math.isfinite(each.seconds) else 0.0
        x = {"epoch": each.epoch, "step": each.step, "seconds": round(seconds, 6)}
        rate = {} if each.learning_rate is None else {_RATE: each.learning_rate}
        yield _Row(name, x if axis is None else {_X[axis]: x[_X[axis]]}, {**each.metrics, **rate})


def _chosen(known: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return the metrics to write: those that were named, each with its ``val_``.

    Raises:
        Problem: None of the runs has one of them.
    """
    if not wanted:
        return list(known)
    for name in wanted:
        if name not in known and f"val_{name}" not in known:
            raise Problem(f"There is no metric {name!r}.", nearest(name, known))
    return [name for name in known if name in wanted or name.removeprefix("val_") in wanted]


def _write(
    file: IO[str], rows: Sequence[_Row], columns: Sequence[str], has_runs: bool, as_json: bool
) -> None:
    if as_json:
        for row in rows:
            values = {name: row.metrics[name] for name in columns if name in row.metrics}
            file.write(json_line({"run": row.run, **row.x, "metrics": values}) + "\n")
        return
    writer = csv.writer(file, lineterminator="\n")
    # Names are anybody's, and a terminal obeys what stands in them; figures are ours.
    writer.writerow([*(["run"] if has_runs else []), *rows[0].x, *map(printable, columns)])
    for row in rows:
        cells = [repr(row.metrics[name]) if name in row.metrics else "" for name in columns]
        writer.writerow([*([printable(row.run)] if has_runs else []), *row.x.values(), *cells])

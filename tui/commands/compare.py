"""``dlconsole compare``: runs beside each other, only the settings that differ, and what came out.

What it promises: with --csv and --json figures are written with all their digits, and nothing is
left out; on a terminal a table that is too wide is turned on its side.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from typing import Any

import click

from engine.errors import Problem, nearest
from engine.run.comparison import (
    Compared,
    common,
    differing,
    figure_names,
    report_of,
)
from engine.run.folder import RunFolder
from engine.run.search_view import trainings
from engine.run.view import RunView
from tui.commands.completion import complete_run
from tui.commands.output import (
    Cell,
    Column,
    hint,
    print_json,
    print_table,
    room,
    state_style,
    width,
)
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.comparing import (
    best_of,
    figure_column,
    figure_heading,
    figure_text,
    heading,
    setting_column,
    setting_text,
)
from tui.tables.columns import in_order

_Row = list[str | Cell]


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole compare k3f9 x2ab", "two runs"),
        ("dlconsole compare $(dlconsole runs --json | jq -r '.runs[].run')", "all of them"),
        ("dlconsole compare k3f9 x2ab --csv > runs.csv", "for a spreadsheet"),
        ("dlconsole compare mnist-random-k3f9 --sort best", "the trials of a search"),
    ],
)
@click.argument("names", nargs=-1, required=True, metavar="RUN...", shell_complete=complete_run)
@click.option(
    "--sort", metavar="COLUMN", help="Sort by a setting or figure, the best or smallest first."
)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
@click.pass_obj
def compare(
    invocation: Invocation, names: tuple[str, ...], sort: str | None, as_csv: bool, as_json: bool
) -> None:
    """Set runs beside each other: what differs, what came out. A search stands for its trials.

    Shown are only the settings in which they differ, those that were changed on the way, the
    metrics of the last complete epoch, the best value of the metric that decides, and the network's
    figures on the test part where there is a report. The best figure of each kind has a star.

    With --json: {"differing": names of settings, "common": settings that all share, "figures":
    names of figures, "runs": [{"run", "folder", "state", "note", "monitor", "settings": all of
    them, "changed": settings that were changed while it went on, "figures"}]}. What a run does not
    have is left out. Figures are best, best_epoch, epochs_done, seconds, metric.NAME (last epoch)
    and test.NAME.
    """
    if as_csv and as_json:
        raise Problem("--csv and --json cannot both be had.", "Choose one.")
    named = [folder for name in names for folder in _trainings(invocation.run(name))]
    folders = {folder.path: folder for folder in named}
    runs = []
    for folder in folders.values():
        view = RunView(folder)
        view.refresh()
        runs.append(Compared.of(view, report_of(view)))
    if sort is not None:
        runs = _sorted(runs, sort)
    if as_json:
        print_json(_object(runs))
    elif as_csv:
        _print_csv(runs)
    else:
        _print(runs)


def _trainings(folder: RunFolder) -> list[RunFolder]:
    found = trainings(folder)
    if not found:
        raise Problem(f"The search {folder.name} has no trial yet.")
    return found


def _sorted(runs: list[Compared], name: str) -> list[Compared]:
    known = [*dict.fromkeys(n for run in runs for n in run.settings), *figure_names(runs)]
    found = next(
        (each for each in known if name in (each, heading(each), figure_heading(each))), None
    )
    if found is None:
        raise Problem(f"There is no column {name!r}.", nearest(name, known))
    is_figure = found in figure_names(runs)
    column = figure_column(found, runs) if is_figure else setting_column(found, runs)
    return in_order(runs, column, backwards=False)


def _object(runs: Sequence[Compared]) -> dict[str, Any]:
    return {
        "differing": differing(runs),
        "common": common(runs),
        "figures": figure_names(runs),
        "runs": [
            {
                "run": run.folder.name,
                "folder": str(run.folder.path),
                "state": run.state,
                "note": run.note,
                "monitor": run.monitor or None,
                "settings": dict(run.settings),
                "changed": dict(run.changed),
                "figures": dict(run.figures),
            }
            for run in runs
        ],
    }


def _print_csv(runs: Sequence[Compared]) -> None:
    settings, figures = differing(runs), figure_names(runs)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["run", "state", *settings, *figures])
    for run in runs:
        asked = [setting_text(run, name, unknown="") for name in settings]
        came_out = [run.figures.get(name, "") for name in figures]
        writer.writerow([run.folder.name, run.state, *asked, *came_out])


def _print(runs: Sequence[Compared]) -> None:
    settings, figures = differing(runs), figure_names(runs)
    best = {name: best_of(name, runs) for name in figures}
    headings = ["run", "state", *map(heading, settings), *map(figure_heading, figures)]
    # Of one search the trials' own names are enough, and short.
    of_one_search = len({run.folder.path.parent for run in runs}) == 1
    rows: list[_Row] = [
        [
            run.name if of_one_search else run.folder.name,
            Cell(run.state, state_style(run.state)),
            *(setting_text(run, name) for name in settings),
            *(_figure(run, name, best[name]) for name in figures),
        ]
        for run in runs
    ]
    if _width(headings, rows) <= room():
        print_table(
            [
                Column(title, right=place >= 2 + len(settings))
                for place, title in enumerate(headings)
            ],
            rows,
        )
    else:  # turned on its side: a line for each setting and figure
        turned: list[_Row] = [
            [Cell(title, {"bold": True}), *(row[place] for row in rows)]
            for place, title in enumerate(headings)
        ]
        print_table([Column(""), *[Column("", right=True, flexible=True)] * len(rows)], turned)
    shared = common(runs)
    if len(runs) > 1 and shared:
        told = ", ".join(
            f"{heading(name)} {setting_text(runs[0], name)}"
            for name in shared
            if shared[name] != ""
        )
        hint(f"The same in all: {told}.")


def _figure(run: Compared, name: str, best: float | None) -> str | Cell:
    text = figure_text(run, name)
    is_best = best is not None and run.figures.get(name) == best
    return Cell(f"{text} *", {"fg": "green"}) if is_best else f"{text}  "


def _width(headings: Sequence[str], rows: Sequence[_Row]) -> int:
    def cells(cell: str | Cell) -> int:
        return width(cell.text if isinstance(cell, Cell) else cell)

    columns = range(len(headings))
    return sum(max(width(headings[i]), *(cells(row[i]) for row in rows)) + 2 for i in columns) - 2

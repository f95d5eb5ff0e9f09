"""``dlconsole train``: the form of the console as a command line, and a training in the foreground.

What it promises: what cannot be right is refused before a run's folder is made. The worker is a
process of its own: Ctrl+C or SIGTERM stops it and keeps its network, a second Ctrl+C does not
wait for that. A closed terminal, or a reader of our output that goes away, ends nothing.
"""

from __future__ import annotations

import math
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from engine.catalog import Entry
from engine.errors import Problem
from engine.process.launch import launch
from engine.process.order import BACKENDS, Order
from engine.run.commands import send
from engine.run.folder import RunFolder
from engine.run.records import StopNow
from engine.run.report import Report, read_report
from engine.run.state import Verdict
from engine.run.view import RunView
from engine.space import Value
from tui.commands.choice import chosen, mentioned
from tui.commands.completion import (
    complete_data,
    complete_preset,
    complete_recipe,
    complete_setting,
)
from tui.commands.following import exit_code, follow, reap
from tui.commands.interrupts import Interrupts
from tui.commands.narration import ending
from tui.commands.narrator import narrator
from tui.commands.output import hint, print_json, say
from tui.commands.recipes import write_settings
from tui.commands.report import print_short_report
from tui.commands.subcommand import (
    DONE,
    HUNG_UP,
    INTERRUPTED,
    Invocation,
    Subcommand,
    json_option,
)
from tui.streams import give_up_stdout, narrate

_DEAF_SECONDS = 5.0
"""A worker that has not begun to listen by then is ended by a signal."""


class _TrainCommand(Subcommand):
    """``train``, whose help also tells the settings of the recipe that stands before it."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the recipe's settings, if there is a recipe, and the examples."""
        # A recipe that does not exist must not keep the help from a person.
        with suppress(Problem):
            entry = mentioned(ctx)
            if entry is not None:
                write_settings(entry.recipe, formatter)
        super().format_epilog(ctx, formatter)


@click.command(
    cls=_TrainCommand,
    examples=[
        ("dlconsole train wine", "the first preset on the published data"),
        ("dlconsole train wine --help", "with all settings of wine"),
        ("dlconsole train wine --preset deep --set learning_rate=3e-4 --epochs 100", "set it up"),
        ("dlconsole train wine --data my.csv --target price", "learn from a table of your own"),
        ("dlconsole train wine --data sample --json | jq .metrics", "for a script"),
        ("dlconsole train wine --detach", "print the run's name and return"),
        ("dlconsole train --recipe-file my_recipe.py", "a recipe of your own"),
    ],
)
@click.argument("recipe", required=False, shell_complete=complete_recipe)
@click.option(
    "--preset",
    metavar="NAME",
    shell_complete=complete_preset,
    help="Settings that have a name; the recipe's first by default.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=complete_setting,
    help="Change one setting; may be repeated.",
)
@click.option("--epochs", metavar="N", help="Short for --set epochs=N.")
@click.option(
    "--data",
    default="official",
    metavar="SOURCE",
    shell_complete=complete_data,
    help="official, sample (built in, needs no network), or a path to data of your own.",
)
@click.option(
    "--target", default="", metavar="COLUMN", help="The column to learn, if not the usual."
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Decides the training's draws."
)
@click.option(
    "--split-seed", type=int, default=0, show_default=True, help="Decides train, val and test rows."
)
@click.option(
    "--backend", default="tensorflow", show_default=True, help=f"{' or '.join(BACKENDS)}."
)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, gpu or gpu:N.")
@click.option(
    "--threads", type=int, default=0, help="CPU threads for an operation; every core by default."
)
@click.option("--name", default="", help="The run's name; a readable one is made up by default.")
@click.option(
    "--recipe-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A recipe of your own: a Python file that defines RECIPE.",
)
@click.option("--detach", is_flag=True, help="Return at once; the run goes on.")
@click.option("--quiet", is_flag=True, help="Say nothing but what goes wrong.")
@json_option
@click.pass_obj
def train(
    invocation: Invocation,
    /,
    recipe: str | None,
    recipe_file: Path | None,
    settings: tuple[str, ...],
    epochs: str | None,
    detach: bool,
    quiet: bool,
    as_json: bool,
    **order: Any,
) -> int:
    """Train a recipe and report what came out.

    Ctrl+C stops the training and keeps its network (exit code 130); pressed once more, it returns
    without waiting for that. The training goes on when the terminal is closed.

    With --json: one object with run, folder, state, epochs (complete ones), metrics (of the last
    epoch), best, best_epoch, seconds, report (as in report.json; null where there is none), cause
    and remedy. With --detach the same at once, in the state "starting".
    """
    entry = chosen(invocation, recipe, recipe_file)
    changes = _changes(entry, settings, epochs)
    folder = Order(entry=entry, changes=changes, **order).place(invocation.settings().runs)
    if detach:
        launch(folder)
        return _detached(folder, as_json)
    with Interrupts() as interrupts:
        return _Foreground(folder, interrupts, quiet=quiet, as_json=as_json).run()


def _changes(entry: Entry, settings: tuple[str, ...], epochs: str | None) -> dict[str, Value]:
    """Read what a person wants changed; what is said last wins."""
    space = entry.recipe.space
    changes = space.parse(settings)
    if epochs is not None:
        changes["epochs"] = space.parse_one("epochs", epochs)
    return changes


def _detached(folder: RunFolder, as_json: bool) -> int:
    if as_json:
        print_json(summary(RunView(folder), Verdict("starting", True, ""), None))
    else:
        say(folder.name)
    narrate(f"Follow it: dlconsole watch {folder.name}; stop it: dlconsole stop {folder.name}")
    return DONE


class _Foreground:
    """A training that a person waits for."""

    def __init__(
        self, folder: RunFolder, interrupts: Interrupts, *, quiet: bool, as_json: bool
    ) -> None:
        self._folder = folder
        self._interrupts = interrupts
        self._as_json = as_json
        self._quiet = quiet
        self._view = RunView(folder)
        self._narrator = narrator(quiet=quiet)
        self._asked_at: float | None = None
        self._sent = False

    def run(self) -> int:
        """Start the worker, follow it and report; return the exit code."""
        self._process = launch(self._folder)
        self._narrator.say(f"{self._folder.name} in {self._folder.path}")
        try:
            verdict = follow(self._view, self._narrator, self._pause, self._process)
        finally:
            self._narrator.close(self._view)
        if verdict is None:
            return self._leave()
        reap(self._process)
        return self._finish(verdict)

    def _pause(self, seconds: float) -> bool:
        """Wait; heed what a person asked for. See :func:`~tui.commands.following.follow`."""
        self._interrupts.wait(seconds)
        if self._interrupts.hung_up or self._interrupts.stops > 1:
            return False
        if self._interrupts.stops and not self._sent:
            if self._asked_at is None:
                self._asked_at = time.monotonic()
                self._narrator.say("Stopping. Ctrl+C once more returns without waiting for it.")
            self._stop(time.monotonic() - self._asked_at)
        return True

    def _stop(self, waited: float) -> None:
        """Ask the worker to stop now, as soon as it listens."""
        self._view.refresh()
        if self._view.started is not None:
            send(self._folder.commands, StopNow(self._view.started.generation))
        elif waited > _DEAF_SECONDS:
            self._process.terminate()
        else:
            return
        self._sent = True

    def _leave(self) -> int:
        """Let the worker go on without us."""
        if self._interrupts.hung_up:
            return HUNG_UP
        if not self._sent:
            self._stop(waited=math.inf)
        narrate(f"Not waited for. See what becomes of it: dlconsole watch {self._folder.name}")
        return INTERRUPTED

    def _finish(self, verdict: Verdict) -> int:
        """Say what became of the run; return the exit code."""
        view, name = self._view, self._folder.name
        report = _report(self._folder)
        if verdict.state != "done" or not self._quiet:
            narrate(f"{name} {ending(view, verdict)}")
        if verdict.remedy:
            narrate(verdict.remedy)
        try:
            if self._as_json:
                print_json(summary(view, verdict, report))
            elif report is not None:
                print_short_report(report)
                sys.stdout.flush()
        except BrokenPipeError:  # a reader that has gone does not change what became of the run
            give_up_stdout()
        if report is not None and not self._as_json:
            hint(f"More: dlconsole report {name}")
        elif self._folder.model.is_file():
            hint(f"Its network is kept: dlconsole predict {name} FILE")
        return INTERRUPTED if self._interrupts.stops else exit_code(verdict, view.ended)


def summary(view: RunView, verdict: Verdict, report: Report | None) -> dict[str, Any]:
    """Return the one object that ``train --json`` prints."""
    status = view.status
    return {
        "run": view.folder.name,
        "folder": str(view.folder.path),
        "state": verdict.state,
        "epochs": view.epochs[-1].epoch if view.epochs else 0,
        "metrics": view.epochs[-1].metrics if view.epochs else {},
        "best": status.best if status else None,
        "best_epoch": status.best_epoch if status else 0,
        "seconds": view.ended.seconds if view.ended else None,
        "report": report,
        "cause": "" if verdict.state == "done" else verdict.why,
        "remedy": verdict.remedy,
    }


def _report(folder: RunFolder) -> Report | None:
    try:
        return read_report(folder)
    except Problem:
        return None

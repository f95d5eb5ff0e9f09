"""``dlconsole train``: the form of the console as a command line, and a training in the foreground.

What it promises: what cannot be right is refused before a run's folder is made. How it goes on from
there is :mod:`tui.commands.foreground`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from engine.catalog import Entry
from engine.errors import Problem
from engine.process.again import Again, again
from engine.process.launch import launch
from engine.process.order import SNAPSHOTS, Order
from engine.process.outlook import outlook
from engine.space import Value
from tui.commands.choice import chosen
from tui.commands.completion import complete_recipe, complete_run
from tui.commands.foreground import Foreground, detached
from tui.commands.interrupts import Interrupts
from tui.commands.order_options import (
    RecipeCommand,
    circumstance_options,
    recipe_file_option,
    setting_options,
)
from tui.commands.subcommand import Invocation, json_option
from tui.streams import narrate


@click.command(
    cls=RecipeCommand,
    examples=[
        ("dlconsole train wine", "the first preset on the published data"),
        ("dlconsole train wine --help", "with all settings of wine"),
        ("dlconsole train wine --preset deep --set learning_rate=3e-4 --epochs 100", "set it up"),
        ("dlconsole train wine --data my.csv --target price", "learn from a table of your own"),
        ("dlconsole train wine --data sample --json | jq .metrics", "for a script"),
        ("dlconsole train wine --detach", "print the run's name and return"),
        ("dlconsole train wine --device gpu:1 --detach", "waits its turn while it is busy"),
        ("dlconsole train --recipe-file my_recipe.py", "a recipe of your own"),
        ("dlconsole train --like last --set dropout=0.3", "as an earlier run, but for this"),
    ],
)
@click.argument("recipe", required=False, shell_complete=complete_recipe)
@setting_options
@click.option("--epochs", metavar="N", help="Short for --set epochs=N.")
@circumstance_options
@click.option(
    "--queue/--no-queue",
    default=True,
    help="Wait for a busy device (the default), or share it.",
)
@click.option(
    "--snapshots",
    default="auto",
    show_default=True,
    help=f"When to save what resume needs: {', '.join(SNAPSHOTS)}.",
)
@click.option("--name", default="", help="The run's name; a readable one is made up by default.")
@recipe_file_option
@click.option(
    "--like",
    metavar="RUN",
    shell_complete=complete_run,
    help="Ask for what an earlier run was asked for; whatever else is said comes on top.",
)
@click.option("--detach", is_flag=True, help="Return at once; the run goes on.")
@click.option("--quiet", is_flag=True, help="Say nothing but what goes wrong.")
@json_option
@click.pass_context
def train(
    context: click.Context,
    /,
    recipe: str | None,
    recipe_file: Path | None,
    like: str | None,
    settings: tuple[str, ...],
    epochs: str | None,
    detach: bool,
    quiet: bool,
    as_json: bool,
    **order: Any,
) -> int:
    """Train a recipe and report what came out.

    Ctrl+C stops the training and keeps its network (exit code 130); pressed once more, it returns
    without waiting for that. The training goes on when the terminal is closed. Where the device is
    busy it waits for it; dlconsole queue shows its place.

    With --json: one object with run, folder, state, epochs (complete ones), metrics (of the last
    epoch), best, best_epoch, seconds, report (as in report.json; null where there is none), cause
    and remedy. With --detach the same at once, in the state "starting" or "queued".
    """
    invocation = context.ensure_object(Invocation)
    if like is None:
        entry = chosen(invocation, recipe, recipe_file)
        asked = Order(entry=entry, **order)
    else:
        asked, notices = _like(invocation, like, recipe, recipe_file)
        for notice in notices:
            narrate(notice)
        asked = replace(asked, **_said(context, order))
    changes = {**asked.changes, **_changes(asked.entry, settings, epochs)}
    asked, queue = replace(asked, changes=changes), asked.queue
    found = outlook(asked.device)
    folder = asked.place(invocation.settings().runs)
    for line in [] if quiet else found:
        narrate(line)
    if detach:
        launch(folder, queue=queue)
        return detached(folder, as_json=as_json)
    with Interrupts() as interrupts:
        return Foreground(
            folder, lambda: launch(folder, queue=queue), interrupts, quiet=quiet, as_json=as_json
        ).run()


def _like(invocation: Invocation, run: str, recipe: str | None, recipe_file: Path | None) -> Again:
    """Return an order for what a run was asked for.

    Raises:
        Problem: There is no such run, it is of another recipe than the one that is named, or it
            cannot be asked for again.
    """
    folder = invocation.training(run)
    name = folder.read_spec().recipe
    own = chosen(invocation, recipe, recipe_file) if recipe_file is not None else None
    if (own.recipe.name if own is not None else recipe) not in (None, name):
        raise Problem(
            f"{folder.name} is a run of the recipe {name!r}, not of {recipe!r}.",
            "Leave the recipe out: the run says which it is.",
        )
    return again(folder, {} if own is not None else invocation.catalog().entries, own)


def _said(context: click.Context, order: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were written on the command line rather than left as they are."""
    usual = click.core.ParameterSource.DEFAULT
    said = {
        name: value
        for name, value in order.items()
        if context.get_parameter_source(name) is not usual
    }
    # The column belongs to the data that it was said of.
    return {"target": "", **said} if "data" in said else said


def _changes(entry: Entry, settings: tuple[str, ...], epochs: str | None) -> dict[str, Value]:
    """Read what a person wants changed; what is said last wins."""
    space = entry.recipe.space
    changes = space.parse(settings)
    if epochs is not None:
        changes["epochs"] = space.parse_one("epochs", epochs)
    return changes

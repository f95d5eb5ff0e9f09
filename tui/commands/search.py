"""``dlconsole search``: the search form of the console as a command line, and its plan.

What it promises: what cannot be right is refused before a folder is made; the plan is the one that
is carried out. How a search goes on from there is :mod:`tui.commands.search_foreground`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from engine.errors import Problem
from engine.process.launch import launch
from engine.process.order import Order
from engine.process.outlook import outlook
from engine.process.searching import DEFAULT_TRIALS, SearchOrder
from engine.recipe import Recipe
from tui.commands.choice import chosen
from tui.commands.completion import (
    complete_method,
    complete_objective,
    complete_recipe,
    complete_varied,
)
from tui.commands.foreground import detached
from tui.commands.interrupts import Interrupts
from tui.commands.order_options import (
    RecipeCommand,
    circumstance_options,
    recipe_file_option,
    setting_options,
)
from tui.commands.search_foreground import SearchForeground
from tui.commands.search_plan import print_plan, told_plan
from tui.commands.subcommand import Invocation, json_option
from tui.streams import narrate

_ORDER = (
    "preset",
    "data",
    "target",
    "seed",
    "split_seed",
    "backend",
    "device",
    "threads",
    "deterministic",
    "name",
)


class _SearchCommand(RecipeCommand):
    """``search``, whose help also tells what is varied of the recipe that stands before it."""

    def write_more(self, recipe: Recipe, formatter: click.HelpFormatter) -> None:
        """Write what is varied unless a person says otherwise."""
        if recipe.searched:
            with formatter.section(f"Varied of {recipe.name} by default (--search NAME=WHAT)"):
                formatter.write_dl(list(recipe.searched.items()))


@click.command(
    cls=_SearchCommand,
    examples=[
        ("dlconsole search mnist --plan", "what it would do, and how long that takes"),
        ("dlconsole search mnist --method hyperband --epochs 9", "three brackets, 23 trials"),
        ("dlconsole search mnist --folds 3 --trials 10 --epochs 1", "each scored by three folds"),
        ("dlconsole search wine --search learning_rate=1e-4..1e-1 --search units=16,16|64", "vary"),
        ("dlconsole search wine --search optimizer=adam,sgd --search momentum", "for sgd alone"),
        ("dlconsole search wine --search dropout=0..0.5/6 --method grid", "six values, all tried"),
        ("dlconsole search mnist --budget-minutes 30 --parallel 2", "two at once, half an hour"),
        ("dlconsole search wine --json | jq .best_values", "for a script"),
        ("dlconsole train --like last/t007", "a trial's setting as a run of its own"),
    ],
)
@click.argument("recipe", required=False, shell_complete=complete_recipe)
@click.option(
    "--search",
    "varied",
    multiple=True,
    metavar="NAME[=WHAT]",
    shell_complete=complete_varied,
    help="Vary a setting: a range low..high (:log or :linear behind it, or /N for N values), "
    "options with commas (| between lists), 1..3x32..512 for layers of units; nothing for all "
    "that is allowed. May be repeated; the recipe's own choice by default.",
)
@setting_options
@click.option(
    "--method",
    default="random",
    show_default=True,
    metavar="METHOD",
    shell_complete=complete_method,
    help="random, grid, bayesian, hyperband or halving.",
)
@click.option(
    "--objective",
    default="",
    metavar="METRIC",
    shell_complete=complete_objective,
    help="What is to become best; the metric that chooses the best epoch by default.",
)
@click.option(
    "--trials",
    type=int,
    metavar="N",
    help=f"Settings to try; {DEFAULT_TRIALS} by default, of a grid all. Hyperband counts its own.",
)
@click.option(
    "--epochs",
    type=int,
    metavar="N",
    help="Epochs of a trial (of Hyperband and halving: the most); the setting's by default.",
)
@click.option(
    "--factor",
    type=int,
    default=3,
    show_default=True,
    help="Hyperband, halving: one of so many trials goes on at each rung.",
)
@click.option(
    "--iterations",
    type=int,
    default=1,
    show_default=True,
    help="Hyperband: times through all brackets.",
)
@click.option(
    "--folds",
    type=int,
    default=0,
    metavar="K",
    help="Train each setting K times, each time validated on another part of the rows.",
)
@click.option(
    "--parallel", type=int, default=1, show_default=True, help="Trainings at once, one a device."
)
@click.option(
    "--budget-epochs", type=int, default=0, metavar="N", help="Begin no trial after N epochs."
)
@click.option(
    "--budget-minutes", type=float, default=0.0, metavar="X", help="Begin none after X minutes."
)
@click.option(
    "--keep", type=int, default=3, show_default=True, help="The best so many keep their weights."
)
@click.option(
    "--failures",
    type=int,
    default=3,
    show_default=True,
    help="Pause after so many failed trials in a row.",
)
@click.option(
    "--rate", type=float, default=0.0, metavar="X", help="What an hour costs; tells the money."
)
@click.option(
    "--search-seed", type=int, default=1, show_default=True, help="Decides which settings."
)
@circumstance_options
@click.option("--name", default="", help="The search's name; one is made up by default.")
@recipe_file_option
@click.option("--plan", "only_plan", is_flag=True, help="Say what it would do, and do none of it.")
@click.option("--detach", is_flag=True, help="Return at once; the search goes on.")
@click.option("--quiet", is_flag=True, help="Say nothing but the best and what goes wrong.")
@json_option
@click.pass_context
def search(
    context: click.Context,
    /,
    recipe: str | None,
    recipe_file: Path | None,
    varied: tuple[str, ...],
    settings: tuple[str, ...],
    only_plan: bool,
    detach: bool,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Search for the best setting of a recipe: each trial a training of its own.

    Whatever is set with --set stays as it is; of all else, what --search names is varied. Trials
    are runs: dlconsole show, watch, report and all others take SEARCH/t007. Ctrl+C stops the search
    and its trials (exit code 130); pressed once more, it returns without waiting. dlconsole resume
    goes on exactly. A search pauses where trials fail one after another; where nobody is at a
    terminal it is stopped then, with exit code 1.

    With --json: one object with search, folder, state, cause, remedy, method, objective, direction,
    trials_ended, trials_planned, epochs, epochs_planned, seconds, best (a trial's number),
    best_score, best_values, best_run and trials: a list of {trial, state, values, score, scores (of
    the folds), spread, best_epoch, epochs, parent, bracket, rung, runs, reason, cause and more}.
    With --plan: recipe, preset, space, settings, trials, epochs, rungs, notes, epoch_seconds,
    seconds, disk_bytes, cost and more. What is not known is null.
    """
    invocation = context.ensure_object(Invocation)
    _check_fits(context, str(options["method"]))
    entry = chosen(invocation, recipe, recipe_file)
    asked = {name: options.pop(name) for name in _ORDER}
    order = Order(entry=entry, changes=entry.recipe.space.parse(settings), **asked)
    wanted = SearchOrder(order=order, space=_texts(varied), **options)
    if only_plan:
        print_plan(wanted, invocation, as_json=as_json)
        return 0
    found, plan = outlook(order.device), wanted.plan()
    folder = wanted.place(invocation.settings().runs)
    for line in [] if quiet else [*found, *told_plan(plan)]:
        narrate(line)
    if detach:
        launch(folder)
        return detached(folder, as_json=as_json)
    with Interrupts() as interrupts:
        return SearchForeground(
            folder, lambda: launch(folder), interrupts, quiet=quiet, as_json=as_json
        ).run()


def _texts(varied: Iterable[str]) -> Mapping[str, str]:
    """Read what stands behind ``--search``: what is varied, by name.

    Raises:
        Problem: Something is there twice.
    """
    texts: dict[str, str] = {}
    for word in varied:
        name, _, text = word.partition("=")
        if name.strip() in texts:
            raise Problem(f"--search {name.strip()} is there twice.", "Say it once.")
        texts[name.strip()] = text.strip()
    return texts


def _check_fits(context: click.Context, method: str) -> None:
    """Raise :class:`Problem` where an option was written that another method heeds."""
    heeded = {"factor": ("hyperband", "halving"), "iterations": ("hyperband",)}
    usual = click.core.ParameterSource.DEFAULT
    for name, methods in heeded.items():
        if method not in methods and context.get_parameter_source(name) is not usual:
            raise Problem(
                f"--{name} is for {' and '.join(methods)}, but the method is {method}.",
                f"Add --method {methods[0]}.",
            )

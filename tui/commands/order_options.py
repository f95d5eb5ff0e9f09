"""The options by which ``train`` and ``search`` are told what to train, on what and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from engine.errors import Problem
from engine.process.order import BACKENDS
from engine.recipe import Recipe
from tui.commands.choice import mentioned
from tui.commands.completion import complete_data, complete_preset, complete_setting
from tui.commands.recipes import write_settings
from tui.commands.subcommand import Subcommand

F = TypeVar("F", bound=Callable[..., Any])


class RecipeCommand(Subcommand):
    """A command whose help also tells the settings of the recipe that stands before it."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the recipe's settings, if there is a recipe, and the examples."""
        # A recipe that does not exist must not keep the help from a person.
        with suppress(Problem):
            entry = mentioned(ctx)
            if entry is not None:
                write_settings(entry.recipe, formatter)
                self.write_more(entry.recipe, formatter)
        super().format_epilog(ctx, formatter)

    def write_more(self, recipe: Recipe, formatter: click.HelpFormatter) -> None:
        """Write what else of the recipe the command is about."""


_SETTING = [
    click.option(
        "--preset",
        metavar="NAME",
        shell_complete=complete_preset,
        help="Settings that have a name; the recipe's first by default.",
    ),
    click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        shell_complete=complete_setting,
        help="Change one setting; may be repeated.",
    ),
]

_CIRCUMSTANCES = [
    click.option(
        "--data",
        default="official",
        metavar="SOURCE",
        shell_complete=complete_data,
        help="official, sample (built in, needs no network), or a path to data of your own.",
    ),
    click.option(
        "--target", default="", metavar="COLUMN", help="The column to learn, if not the usual."
    ),
    click.option(
        "--seed", type=int, default=1, show_default=True, help="Decides the training's draws."
    ),
    click.option(
        "--split-seed",
        type=int,
        default=0,
        show_default=True,
        help="Decides train, val and test rows.",
    ),
    click.option(
        "--backend", default="tensorflow", show_default=True, help=f"{' or '.join(BACKENDS)}."
    ),
    click.option("--device", default="auto", show_default=True, help="auto, cpu, gpu or gpu:N."),
    click.option(
        "--threads",
        type=int,
        default=0,
        help="CPU threads for an operation; a fair share by default.",
    ),
    click.option(
        "--deterministic/--no-deterministic",
        default=None,
        help="The same bits each time: usual on the CPU, slower on a GPU.",
    ),
]

recipe_file_option = click.option(
    "--recipe-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A recipe of your own: a Python file that defines RECIPE.",
)
"""Gives a command ``--recipe-file``."""


def setting_options(command: F) -> F:
    """Give a command ``--preset`` and ``--set``."""
    return _with(command, _SETTING)


def circumstance_options(command: F) -> F:
    """Give a command the options for data, seeds, backend and device."""
    return _with(command, _CIRCUMSTANCES)


def _with(command: F, options: Sequence[Callable[[F], F]]) -> F:
    # The last one that decorates stands first in the help.
    for option in reversed(options):
        command = option(command)
    return command

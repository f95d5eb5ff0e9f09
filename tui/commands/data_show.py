"""``dlconsole data show``: what is in the data, before anything is trained on it."""

from __future__ import annotations

from pathlib import Path

import click

from engine.errors import Problem
from engine.process.order import Order
from engine.process.questions import Form, Preview, ask
from tui import data_seen
from tui.commands.choice import chosen
from tui.commands.completion import (
    complete_data,
    complete_preset,
    complete_recipe,
    complete_setting,
)
from tui.commands.data_pages import print_data
from tui.commands.output import hint, print_json
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.exit_codes import DONE, USAGE
from tui.streams import narrate


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole data show wine", "the columns of the published table"),
        ("dlconsole data show wine --data my.csv --target price", "of a table of your own"),
        ("dlconsole data show mnist --data photos/", "pictures: classes, sizes, duplicates"),
        ("dlconsole data show imdb --data reviews.csv", "texts: classes, lengths, examples"),
        ("dlconsole data show imdb --data sample --json | jq .classes", "for a script"),
    ],
)
@click.argument("recipe", required=False, shell_complete=complete_recipe)
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
    "--preset",
    metavar="NAME",
    shell_complete=complete_preset,
    help="Look as this preset would; the recipe's first by default.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=complete_setting,
    help="Change one setting; may be repeated.",
)
@click.option(
    "--split-seed", type=int, default=0, show_default=True, help="Decides train, val and test rows."
)
@click.option(
    "--recipe-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A recipe of your own: a Python file that defines RECIPE.",
)
@json_option
@click.pass_obj
def show(
    invocation: Invocation,
    recipe: str | None,
    data: str,
    target: str,
    preset: str | None,
    settings: tuple[str, ...],
    split_seed: int,
    recipe_file: Path | None,
    as_json: bool,
) -> int:
    """Look at the data before anything is trained on it.

    Every row is read, as training would. Of a table its columns are shown, and its first rows; of
    pictures and texts how many there are of each class, for training, validation and test, what
    they are like, which are there twice, which cannot be read, and a few of them.

    The exit code is 2 where the data cannot be trained on; standard error says why. Nothing is
    fetched.

    With --json one object: form ("table", "pictures" or "texts"), origin, synthetic, rows, notes,
    problem and remedy (empty where nothing is wrong). Of a table also columns [{"name", "role",
    "kind", "missing", "values"}], head (the first rows) and left (columns that are not shown). Of
    pictures and texts also classes [{"name", "rows", "train", "val", "test"}], validates_on_test,
    facts [[name, text]], duplicates [{"parts", "rows", "names", "text"}], unreadable (names),
    unreadable_left (how many more), warnings, and examples [{"name", "class", "picture" or
    "text"}]; a picture is 16 rows of 16 grey levels, a hexadecimal digit each.
    """
    entry = chosen(invocation, recipe, recipe_file)
    order = Order(
        entry=entry,
        preset=preset,
        changes=entry.recipe.space.parse(settings),
        data=data,
        target=target,
        split_seed=split_seed,
        device="cpu",
    )
    question = Preview(Form.of(order, invocation.settings().data_search))
    hint("Reading the data ...")
    errors = invocation.library_errors()
    (answer,) = ask(question, order.backend, device="cpu", errors=errors)
    absent = data_seen.absent(answer)
    if absent:
        name = entry.recipe.name if entry.file is None else f"--recipe-file {entry.file}"
        raise Problem(
            absent,
            f"Fetch it: dlconsole data fetch {name}. Or look at what is built in: --data sample",
        )
    if as_json:
        print_json(answer)
    else:
        print_data(answer)
    if not answer["problem"]:
        return DONE
    narrate(answer["problem"])
    narrate(answer["remedy"])
    return USAGE

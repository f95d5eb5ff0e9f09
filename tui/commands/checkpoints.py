"""``dlconsole checkpoints``: the networks kept with a run, one at each new best; restore one."""

from __future__ import annotations

from typing import Any

import click

from engine.errors import Problem
from engine.run.checkpoints import Checkpoint, find_checkpoint, list_checkpoints, restore
from engine.run.folder import RunFolder
from engine.run.state import examine
from tui import figures
from tui.commands.completion import complete_checkpoint, complete_run
from tui.commands.output import Column, hint, print_json, print_table
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.streams import narrate
from tui.words import best_of


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole checkpoints last", "which there are"),
        ("dlconsole checkpoints last --restore best", "let the best be the run's network"),
        ("dlconsole checkpoints last --restore 12", "the one of epoch 12"),
        ("dlconsole checkpoints last --restore final", "the network of the end again"),
        ("dlconsole predict last new.csv --checkpoint best", "without restoring it"),
    ],
)
@click.argument("run", shell_complete=complete_run)
@click.option(
    "--restore",
    "word",
    metavar="NAME|EPOCH|best",
    shell_complete=complete_checkpoint,
    help="Make one the network that predicts; the network of the end is kept as final.",
)
@json_option
@click.pass_obj
def checkpoints(invocation: Invocation, run: str, word: str | None, as_json: bool) -> None:
    """List the networks kept with a run, or restore one.

    Restoring makes a checkpoint the run's network (model.keras), the one that predict uses. Nothing
    is lost: the network of the end stays as the checkpoint final.

    With --json: {"run", "checkpoints": [{"name", "epoch" (null for final), "metric", "value",
    "size", "path", "best"}]}, and with --restore "restored" (the name) as well.
    """
    folder = invocation.training(run)
    chosen = None if word is None else _restored(folder, word)
    found = list_checkpoints(folder)
    if as_json:
        rows = [_object(each, best=each == best_of(found)) for each in found]
        restored = {"restored": chosen.name} if chosen is not None else {}
        print_json({"run": folder.name, **restored, "checkpoints": rows})
    elif chosen is not None:
        narrate(f"{chosen.name} is the network of {folder.name} now.")
        hint("The network of the end is kept: --restore final brings it back.")
    elif found:
        _print(found)
    else:
        narrate(f"{folder.name} has no checkpoints (yet). One is kept at each new best.")


def _restored(folder: RunFolder, word: str) -> Checkpoint:
    chosen = find_checkpoint(folder, word)
    verdict = examine(folder)
    if verdict.live:
        raise Problem(
            f"{folder.name} is live ({verdict.state}): its worker would write over the network.",
            f"Wait for its end, or stop it first: dlconsole stop {folder.name}",
        )
    restore(folder, chosen)
    return chosen


def _object(each: Checkpoint, *, best: bool) -> dict[str, Any]:
    return {
        "name": each.name,
        "epoch": each.epoch if each.value is not None else None,
        "metric": each.metric or None,
        "value": each.value,
        "size": each.size,
        "path": str(each.path),
        "best": best,
    }


def _print(found: list[Checkpoint]) -> None:
    best = best_of(found)
    print_table(
        [
            Column("epoch", right=True),
            Column(found[0].metric or "value", right=True),
            Column(""),
            Column("size", right=True),
            Column("checkpoint"),
        ],
        [
            (
                str(each.epoch) if each.value is not None else figures.UNKNOWN,
                figures.metric(each.value),
                "best" if each == best else "",
                figures.size(each.size),
                each.name,
            )
            for each in found
        ],
    )

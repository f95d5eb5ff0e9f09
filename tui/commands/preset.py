"""``dlconsole preset``: settings that are worth a name, kept as presets of a person's own."""

from __future__ import annotations

from typing import Any

import click

from engine.presets import FILE, read_presets, remove_preset, save_preset
from engine.process.keeping import setting_of
from engine.recipe import Recipe
from tui.commands.completion import complete_recipe, complete_run
from tui.commands.output import Column, hint, print_json, print_table
from tui.commands.subcommand import CommandGroup, Invocation, Subcommand, json_option
from tui.streams import narrate


@click.group(
    cls=CommandGroup,
    invoke_without_command=True,
    examples=[
        ("dlconsole preset", "list yours"),
        ("dlconsole preset save last found", "keep the setting of the latest run or search"),
        ("dlconsole train mnist --preset found", "train it"),
    ],
)
@json_option
@click.pass_context
def preset(context: click.Context, as_json: bool) -> None:
    """Keep settings as presets of your own.

    Without a command: list them.
    """
    if context.invoked_subcommand is None:
        _list(context.ensure_object(Invocation), as_json)


@preset.command(
    "list",
    cls=Subcommand,
    examples=[("dlconsole preset list --json | jq '.presets[].name'", "their names")],
)
@json_option
@click.pass_obj
def list_command(invocation: Invocation, as_json: bool) -> None:
    """List the presets of your own.

    With --json: {"file": ..., "presets": [{"recipe", "name", "summary", "values"}]}.
    """
    _list(invocation, as_json)


@preset.command(
    cls=Subcommand,
    examples=[
        ("dlconsole preset save mnist-hyperband-k3f9 found", "what its best trial had"),
        ("dlconsole preset save k3f9/t007 seventh", "what one of its trials had"),
        ('dlconsole preset save last mine --summary "small and good"', "in your own words"),
    ],
)
@click.argument("run", shell_complete=complete_run)
@click.argument("name")
@click.option("--summary", metavar="TEXT", help="What it is for, in a line; else where it is from.")
@click.option("--replace", is_flag=True, help="Let one of yours of that name give way.")
@json_option
@click.pass_obj
def save(
    invocation: Invocation, run: str, name: str, summary: str | None, replace: bool, as_json: bool
) -> None:
    """Keep the setting of a run, of a trial, or of a search's best trial as a preset.

    What is kept is what differs from the recipe's defaults. Of a search and its trials, epochs are
    not kept: they are those of the preset that was searched from. With --json: {"recipe", "name",
    "summary", "values", "file"}.
    """
    settings = invocation.settings()
    setting = setting_of(invocation.run(run), invocation.catalog().entries)
    for notice in setting.notices:
        narrate(notice)
    kept = save_preset(
        settings.recipes,
        setting.recipe,
        name,
        setting.values,
        setting.summary if summary is None else summary,
        replacing=replace,
    )
    if as_json:
        about = _described(setting.recipe.name, name, kept.summary, dict(kept.values))
        print_json({**about, "file": str(settings.recipes / FILE)})
        return
    narrate(
        f"Kept as preset {name} of {setting.recipe.name}: "
        f"{_texts(setting.recipe, kept.values) or 'all as by default'}."
    )
    hint(f"Train it: dlconsole train {setting.recipe.name} --preset {name}")


@preset.command(
    cls=Subcommand,
    examples=[("dlconsole preset rm mnist found", "runs trained with it stay")],
)
@click.argument("recipe", shell_complete=complete_recipe)
@click.argument("name")
@click.pass_obj
def rm(invocation: Invocation, recipe: str, name: str) -> None:
    """Take a preset of your own away."""
    remove_preset(invocation.settings().recipes, recipe, name)
    narrate(f"{recipe} has no preset {name} of yours any more.")


def _list(invocation: Invocation, as_json: bool) -> None:
    folder = invocation.settings().recipes
    saved = read_presets(folder)
    entries = invocation.catalog().entries
    found: list[tuple[str, str, str, dict[str, Any], str]] = []
    for recipe, presets in saved.items():
        for name in presets if isinstance(presets, dict) else ():
            entry = entries.get(recipe)
            chosen = entry.recipe.presets.get(name) if entry else None
            if entry is not None and chosen is not None and chosen.own:
                texts = _texts(entry.recipe, chosen.values)
                found.append((recipe, name, chosen.summary, dict(chosen.values), texts))
            elif entry is None:
                found.append((recipe, name, "its recipe is not here", {}, ""))
    if as_json:
        print_json(
            {"file": str(folder / FILE), "presets": [_described(*each[:4]) for each in found]}
        )
        return
    if not found:
        hint("There are none. Keep a setting: dlconsole preset save RUN NAME")
        return
    print_table(
        [
            Column("recipe"),
            Column("preset"),
            Column("what for", flexible=True),
            Column("settings", flexible=True),
        ],
        [(recipe, name, summary, texts) for recipe, name, summary, _, texts in found],
    )


def _described(recipe: str, name: str, summary: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"recipe": recipe, "name": name, "summary": summary, "values": values}


def _texts(recipe: Recipe, values: Any) -> str:
    return " ".join(f"{name}={recipe.space[name].format(value)}" for name, value in values.items())

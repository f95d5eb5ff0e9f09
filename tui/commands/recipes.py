"""``dlconsole recipes``: what can be trained, and all about one recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.catalog import Catalog, Entry
from engine.data.fetch import find
from engine.recipe import Published, Recipe, Source
from tui import figures
from tui.commands.choice import chosen
from tui.commands.completion import complete_recipe
from tui.commands.output import Column, heading, hint, print_json, print_table, print_wrapped, say
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.safe_text import printable


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole recipes", "all of them"),
        ("dlconsole recipes wine", "its story, data, network, settings and presets"),
        ("dlconsole recipes --json | jq -r '.recipes[].name'", "their names"),
    ],
)
@click.argument("recipe", required=False, shell_complete=complete_recipe)
@click.option(
    "--recipe-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Tell about the recipe in a file of your own.",
)
@json_option
@click.pass_obj
def recipes(
    invocation: Invocation, recipe: str | None, recipe_file: Path | None, as_json: bool
) -> None:
    """List the recipes, or tell all about one.

    With --json the list is {"recipes": [...], "notices": [...]}, and one recipe is an object with
    name, title, family, task, network, story, origin, target, file, sources, settings, searched,
    presets.
    """
    if recipe is None and recipe_file is None:
        _list(invocation.catalog(), as_json)
        return
    entry = chosen(invocation, recipe, recipe_file)
    folders = invocation.settings().data_search
    if as_json:
        print_json(_described(entry, folders))
    else:
        _tell(entry.recipe, folders)


def task_name(recipe: Recipe) -> str:
    """Return the kind of problem of a recipe in a word, as ``regression``."""
    module, _, name = recipe.task.partition(":")
    return module.rpartition(".")[2] if not module.endswith(".py") else name


def _list(catalog: Catalog, as_json: bool) -> None:
    found = sorted(catalog.entries.values(), key=lambda each: each.recipe.place)
    if as_json:
        print_json(
            {
                "recipes": [
                    {
                        "name": each.recipe.name,
                        "family": each.recipe.family,
                        "task": task_name(each.recipe),
                        "title": each.recipe.title,
                        "presets": list(each.recipe.presets),
                        "file": str(each.file) if each.file else None,
                    }
                    for each in found
                ],
                "notices": list(catalog.notices),
            }
        )
        return
    print_table(
        [
            Column("recipe"),
            Column("family"),
            Column("task"),
            Column("learns", flexible=True),
            Column("presets", flexible=True),
        ],
        [
            (
                each.recipe.name,
                each.recipe.family,
                task_name(each.recipe),
                each.recipe.title,
                ", ".join(
                    f"{name} (own)" if preset.own else name
                    for name, preset in each.recipe.presets.items()
                ),
            )
            for each in found
        ],
    )
    hint("All about one: dlconsole recipes NAME")


def _sources(recipe: Recipe) -> list[tuple[str, Source]]:
    return [("official", recipe.official), ("sample", recipe.sample), ("PATH", recipe.own)]


def _files(source: Source, folders: tuple[Path, ...]) -> list[dict[str, Any]]:
    files = []
    for file in source.files:
        path = find(file, folders)
        files.append(
            {
                "name": file.name,
                "bytes": file.size,
                "path": str(path) if path else None,
                "url": file.url,
                "sha256": file.sha256,
            }
        )
    return files


def _described(entry: Entry, folders: tuple[Path, ...]) -> dict[str, Any]:
    recipe = entry.recipe
    return {
        "name": recipe.name,
        "title": recipe.title,
        "family": recipe.family,
        "task": recipe.task,
        "network": recipe.network,
        "story": recipe.story,
        "origin": recipe.origin,
        "target": recipe.target,
        "monitor": recipe.monitor,
        "monitor_mode": recipe.monitor_mode,
        "file": str(entry.file) if entry.file else None,
        "sources": [
            {
                "data": data,
                "summary": source.summary,
                "synthetic": source.synthetic,
                "files": _files(source, folders),
            }
            for data, source in _sources(recipe)
        ],
        "settings": [
            {
                "name": name,
                "group": each.group,
                "default": each.default,
                "expects": each.expects(),
                "help": each.help,
            }
            for name, each in recipe.space.items()
        ],
        "searched": dict(recipe.searched),
        "presets": [
            {
                "name": name,
                "own": preset.own,
                "summary": preset.summary,
                "values": dict(preset.values),
                "expect": preset.expect,
                "published": [
                    {
                        "metric": each.metric,
                        "split": each.split,
                        "value": each.value,
                        "upper": each.upper,
                        "source": each.source,
                    }
                    for each in preset.published
                ],
            }
            for name, preset in recipe.presets.items()
        ],
    }


def _tell(recipe: Recipe, folders: tuple[Path, ...]) -> None:
    say(heading(f"{recipe.name}: {recipe.title}"))
    say()
    print_wrapped(recipe.story, indent="  ")
    say()
    about = [("from", recipe.origin), ("task", recipe.task), ("network", recipe.network)]
    if recipe.target:
        about.append(("predicts", recipe.target))
    about.append(("best epoch by", f"{recipe.monitor} ({recipe.monitor_mode})"))
    print_table([Column(""), Column("")], about, indent="  ")
    say()
    say(heading("Data (--data)"))
    for data, source in _sources(recipe):
        label = " (synthetic: generated, not observed)" if source.synthetic else ""
        print_wrapped(f"{data:<10}{source.summary}{label}", indent="  ", hanging=" " * 12)
        for file in _files(source, folders):
            where = file["path"] or f"missing, dlconsole data fetch {recipe.name}"
            say(printable(f"{'':12}{file['name']}, {figures.size(file['bytes'])}: {where}"))
    say()
    say(heading("Settings (--set name=value)"))
    tell_settings(recipe)
    if recipe.searched:
        say()
        say(heading("Varied by a search (dlconsole search, --search name=what)"))
        rows = list(recipe.searched.items())
        print_table([Column(""), Column("")], rows, indent="  ")
    say()
    say(heading("Presets (--preset)"))
    for name, preset in recipe.presets.items():
        whose = " (your own)" if preset.own else ""
        print_wrapped(f"{name:<10}{preset.summary}{whose}", indent="  ", hanging=" " * 12)
        changed = [
            f"{key}={recipe.space[key].format(value)}" for key, value in preset.values.items()
        ]
        details = [" ".join(changed), preset.expect, published_line(preset.published)]
        for text in filter(None, details):
            print_wrapped(text, indent=" " * 12)


def tell_settings(recipe: Recipe) -> None:
    """Write a recipe's hyperparameters: default, range and what each does."""
    named = max(len(name) for name in recipe.space)
    defaults = {name: each.format(each.default) for name, each in recipe.space.items()}
    valued = max(len(text) for text in defaults.values())
    for name, each in recipe.space.items():
        say(printable(f"  {name:<{named}}  {defaults[name]:<{valued}}  {each.range_text()}"))
        print_wrapped(each.help, indent=" " * (named + 4))


def write_settings(recipe: Recipe, formatter: click.HelpFormatter) -> None:
    """Write a recipe's hyperparameters and presets into the help of a command."""
    with formatter.section(f"Settings of {recipe.name} (--set NAME=VALUE)"):
        formatter.write_dl(
            [
                (
                    name,
                    f"{each.help} [{each.range_text()}; default {each.format(each.default)}]",
                )
                for name, each in recipe.space.items()
            ]
        )
    with formatter.section(f"Presets of {recipe.name} (--preset NAME)"):
        formatter.write_dl([(name, preset.summary) for name, preset in recipe.presets.items()])


def published_line(published: tuple[Published, ...]) -> str:
    """Write the figures that a text prints for a preset in a line; empty where there are none."""
    by_source: dict[str, list[str]] = {}
    for each in published:
        upper = "" if each.upper is None else f" to {each.upper:.3f}"
        figure = f"{each.metric} {each.split} {each.value:.3f}{upper}"
        by_source.setdefault(each.source, []).append(figure)
    return "; ".join(
        f"Published: {', '.join(texts)} ({source})" for source, texts in by_source.items()
    )

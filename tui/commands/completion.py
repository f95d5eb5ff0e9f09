"""``dlconsole completion`` and what shells are told about recipes, presets, settings and runs.

What completes must never fail or print: where nothing can be found out, nothing is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from tui.commands.subcommand import Invocation, Subcommand, written_words

if TYPE_CHECKING:
    from engine.recipe import Recipe
    from engine.run.state import Verdict

Items = list[CompletionItem[str]]

_WHERE = {
    "bash": "~/.bashrc",
    "zsh": "~/.zshrc",
    "fish": "~/.config/fish/completions/dlconsole.fish",
}


@click.command(
    cls=Subcommand,
    examples=[
        ('eval "$(dlconsole completion bash)"', "in ~/.bashrc"),
        ('eval "$(dlconsole completion zsh)"', "in ~/.zshrc"),
        ("dlconsole completion fish > ~/.config/fish/completions/dlconsole.fish", "once"),
    ],
)
@click.argument("shell", type=click.Choice(list(_WHERE)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    It completes commands, options, recipes, presets, settings and the names of runs.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None  # the choice above names only shells that click knows
    root = context.find_root()
    click.echo(found(root.command, {}, "dlconsole", "_DLCONSOLE_COMPLETE").source())


def complete_recipe(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Offer the names of recipes."""

    def names() -> Iterable[CompletionItem[str]]:
        from engine.catalog import Catalog

        catalog = Catalog.load(_invocation(context).settings().recipes)
        for name, entry in sorted(catalog.entries.items()):
            yield CompletionItem(name, help=entry.recipe.title)

    return _fitting(names, incomplete)


def complete_preset(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Offer the presets of the recipe that stands on the command line."""

    def names() -> Iterable[CompletionItem[str]]:
        for name, preset in _recipe(context).presets.items():
            yield CompletionItem(name, help=preset.summary)

    return _fitting(names, incomplete)


def complete_setting(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Offer ``name=`` for the settings of the recipe, and the values of a choice behind it."""

    def names() -> Iterable[CompletionItem[str]]:
        from engine.space import Bool, Choice

        space = _recipe(context).space
        name, equals, _ = incomplete.partition("=")
        if not equals:
            for name, each in space.items():
                yield CompletionItem(f"{name}=", help=each.help)
        elif isinstance(each := space[name], Choice):
            yield from (CompletionItem(f"{name}={option}") for option in each.options)
        elif isinstance(each, Bool):
            yield from (CompletionItem(f"{name}={word}") for word in ("yes", "no"))

    return _fitting(names, incomplete)


def complete_varied(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Offer what a search of the recipe could vary, and all options of a choice behind it."""

    def names() -> Iterable[CompletionItem[str]]:
        from engine.space import Bool, Choice

        recipe = _recipe(context)
        name, equals, _ = incomplete.partition("=")
        if not equals:
            for name, each in recipe.space.items():
                text = recipe.searched.get(name, "")
                yield CompletionItem(f"{name}={text}" if text else name, help=each.help)
        elif isinstance(each := recipe.space[name], Choice):
            yield CompletionItem(f"{name}={','.join(each.options)}")
        elif isinstance(each, Bool):
            yield CompletionItem(f"{name}=yes,no")

    return _fitting(names, incomplete)


def complete_method(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Offer the methods of a search."""

    def names() -> Iterable[CompletionItem[str]]:
        from engine.insight.search_plan import METHODS

        yield from map(CompletionItem, METHODS)

    return _fitting(names, incomplete)


def complete_objective(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> Items:
    """Offer the metrics that a search of the recipe can go by."""

    def names() -> Iterable[CompletionItem[str]]:
        from engine.process.searching import objectives

        yield from map(CompletionItem, objectives(_recipe(context)))

    return _fitting(names, incomplete)


def complete_run(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Offer the names of runs."""
    return _runs(context, incomplete, lambda verdict: True)


def complete_live_run(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Offer the names of runs that somebody is at."""
    return _runs(context, incomplete, lambda verdict: verdict.live)


def complete_resting_run(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> Items:
    """Offer the names of runs that could go on: paused, stopped, lost and the like."""
    return _runs(context, incomplete, lambda verdict: not verdict.live or verdict.state == "paused")


def complete_checkpoint(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> Items:
    """Offer the checkpoints of the run that stands on the command line, and ``best``."""

    def names() -> Iterable[CompletionItem[str]]:
        from engine.run.checkpoints import list_checkpoints

        # An option that stands there without its value yet keeps click from telling the rest.
        run = next(word for word in written_words(context) if not word.startswith("-"))
        found = list_checkpoints(_invocation(context).run(run))
        if found:
            yield CompletionItem("best")
        yield from (CompletionItem(each.name.removesuffix(".keras")) for each in found)

    return _fitting(names, incomplete)


def complete_network(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Offer what can be asked instead of a run's network: checkpoints, and ``snapshot``."""
    found = complete_checkpoint(context, parameter, incomplete)
    return [*found, *_fitting(lambda: [CompletionItem("snapshot")], incomplete)]


def _runs(context: click.Context, incomplete: str, fits: Callable[[Verdict], bool]) -> Items:
    def names() -> Iterable[CompletionItem[str]]:
        from engine.run.folder import find, list_folders
        from engine.run.listing import summarize
        from tui.safe_text import printable

        latest: tuple[float, str] = (-1.0, "")
        found = []
        runs = _invocation(context).settings().runs
        search, slash, _ = incomplete.rpartition("/")
        if slash:  # a trial of a search, named as it was written
            for folder in list_folders(find(runs, search).trials):
                if fits(summarize(folder).verdict):
                    yield CompletionItem(f"{search}/{folder.path.name}")
            return
        for folder in list_folders(runs):
            summary = summarize(folder)
            latest = max(latest, (summary.created, summary.name))
            # A name with control characters is none to offer.
            if fits(summary.verdict) and printable(summary.name) == summary.name:
                found.append(summary.name)
        if latest[1] in found:
            yield CompletionItem("last", help="the latest run")
        yield from map(CompletionItem, found)

    return _fitting(names, incomplete)


def complete_waiting_run(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> Items:
    """Offer the names of runs that wait for a device."""

    def names() -> Iterable[CompletionItem[str]]:
        from engine.process.queue import Queue
        from tui.safe_text import printable

        for each in Queue().entries(tend=False):
            name = each.ticket.folder.name
            if each.place and printable(name) == name:
                yield CompletionItem(name)

    return _fitting(names, incomplete)


def complete_data(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Offer ``official`` and ``sample``, and files otherwise."""
    words = [word for word in ("official", "sample") if word.startswith(incomplete)]
    return [CompletionItem(word) for word in words] or [CompletionItem(incomplete, type="file")]


def _fitting(names: Callable[[], Iterable[CompletionItem[str]]], incomplete: str) -> Items:
    found: Items = []
    # Recipes of a person's own may raise anything, and a shell's prompt is no place to say so.
    with suppress(Exception):
        found.extend(item for item in names() if item.value.startswith(incomplete))
    return found


def _invocation(context: click.Context) -> Invocation:
    return context.ensure_object(Invocation)


def _recipe(context: click.Context) -> Recipe:
    from tui.commands.choice import mentioned

    entry = mentioned(context)
    if entry is None:
        raise LookupError
    return entry.recipe

"""``dlconsole settings``: what the console is set to, and setting it without a screen."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from engine.errors import Problem
from tui import keys, preferences, rebinding
from tui.commands.completion import Items
from tui.commands.output import Column, hint, print_json, print_table, say
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.preferences import ENTRIES, Preferences, written
from tui.safe_text import printable
from tui.streams import narrate

_KEYS = "keys."


def complete_setting(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Offer names of settings, and values where there are a few."""
    name, equals, _ = incomplete.partition("=")
    if not equals:
        names = [each for each in ENTRIES if each != "keys"]
        return [CompletionItem(f"{each}=") for each in names if each.startswith(name)]
    entry = ENTRIES.get(name)
    offered = [f"{name}={choice}" for choice in entry.choices] if entry is not None else []
    if name == "theme":
        from tui.themes import known

        offered = [f"theme={each}" for each in known()]
    return [CompletionItem(each) for each in offered if each.startswith(incomplete)]


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole settings", "what is set"),
        ("dlconsole settings theme=terminal bell=true", "set some"),
        ("dlconsole settings keys.run.pause=space", "another key"),
        ("dlconsole settings theme=", "what is usual again"),
    ],
)
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=complete_setting)
@click.option("--path", "only_path", is_flag=True, help="Print the path of the file alone.")
@json_option
@click.pass_obj
def settings(
    invocation: Invocation, changes: tuple[str, ...], only_path: bool, as_json: bool
) -> None:
    """Show and change the settings of the console.

    They lie in a TOML file that can be edited, too. With --json: {"path", "settings", "notices"};
    notices say what in the file cannot be used.
    """
    if changes:
        notice = preferences.save(_read(changes))
        if notice:
            narrate(notice)
    if only_path:
        say(printable(preferences.location()))
        return
    present, notices = Preferences.load()
    values = {name: getattr(present, name) for name in ENTRIES}
    if as_json:
        path = str(preferences.location())
        print_json({"path": path, "settings": values, "notices": list(notices)})
        return
    rows = [
        (name, written(value), ENTRIES[name].help)
        for name, value in values.items()
        if name != "keys"
    ]
    rows += [(_KEYS + binding, names, "") for binding, names in present.keys.items()]
    print_table(
        [
            Column("setting"),
            Column("value", flexible=True),
            Column("what it decides", flexible=True),
        ],
        rows,
    )
    for notice in notices:
        narrate(notice)
    hint(f"They lie in {preferences.location()}")


def _read(changes: tuple[str, ...]) -> dict[str, object]:
    """Return what is to be changed, checked.

    Raises:
        Problem: Something is not allowed; then nothing is changed.
    """
    usual, present = Preferences(), Preferences.load()[0]
    others = dict(present.keys)
    found: dict[str, object] = {}
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            raise Problem(f"Expected NAME=VALUE, got {change!r}.", "Example: bell=true")
        if name.startswith(_KEYS):
            _rebind(others, name.removeprefix(_KEYS), text)
            found["keys"] = others
        elif name == "keys" and text:
            raise Problem("Keys are set one by one.", "Example: keys.run.pause=space")
        else:
            usual_value = getattr(usual, name) if name in ENTRIES else ""
            found[name] = preferences.checked(name, text) if text else usual_value
            preferences.checked(name, found[name])
    return found


def _rebind(others: dict[str, str], binding: str, text: str) -> None:
    """Give a binding other keys, or its own again where the text is empty."""
    key = keys.find(binding)
    others.pop(binding, None)
    if not text:
        return
    names = rebinding.rebound(binding, text)
    for name in names.split(","):
        other = rebinding.in_the_way(key, name, others)
        if other is not None:
            raise Problem(
                f"{keys.shown(name)} is {other.binding} already.",
                f"Give that one another key first: dlconsole settings keys.{other.binding}=KEY",
            )
    others[binding] = names

"""``dlconsole rename``, ``note`` and ``rm``: what is said of runs, and putting them away."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.errors import Problem
from engine.run.folder import RunFolder
from engine.run.state import FINAL, examine
from tui.commands.completion import complete_run
from tui.commands.output import print_json, say
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.exit_codes import INTERRUPTED
from tui.safe_text import printable
from tui.streams import is_terminal, narrate


@click.command(
    cls=Subcommand,
    examples=[("dlconsole rename wine-mlp-k3f9 baseline", "its folder stays where it is")],
)
@click.argument("run", shell_complete=complete_run)
@click.argument("name")
@click.pass_obj
def rename(invocation: Invocation, run: str, name: str) -> None:
    """Give a run a name of your own."""
    folder = invocation.run(run)
    before = folder.name
    folder.rename(name)
    narrate(f"{before} is now called {name}.")


@click.command(
    cls=Subcommand,
    examples=[
        ('dlconsole note k3f9 "the one for the talk"', "note it"),
        ("dlconsole note k3f9", "print what was noted"),
        ('dlconsole note k3f9 ""', "take it back"),
    ],
)
@click.argument("run", shell_complete=complete_run)
@click.argument("text", required=False)
@json_option
@click.pass_obj
def note(invocation: Invocation, run: str, text: str | None, as_json: bool) -> None:
    """Note something about a run, or print what was noted.

    With --json: {"run", "note"}, as it is afterwards.
    """
    folder = invocation.run(run)
    if text is not None:
        folder.annotate(text)
    if as_json:
        print_json({"run": folder.name, "note": folder.note})
    elif text is None:
        for line in folder.note.splitlines():
            say(printable(line))
    else:
        narrate(
            f"Noted about {folder.name}." if text.strip() else f"{folder.name} has no note now."
        )


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole rm wine-mlp-k3f9", "asks first"),
        ("dlconsole rm k3f9 x2ab --yes", "for a script"),
    ],
)
@click.argument("names", nargs=-1, required=True, metavar="RUN...", shell_complete=complete_run)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def rm(invocation: Invocation, names: tuple[str, ...], yes: bool, as_json: bool) -> int:
    """Move runs to the trash.

    Prints where each went: the folder .trash beside the runs, from where it can be moved back. A
    run that is live is refused, and then none is moved. With --json: {"removed": [{"run",
    "trash"}]}.
    """
    runs = invocation.settings().runs
    folders = list(
        {each.path: each for each in (_removable(runs, n, invocation) for n in names)}.values()
    )
    if not yes and not _agreed(folders):
        return INTERRUPTED
    removed = []
    for folder in folders:
        name = folder.name
        trash = folder.remove()
        removed.append({"run": name, "trash": str(trash)})
        if not as_json:
            narrate(f"{name} is in the trash:")
            say(printable(trash))
            sys.stdout.flush()
    if as_json:
        print_json({"removed": removed})
    return 0


def _removable(runs: Path, word: str, invocation: Invocation) -> RunFolder:
    """Return a run that may be removed; raise :class:`Problem` otherwise."""
    if "/" in word or word in (".", ".."):
        raise Problem(
            f"Expected the name of a run, got the path {word!r}.",
            f"Name one of the runs in {runs}; other folders are none of ours.",
        )
    if (runs / word).is_symlink():
        raise Problem(f"{word} is a link, not a run.", "Remove the link by hand.")
    folder = invocation.run(word)
    verdict = examine(folder)
    if verdict.live:
        raise Problem(
            f"{folder.name} is live ({verdict.state}): {verdict.why}",
            f"Stop it first: dlconsole stop {folder.name} --now --wait",
        )
    if not _looks_like_a_run(folder):
        raise Problem(
            f"{folder.path} holds nothing that a run has.",
            "If it has to go, remove it by hand.",
        )
    return folder


def _looks_like_a_run(folder: RunFolder) -> bool:
    """Say whether a folder is a run's or empty: a wrong --runs-dir must cost nobody a home."""
    ours = (folder.spec, folder.journal, folder.status, folder.console_log)
    return any(path.exists() for path in ours) or not any(folder.path.iterdir())


def _agreed(folders: list[RunFolder]) -> bool:
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise Problem("There is no terminal to ask on.", "--yes moves them without asking.")
    for folder in folders:
        verdict = examine(folder)
        doubt = f" ({verdict.why})" if verdict.state not in FINAL else ""
        narrate(f"{folder.name}: {verdict.state}{doubt}")
    return click.confirm("Move to the trash?", err=True)

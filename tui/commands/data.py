"""``dlconsole data``: which published data sets are here, fetching them, and looking at data."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click

from engine.data.fetch import fetch as fetch_file
from engine.data.fetch import find
from engine.recipe import RemoteFile
from tui import figures
from tui.commands.choice import chosen
from tui.commands.completion import complete_recipe
from tui.commands.data_show import show
from tui.commands.output import Cell, Column, hint, print_json, print_table, say
from tui.commands.subcommand import CommandGroup, Invocation, Subcommand, json_option
from tui.safe_text import printable
from tui.streams import is_terminal, narrate

_PLAIN_SECONDS = 5.0
"""Between two lines about a download where there is no terminal."""
_DRAW_SECONDS = 0.25
"""Between two drawings of its bar where there is one."""


@click.group(
    cls=CommandGroup,
    invoke_without_command=True,
    examples=[
        ("dlconsole data", "what is here and what is missing"),
        ("dlconsole data fetch wine", "fetch what wine learns from"),
        ("dlconsole data show mnist --data photos/", "look at data before it is trained on"),
    ],
)
@json_option
@click.pass_context
def data(context: click.Context, as_json: bool) -> None:
    """See which data sets are here, fetch them, and look into them.

    Without a command: list them. A file that lies in DLCONSOLE_DATA or in the data folder under its
    usual name is used as it is.
    """
    if context.invoked_subcommand is None:
        _list(context.ensure_object(Invocation), as_json)


@data.command(
    "list",
    cls=Subcommand,
    examples=[
        ("dlconsole data list", "every file, where it is or that it is missing"),
        ("dlconsole data list --json | jq '.files[] | select(.path == null)'", "what is missing"),
    ],
)
@json_option
@click.pass_obj
def list_command(invocation: Invocation, as_json: bool) -> None:
    """List the published files of each recipe.

    With --json: {"folder": ..., "searched": [...], "files": [{"recipe", "name", "bytes", "path",
    "url"}]}; path is null where the file is missing.
    """
    _list(invocation, as_json)


def _list(invocation: Invocation, as_json: bool) -> None:
    settings = invocation.settings()
    rows: list[tuple[str, RemoteFile, Path | None]] = [
        (name, file, find(file, settings.data_search))
        for name, entry in sorted(invocation.catalog().entries.items())
        for file in entry.recipe.official.files
    ]
    if as_json:
        print_json(
            {
                "folder": str(settings.data),
                "searched": [str(folder) for folder in settings.data_search],
                "files": [
                    {
                        "recipe": recipe,
                        "name": file.name,
                        "bytes": file.size,
                        "path": str(path) if path else None,
                        "url": file.url,
                    }
                    for recipe, file, path in rows
                ],
            }
        )
        return
    missing = Cell("missing", {"fg": "yellow"})
    print_table(
        [Column("recipe"), Column("file"), Column("size", right=True), Column("where")],
        [
            (recipe, file.name, figures.size(file.size), str(path) if path else missing)
            for recipe, file, path in rows
        ],
    )
    hint(f"Fetched files go to {settings.data}: dlconsole data fetch RECIPE")


@data.command(
    cls=Subcommand,
    examples=[
        ("dlconsole data fetch wine", "before going offline, say"),
        ("DLCONSOLE_DATA=/shared/data dlconsole data fetch wine", "use what lies there"),
    ],
)
@click.argument("recipe", required=False, shell_complete=complete_recipe)
@click.option(
    "--recipe-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Fetch for the recipe in a file of your own.",
)
@json_option
@click.pass_obj
def fetch(
    invocation: Invocation, recipe: str | None, recipe_file: Path | None, as_json: bool
) -> None:
    """Fetch the published data of a recipe and check its hash.

    Prints the path of each file. What was interrupted goes on where it stopped. With --json:
    {"recipe", "files": [{"name", "path", "sha256", "published"}]}; published is false where a file
    that was already here differs from the published one.
    """
    entry = chosen(invocation, recipe, recipe_file)
    settings = invocation.settings()
    files = []
    for file in entry.recipe.official.files:
        with _Download(file.name) as download:
            found = fetch_file(file, settings.data_search, settings.data, download.show)
        if not found.published:
            narrate(f"{found.path} differs from the published file; it is used as it is.")
        files.append(
            {
                "name": file.name,
                "path": str(found.path),
                "sha256": found.sha256,
                "published": found.published,
            }
        )
        if not as_json:
            say(printable(found.path))
    if as_json:
        print_json({"recipe": entry.recipe.name, "files": files})
    elif not files:
        narrate(f"{entry.recipe.name} needs no file: {entry.recipe.official.summary}.")


data.add_command(show)


class _Download:
    """Shows a download: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._shown_at = -_PLAIN_SECONDS
        self._bar: Any = None

    def __enter__(self) -> _Download:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, done: int, size: int) -> None:
        """Take the bytes that are here and the bytes that there will be."""
        if is_terminal(sys.stderr):
            self._draw(done, size)
        elif time.monotonic() - self._shown_at >= _PLAIN_SECONDS or done == size:
            self._shown_at = time.monotonic()
            narrate(f"{self._name}: {figures.size(done)} of {figures.size(size)}")

    def _draw(self, done: int, size: int) -> None:
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        from tui.commands.bar import terminal

        if self._bar is None:
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                DownloadColumn(),
                TransferSpeedColumn(),
                TimeRemainingColumn(),
                console=terminal(),
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._bar.start()
            self._task = self._bar.add_task(printable(self._name), total=size)
        self._bar.update(self._task, completed=done)
        if time.monotonic() - self._shown_at >= _DRAW_SECONDS or done == size:
            self._shown_at = time.monotonic()
            self._bar.refresh()

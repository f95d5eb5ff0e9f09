"""What all commands have in common: the shared options, and a help with examples.

Importing this costs no more than click does, since ``dlconsole --help`` needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from engine.catalog import Catalog
    from engine.run.folder import RunFolder
    from engine.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_WORDS = f"{__name__}.words"


@dataclass
class Invocation:
    """What was said once for all commands.

    Attributes:
        runs_dir: ``--runs-dir``.
        debug: ``--debug``.
    """

    runs_dir: Path | None = None
    debug: bool = False

    def settings(self) -> Settings:
        """Return the folders that count for this command."""
        from engine.settings import Settings

        return Settings.load(self.runs_dir)

    def run(self, word: str) -> RunFolder:
        """Find a run by its name, a beginning or ending of it, or ``last``.

        Raises:
            Problem: None fits, or several do.
        """
        from engine.run.folder import find

        return find(self.settings().runs, word)

    def training(self, word: str) -> RunFolder:
        """Find a run that has a network of its own, which a search has not.

        Raises:
            Problem: None fits, several do, or it is a search.
        """
        from engine.errors import Problem
        from engine.run.search_view import SearchView, view_of

        folder = self.run(word)
        view = view_of(folder)
        if not isinstance(view, SearchView):
            return folder
        view.refresh()
        best = view.best()
        remedy = f"Its trials: dlconsole show {folder.name}"
        if best is not None:
            remedy = f"Name one of its trials; the best is {view.runs(best)[0].name}."
        raise Problem(f"{folder.name} is a search, and a training is expected.", remedy)

    def catalog(self) -> Catalog:
        """Find every recipe; what is wrong with some is told on standard error."""
        from engine.catalog import Catalog
        from tui.streams import narrate

        catalog = Catalog.load(self.settings().recipes)
        for notice in catalog.notices:
            narrate(notice)
        return catalog

    def library_errors(self) -> int | None:
        """Return where the chatter of libraries goes: to standard error with ``--debug``."""
        return sys.stderr.fileno() if self.debug else None


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Remember a shared option, wherever on the command line it stood."""
    if value and parameter.name:
        setattr(context.ensure_object(Invocation), parameter.name, value)


def shared_options() -> list[click.Parameter]:
    """Return the options that are taken before and after every command's name."""
    return [
        click.Option(
            ["--runs-dir"],
            type=click.Path(path_type=Path, file_okay=False),
            metavar="FOLDER",
            expose_value=False,
            callback=_keep,
            help="Where runs lie (else DLCONSOLE_RUNS, else under XDG state).",
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            callback=_keep,
            help="Show tracebacks and what libraries print.",
        ),
    ]


def json_option(command: F) -> F:
    """Give a command ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(
        command
    )


class Subcommand(click.Command):
    """A command with the shared options and examples in its help.

    Args:
        examples: Command lines, each with what it does.
    """

    def __init__(
        self, *arguments: Any, examples: Sequence[tuple[str, str]] = (), **settings: Any
    ) -> None:
        super().__init__(*arguments, **settings)
        self.examples = examples
        self.params += shared_options()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember what was written: ``--help`` and completion look at it before it is parsed."""
        ctx.meta[_WORDS] = list(args)
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


class CommandGroup(click.Group):
    """A command with commands of its own, which alone does the first of them.

    Args:
        examples: See :class:`Subcommand`.
    """

    def __init__(
        self, *arguments: Any, examples: Sequence[tuple[str, str]] = (), **settings: Any
    ) -> None:
        super().__init__(*arguments, **settings)
        self.examples = examples
        self.params += shared_options()

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        write_examples(self.examples, formatter)


def written_words(context: click.Context) -> list[str]:
    """Return what was written behind a command's name, as it was written."""
    words: list[str] = context.meta.get(_WORDS, [])
    return words


def write_examples(examples: Sequence[tuple[str, str]], formatter: click.HelpFormatter) -> None:
    """Write command lines as they can be copied, what they do beside them where there is room."""
    if not examples:
        return
    longest = max(len(line) for line, _ in examples)
    with formatter.section("Examples"):
        for line, meaning in examples:
            fits = formatter.current_indent + longest + 4 + len(meaning) <= formatter.width
            indent = " " * formatter.current_indent
            comment = f"# {meaning}"
            if fits:
                formatter.write(f"{indent}{line:{longest}}  {comment}\n")
            else:
                formatter.write(f"{indent}{comment}\n{indent}{line}\n")

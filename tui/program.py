"""The command ``dlconsole`` as click knows it: the table of subcommands, imported when called."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import NamedTuple

import click

from engine.errors import Problem, nearest
from tui.commands.subcommand import Invocation, shared_options, write_examples
from tui.exit_codes import DONE, INTERRUPTED, USAGE
from tui.opening import open_console
from tui.streams import narrate

PROGRAM = "dlconsole"


class _Line(NamedTuple):
    """A command in the table: the module in ``tui.commands`` that has it, and its line of help."""

    module: str
    help: str
    function: str = ""
    """What it is called there, if not as the command is."""


_COMMANDS: dict[str, dict[str, _Line]] = {
    "Train": {
        "recipes": _Line("recipes", "List the recipes, or tell all about one."),
        "data": _Line("data", "See which data sets are here, fetch them, and look into them."),
        "train": _Line("train", "Train a recipe and report what came out."),
        "search": _Line("search", "Search for the best setting of a recipe."),
    },
    "Look": {
        "runs": _Line("runs", "List the runs: state, progress, time left, metric."),
        "show": _Line("show", "Tell all about a run: what was asked, what it does."),
        "queue": _Line("queue", "See what runs on which device, and what waits; reorder it."),
        "watch": _Line("watch", "Follow a run until it ends."),
        "report": _Line("report", "Show how well a run did, baselines beside it."),
        "compare": _Line("compare", "Set runs beside each other: what differs, what came out."),
        "export": _Line("export", "Write the metrics of runs, epoch by epoch, as CSV."),
        "predict": _Line("predict", "Let a run's network predict from raw input."),
    },
    "Steer": {
        "pause": _Line("steer", "Let a run stand still."),
        "resume": _Line("resume", "Go on after a pause, or from the last snapshot."),
        "stop": _Line("steer", "Stop a run after its epoch, or now."),
        "snapshot": _Line("steer", "Let a run write a snapshot now."),
        "set": _Line("steer", "Change the epochs or the learning rate.", "set_value"),
    },
    "Keep": {
        "checkpoints": _Line("checkpoints", "List the networks kept with a run; restore one."),
        "rename": _Line("housekeeping", "Give a run a name of your own."),
        "note": _Line("housekeeping", "Note something about a run."),
        "rm": _Line("housekeeping", "Move runs to the trash."),
        "preset": _Line("preset", "Keep settings as presets of your own."),
    },
    "Set up": {
        "doctor": _Line("doctor", "Examine this machine: Keras, GPUs, disk, memory."),
        "settings": _Line("settings", "Show and change what the console is like: theme, keys."),
        "completion": _Line("completion", "Print the completion script for a shell."),
    },
}
_BY_NAME = {name: line for group in _COMMANDS.values() for name, line in group.items()}

_EXAMPLES = (
    ("dlconsole", "the console"),
    ("dlconsole train wine --data sample", "train without a screen"),
    ("dlconsole watch last", "follow the latest run"),
)
_EXIT_CODES = (
    ("0", "done"),
    ("1", "the training failed"),
    ("2", "wrong usage, configuration or data"),
    ("3", "the training was stopped on request"),
    ("130", "interrupted by Ctrl+C or SIGTERM"),
)
_STREAMS = (
    "Standard output is data and nothing else; progress and problems go to standard error. A run "
    "is named by its name, a beginning or ending that only it has, or 'last'."
)


class _Program(click.Group):
    """The group of all commands, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(_BY_NAME)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        line = _BY_NAME.get(cmd_name)
        if line is None:
            return None
        module = importlib.import_module(f"tui.commands.{line.module}")
        command: click.Command = getattr(module, line.function or cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; say which is nearest if there is none."""
        if args and args[0] not in _BY_NAME:
            raise Problem(f"There is no command {args[0]!r}.", nearest(args[0], _BY_NAME))
        return super().resolve_command(ctx, args)

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[click.shell_completion.CompletionItem[str]]:
        """Complete a command's name from the table, without importing them all."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return super(click.Group, self).shell_complete(ctx, incomplete)
        return [
            CompletionItem(name, help=line.help)
            for name, line in _BY_NAME.items()
            if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table."""
        for title, group in _COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name, line.help) for name, line in group.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples, exit codes and the rule about streams."""
        write_examples(_EXAMPLES, formatter)
        with formatter.section("Exit codes"):
            formatter.write_dl(_EXIT_CODES)
        formatter.write_paragraph()
        formatter.write_text(_STREAMS)


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"{PROGRAM} {version(PROGRAM)}")
        context.exit()


@click.command(
    cls=_Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--recipe-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Open the console with a recipe of your own.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Print the version.",
)
@click.pass_context
def cli(context: click.Context, recipe_file: Path | None) -> int:
    """Train Keras networks from a terminal.

    Without a command the console opens: pick a recipe, set it up, launch it and watch. Every
    command does without a screen what the console does with one.
    """
    if context.invoked_subcommand is not None:
        if recipe_file is not None:
            raise Problem(
                "--recipe-file belongs behind the command.",
                f"Example: dlconsole train --recipe-file {recipe_file}",
            )
        return DONE
    return open_console(context.ensure_object(Invocation).runs_dir, recipe_file)


cli.params += shared_options()


def invoke(words: list[str], *, debug: bool) -> int:
    """Run a command line and return its exit code.

    Args:
        words: What stands behind ``dlconsole``.
        debug: Whether tracebacks are asked for.

    Raises:
        Problem: Something in it is not allowed.
    """
    try:
        with cli.make_context(PROGRAM, words, obj=Invocation(debug=debug)) as context:
            code = cli.invoke(context)
    except click.exceptions.Exit as leaving:  # --help, --version
        return leaving.exit_code
    except click.Abort:  # a question that was answered with Ctrl+C or Ctrl+D
        return INTERRUPTED
    except click.UsageError as error:
        narrate(_sentence(error.format_message()))
        command = next((f" {word}" for word in words if word in _BY_NAME), "")
        narrate(f"See: {error.ctx.command_path if error.ctx else PROGRAM + command} --help")
        return USAGE
    except click.ClickException as error:
        narrate(_sentence(error.format_message()))
        return USAGE
    return code if isinstance(code, int) else DONE


def complete(variable: str, instruction: str) -> int:
    """Answer a shell that asks what could come next.

    Args:
        variable: Where its completion script says what it asks.
        instruction: What that is.
    """
    from click.shell_completion import shell_complete

    return shell_complete(cli, {}, PROGRAM, variable, instruction)


def _sentence(text: str) -> str:
    """Return click's words as one line that ends like a sentence."""
    text = " ".join(text.split())
    return text if text.endswith((".", "?", "!")) else f"{text}."

"""The command ``dlconsole``: finds the subcommand, and turns what goes wrong into words and a code.

What it promises:

* ``dlconsole --help`` imports click and nothing else to speak of: a subcommand's module is imported
  when it is called, and its line of help stands in the table here.
* Standard output is data and nothing else; narration, progress and problems go to standard error.
* A :class:`~engine.errors.Problem` is one or two plain lines and exit code 2. No traceback reaches
  a person unless ``--debug`` asks for it.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import click

from engine.errors import Problem, nearest
from tui.commands.subcommand import (
    CLOSED_PIPE,
    DONE,
    FAILED,
    INTERRUPTED,
    USAGE,
    Invocation,
    shared_options,
    write_examples,
)
from tui.safe_text import printable
from tui.streams import give_up_stdout, is_terminal, narrate

PROGRAM = "dlconsole"
COMPLETION_VARIABLE = "_DLCONSOLE_COMPLETE"
"""Set by the completion scripts when a shell asks what could come next."""


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
    },
    "Look": {
        "runs": _Line("runs", "List the runs: state, progress, time left, metric."),
        "show": _Line("show", "Tell all about a run: what was asked, what it does."),
        "queue": _Line("queue", "See what runs on which device, and what waits; reorder it."),
        "watch": _Line("watch", "Follow a run until it ends."),
        "report": _Line("report", "Show how well a run did, baselines beside it."),
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
        "rm": _Line("housekeeping", "Move runs to the trash."),
    },
    "Set up": {
        "doctor": _Line("doctor", "Examine this machine: Keras, GPUs, disk, memory."),
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
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise Problem(
            "The console needs a terminal, and this is none.",
            "Without one: dlconsole train wine --data sample; dlconsole --help lists all commands.",
        )
    from tui.app import run_console

    return run_console(context.ensure_object(Invocation).runs_dir, recipe_file)


cli.params += shared_options()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: What stands behind ``dlconsole``; those of the process by default.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_streams()
    instruction = os.environ.get(COMPLETION_VARIABLE)
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, PROGRAM, COMPLETION_VARIABLE, instruction)
    invocation = Invocation(debug="--debug" in words)
    try:
        code = _invoke(words, invocation)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = CLOSED_PIPE
    except Exception as error:  # noqa: BLE001 - whatever it is, a person reads no traceback
        code = _tell(error, words, invocation.debug)
    return _flush(code)


def _invoke(words: list[str], invocation: Invocation) -> int:
    try:
        with cli.make_context(PROGRAM, words, obj=invocation) as context:
            code = cli.invoke(context)
    except click.exceptions.Exit as leaving:  # --help, --version
        return leaving.exit_code
    except click.Abort:  # a question that was answered with Ctrl+C or Ctrl+D
        return INTERRUPTED
    return code if isinstance(code, int) else DONE


def _tell(error: Exception, words: Sequence[str], debug: bool) -> int:
    """Say what went wrong and return the exit code for it."""
    if isinstance(error, Problem):
        narrate(error.what)
        if error.remedy:
            narrate(error.remedy)
        if debug and error.__cause__ is not None:
            _print_traceback(error)
        return USAGE
    if isinstance(error, click.UsageError):
        narrate(_sentence(error.format_message()))
        command = next((f" {word}" for word in words if word in _BY_NAME), "")
        narrate(f"See: {error.ctx.command_path if error.ctx else PROGRAM + command} --help")
        return USAGE
    if isinstance(error, click.ClickException):
        narrate(_sentence(error.format_message()))
        return USAGE
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        give_up_stdout()  # it may be what could not be written
        narrate("The disk is full: not everything could be written.")
        narrate("Make room and run it again.")
        return USAGE
    first = str(error).strip().partition("\n")[0]
    hint = "" if debug else " (--debug shows all of it)"
    narrate(f"This is a defect of dlconsole: {type(error).__name__}: {first}{hint}")
    if debug:
        _print_traceback(error)
    return FAILED


def _print_traceback(error: Exception) -> None:
    import traceback

    for line in "".join(traceback.format_exception(error)).splitlines():
        narrate(line)


def _sentence(text: str) -> str:
    """Return click's words as one line that ends like a sentence."""
    text = " ".join(text.split())
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _prepare_streams() -> None:
    """See to it that printing fails at no character and at no closed stream."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller, as with >&-
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _flush(code: int) -> int:
    """Pass on what is still buffered, so that the interpreter need not try and complain."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        give_up_stdout()
        return code or CLOSED_PIPE
    except OSError as error:
        give_up_stdout()
        if error.errno != errno.EIO:  # EIO: the terminal is gone, and with it the reader
            narrate(f"Standard output cannot be written: {printable(error.strerror)}.")
        return code or USAGE
    with suppress(OSError):
        sys.stderr.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())

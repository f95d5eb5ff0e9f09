"""``dlconsole pause``, ``stop``, ``snapshot`` and ``set``: what is asked of a worker from outside.

What it promises: what cannot be right is refused before it is sent; a worker's word is waited for,
and what came of the wish is said, as far as it is known by then.
"""

from __future__ import annotations

import click

from engine.errors import Problem, nearest
from engine.process.again import recipe_of
from engine.run import commands
from engine.run.folder import RunFolder
from engine.run.search_view import SearchView
from engine.run.view import RunView
from tui import wishes
from tui.commands import acknowledged
from tui.commands.completion import complete_live_run
from tui.commands.endings import ending
from tui.commands.following import follow, sleep
from tui.commands.narrator import Silent
from tui.commands.output import print_json
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.exit_codes import DONE, USAGE
from tui.streams import narrate

_NOBODY = 0  # the generation is filled in when a command is sent

_wait_option = click.option(
    "--wait", is_flag=True, help="Return when it has taken effect, however long that takes."
)


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole pause last", "at the end of the step under way, with a snapshot"),
        ("dlconsole pause last --wait && dlconsole train wine", "make room for another"),
        ("dlconsole resume last", "and on it goes"),
    ],
)
@click.argument("run", shell_complete=complete_live_run)
@_wait_option
@json_option
@click.pass_obj
def pause(invocation: Invocation, run: str, wait: bool, as_json: bool) -> int:
    """Let a run stand still; dlconsole resume goes on.

    It writes a snapshot first, and keeps its place on the device; a search pauses its trials. Waits
    some seconds for the worker to acknowledge it and for its effect; returns 2 where it refuses, or
    ends first.

    With --json: {"run", "action", "command" (its id), "received", "applied", "refused" (why, or
    null), "step", "epoch" (where it took effect), "state"}.
    """
    return _ask(invocation, run, commands.Pause(_NOBODY), wait=wait, as_json=as_json)


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole snapshot last", "all that going on exactly needs, now"),
        ("dlconsole snapshot last --wait && sudo reboot", "then: dlconsole resume last"),
    ],
)
@click.argument("run", shell_complete=complete_live_run)
@_wait_option
@json_option
@click.pass_obj
def snapshot(invocation: Invocation, run: str, wait: bool, as_json: bool) -> int:
    """Let a run write a snapshot now, from which resume can go on.

    Waits some seconds for the worker to acknowledge it and for its effect. With --json: the object
    that pause prints.
    """
    return _ask(invocation, run, commands.SnapshotNow(_NOBODY), wait=wait, as_json=as_json)


@click.command(
    "set",
    cls=Subcommand,
    examples=[
        ("dlconsole set last --epochs 60", "60 in all, however many are done"),
        ("dlconsole set last --learning-rate 3e-4", "from the next steps on"),
        ("dlconsole set mnist-random-k3f9 --trials 40", "of a search: 40 in all"),
        ("dlconsole set k3f9 --fix optimizer=adam", "of a search: vary it no more"),
        ("dlconsole set k3f9 --cull 7", "of a search: end this trial"),
    ],
)
@click.argument("run", shell_complete=complete_live_run)
@click.option("--epochs", metavar="N", help="Epochs in all.")
@click.option("--learning-rate", metavar="X", help="The optimizer's learning rate.")
@click.option("--trials", metavar="N", help="Of a search: trials in all.")
@click.option(
    "--fix",
    metavar="NAME=VALUE",
    help="Of a search: trials that begin from here on have this value.",
)
@click.option("--cull", metavar="TRIAL", help="Of a search: end a trial under way, by its number.")
@_wait_option
@json_option
@click.pass_obj
def set_value(
    invocation: Invocation, /, run: str, wait: bool, as_json: bool, **wishes_told: str | None
) -> int:
    """Change the epochs or the learning rate of a live run, or what a live search goes on with.

    Values are absolute. What is set holds at once and is set again, at the same step, when the run
    is resumed from an earlier snapshot. Where fewer epochs are set than are done, the epoch under
    way is the last.

    Of a search: fewer trials than have begun are refused; Hyperband takes whole iterations only. A
    trial that is culled does not go on, and counts as one that failed.

    Waits some seconds for the worker to acknowledge it and for its effect. With --json: the object
    that pause prints.
    """
    told = {name: text for name, text in wishes_told.items() if text is not None}
    if len(told) != 1:
        raise Problem(
            "Expected one thing to set, --epochs, --learning-rate, --trials, --fix or --cull, got "
            + (" and ".join(f"--{name.replace('_', '-')}" for name in told) or "none")
            + ".",
            "Example: dlconsole set last --epochs 60",
        )
    [(name, text)] = told.items()
    if name == "epochs":
        command: commands.Command = commands.SetEpochs(_NOBODY, wishes.epochs(text))
    elif name == "learning_rate":
        command = commands.SetLearningRate(_NOBODY, wishes.learning_rate(text))
    else:
        command = _of_search(invocation, invocation.run(run), name, text)
    return _ask(invocation, run, command, wait=wait, as_json=as_json)


def _of_search(
    invocation: Invocation, folder: RunFolder, name: str, text: str
) -> commands.SearchCommand:
    """Read what is asked of a search.

    Raises:
        Problem: It is none, or does not vary what is to be fixed.
    """
    spec = folder.read_spec()
    if spec.search is None:
        raise Problem(
            f"--{name} is for searches, and {folder.name} is a training.",
            f"All about it: dlconsole show {folder.name}",
        )
    if name == "trials":
        return commands.SetTrials(_NOBODY, wishes.trials(text))
    if name == "cull":
        return commands.CullTrial(_NOBODY, wishes.trial(text))
    recipe = recipe_of(folder, spec, invocation.catalog().entries).recipe
    fixed, value = wishes.fixed(text, recipe.space)
    varied = [each.name for each in spec.search.space]
    if fixed not in varied:
        raise Problem(f"{folder.name} does not vary {fixed}.", nearest(fixed, varied))
    return commands.FixValue(_NOBODY, fixed, value)


def _ask(
    invocation: Invocation, run: str, command: commands.Command, *, wait: bool, as_json: bool
) -> int:
    view = acknowledged.live(invocation.run(run))
    _check_fits(view, command)
    answer = acknowledged.ask(view, command, patient=wait)
    return acknowledged.report(view, answer, as_json=as_json)


def _check_fits(view: RunView, command: commands.Command) -> None:
    """Raise :class:`Problem` where a search is asked for what trainings only can do."""
    of_training = commands.SnapshotNow | commands.SetEpochs | commands.SetLearningRate
    if isinstance(view, SearchView) and isinstance(command, of_training):
        name = view.folder.name
        raise Problem(
            f"{name} is a search and cannot {commands.words(command)}; its trials can.",
            f"Name one of them, as {name}/t007: dlconsole show {name}",
        )


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole stop last", "finish the epoch, report, end"),
        ("dlconsole stop last --now", "at once, with a snapshot; dlconsole resume goes on from it"),
        ("dlconsole stop last --wait && dlconsole report last", "wait for the end"),
        ("dlconsole stop mnist-random-k3f9", "of a search: begin no trial any more"),
    ],
)
@click.argument("run", shell_complete=complete_live_run)
@click.option(
    "--now", is_flag=True, help="Do not finish the epoch: keep a snapshot and the network, end."
)
@click.option("--wait", is_flag=True, help="Return when the run has ended.")
@json_option
@click.pass_obj
def stop(invocation: Invocation, run: str, now: bool, wait: bool, as_json: bool) -> int:
    """Stop a run after its epoch, or now; resume can go on from there.

    After its epoch it still reports; now it does not. A search finishes the trials under way, or
    stops them now, too. A run that waits for its device is taken off
    the queue. Waits some seconds for the worker to acknowledge it. With --json: the object that
    pause prints.
    """
    view = acknowledged.live(invocation.run(run), queued_too=True)
    command = commands.StopNow(_NOBODY) if now else commands.StopAfterEpoch(_NOBODY)
    # The end of an epoch may be hours away; of a stop now the effect is seen in a moment.
    effect = acknowledged.EFFECT_SECONDS if now else 0.0
    answer = acknowledged.ask(view, command, effect_seconds=effect)
    if not as_json:
        under_way = "trials" if isinstance(view, SearchView) else "epoch"
        acknowledged.tell(view, answer, "" if now else f"It ends after the {under_way} under way.")
    if wait and answer.ended is None:
        answer.ended = follow(view, Silent(), sleep)
    if answer.ended is not None and not as_json:
        narrate(f"{view.folder.name} {ending(view, answer.ended)}")
    if as_json:
        acknowledged.look(view, answer)
        print_json(acknowledged.as_object(view, answer))
    return USAGE if answer.refused else DONE

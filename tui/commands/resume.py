"""``dlconsole resume``: go on with a run that is paused, or that nobody is at any more.

What it promises: a run that went down at any moment goes on as if nothing had happened, or says
before it starts that it cannot, and why. Two that resume the same run at once do not both believe
they did.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

import click

from engine.errors import Problem
from engine.process import launch
from engine.run import commands
from engine.run.search_view import SearchView, view_of
from engine.run.view import RunView
from tui import wishes
from tui.commands import acknowledged
from tui.commands.completion import complete_resting_run
from tui.commands.foreground import Foreground, detached
from tui.commands.interrupts import Interrupts
from tui.commands.search_foreground import SearchForeground
from tui.commands.subcommand import Invocation, Subcommand, json_option

_NOBODY = 0


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole resume last", "go on from the last snapshot, or after a pause"),
        ("dlconsole resume last --epochs 100", "train a finished run further, to 100 in all"),
        ("dlconsole resume k3f9 --learning-rate 3e-4", "after a loss that became NaN"),
        ("dlconsole resume k3f9 --detach", "print the run's name and return"),
        ("dlconsole resume k3f9 --elsewhere", "its machine is gone for good; go on here"),
        ("dlconsole resume k3f9 --json | jq .report", "for a script"),
        ("dlconsole resume mnist-random-k3f9 --trials 40", "add trials to a search, 40 in all"),
    ],
)
@click.argument("run", shell_complete=complete_resting_run)
@click.option("--epochs", metavar="N", help="Train to another number of epochs in all.")
@click.option("--learning-rate", metavar="X", help="Go on with another learning rate.")
@click.option("--trials", metavar="N", help="Of a search: try another number of settings in all.")
@click.option(
    "--inexact", is_flag=True, help="Go on although versions or the processor are others now."
)
@click.option(
    "--elsewhere", is_flag=True, help="Go on although another machine was last seen to be at it."
)
@click.option(
    "--queue/--no-queue",
    default=True,
    help="Wait for a busy device (the default), or share it.",
)
@click.option("--detach", is_flag=True, help="Return at once; the run goes on.")
@click.option("--quiet", is_flag=True, help="Say nothing but what goes wrong.")
@json_option
@click.pass_obj
def resume(
    invocation: Invocation,
    run: str,
    epochs: str | None,
    learning_rate: str | None,
    trials: str | None,
    inexact: bool,
    elsewhere: bool,
    queue: bool,
    detach: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Go on with a run: after a pause, or from its last snapshot.

    A run that nobody is at (stopped, failed, lost) gets another worker. It is waited for and
    reported as by train, with the same exit codes; Ctrl+C stops it, and resume goes on from there
    again. Weights and records become those of a run that was never interrupted, bit for bit, where
    versions, processor and threads are the same; where they are not, that is said, and --inexact
    asks for it nevertheless. A search neither loses nor repeats a trial that has ended, and goes on
    with those that were under way.

    With --json: the object that train prints, with generation (2 for the first resume), from_epoch
    and exact; of a search the object that search prints; for a paused run the object that pause
    prints.
    """
    number = None if epochs is None else wishes.epochs(epochs)
    rate = None if learning_rate is None else wishes.learning_rate(learning_rate)
    settings = None if trials is None else wishes.trials(trials)
    folder = invocation.run(run)
    view = view_of(folder)
    view.refresh()
    _check_fits(view, {"--epochs": number, "--learning-rate": rate}, {"--trials": settings})
    if view.verdict.live:
        _check_is_paused(view)
        changed = any(each is not None for each in (number, rate, settings))
        if changed or inexact or elsewhere:
            raise Problem(
                f"{folder.name} is paused: its worker goes on as it was asked to.",
                f"Set what is to be another way first: dlconsole set {folder.name} --help",
            )
        return acknowledged.report(
            view, acknowledged.ask(view, commands.GoOn(_NOBODY)), as_json=as_json
        )

    def start() -> subprocess.Popen[bytes]:
        return launch.resume(
            folder,
            epochs=number,
            learning_rate=rate,
            inexact=inexact,
            elsewhere=elsewhere,
            queue=queue,
            trials=settings,
        )

    if detach:
        start()
        return detached(folder, as_json=as_json)
    with Interrupts() as interrupts:
        kind = SearchForeground if isinstance(view, SearchView) else Foreground
        return kind(folder, start, interrupts, quiet=quiet, as_json=as_json).run()


def _check_fits(
    view: RunView, of_training: Mapping[str, object], of_search: Mapping[str, object]
) -> None:
    """Raise :class:`Problem` where a search is asked for what trainings only can do, or vice versa.

    Args:
        view: What is resumed.
        of_training: Options that only a training heeds, with what was said.
        of_search: Options that only a search heeds.
    """
    is_search = isinstance(view, SearchView)
    wrong = of_training if is_search else of_search
    said = next((name for name, value in wrong.items() if value is not None), None)
    if said is not None:
        raise Problem(
            f"{said} is for {'trainings' if is_search else 'searches'}, and {view.folder.name} is "
            f"a {'search' if is_search else 'training'}.",
            "Its trials are trained as it was asked for; --trials adds some." if is_search else "",
        )


def _check_is_paused(view: RunView) -> None:
    """Raise :class:`Problem` unless a live run stands still, or is about to."""
    asked = [action for _, action, _ in view.commands if action in ("pause", "go on")]
    if view.verdict.state == "paused" or asked[-1:] == ["pause"]:
        return
    name, state = view.folder.name, view.verdict.state
    if state == "queued":
        raise Problem(f"{name} waits for its device already.", "Its place: dlconsole queue")
    raise Problem(
        f"Expected a run that is paused or not live, but {name} is {state}.",
        f"Follow it: dlconsole watch {name}",
    )

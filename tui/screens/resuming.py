"""Going on with a run from the console: what has to be known or agreed to first, then the start.

The start itself is :func:`engine.process.launch.resume`, in a thread: it reads what is on a disk
that may be slow.
"""

from __future__ import annotations

import asyncio

from engine.errors import Problem
from engine.process import launch
from engine.run import going_on
from engine.run.folder import RunFolder
from tui import wishes
from tui.screens.confirm import ConfirmScreen
from tui.screens.console_screen import Console
from tui.screens.prompt import PromptScreen
from tui.screens.steering import SteeringScreen, Target

_NAMED = 5  # differences that are named one by one


async def go_on(screen: SteeringScreen, run: Target) -> None:
    """Ask what has to be asked, then start a worker that goes on with a run.

    Args:
        screen: Where it is asked for, and told what is in the way.
        run: A run that nobody is at.
    """
    epochs: int | None = None
    if run.verdict.state == "done":
        epochs = await _more_epochs(screen, run)
        if epochs is None:
            return
    elsewhere = run.verdict.state == "last seen"
    if elsewhere and not await screen.put(ConfirmScreen(_about_the_other_machine(run))):
        return
    try:
        await asyncio.to_thread(going_on.refuse, run.folder, epochs=epochs, elsewhere=elsewhere)
        others = await asyncio.to_thread(going_on.differences, run.folder)
        if others and not await screen.put(ConfirmScreen(_about_differences(run, others))):
            return
        await asyncio.to_thread(_start, screen.console, run.folder, epochs, bool(others), elsewhere)
    except Problem as problem:
        screen.tell(str(problem), error=True)
        return
    screen.tell(f"{run.folder.name} goes on.")


async def _more_epochs(screen: SteeringScreen, run: Target) -> int | None:
    done, _ = run.epochs
    return await screen.put(
        PromptScreen(
            f"{run.folder.name} is done after {done} epochs. To how many in all is it to be "
            "trained further?",
            str(2 * done),
            f"A whole number of at least {done + 1}.",
            lambda text: wishes.epochs(text, done + 1),
        )
    )


def _about_the_other_machine(run: Target) -> str:
    return (
        f"{run.verdict.why} If that machine may still be at it, two would write into one run. "
        "Go on here?"
    )


def _about_differences(run: Target, differences: list[str]) -> str:
    named = "; ".join(differences[:_NAMED])
    if len(differences) > _NAMED:
        named += f"; and {len(differences) - _NAMED} more"
    return (
        f"{run.folder.name} cannot go on exactly: {named}. Its numbers may differ from those of "
        "a run that was never interrupted. Go on nevertheless?"
    )


def _start(
    console: Console, folder: RunFolder, epochs: int | None, inexact: bool, elsewhere: bool
) -> None:
    process = launch.resume(folder, epochs=epochs, inexact=inexact, elsewhere=elsewhere, queue=True)
    # In the thread: whoever waits for it may be gone, and the worker has to be reaped all the same.
    console.look_after(process, folder)

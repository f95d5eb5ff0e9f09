"""Going on with a run from the console: what has to be known or agreed to first, then the start.

The start itself is :func:`engine.process.launch.resume`, in a thread: it reads what is on a disk
that may be slow.
"""

from __future__ import annotations

import asyncio

from engine.errors import Problem
from engine.run.folder import RunFolder
from engine.run.view import RunView
from tui import wishes
from tui.screens.confirm import ConfirmScreen
from tui.screens.console_screen import Console, ConsoleScreen
from tui.screens.prompt import PromptScreen
from tui.words import learning_rate

_NAMED = 5  # differences that are named one by one
_SMALLER = 3  # what a learning rate under which the loss became NaN is divided by


async def go_on(screen: ConsoleScreen, folder: RunFolder) -> None:
    """Ask what has to be asked, then start a worker that goes on with a run.

    Args:
        screen: Where it is asked for, and told what is in the way.
        folder: A run that nobody is at.
    """
    # Here: the first frame of the console need not wait for them.
    from engine.process import launch
    from engine.run import going_on

    view = RunView(folder)
    await asyncio.to_thread(view.refresh)
    if view.spec is not None and view.spec.search is not None:
        await _go_on_searching(screen, view)
        return
    epochs: int | None = None
    rate: float | None = None
    if view.verdict.state == "done":
        epochs = await _more_epochs(screen, view)
        if epochs is None:
            return
    elif view.ended is not None and view.ended.reason == "nan":
        rate = await _smaller_rate(screen, view)
        if rate is None:
            return
    elsewhere = view.verdict.state == "last seen"
    if elsewhere and not await screen.put(ConfirmScreen(_about_the_other_machine(view))):
        return
    try:
        await asyncio.to_thread(
            going_on.refuse, folder, epochs=epochs, learning_rate=rate, elsewhere=elsewhere
        )
        others = await asyncio.to_thread(going_on.differences, folder)
        if others and not await screen.put(ConfirmScreen(_about_differences(folder, others))):
            return

        def start(console: Console = screen.console) -> None:
            process = launch.resume(
                folder,
                epochs=epochs,
                learning_rate=rate,
                inexact=bool(others),
                elsewhere=elsewhere,
            )
            # Here: whoever waits for the thread may be gone, and the worker has to be reaped.
            console.look_after(process, folder)

        await asyncio.to_thread(start)
    except Problem as problem:
        screen.tell(str(problem), error=True)
        return
    screen.tell(f"{folder.name} goes on.")


async def _go_on_searching(screen: ConsoleScreen, view: RunView) -> None:
    """Ask what has to be asked, then start a coordinator that goes on with a search."""
    from engine.process import launch
    from engine.run import going_on

    folder = view.folder
    trials: int | None = None
    if view.verdict.state == "done":
        trials = await _more_trials(screen, view)
        if trials is None:
            return
    elsewhere = view.verdict.state == "last seen"
    if elsewhere and not await screen.put(ConfirmScreen(_about_the_other_machine(view))):
        return
    try:
        await asyncio.to_thread(going_on.refuse_search, folder, trials=trials, elsewhere=elsewhere)

        def start(console: Console = screen.console) -> None:
            process = launch.resume(folder, trials=trials, elsewhere=elsewhere)
            # Here: whoever waits for the thread may be gone, and it has to be reaped.
            console.look_after(process, folder)

        await asyncio.to_thread(start)
    except Problem as problem:
        screen.tell(str(problem), error=True)
        return
    screen.tell(f"{folder.name} goes on.")


async def _more_trials(screen: ConsoleScreen, view: RunView) -> int | None:
    from engine.run.search_view import SearchView
    from tui.screens import searching

    seen = SearchView(view.folder)
    await asyncio.to_thread(seen.refresh)
    begun, done = seen.begun, len(seen.trials)
    once = await asyncio.to_thread(searching.whole_times, view.spec.search if view.spec else None)
    hint = f"A whole number of at least {begun + 1}."
    if once:
        hint = f"Hyperband goes through all its brackets: {once * 2}, {once * 3}, ... trials."
    return await screen.put(
        PromptScreen(
            f"{view.folder.name} is done after {done} trials. How many is it to try in all?",
            str(begun + once if once else 2 * max(begun, 1)),
            hint,
            lambda text: wishes.trials(text, begun + 1),
        )
    )


async def _more_epochs(screen: ConsoleScreen, view: RunView) -> int | None:
    done = len(view.epochs)
    return await screen.put(
        PromptScreen(
            f"{view.folder.name} is done after {done} epochs. To how many in all is it to be "
            "trained further?",
            str(2 * done),
            f"A whole number of at least {done + 1}.",
            lambda text: wishes.epochs(text, done + 1),
        )
    )


async def _smaller_rate(screen: ConsoleScreen, view: RunView) -> float | None:
    present = view.status.learning_rate if view.status is not None else None
    smaller = "" if not present else f"{present / _SMALLER:.1g}"
    was = "" if not present else f" It was {learning_rate(present)}."
    return await screen.put(
        PromptScreen(
            f"{view.verdict.why} With which learning rate is {view.folder.name} to go on?{was}",
            smaller,
            "A number above 0, smaller than before.",
            wishes.learning_rate,
        )
    )


def _about_the_other_machine(view: RunView) -> str:
    return (
        f"{view.verdict.why} If that machine may still be at it, two would write into one run. "
        "Go on here?"
    )


def _about_differences(folder: RunFolder, differences: list[str]) -> str:
    named = "; ".join(differences[:_NAMED])
    if len(differences) > _NAMED:
        named += f"; and {len(differences) - _NAMED} more"
    return (
        f"{folder.name} cannot go on exactly: {named}. Its numbers may differ from those of "
        "a run that was never interrupted. Go on nevertheless?"
    )

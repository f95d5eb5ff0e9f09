"""Asking the same of several runs at once: the marked ones of a list. It is asked about once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.errors import Problem
from engine.run.commands import Command, GoOn, Pause, StopAfterEpoch, StopNow, send, words
from engine.run.folder import RunFolder
from engine.run.listing import summarize
from tui.screens.confirm import ConfirmScreen
from tui.screens.console_screen import ConsoleScreen
from tui.screens.steering import Target

_NAMED = 3  # runs that are named in a question


def several(folders: Sequence[RunFolder]) -> str:
    """Name runs: all of a few, of many the first ones and how many more there are."""
    names = [folder.name for folder in folders]
    if len(names) > _NAMED:
        names[_NAMED:] = [f"{len(names) - _NAMED} more"]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


async def stop(screen: ConsoleScreen, runs: Sequence[Target]) -> None:
    """Let the live ones stop after the epoch under way; those that wait leave the queue."""
    await _ask(screen, _live(runs), "Stop {} after the epoch under way?", StopAfterEpoch)


async def stop_now(screen: ConsoleScreen, runs: Sequence[Target]) -> None:
    """Let the live ones stop at once."""
    question = "Stop {} now? Snapshots and networks are kept; no reports are made."
    await _ask(screen, _live(runs), question, StopNow)


async def pause(screen: ConsoleScreen, runs: Sequence[Target]) -> None:
    """Let those that train stand still; where all of them do already, let them go on."""
    live = [run for run in _live(runs) if run.verdict.state != "queued"]
    training = [run for run in live if run.verdict.state != "paused"]
    if training:
        await _ask(screen, training, "Pause {}?", Pause)
    else:
        await _ask(screen, live, "Let {} go on?", GoOn)


async def remove(screen: ConsoleScreen, folders: Sequence[RunFolder]) -> list[RunFolder]:
    """Move runs to the trash; none of them where one is live.

    Returns:
        Those that were moved.
    """
    live = [
        folder for folder in folders if (await asyncio.to_thread(summarize, folder)).verdict.live
    ]
    if live:
        are = "is" if len(live) == 1 else "are"
        stops = " or ".join(map(screen.console.key_name, ("runs.stop", "runs.stop-now")))
        screen.tell(f"{several(live)} {are} live. Stop first ({stops}).", error=True)
        return []
    many = f" ({len(folders)} runs)" if len(folders) > 1 else ""
    if not await screen.put(ConfirmScreen(f"Move {several(folders)} to the trash?{many}")):
        return []
    removed = []
    for folder in folders:
        try:
            place = await asyncio.to_thread(_remove, folder)
        except Problem as problem:
            screen.tell(str(problem), error=True)
        else:
            removed.append(folder)
    if len(removed) == 1:
        screen.tell(f"Moved to {place}.")
    elif removed:
        screen.tell(f"Moved {len(removed)} runs to {place.parent}.")
    return removed


def _remove(folder: RunFolder) -> Path:
    if summarize(folder).verdict.live:  # as it is now, not as it was when it was asked about
        raise Problem(f"{folder.name} is live.", "Stop it first.")
    return folder.remove()


def _live(runs: Sequence[Target]) -> list[Target]:
    return [run for run in runs if run.verdict.live]


async def _ask(
    screen: ConsoleScreen, runs: Sequence[Target], question: str, command: Callable[[int], Command]
) -> None:
    """Ask the person, then every run.

    Args:
        screen: Where it is asked, and told what became of it.
        runs: Those that can be asked.
        question: With ``{}`` where the runs are named.
        command: Makes what each is asked, from its generation.
    """
    if not runs:
        screen.tell("None of the marked runs can be asked that as things stand.")
        return
    if not await screen.put(ConfirmScreen(question.format(several([run.folder for run in runs])))):
        return
    failed = 0
    for run in runs:
        try:
            await asyncio.to_thread(send, run.folder.commands, command(run.generation))
        except Problem as problem:
            failed += 1
            screen.tell(f"{run.folder.name}: {problem}", error=True)
    if failed < len(runs):
        screen.tell(f"Asked {len(runs) - failed} runs: {words(command(1))}.")

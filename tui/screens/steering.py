"""Asking a run to stop, from the list of runs or from its own screen."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from engine.run.commands import send
from engine.run.folder import RunFolder
from engine.run.records import StopAfterEpoch, StopNow
from tui.safe_text import printable
from tui.screens.confirm import ConfirmScreen

Sent = Callable[[str, str], None]
"""Told the id of a command and what it asks."""

ENDED = "It has ended already: there is nothing to stop."


def stop_after_epoch(screen: Screen[None], folder: RunFolder, generation: int, sent: Sent) -> None:
    """Ask a worker to stop after the epoch under way.

    Args:
        screen: Where problems are told.
        folder: The run.
        generation: The worker that is meant.
        sent: Called when the command lies in the run's folder.
    """
    _send(screen, folder, StopAfterEpoch(generation), "stop after epoch", sent)


def stop_now(screen: Screen[None], folder: RunFolder, generation: int, sent: Sent) -> None:
    """Ask the person, then the worker, to stop at once."""

    def answered(yes: bool | None) -> None:
        if yes:
            _send(screen, folder, StopNow(generation), "stop now", sent)

    question = f"Stop {folder.name} now? Its network is saved as it is; no report is made."
    screen.app.push_screen(ConfirmScreen(question), answered)


def _send(
    screen: Screen[None],
    folder: RunFolder,
    command: StopAfterEpoch | StopNow,
    words: str,
    sent: Sent,
) -> None:
    try:
        identity = send(folder.commands, command)
    except OSError as error:
        screen.notify(
            printable(f"{words}: the run's folder cannot be written: {error.strerror}."),
            severity="error",
            markup=False,
        )
        return
    sent(identity, words)

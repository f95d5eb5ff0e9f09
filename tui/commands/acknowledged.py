"""Asking something of a running worker: send it, wait for its word, say what became of it.

A worker says ``received`` within half a second and ``applied`` (or ``refused``) when the compiled
call under way returns. Both are waited for, for some seconds only: what it has received it will do,
whether or not anybody waits.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import msgspec

from engine.errors import Problem
from engine.run import commands
from engine.run.commands import send
from engine.run.folder import RunFolder
from engine.run.records import Applied
from engine.run.search_view import SearchView, view_of
from engine.run.state import Verdict
from engine.run.view import RunView
from tui import wishes, words
from tui.commands.endings import ending, fate
from tui.commands.following import POLL_SECONDS, outcome, sleep
from tui.commands.output import print_json
from tui.exit_codes import DONE, USAGE
from tui.streams import narrate

RECEIPT_SECONDS = 5.0
"""A worker that listens acknowledges within half a second; one that compiles may take longer."""
EFFECT_SECONDS = 3.0
"""A compiled call takes a quarter of a second; validation and the first call take longer."""

_POLL_SECONDS = POLL_SECONDS / 5
_REFUSED = "refused: "


@dataclass
class Answer:
    """What became of a command, as far as it was waited for.

    Attributes:
        id: The command's.
        action: What was asked, in words.
        state: ``received``, ``applied`` or ``refused: why``; empty before any of them.
        applied: How it took effect, once it has.
        ended: What became of the run, if it ended meanwhile.
    """

    id: str
    action: str
    state: str = ""
    applied: Applied | None = None
    ended: Verdict | None = None

    @property
    def refused(self) -> str:
        """Why it was refused; empty where it was not."""
        return self.state.removeprefix(_REFUSED) if self.state.startswith(_REFUSED) else ""

    @property
    def settled(self) -> bool:
        """Whether nothing more will become of it."""
        return self.applied is not None or bool(self.refused) or self.ended is not None


def live(folder: RunFolder, *, queued_too: bool = False) -> RunView:
    """Return the view of a run that listens.

    Args:
        folder: The run.
        queued_too: Whether one that waits for its device will do: it heeds a stop.

    Raises:
        Problem: Nobody is at it, or it waits for its device.
    """
    view = view_of(folder)
    view.refresh()
    verdict = outcome(view)
    if verdict is None and (queued_too or view.verdict.state != "queued"):
        return view
    if verdict is None:
        raise Problem(
            f"{folder.name} waits for its device: there is no worker to ask yet.",
            "Its place: dlconsole queue",
        )
    remedy = f"All about it: dlconsole show {folder.name}"
    if verdict.state == "done":
        remedy = f"To train it further: dlconsole resume {folder.name} --epochs N"
        if isinstance(view, SearchView):
            remedy = f"To add trials: dlconsole resume {folder.name} --trials N"
    elif verdict.state in words.CAN_GO_ON:
        remedy = f"To go on with it: dlconsole resume {folder.name}"
    raise Problem(f"Expected a run that is live, but {folder.name} is {verdict.state}.", remedy)


def ask(
    view: RunView,
    command: commands.Command,
    *,
    effect_seconds: float = EFFECT_SECONDS,
    patient: bool = False,
) -> Answer:
    """Send a command and wait for what becomes of it.

    Args:
        view: The run, refreshed.
        command: What is asked; the generation in it is filled in here.
        effect_seconds: How long to wait for its effect once it is received.
        patient: Whether to wait for as long as it takes.
    """
    generation = wishes.generation(view)
    answer = _sent(view, command, generation)
    deadline = time.monotonic() + RECEIPT_SECONDS
    while not answer.settled and (patient or time.monotonic() < deadline):
        sleep(_POLL_SECONDS)
        view.refresh()
        if not answer.state and wishes.generation(view) != generation:
            # Another worker has taken the run up: what was meant for the one before is void.
            generation = wishes.generation(view)
            answer = _sent(view, command, generation)
        before = answer.state
        look(view, answer)
        if answer.state and not before:
            deadline = time.monotonic() + effect_seconds
    return answer


def _sent(view: RunView, command: commands.Command, generation: int) -> Answer:
    meant = msgspec.structs.replace(command, generation=generation)
    return Answer(send(view.folder.commands, meant), commands.words(meant))


def look(view: RunView, answer: Answer) -> None:
    """Take over what the run's view knows of a command."""
    for identity, _, state in view.commands:
        if identity == answer.id:
            answer.state = state
    answer.applied = view.applied.get(answer.id)
    answer.ended = outcome(view)


def tell(view: RunView, answer: Answer, later: str = "It follows as soon as it can.") -> None:
    """Say on standard error what became of a command.

    Args:
        view: The run.
        answer: What became of it.
        later: What is said of one that was received and has not taken effect yet.
    """
    name = view.folder.name
    if answer.refused:
        narrate(f"{name} refuses to {answer.action}: {answer.refused}")
    elif answer.applied is not None:
        narrate(f"{name} has received: {answer.action}; {fate(view, answer.id, 'applied')}.")
    elif answer.ended is not None:
        narrate(f"{name} has ended meanwhile: it {ending(view, answer.ended)}")
    elif answer.state:
        narrate(f"{name} has received: {answer.action}. {later}".rstrip())
    else:
        narrate(
            f"{name} has not acknowledged it yet: its worker is busy or still starting. "
            f"It will: dlconsole show {name} says when."
        )


def as_object(view: RunView, answer: Answer) -> dict[str, Any]:
    """Return the object that ``--json`` prints."""
    return {
        "run": view.folder.name,
        "action": answer.action,
        "command": answer.id,
        "received": bool(answer.state),
        "applied": answer.applied is not None,
        "refused": answer.refused or None,
        "step": answer.applied.step if answer.applied else None,
        "epoch": answer.applied.epoch if answer.applied else None,
        "state": view.verdict.state,
    }


def report(view: RunView, answer: Answer, *, as_json: bool) -> int:
    """Say what became of a command, as text or as JSON; return the exit code.

    The code is 2 where the command cannot take effect any more: refused, or the run has ended.
    """
    if as_json:
        print_json(as_object(view, answer))
    else:
        tell(view, answer)
    return DONE if answer.applied is not None or not answer.settled else USAGE

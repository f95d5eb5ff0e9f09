"""Requests to a running worker: one file each, created whole by a rename.

Commands have absolute values and name the generation they are meant for, so that one which is read
late, twice or by another worker does no harm.
"""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from engine.errors import Problem
from engine.run.files import PRIVATE_FOLDER, replace
from engine.run.records import encode


class StopAfterEpoch(msgspec.Struct, frozen=True, tag_field="action", tag="stop after epoch"):
    """Finish the epoch under way, then report and end."""

    generation: int
    """The worker it is meant for; another one ignores it."""


class StopNow(msgspec.Struct, frozen=True, tag_field="action", tag="stop now"):
    """End when the current compiled call returns; snapshot and network are saved, no report is."""

    generation: int
    """The worker it is meant for; another one ignores it."""


class Pause(msgspec.Struct, frozen=True, tag_field="action", tag="pause"):
    """Stand still when the current compiled call returns, after a snapshot."""

    generation: int
    """The worker it is meant for; another one ignores it."""


class GoOn(msgspec.Struct, frozen=True, tag_field="action", tag="go on"):
    """Go on after a pause."""

    generation: int
    """The worker it is meant for; another one ignores it."""


class SnapshotNow(msgspec.Struct, frozen=True, tag_field="action", tag="snapshot now"):
    """Write a snapshot when the current compiled call returns."""

    generation: int
    """The worker it is meant for; another one ignores it."""


class SetEpochs(msgspec.Struct, frozen=True, tag_field="action", tag="set epochs"):
    """Train to another number of epochs in all."""

    generation: int
    """The worker it is meant for; another one ignores it."""
    epochs: int
    """The last epoch's number, at least 1. Below the epoch under way, that one is the last."""


class SetLearningRate(msgspec.Struct, frozen=True, tag_field="action", tag="set learning rate"):
    """Make steps of another length from the end of the current compiled call on."""

    generation: int
    """The worker it is meant for; another one ignores it."""
    learning_rate: float
    """Above 0."""


class SetTrials(msgspec.Struct, frozen=True, tag_field="action", tag="set trials"):
    """Of a search: try another number of settings in all."""

    generation: int
    """The worker it is meant for; another one ignores it."""
    trials: int
    """At least as many as were begun already."""


class CullTrial(msgspec.Struct, frozen=True, tag_field="action", tag="cull trial"):
    """Of a search: end one of the trials under way; it does not go on."""

    generation: int
    """The worker it is meant for; another one ignores it."""
    trial: int
    """Its number."""


class FixValue(msgspec.Struct, frozen=True, tag_field="action", tag="fix"):
    """Of a search: vary a hyperparameter no more; trials begun from here on have this value."""

    generation: int
    """The worker it is meant for; another one ignores it."""
    name: str
    """The hyperparameter."""
    value: int | float | str | bool | list[int]
    """Its value."""


SearchCommand = SetTrials | CullTrial | FixValue
"""What only a search heeds."""

Command = (
    StopAfterEpoch
    | StopNow
    | Pause
    | GoOn
    | SnapshotNow
    | SetEpochs
    | SetLearningRate
    | SetTrials
    | CullTrial
    | FixValue
)
"""What ``commands/`` can hold, a file each."""


def words(command: Command) -> str:
    """Say what a command asks for: ``stop now``, ``set epochs to 60``."""
    tag = str(command.__struct_config__.tag)
    match command:
        case SetEpochs():
            return f"{tag} to {command.epochs}"
        case SetLearningRate():
            return f"{tag} to {command.learning_rate:g}"
        case SetTrials():
            return f"{tag} to {command.trials}"
        case CullTrial():
            return f"{tag} {command.trial}"
        case FixValue():
            return f"{tag} {command.name} at {command.value}"
    return tag


COMMAND_DECODER: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
"""Decodes a file of ``commands/``."""


class Request(NamedTuple):
    """A command with the id by which ``received`` and ``applied`` records name it."""

    id: str
    command: Command


def send(folder: Path, command: Command) -> str:
    """Leave a command for the worker and return its id.

    Args:
        folder: The run's ``commands`` folder.
        command: What is asked for.

    Raises:
        Problem: The folder takes no file.
    """
    # Ids sort in the order of sending, to the microsecond.
    name = f"{time.time_ns() // 1000:017d}-{secrets.token_hex(3)}"
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        replace(folder / f"{name}.json", encode(command))
    except OSError as error:
        raise Problem(
            f"The folder of {folder.parent.name} cannot be written: {error.strerror}.",
            "Ask from where it can.",
        ) from None
    return name


class Inbox:
    """What a worker reads its commands from.

    Args:
        folder: The run's ``commands`` folder.
        generation: The reading worker's; what is meant for another is passed over.
    """

    def __init__(self, folder: Path, generation: int) -> None:
        self._folder = folder
        self._generation = generation
        self._seen: set[str] = set()

    def take(self) -> list[Request]:
        """Return the commands that came since the last call, in the order of sending."""
        try:
            paths = sorted(self._folder.glob("[0-9]*.json"))
        except OSError:
            return []
        requests = []
        for path in paths:
            if path.stem in self._seen:
                continue
            self._seen.add(path.stem)
            try:
                command = COMMAND_DECODER.decode(path.read_bytes())
            except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
                continue  # not a command of ours; it stays for whoever wonders
            if command.generation == self._generation:
                requests.append(Request(path.stem, command))
        return requests

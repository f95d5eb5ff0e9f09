"""What is said of a run on disk while there is no worker that could say it: what comes, what ended.

Only the holder of the run's lock may say anything.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from engine.run.commands import Request, words
from engine.run.evidence import read_status
from engine.run.files import Appender, replace
from engine.run.folder import RunFolder
from engine.run.records import (
    JOURNAL_DECODER,
    Applied,
    Ended,
    Epoch,
    JournalRecord,
    Received,
    RunSpec,
    Status,
    encode,
)
from engine.run.tail import Tail

_START_SECONDS = 20.0
"""Python, and what a worker imports before its first word, on a slow disk."""


def coming(
    folder: RunFolder,
    spec: RunSpec,
    generation: int,
    detail: str | None = None,
    *,
    next_word: float = _START_SECONDS,
) -> None:
    """Say in the status file that a worker is about to start, or waits for its device.

    What earlier workers said about epochs and metrics stays as it is.

    Args:
        folder: The run.
        spec: What was asked for.
        generation: Which worker comes.
        detail: What a queued one waits for; None where it starts.
        next_word: Seconds within which somebody says the next word.
    """
    before = read_status(folder)
    epochs = spec.values.get("epochs", 0)
    status = before or Status(phase="", epochs=epochs if isinstance(epochs, int) else 0)
    status = msgspec.structs.replace(
        status,
        phase="starting" if detail is None else "queued",
        detail=detail or "",
        generation=generation,
        device="",
        left_seconds=None,
        samples_per_second=None,
        outcome="",
        cause="",
        remedy="",
        updated=time.time(),
        next_word_seconds=next_word,
    )
    replace(folder.status, encode(status), durable=False)


def ended(
    folder: RunFolder,
    outcome: str,
    cause: str,
    remedy: str = "",
    *,
    reason: str = "",
    requests: Sequence[Request] = (),
) -> None:
    """Write the last word in place of a worker that never came to speak.

    Args:
        folder: The run.
        outcome: See :class:`~engine.run.records.Ended`.
        cause: Likewise.
        remedy: Likewise.
        reason: Likewise.
        requests: The commands that are fulfilled by this.
    """
    last = _last_epoch(folder)
    epoch, step = (last.epoch, last.step) if last else (0, 0)
    now = time.time()
    records: list[JournalRecord] = []
    for request in requests:
        action = words(request.command)
        records.append(Received(at=now, command=request.id, action=action))
        records.append(Applied(at=now, command=request.id, action=action, epoch=epoch, step=step))
    records.append(
        Ended(at=now, outcome=outcome, reason=reason, cause=cause, remedy=remedy, epochs=epoch)
    )
    journal = Appender(folder.journal)
    try:
        journal.extend([encode(record) for record in records], durable=True)
    finally:
        journal.close()
    status = read_status(folder) or Status(phase="")
    status = msgspec.structs.replace(
        status,
        phase="ended",
        detail="",
        outcome=outcome,
        cause=cause,
        remedy=remedy,
        left_seconds=None,
        updated=now,
    )
    replace(folder.status, encode(status), durable=False)


def _last_epoch(folder: RunFolder) -> Epoch | None:
    records = Tail(folder.journal, JOURNAL_DECODER).read().records
    return next((each for each in reversed(records) if isinstance(each, Epoch)), None)

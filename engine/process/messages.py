"""What a console tells its standby: one message a packet, descriptors beside it."""

from __future__ import annotations

import msgspec

from engine.process.questions import Question

LONGEST = 1 << 17
"""Bytes of a message, at most; Linux takes somewhat more."""

MOST_DESCRIPTORS = 64
"""That come with a message, at most."""

END = b'{"end":true}'
"""The last line of an answer that is complete."""


class Ready(msgspec.Struct, frozen=True):
    """What the standby says once, when it has imported everything or could not."""

    problem: str = ""
    """Why it is good for nothing; it has ended then."""
    remedy: str = ""
    """What to do about it."""
    takes_gpus: bool = True
    """Whether its children can use a GPU: not if an import has touched the driver."""


class Ask(msgspec.Struct, frozen=True, tag_field="do", tag="ask"):
    """Answer a question; comes with the writing end of a pipe."""

    number: int
    """Its own."""
    question: Question
    """What is asked."""
    environment: dict[str, str]
    """What is to be set before anything is computed."""
    alone: bool
    """Whether the process that answers ends with the answer, as one that holds a GPU has to."""


class Cancel(msgspec.Struct, frozen=True, tag_field="do", tag="cancel"):
    """End the process that answers a question, and with it later ones of the same kind."""

    number: int
    """The question's."""


class Launch(msgspec.Struct, frozen=True, tag_field="do", tag="launch"):
    """Become a worker; comes with the writing end of a pipe and with what the worker holds."""

    folder: str
    """The run's folder."""
    locked: bool
    """Whether the first descriptor after the pipe holds the run's lock."""
    kept: int
    """How many descriptors follow."""
    device: str
    """See :class:`engine.process.hold.Hold`."""
    exact: bool
    """Likewise."""
    environment: dict[str, str]
    """What is to be set before anything is computed."""


Message = Ask | Cancel | Launch
"""All that a standby is told."""

DECODER = msgspec.json.Decoder(Message)
"""Reads a message."""

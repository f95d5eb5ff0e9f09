"""What a person may wish of a run: values read from what was typed, and whom a wish is meant for.

The command line and the prompts of the console take the same and refuse it in the same words.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from engine.errors import Problem

if TYPE_CHECKING:
    from engine.run.search_records import SearchValue
    from engine.run.view import RunView
    from engine.space import Space

MOST_EPOCHS = 1_000_000_000
"""More than that is a slip of the finger."""
MOST_TRIALS = 1_000_000
"""Likewise."""


def epochs(text: str, least: int = 1) -> int:
    """Read a number of epochs.

    Args:
        text: What was typed.
        least: The smallest that makes sense.

    Raises:
        Problem: It is no whole number, or out of range.
    """
    return _whole("epochs in all", text, least, MOST_EPOCHS, 60)


def trials(text: str, least: int = 1) -> int:
    """Read a number of trials.

    Args:
        text: What was typed.
        least: The smallest that makes sense.

    Raises:
        Problem: It is no whole number, or out of range.
    """
    return _whole("trials in all", text, least, MOST_TRIALS, 40)


def trial(text: str) -> int:
    """Read which trial is meant: its number, or the name of its run, as ``7`` or ``t007``.

    Raises:
        Problem: It is neither.
    """
    match = re.fullmatch(r"(?:.*/)?t?(\d{1,9})(?:-f\d+)?", text.strip(), re.ASCII)
    if match is None or not int(match[1]):
        raise Problem(f"Expected the number of a trial, got {text!r}.", "Example: 7")
    return int(match[1])


def fixed(text: str, space: Space) -> tuple[str, SearchValue]:
    """Read what a search is to vary no more, and the value that it has from then on.

    Args:
        text: ``name=value``, as typed.
        space: The recipe's hyperparameters.

    Raises:
        Problem: There is none of that name, or the value is not allowed.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise Problem(f"Expected name=value, got {text!r}.", "Example: optimizer=adam")
    read = space.parse_one(name.strip(), value.strip())
    return name.strip(), list(read) if isinstance(read, tuple) else read


def learning_rate(text: str) -> float:
    """Read a learning rate.

    Raises:
        Problem: It is no number above 0.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if 0 < number < math.inf:
        return number
    raise Problem(f"Expected a learning rate, a number above 0, got {text!r}.", "Example: 3e-4")


def figure(text: str) -> float:
    """Read any number.

    Raises:
        Problem: It is none.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    raise Problem(f"Expected a number, got {text!r}.", "Example: 0.98")


def _whole(what: str, text: str, least: int, most: int, example: int) -> int:
    word = text.strip()
    number = int(word) if word.isascii() and word.isdigit() and len(word) <= 20 else -1
    if least <= number <= most:
        return number
    raise Problem(
        f"Expected the number of {what}, a whole number of at least {least}, got {text!r}.",
        f"Example: {max(least, example)}",
    )


def generation(view: RunView) -> int:
    """Return the worker that a wish is meant for: the one that is at it, begins or waits."""
    said = view.started.generation if view.started is not None else 0
    announced = view.status.generation if view.status is not None else 0
    return max(said, announced, 1)

"""What a person may wish of a run: values read from what was typed, and whom a wish is meant for.

The command line and the prompts of the console take the same and refuse it in the same words.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.errors import Problem

if TYPE_CHECKING:
    from engine.run.view import RunView

MOST_EPOCHS = 1_000_000_000
"""More than that is a slip of the finger."""


def epochs(text: str, least: int = 1) -> int:
    """Read a number of epochs.

    Args:
        text: What was typed.
        least: The smallest that makes sense.

    Raises:
        Problem: It is no whole number, or out of range.
    """
    word = text.strip()
    number = int(word) if word.isascii() and word.isdigit() and len(word) <= 20 else -1
    if least <= number <= MOST_EPOCHS:
        return number
    raise Problem(
        f"Expected the number of epochs in all, a whole number of at least {least}, got {text!r}.",
        f"Example: {max(least, 60)}",
    )


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


def generation(view: RunView) -> int:
    """Return the worker that a wish is meant for: the one that is at it, begins or waits."""
    said = view.started.generation if view.started is not None else 0
    announced = view.status.generation if view.status is not None else 0
    return max(said, announced, 1)

"""What a search varies of one hyperparameter: read, checked and said in words.

One small language for the command line (``--search NAME=TEXT``), the search form and the recipes'
own declarations. It only narrows what a recipe declares; nothing outside that can be searched:

=========================  ====================================================================
``1e-4..1e-1``             a range, by its logarithm where the hyperparameter itself is logarithmic
``32..512:log``            a range by its logarithm (``:linear`` for the opposite)
``0.1..0.5/5``             five values evenly spread over a range (on its scale), ends included
``adam,rmsprop``           these options; ``|`` separates too, and is what separates lists
``512,256|128``            two lists of layers
``1..3x32..512``           one to three layers of 32 to 512 units each
``0.2``                    one value: not varied
nothing                    all that the recipe allows
=========================  ====================================================================

>>> space = Space({"dropout": Float(default=0.0, low=0.0, high=0.9, help="Silenced.")})
>>> parse(space, "dropout", "0.1..0.5/5").options
[0.1, 0.2, 0.3, 0.4, 0.5]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from engine.errors import Problem
from engine.run.search_records import Dimension, SearchValue
from engine.space import Bool, Choice, Float, Hyperparameter, Int, Ints, Space, Value, plain

EXAMPLE = "Examples: learning_rate=1e-4..1e-1, dropout=0.1..0.5/5, optimizer=adam,rmsprop."

_NOT_VARIED = {
    "epochs": "Say with the search's own epochs how long a trial is trained.",
    "monitor": "Choose the search's objective instead.",
    "validation": "Scores on different rows cannot be compared: fix it at one value.",
}
"""What no search can vary, and what to do instead."""

_MOST_VALUES = 10_000
"""Values that a range may be divided into: beyond, nobody means a list."""


def parse(space: Space, name: str, text: str) -> Dimension | Value:
    """Read what is to be varied of one hyperparameter.

    Args:
        space: The recipe's hyperparameters.
        name: One of them.
        text: In the language of this module.

    Returns:
        A dimension, without conditions; or the value, where the text names just one.

    Raises:
        Problem: There is no such hyperparameter, or the text is no part of its declared range.
    """
    known = space.known(name)
    try:
        read = _read(space, name, known, text.strip().replace("…", ".."))
    except Problem as problem:
        prefix = "" if problem.what.startswith(f"{name}:") else f"{name}: "
        raise Problem(f"{prefix}{problem.what}", problem.remedy) from None
    if isinstance(read, Dimension) and name in _NOT_VARIED:
        raise Problem(f"{name} cannot be varied by a search.", _NOT_VARIED[name])
    return read


def describe(dimension: Dimension) -> str:
    """Say what is varied, as in ``1e-4 … 0.1, log`` or ``adam · rmsprop``."""
    if dimension.options:
        return " · ".join(word(each) for each in dimension.options)
    low, high = bounds(dimension)
    shown = plain(low) if low == high else f"{plain(low)} … {plain(high)}"
    if dimension.layers is not None:
        fewest, most = dimension.layers
        many = f"{fewest}" if fewest == most else f"{fewest} … {most}"
        shown = f"{many} {'layer' if most == 1 else 'layers'} of {shown}"
    return f"{shown}, log" if dimension.log else shown


def text(dimension: Dimension) -> str:
    """Write what :func:`parse` reads back as the same dimension (its conditions aside)."""
    if dimension.options:
        separator = "|" if isinstance(dimension.options[0], list) else ","
        return separator.join(word(each) for each in dimension.options)
    low, high = bounds(dimension)
    shown = plain(low) if low == high else f"{plain(low)}..{plain(high)}"
    if dimension.layers is not None:
        fewest, most = dimension.layers
        shown = f"{fewest}x{shown}" if fewest == most else f"{fewest}..{most}x{shown}"
        return f"{shown}:log" if dimension.log else shown
    return f"{shown}:{'log' if dimension.log else 'linear'}"


def raw(value: Value) -> SearchValue:
    """Return a hyperparameter's value as JSON has it: lists for tuples."""
    return list(value) if isinstance(value, tuple) else value


def word(option: SearchValue) -> str:
    """Write a value as people do: ``yes``, ``1e-3``, ``512,256``."""
    if isinstance(option, bool):
        return "yes" if option else "no"
    if isinstance(option, list | tuple):
        return ",".join(str(each) for each in option)
    return plain(option) if isinstance(option, float) else str(option)


def bounds(dimension: Dimension) -> tuple[float, float]:
    """Return the ends of a range."""
    return dimension.low or 0.0, dimension.high or 0.0


def _read(space: Space, name: str, known: Hyperparameter[Any], text: str) -> Dimension | Value:
    if not text:
        return _everything(name, known)
    body, colon, scale = text.rpartition(":")
    if not colon:
        body = text
    elif scale.strip() not in {"log", "linear"}:
        raise Problem(f"expected :log or :linear, got {':' + scale!r}.", EXAMPLE)
    wanted = scale.strip() == "log" if colon else None
    if isinstance(known, Ints) and "x" in body:
        return _layers(name, known, body, wanted is True)
    if ".." in body:
        return _range(space, name, known, body, wanted)
    if colon:
        raise Problem("only a range has a scale.", f"Leave out :{scale.strip()}. {EXAMPLE}")
    parts = [part.strip() for part in _split(known, body)]
    options = [space.parse_one(name, part) for part in parts]
    repeated = [part for part, each in zip(parts, options, strict=True) if options.count(each) > 1]
    if repeated:
        raise Problem(f"{repeated[0]} is there more than once.", "Name each value once.")
    return options[0] if len(options) == 1 else _options(name, options)


def _split(known: Hyperparameter[Any], body: str) -> list[str]:
    if "|" in body or isinstance(known, Ints):
        return body.split("|")
    return body.split(",")


def _options(name: str, options: Iterable[Value]) -> Dimension:
    return Dimension(name=name, options=[raw(each) for each in options])


def _everything(name: str, known: Hyperparameter[Any]) -> Dimension | Value:
    """Return all that a recipe allows of a hyperparameter."""
    if isinstance(known, Choice):
        return _options(name, known.options) if len(known.options) > 1 else known.options[0]
    if isinstance(known, Bool):
        return _options(name, (False, True))
    if isinstance(known, Ints):
        return Dimension(
            name=name, low=known.low, high=known.high, whole=True, layers=(1, known.longest)
        )
    if isinstance(known, Int | Float):
        return Dimension(
            name=name,
            low=known.low,
            high=known.high,
            log=_is_log(known, known.low),
            whole=isinstance(known, Int),
        )
    raise Problem("a search cannot vary it.", "Name the values to try, with commas.")


def _range(
    space: Space, name: str, known: Hyperparameter[Any], body: str, wanted: bool | None
) -> Dimension | Value:
    if not isinstance(known, Int | Float):
        raise Problem(f"expected {known.expects()}, got the range {body!r}.", _how_else(known))
    ends, slash, count = body.partition("/")
    low, high = _ends(ends, lambda part: float(space.parse_one(name, part)))  # type: ignore[arg-type]
    if low == high:
        raise Problem(
            f"the range from {plain(low)} to {plain(high)} is empty.",
            f"To fix it write {plain(low)} alone.",
        )
    log = _is_log(known, low) if wanted is None else wanted
    if log and low <= 0:
        raise Problem(
            f"a logarithmic range cannot begin at {plain(low)}.",
            "Begin above 0, or leave out :log.",
        )
    if not slash:
        return Dimension(name=name, low=low, high=high, log=log, whole=isinstance(known, Int))
    return _spread(name, known, (low, high, _count(count)), log)


def _is_log(known: Int | Float, low: float) -> bool:
    """Return whether a hyperparameter's own scale is logarithmic and can be from ``low`` on."""
    return known.log and low > 0


def _spread(
    name: str, known: Hyperparameter[Any], spread: tuple[float, float, int], log: bool
) -> Dimension:
    """Return so many values between two, both included; equal ratios where it is logarithmic."""
    low, high, count = spread
    steps = [index / (count - 1) for index in range(count)]
    if log:
        between = [math.exp(math.log(low) + step * math.log(high / low)) for step in steps]
    else:
        between = [low + step * (high - low) for step in steps]
    # Four digits decide as well as all of them, and can be read. The ends as they were given.
    digits = ".12g" if isinstance(known, Int) else ".4g"
    numbers = [low, *(float(f"{each:{digits}}") for each in between[1:-1]), high]
    values = [known.check(round(each) if isinstance(known, Int) else each) for each in numbers]
    if len(set(values)) < count:
        raise Problem(
            f"there are no {count} different values from {plain(low)} to {plain(high)}.",
            "Ask for fewer.",
        )
    return _options(name, values)


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = 0
    if not 2 <= count <= _MOST_VALUES:
        raise Problem(
            f"expected a number of values from 2 to {_MOST_VALUES} behind '/', got {text!r}.",
            EXAMPLE,
        )
    return count


def _layers(name: str, known: Ints, body: str, log: bool) -> Dimension | Value:
    many, _, units = body.partition("x")
    fewest, most = _ends(many, lambda part: _member(part, 1, known.longest, "layers"))
    low, high = _ends(units, lambda part: _member(part, known.low, known.high, "units"))
    if fewest == most and low == high:
        return known.check((int(low),) * int(most))
    if log and low <= 0:
        raise Problem("a logarithmic range cannot begin at 0.", "Begin above 0, or leave out :log.")
    return Dimension(
        name=name,
        low=low,
        high=high,
        log=log and low < high,
        whole=True,
        layers=(int(fewest), int(most)),
    )


def _member(text: str, low: int, high: int, what: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise Problem(
            f"expected a number of {what} from {low} to {high}, got {text!r}.",
            "Example: 1..3x32..512 is one to three layers of 32 to 512 units.",
        )
    return number


def _ends(text: str, read: Callable[[str], float]) -> tuple[float, float]:
    """Return the ends of ``LOW..HIGH``, or one value twice."""
    first, dots, second = text.partition("..")
    low = read(first.strip())
    high = read(second.strip()) if dots else low
    if low > high:
        raise Problem(
            f"the range from {plain(low)} to {plain(high)} is reversed.",
            f"Did you mean {plain(high)}..{plain(low)}?",
        )
    return low, high


def _how_else(known: Hyperparameter[Any]) -> str:
    if isinstance(known, Ints):
        return "Examples: 1..3x32..512 (layers of units), 512,256|128 (two lists)."
    return f"Name the values to try: {known.range_text().replace(' · ', ',')}."

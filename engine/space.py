"""Hyperparameters: what may be set, within which range, and what it does.

One declaration serves every reader: the form of the console, ``--set`` and ``--help`` of the
command line, validation, the names of runs and the searches. A type therefore knows how to parse,
check, print and sample a value, and to say in words what it takes.

>>> space = Space({"units": Ints(default=(32,), low=1, high=4096, help="Units of each layer.")})
>>> space.parse(["units=64,32"])
{'units': (64, 32)}
"""

from __future__ import annotations

import math
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar

from engine.errors import Problem, nearest

Value = int | float | str | bool | tuple[int, ...]
"""What a hyperparameter can be. In JSON a tuple is a list."""

T = TypeVar("T", bound=Value)


@dataclass(frozen=True, kw_only=True)
class Hyperparameter(ABC, Generic[T]):
    """One thing that a person may set before training.

    Attributes:
        default: The value where neither preset nor person says otherwise.
        help: One sentence: what it does and which way to turn it.
        label: What the form calls it; empty means its name with spaces.
        short: What stands for it in the name of a run, as ``bs`` in ``mnist-bs128``; empty means
            its name without underscores.
        group: The part of the form it stands in: ``network``, ``training`` or ``data``.
        only: With which values of others it means anything, by their names; a search varies it with
            those alone. Empty: always.
    """

    default: T
    help: str
    label: str = ""
    short: str = ""
    group: str = "network"
    only: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    @abstractmethod
    def expects(self) -> str:
        """Say in words what is taken, as in ``a whole number from 1 to 8192``."""

    @abstractmethod
    def parse(self, text: str) -> T:
        """Read a value that a person typed; raise :class:`Problem` if it cannot be one."""

    @abstractmethod
    def check(self, value: object) -> T:
        """Return ``value`` in this type's own form; raise :class:`Problem` if it is not allowed."""

    @abstractmethod
    def sample(self, rng: random.Random) -> T:
        """Draw a value, uniformly over the range (over its logarithm where it is logarithmic)."""

    def format(self, value: T) -> str:
        """Write a value so that :meth:`parse` reads it back."""
        return str(value)

    def range_text(self) -> str:
        """Say the range as short as a form needs it; may be empty."""
        return ""

    def _refuse(self, got: object) -> Problem:
        shown = f"{got!r}" if isinstance(got, str) else f"{got}"
        return Problem(f"expected {self.expects()}, got {shown}.")


@dataclass(frozen=True, kw_only=True)
class _Number(Hyperparameter[T]):
    """What whole and real numbers have in common: bounds, both included, and a scale."""

    low: float
    high: float
    log: bool = False

    def range_text(self) -> str:
        scale = ", log" if self.log else ""
        return f"{plain(self.low)} … {plain(self.high)}{scale}"

    def _draw(self, rng: random.Random) -> float:
        if self.log:
            return math.exp(rng.uniform(math.log(self.low), math.log(self.high)))
        return rng.uniform(self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class Int(_Number[int]):
    """A whole number from ``low`` to ``high``, both included."""

    def expects(self) -> str:
        return f"a whole number from {plain(self.low)} to {plain(self.high)}"

    def parse(self, text: str) -> int:
        try:
            return self.check(float(text.replace("_", "")))
        except (ValueError, Problem):
            raise self._refuse(text) from None  # in the person's own words

    def check(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refuse(value)
        if not math.isfinite(value) or value != int(value) or not self.low <= value <= self.high:
            raise self._refuse(value)
        return int(value)

    def sample(self, rng: random.Random) -> int:
        return min(int(self.high), max(int(self.low), round(self._draw(rng))))


@dataclass(frozen=True, kw_only=True)
class Float(_Number[float]):
    """A real number from ``low`` to ``high``, both included."""

    def expects(self) -> str:
        return f"a number from {plain(self.low)} to {plain(self.high)}"

    def parse(self, text: str) -> float:
        try:
            return self.check(float(text))
        except (ValueError, Problem):
            raise self._refuse(text) from None

    def check(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refuse(value)
        if not self.low <= value <= self.high:  # also turns NaN away
            raise self._refuse(value)
        return float(value)

    def sample(self, rng: random.Random) -> float:
        return self._draw(rng)

    def format(self, value: float) -> str:
        return plain(value)


@dataclass(frozen=True, kw_only=True)
class Choice(Hyperparameter[str]):
    """One of a few words."""

    options: tuple[str, ...]

    def expects(self) -> str:
        return f"one of {', '.join(self.options)}"

    def range_text(self) -> str:
        return " · ".join(self.options)

    def parse(self, text: str) -> str:
        return self.check(text.strip())

    def check(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise self._refuse(value)
        return value

    def sample(self, rng: random.Random) -> str:
        return rng.choice(self.options)


@dataclass(frozen=True, kw_only=True)
class Bool(Hyperparameter[bool]):
    """Yes or no."""

    def expects(self) -> str:
        return "yes or no"

    def range_text(self) -> str:
        return "yes · no"

    def parse(self, text: str) -> bool:
        word = text.strip().lower()
        if word in {"yes", "true", "on", "1", "y"}:
            return True
        if word in {"no", "false", "off", "0", "n"}:
            return False
        raise self._refuse(text)

    def check(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise self._refuse(value)
        return value

    def sample(self, rng: random.Random) -> bool:
        return rng.random() < 0.5

    def format(self, value: bool) -> str:
        return "yes" if value else "no"


@dataclass(frozen=True, kw_only=True)
class Ints(Hyperparameter[tuple[int, ...]]):
    """A list of whole numbers, such as the units of each hidden layer.

    Attributes:
        low: The smallest a member may be.
        high: The largest a member may be.
        longest: How many members there may be; at least one.
    """

    low: int
    high: int
    longest: int = 12

    def expects(self) -> str:
        return (
            f"1 to {self.longest} whole numbers from {self.low} to {self.high} "
            "with commas between them"
        )

    def range_text(self) -> str:
        return f"{self.low} … {self.high}, comma-separated"

    def parse(self, text: str) -> tuple[int, ...]:
        try:
            return self.check([int(part) for part in text.split(",")])
        except (ValueError, Problem):
            raise self._refuse(text) from None

    def check(self, value: object) -> tuple[int, ...]:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= self.longest:
            raise self._refuse(value)
        for member in value:
            if isinstance(member, bool) or not isinstance(member, int):
                raise self._refuse(value)
            if not self.low <= member <= self.high:
                raise self._refuse(value)
        return tuple(value)

    def sample(self, rng: random.Random) -> tuple[int, ...]:
        layers = rng.randint(1, self.longest)
        return tuple(rng.randint(self.low, self.high) for _ in range(layers))

    def format(self, value: tuple[int, ...]) -> str:
        return ",".join(str(member) for member in value)


class Space(Mapping[str, Hyperparameter[Any]]):
    """The hyperparameters of a recipe by name, in the order in which a form shows them."""

    def __init__(self, hyperparameters: Mapping[str, Hyperparameter[Any]]) -> None:
        self._by_name = dict(hyperparameters)

    def __getitem__(self, name: str) -> Hyperparameter[Any]:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def defaults(self) -> dict[str, Value]:
        """Return the default of every hyperparameter."""
        return {name: each.default for name, each in self.items()}

    def check(self, values: Mapping[str, object]) -> dict[str, Value]:
        """Return ``values`` in their own types.

        Raises:
            Problem: A name is not known (the nearest is given), or a value is not allowed.
        """
        return {
            name: self._named(name, self.known(name).check, value) for name, value in values.items()
        }

    def parse(self, assignments: Iterable[str]) -> dict[str, Value]:
        """Read what stands behind ``--set``: one ``name=value`` each.

        Raises:
            Problem: There is no ``=``, a name is not known, or a value is not allowed.
        """
        values: dict[str, Value] = {}
        for assignment in assignments:
            name, equals, text = assignment.partition("=")
            if not equals:
                raise Problem(
                    f"Expected name=value, got {assignment!r}.", "Example: --set learning_rate=1e-3"
                )
            values[name.strip()] = self.parse_one(name.strip(), text)
        return values

    def parse_one(self, name: str, text: str) -> Value:
        """Read one value that a person typed for ``name``; raise :class:`Problem` otherwise."""
        value: Value = self._named(name, self.known(name).parse, text)
        return value

    def known(self, name: str) -> Hyperparameter[Any]:
        """Return the hyperparameter ``name``; raise :class:`Problem` with the nearest name."""
        if name not in self._by_name:
            raise Problem(f"There is no setting {name!r}.", nearest(name, self))
        return self._by_name[name]

    def label(self, name: str) -> str:
        """Return what a form calls the hyperparameter ``name``."""
        return self[name].label or name.replace("_", " ")

    @staticmethod
    def _named(name: str, read: Callable[[Any], Any], value: object) -> Any:
        try:
            return read(value)
        except Problem as problem:
            raise Problem(f"{name}: {problem.what}", problem.remedy) from None


def plain(number: float) -> str:
    """Write a number the way people do (0.5, 1e-3, 8192) and with all its digits."""
    if number == 0 or 1e-2 <= abs(number) < 1e6 or (number == int(number) and abs(number) < 1e12):
        return repr(float(number)).removesuffix(".0")
    # The shortest digits that are read back as the same number, moved behind one point.
    sign, digits, exponent = Decimal(repr(float(number))).normalize().as_tuple()
    fraction = "".join(str(digit) for digit in digits[1:])
    mantissa = f"{digits[0]}.{fraction}" if fraction else f"{digits[0]}"
    return f"{'-' if sign else ''}{mantissa}e{int(exponent) + len(digits) - 1}"

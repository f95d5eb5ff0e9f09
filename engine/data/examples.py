"""Examples with a class each: what classification learns from, whatever an example is.

A loader returns :class:`Examples`, as they lie on the disk. Once the rows are dealt out,
:meth:`Examples.fit` learns from the training rows alone what makes them ready, and that
:class:`Preparation` is kept with the run: it is all that ``predict`` needs to take raw input.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.data.given import Given as Given  # also found here by those who read it
from engine.errors import Problem


class Item(NamedTuple):
    """One raw input, made ready.

    Attributes:
        name: What a person calls it: a path, a row's number, the beginning of a typed text.
        ready: As :meth:`Preparation.transform` makes it; None where it cannot be read.
        actual: Its class, where it is known; empty otherwise.
        problem: Why it cannot be read.
        note: What is to be known of it although it can be read.
    """

    name: str
    ready: np.ndarray | None
    actual: str = ""
    problem: str = ""
    note: str = ""


class Preparation(ABC):
    """How raw input becomes what the network takes; fitted on training rows, kept with the run.

    Attributes:
        classes: Names of the classes, in the order of the network's outputs.
        input_shape: Of one input, without the batch.
        input_dtype: ``uint8`` or ``int32``.
        input_summary: What an input is, in words: ``28 x 28 pixels, grey``.
        notes: What was noticed while fitting, in sentences.
    """

    classes: tuple[str, ...]
    input_shape: tuple[int, ...]
    input_dtype: str
    input_summary: str
    notes: tuple[str, ...] = ()

    @abstractmethod
    def transform(self, examples: Any, rows: np.ndarray) -> np.ndarray:
        """Return rows of the examples it was fitted on, ready: ``(rows, *input_shape)``."""

    @abstractmethod
    def features(self, ready: np.ndarray) -> Any:
        """Return what a linear model takes: a float array or a sparse matrix ``(rows, n)``."""

    @abstractmethod
    def read(self, given: Given) -> Iterator[Item]:
        """Read raw input, one after another and never all of it at once.

        Raises:
            Problem: There is none, or it is of another form.
        """

    @abstractmethod
    def show(self, ready: np.ndarray) -> dict[str, str]:
        """Return one ready input in a form that can be drawn: ``picture`` or ``text``.

        A picture is 16 rows of 16 grey levels, a hexadecimal digit each, 256 in all.
        """

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Return all of it; ``form`` says which kind it is."""


@dataclass(kw_only=True)
class Examples(ABC):
    """Examples as they lie on the disk.

    Attributes:
        labels: ``int64 (rows,)``, positions in :attr:`classes`.
        classes: Names of the classes.
        origin: Where they come from, in words.
        sha256: Of all content; something else than this is other data.
        notes: What was noticed, in sentences.
        given: Rows that the publisher (or a person's folders) has set apart: ``train``, ``test``
            and perhaps ``val``; empty where nobody has. Order counts.
        unreadable: What could not be read, by name.
    """

    labels: np.ndarray
    classes: tuple[str, ...]
    origin: str
    sha256: str
    notes: list[str] = field(default_factory=list)
    given: Mapping[str, np.ndarray] = field(default_factory=dict)
    is_shuffled: bool = False
    unreadable: list[str] = field(default_factory=list)

    @abstractmethod
    def fit(self, train: np.ndarray, settings: Mapping[str, Any]) -> Preparation:
        """Learn from some rows what makes rows ready.

        Args:
            train: ``int64 (train rows,)``.
            settings: The hyperparameters.
        """

    @abstractmethod
    def facts(self) -> list[tuple[str, str]]:
        """Say what they are like, each fact with its name: sizes, ranges, lengths, words."""

    @abstractmethod
    def fingerprints(self) -> np.ndarray:
        """Return a number for each row, ``uint64 (rows,)``; equal ones mean equal inputs."""

    @abstractmethod
    def name_of(self, row: int) -> str:
        """Return what a person would find a row by: a path, or its number."""

    @abstractmethod
    def show(self, row: int) -> dict[str, str]:
        """Return a raw example in a form that can be drawn; see :meth:`Preparation.show`."""

    def __len__(self) -> int:
        return len(self.labels)


def check_classes(counts: Mapping[str, int], where: str) -> None:
    """Raise Problem unless there are two classes or more, each with something in it.

    Args:
        counts: Readable examples of each class.
        where: What they were looked for in.
    """
    for name, count in counts.items():
        if not count:
            raise Problem(
                f"The class {name!r} of {where} has no example that can be read.",
                "Put some in, or take the class away.",
            )
    if len(counts) < 2:
        found = f"only {next(iter(counts))!r}" if counts else "none"
        raise Problem(
            f"Expected two classes or more in {where}, got {found}.",
            "A classifier tells classes apart: add another one.",
        )


def check_training_rows(examples: Examples, train: np.ndarray) -> None:
    """Raise Problem if there is a class that nothing can be learned of."""
    counts = np.bincount(examples.labels[train], minlength=len(examples.classes))
    for name, count in zip(examples.classes, counts, strict=True):
        if not count:
            raise Problem(
                f"No training example is of the class {name!r}.",
                "Put some into the training part, or take the class away.",
            )


def as_path(path: Path | None, example: str) -> Path:
    """Return a person's path; raise Problem where none was named.

    Args:
        path: As typed; ``~`` is understood.
        example: What it could be, for the message: ``--data my_pictures/``.
    """
    if path is None:
        raise Problem("Expected the path of data of your own, got none.", f"Example: {example}")
    path = path.expanduser()
    if not path.exists():
        raise Problem(f"There is no {str(path)!r}.", "Check the path.")
    return path


def listed(names: Iterable[str], most: int = 5) -> str:
    """Return a few names with commas, and how many more there are."""
    names = list(names)
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more

"""What a worker is handed by whoever starts it: locks that are held already, and its device."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Hold:
    """Descriptors and decisions that pass from a launcher to a worker.

    A lock belongs to the open file behind its descriptor, so it stays taken while it is handed
    over, also through a fork or an exec, and goes when the last process that has it ends.

    Attributes:
        lock: A descriptor that holds the run's lock; None where the worker has to take it.
        device: The device it was given: ``cpu``, ``gpu:N``; empty where nobody chose.
        keep: Descriptors to keep open for life: the locks of devices.
        exact: Whether going on exactly is meant; False after a person agreed to an inexact resume.
    """

    lock: int | None = None
    device: str = ""
    keep: tuple[int, ...] = ()
    exact: bool = True

    @property
    def descriptors(self) -> tuple[int, ...]:
        """Every descriptor that has to be inherited."""
        return (*(() if self.lock is None else (self.lock,)), *self.keep)

    def arguments(self) -> list[str]:
        """Return the words of a command line that :func:`parse` reads back."""
        words = [] if self.lock is None else ["--lock", str(self.lock)]
        words += ["--device", self.device] if self.device else []
        for descriptor in self.keep:
            words += ["--keep", str(descriptor)]
        return [*words, *([] if self.exact else ["--inexact"])]


def parse(arguments: Sequence[str]) -> tuple[Path, Hold]:
    """Read a worker's command line: the run's folder and what it is handed."""
    parser = argparse.ArgumentParser(prog="python -P -m engine.worker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lock", type=int)
    parser.add_argument("--device", default="")
    parser.add_argument("--keep", type=int, action="append", default=[])
    parser.add_argument("--inexact", dest="exact", action="store_false")
    found = parser.parse_args(arguments)
    return found.folder, Hold(found.lock, found.device, tuple(found.keep), found.exact)

"""What a network says about raw input, written as it comes: CSV, or an object a line.

What it promises: columns are settled with the first line and stay; what is to be said of an input
besides stands on standard error, or in its object; an input that cannot be read keeps nothing else
from being answered.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from typing import Any

from tui.commands.output import json_line
from tui.exit_codes import DONE, USAGE
from tui.safe_text import printable
from tui.streams import narrate

Answer = Mapping[str, Any]

_FIRST = ("input", "predicted", "probability")
_ACTUAL = "actual"
_MOVED_BY = "moved by"


class Answers:
    """Writes answers to standard output.

    Args:
        as_json: One object a line instead of CSV.
        at_once: Pass each one on at once, since what is asked is streamed.
        with_actual: Whether a classifier's CSV has a column ``actual``: whether the right class of
            an input can be known.
        explained: Whether a CSV has a column ``moved by``.
    """

    def __init__(
        self,
        *,
        as_json: bool,
        at_once: bool = False,
        with_actual: bool = True,
        explained: bool = False,
    ) -> None:
        self._as_json = as_json
        self._at_once = at_once
        self._with_actual = with_actual
        self._explained = explained
        self._csv = csv.writer(sys.stdout, lineterminator="\n")
        self._keys: list[str] = []
        self._classes: list[str] = []
        self._notes: dict[str, int] = {}
        self._read = self._unread = 0

    def take(self, answer: Answer) -> None:
        """Write one answer."""
        if "problem" in answer:
            self._unread += 1
            name, problem = answer["input"], answer["problem"]
            narrate(problem if str(name) in problem else f"{name}: {problem}")
        else:
            self._read += 1
        if self._as_json:
            sys.stdout.write(json_line(answer) + "\n")
        elif "problem" not in answer:
            if "note" in answer:
                self._tell_once(answer)
            self._write_row(answer)
        if self._at_once:
            sys.stdout.flush()

    def end(self) -> int:
        """Say what was to be said of all of them, and return the exit code."""
        for note, count in self._notes.items():
            if count > 1:
                narrate(f"The same of {count - 1:,} more: {note}")
        if self._unread and self._read:
            narrate(f"{self._unread:,} of {self._read + self._unread:,} could not be read.")
        return USAGE if self._unread else DONE

    def _tell_once(self, answer: Answer) -> None:
        note = answer["note"]
        if note not in self._notes:
            narrate(f"{answer['input']}: {note}")
        self._notes[note] = self._notes.get(note, 0) + 1

    def _write_row(self, answer: Answer) -> None:
        if not self._keys:
            self._settle_columns(answer)
        row = [_cell(answer.get(key, "")) for key in self._keys]
        if self._classes:
            row += [_cell(answer["probabilities"][name]) for name in self._classes]
            row += [_cell(answer.get(_ACTUAL, ""))] if self._with_actual else []
        if self._explained:
            row.append(_moved_by(answer))
        self._csv.writerow(row)

    def _settle_columns(self, answer: Answer) -> None:
        self._classes = list(answer.get("probabilities", ()))
        explained = [_MOVED_BY] if self._explained else []
        if not self._classes:
            self._keys = [key for key in answer if key != "moved_by"]
            self._csv.writerow([*map(printable, self._keys), *explained])
            return
        self._keys = list(_FIRST)
        taken = {*_FIRST, _ACTUAL, *explained}
        names = [f"class {name}" if name in taken else name for name in self._classes]
        last = [*([_ACTUAL] if self._with_actual else []), *explained]
        self._csv.writerow([*self._keys, *map(printable, names), *last])


def _moved_by(answer: Answer) -> str:
    """Write what moved it in a cell: ``great +1.2, boring -0.4``."""
    moved = answer.get("moved_by", {})
    return ", ".join(f"{printable(name)} {float(share):+.3g}" for name, share in moved.items())


def _cell(value: object) -> str:
    """Write a value; one of single precision, as networks give them, in no more digits than so."""
    import numpy as np  # within: --help needs none of it

    if isinstance(value, float) and float(np.float32(value)) == value:
        return str(np.float32(value))
    return printable(value)

"""What can be read from an exception: what stands behind it, where it was raised, what it says."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

from engine.run.records import RunSpec
from engine.tasks.task import Task

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_LONGEST = 300


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those behind it, nearest first."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def stage(error: BaseException) -> str:
    """Return what was going on: a method of the task, such as ``load``, or ``import``; else empty.

    Args:
        error: As it was caught by the worker.
    """
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if isinstance(frame.f_locals.get("self"), Task):
            return frame.f_code.co_name
    for each in chain(error):
        names = [frame.f_code.co_name for frame, _ in traceback.walk_tb(each.__traceback__)]
        # The first may be that of the program itself.
        if "<module>" in names[1:]:
            return "import"
    return ""


def asked_for(text: str) -> str:
    """Say what the memory was wanted for, as far as the library has told."""
    if tensor := re.search(r"shape(\[[\d,]+\]) and type (\w+)", text):
        return f"a {tensor[2]} tensor of shape {tensor[1].replace(',', ', ')}"
    if array := re.search(r"Unable to allocate ([\d.]+)\s*(\w+) for an array (with .*)", text):
        return f"{array[1].rstrip('.')} {array[2]} for an array {array[3]}"
    if amount := re.search(r"allocat\w*(?: request for)? ([\d.]+)\s?([KMGTP]i?B)\b", text):
        return f"{amount[1]} {amount[2]}"
    if count := re.search(r"allocat\w* (\d+) bytes", text):
        return size(int(count[1]))
    return ""


def size(count: float) -> str:
    """Write bytes in decimal units."""
    units = ("B", "kB", "MB", "GB", "TB", "PB")
    power = 0
    while count >= 1000 and power < len(units) - 1:
        count, power = count / 1000, power + 1
    return f"{count:.3g} {units[power]}"


def own_place(error: BaseException, spec: RunSpec) -> tuple[str, int] | None:
    """Return the innermost line of a person's own source through which an exception went."""
    place = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.name in spec.code and path.parent.name == "code":
            place = (path.name, line)
    if place is None:
        # Where TensorFlow traces a function it rewrites it, and names the lines in the text.
        for path_text, line_text in re.findall(r'File "([^"]+)", line (\d+)', str(error)):
            path = Path(path_text)
            if path.name in spec.code and path.parent.name == "code":
                place = (path.name, int(line_text))
    return place


def essence(error: BaseException) -> str:
    """Return what an exception says on one line, without what Keras and TensorFlow put around."""
    text = _ESCAPES.sub("", str(error)).strip()
    while wrapped := re.match(r"Exception encountered when calling ([\w.()]+?)\.\n+", text):
        text = text[wrapped.end() :]
    text = text.rpartition("Error encountered:\n\n")[2]
    if text.startswith("in user code:"):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        text = lines[-1]
    elif text.startswith("Graph execution error"):
        parts = [part.strip() for part in text.split("\n\n")]
        said = [part for part in parts[1:] if not part.startswith(("Detected at", "File "))]
        text = said[0] if said else text
    text = text.strip().partition("\n\n")[0].partition("\n\t [[")[0]
    line = re.sub(r"^\{\{[^}]*\}\} ", "", " ".join(text.split()))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ..."

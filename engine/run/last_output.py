"""What the end of ``console.log`` says about a worker that is gone without a last word.

A process that crashes in compiled code, or is ended by the C++ library, cannot write a record. Its
output goes straight to the log, though, and the last of it often says why: Python's fault handler
names the signal and the line, libraries print one last message. Only what a dying process prints
counts, and only after the last phase that a worker has told of: a warning from long ago, or from an
earlier worker, explains nothing.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

_READ_BYTES = 64 * 1024
"""The fault handler's list of extension modules alone takes 7 kB."""
_LONGEST = 200

MEMORY, DEVICE, DISK, CRASH = "memory", "device", "disk", "crash"


class LastOutput(NamedTuple):
    """Why a process ended, by its own words.

    Attributes:
        reason: ``memory``, ``device``, ``disk`` or ``crash``.
        text: The same as a part of a sentence: ``it crashed (segmentation fault) in net.py, line
            3``.
    """

    reason: str
    text: str


# A worker prints each phase with the seconds since it began.
_PHASE = re.compile(r"^ *\d+\.\d s  \w.*$", re.MULTILINE)
# The last messages of TensorFlow and XLA: "F0000 00:00:17... file.cc:5] ..." and "...: F ts/f.cc:5]
_FATAL = re.compile(r"^(?:F\d{4} |\d{4}-\d\d-\d\d [^]]*: F )[^]]*:\d+\] ?(.*)$", re.MULTILINE)
_THROWN = re.compile(
    r"^terminate called after throwing an instance of '([^']+)'(?:\s+what\(\):\s+(.*))?",
    re.MULTILINE,
)
_FAULT = re.compile(r"^Fatal Python error: (.+)$", re.MULTILINE)
_PLACE = re.compile(r"^Current thread .*\n +File \"([^\"]*)\", line (\d+)", re.MULTILINE)
_LOGGED = re.compile(r"^[IWE]\d{4} |^\d{4}-\d\d-\d\d ")
_LONE = re.compile(
    r"^(?:Killed|Aborted|Segmentation fault|Bus error|Out of memory)\b.*$", re.MULTILINE
)
_TRACEBACK = "Traceback (most recent call last):"
_SURVIVED = ("Exception in thread", "Exception ignored in")

_KINDS = (
    (MEMORY, re.compile(
        r"bad_alloc|[Oo]ut of memory|OOM when|[Cc]annot allocate memory|RESOURCE_EXHAUSTED"
        r"|MemoryError|OUT_OF_MEMORY|failed to map segment|mmap error: 12"
    )),
    (DISK, re.compile(r"No space left|Disk quota|Read-only file system|Input/output error|Stale")),
    (DEVICE, re.compile(
        r"CUDA_ERROR|CUDNN_STATUS|CUBLAS_STATUS|CUDA error|GPU is lost|GPU sync|Unexpected Event"
        r"|fallen off the bus|Xid"
    )),
)  # fmt: skip
_SIGNALS = {
    "Segmentation fault": "segmentation fault",
    "Bus error": "bus error, as when a file it reads is cut short or the disk fails",
    "Aborted": "aborted by a library",
    "Illegal instruction": "illegal instruction: a library built for another processor",
    "Floating-point exception": "floating-point exception",
}


def last_output(log: Path) -> LastOutput | None:
    """Return what a worker that is gone printed when it ended; None where it printed nothing.

    Args:
        log: The run's ``console.log``.
    """
    try:
        handle = os.open(log, os.O_RDONLY)
        try:
            size = os.fstat(handle).st_size
            content = os.pread(handle, _READ_BYTES, max(0, size - _READ_BYTES))
        finally:
            os.close(handle)
    except OSError:
        return None
    return understand(content.decode("utf-8", "replace"))


def understand(text: str) -> LastOutput | None:
    """Return what the end of a log says. Pure.

    Args:
        text: The log, or its end.
    """
    *_, text = _PHASE.split(text.replace("\r", "\n"))
    fault, thrown = _FAULT.search(text), _THROWN.search(text)
    fatal, raised, lone = _FATAL.findall(text), _raised(text), _LONE.findall(text)
    words = ""
    if thrown:
        words = f"{thrown[1]}: {thrown[2]}" if thrown[2] and thrown[2] != thrown[1] else thrown[1]
    elif fatal:
        words = fatal[-1]
    elif fault and fault[1] == "Aborted":
        words = _line_before(text[: fault.start()])
    elif raised and not fault:
        words = raised
    elif lone and not fault:
        words = lone[-1]
    if not (words or fault):
        return None
    # TensorFlow says more before its last message than in it.
    reason = _kind(words) or (_kind(_near_end(text)) if fatal else "") or CRASH
    words = _harmless(words)
    if fault:
        signal = _SIGNALS.get(fault[1], _harmless(fault[1]).lower())
        place = _PLACE.search(text)
        where = f" in {_harmless(Path(place[1]).name)}, line {place[2]}" if place else ""
        said = f": {words}" if words else ""
        return LastOutput(reason, f"it crashed ({signal}){where}{said}")
    return LastOutput(reason, f"its last output was: {words}")


def _line_before(text: str) -> str:
    """Return the last line, where a library says why it aborts; empty for an old message."""
    line = text.rstrip().rpartition("\n")[2]
    return "" if _LOGGED.match(line) else line


def _raised(text: str) -> str:
    """Return the line that names the exception the interpreter ended with; empty without one."""
    before, found, after = text.rpartition(_TRACEBACK)
    if not found or before.rstrip("\n").rpartition("\n")[2].startswith(_SURVIVED):
        return ""
    return next((line for line in after.splitlines() if line and not line[0].isspace()), "")


def _near_end(text: str) -> str:
    # Every machine without a GPU has a line about cuInit.
    lines = [line for line in text[-2000:].splitlines() if "cuInit" not in line]
    return "\n".join(lines)


def _kind(words: str) -> str:
    return next((reason for reason, pattern in _KINDS if pattern.search(words)), "")


def _harmless(text: str) -> str:
    """Return text on one line that is safe to show: nothing in it is a control character."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ..."

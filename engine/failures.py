"""Why a training failed, told so that a person knows what to do next.

Frameworks raise the same few misfortunes under many names: memory that did not suffice, a full
disk, a GPU that is gone. They are recognised by type and number where there is one, else by the
words that the libraries use; whatever stands further back in the chain of an exception counts as
well, because a library that fails while it tidies up hides what it failed of.

Nothing is imported to find out: a failure may be told while memory or disk are wanting, and one in
the data is told before Keras is there.
"""

from __future__ import annotations

import errno
import re
import resource
import sys
import traceback
from pathlib import Path

from engine import raised
from engine.errors import Problem
from engine.run import remedies
from engine.run.records import RunSpec

Told = tuple[str, str, str]
"""Reason, cause and remedy, as in :class:`~engine.run.records.Ended`."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)
_VANISHED = tuple(
    getattr(errno, name)
    for name in ("EIO", "ESTALE", "EREMOTEIO", "ENOTCONN", "ENODEV", "ENXIO", "EHOSTDOWN")
    if hasattr(errno, name)
)

# TensorFlow's file operations raise errors of their own, with the system's words in them.
_DISK_WORDS = {
    "No space left on device": errno.ENOSPC,
    "Disk quota exceeded": errno.EDQUOT,
    "Read-only file system": errno.EROFS,
    "Input/output error": errno.EIO,
    "Stale file handle": errno.ESTALE,
}
_MEMORY_WORDS = re.compile(
    r"RESOURCE_EXHAUSTED|OOM when allocating|[Oo]ut of memory|Unable to allocate|std::bad_alloc"
    r"|[Cc]annot allocate memory|failed to map segment|Dst tensor is not initialized"
    r"|OUT_OF_MEMORY|STATUS_ALLOC_FAILED|Failed to allocate request|\bMemoryError\b"
)
_DEVICE_WORDS = re.compile(
    r"CUDA_ERROR_|CUDNN_STATUS_|CUBLAS_STATUS_|CUDA error|hipError|GPU sync failed|GPU is lost"
    r"|fallen off the bus|[Dd]evice (?:is |was )?lost|NVML|\bXid\b|\bXID\b|uncorrectable ECC"
    r"|[Ff]ailed to synchronize|[Cc]ould not synchronize|failed to query event|Unexpected Event"
    r"|Failed to launch CUDA kernel|failed to enqueue|Failed to enqueue|Delay kernel timed out"
)
_GPU_WORDS = re.compile(r"device:GPU|GPU_\d|CUDA|CUDNN|CUBLAS|device ordinal|Dst tensor")
_HOST_WORDS = re.compile(r"device:CPU|allocator (?:mkl)?cpu|Unable to allocate|std::bad_alloc")

# Whose words are believed: a column of a person's own may well be called NVML.
_FRAMEWORKS = {"tensorflow", "jax", "jaxlib", "keras", "pynvml"}
_PLAIN = (RuntimeError, MemoryError, ImportError, OSError, SystemError)

_NEAR_LIMIT = 0.98
"""Of the address space; what was asked for last did not fit into the rest."""


def explain(error: BaseException, spec: RunSpec, name: str = "") -> Told:
    """Say why a run failed.

    Args:
        error: What was raised.
        spec: What was asked for.
        name: What the run is called now; empty means as when it was asked for.

    Returns:
        Reason, cause and remedy as in an ``ended`` record.
    """
    name = name or spec.name
    chain = list(raised.chain(error))
    for each in chain:
        text = str(each)
        if _is_memory(each, text):
            return _memory(text, raised.stage(error), spec, name)
        if isinstance(error, Problem):
            continue  # whoever raised it has thought of the rest
        if (number := _disk_number(each, text)) is not None:
            return _disk(number, each, spec, name)
        if _believed(each) and _DEVICE_WORDS.search(text):
            return _device(each, name)
    if isinstance(error, Problem):
        return "data", error.what, error.remedy
    if _is_not_finite(error):
        return _not_finite(error, spec, name)
    if _has_met_limit():
        # Libraries that get no memory while they are being imported fail in the oddest ways.
        reason, cause, remedy = _memory("", raised.stage(error), spec, name)
        return (
            reason,
            f"{cause} It failed with {type(error).__name__}: {raised.essence(error)}",
            remedy,
        )
    return _defect(error, chain, spec)


def print_whole(error: BaseException) -> None:
    """Write the traceback to standard error, unless the cause says everything there is to say."""
    if not (isinstance(error, Problem) or _is_not_finite(error)):
        traceback.print_exception(error)


def _believed(error: BaseException) -> bool:
    return (
        isinstance(error, _PLAIN)
        or type(error).__module__.partition(".")[0] in _FRAMEWORKS
        or type(error).__name__.startswith("NVMLError")
    )


def _disk_number(error: BaseException, text: str) -> int | None:
    """Return the system's number of what is wrong with a disk; None where nothing is."""
    if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
        return error.errno if error.errno in (*_FULL, *_FORBIDDEN, *_VANISHED) else None
    if type(error).__module__.partition(".")[0] == "tensorflow":
        return next((number for words, number in _DISK_WORDS.items() if words in text), None)
    return None


def _disk(number: int, error: BaseException, spec: RunSpec, name: str) -> Told:
    go_on = remedies.resume(name)
    named = getattr(error, "filename", None)
    what = str(named) if isinstance(named, str | Path) else "A file of the run"
    if number in _FULL:
        cause = "The disk is full." if number == errno.ENOSPC else "The disk quota is used up."
        whole = "" if spec.snapshots == "off" else "The last snapshot is whole. "
        return (
            "disk",
            cause,
            f"{whole}Make room (dlconsole rm moves runs to .trash; empty it), then: {go_on}",
        )
    if number == errno.EROFS:
        return (
            "disk",
            f"{what} cannot be written: the file system is read-only now.",
            "The kernel makes a disk with errors read-only (dmesg says why); mount it for "
            f"writing again, then: {go_on}",
        )
    if number in _FORBIDDEN:
        return (
            "disk",
            f"{what} may not be read or written: permission denied.",
            f"Give yourself the right to it, then: {go_on}",
        )
    words = error.strerror if isinstance(error, OSError) else str(errno.errorcode.get(number))
    return (
        "disk",
        f"The disk or network file system failed ({words}).",
        f"See whether the run's folder can be read again (mount, dmesg), then: {go_on}",
    )


def _is_memory(error: BaseException, text: str) -> bool:
    if _disk_number(error, text) is not None:
        return False  # TensorFlow calls a full disk an exhausted resource, too
    if isinstance(error, MemoryError) or "ResourceExhausted" in type(error).__name__:
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    return _believed(error) and bool(_MEMORY_WORDS.search(text))


def _memory(text: str, stage: str, spec: RunSpec, name: str) -> Told:
    on_gpu = bool(_GPU_WORDS.search(text)) or (
        spec.device.startswith("gpu") and not _HOST_WORDS.search(text)
    )
    asked = raised.asked_for(text)
    cause = "The GPU ran out of memory" if on_gpu else "There was not enough memory"
    cause += f": {asked} did not fit." if asked else "."
    if not on_gpu and (limit := _limit()):
        cause += f" This process may use {raised.size(limit)} (ulimit -v)."
    return "memory", cause, _memory_remedy(text, stage, on_gpu, spec, name)


def _memory_remedy(text: str, stage: str, on_gpu: bool, spec: RunSpec, name: str) -> str:
    if stage == "load":
        return "Use less data, or train where there is more memory."
    if stage in ("save", "report"):
        return "The network is trained. End what else takes memory, then: " + remedies.resume(name)
    if stage == "import":
        return "Not even Keras fits in: train where there is more memory."
    if stage == "build":
        return "Make the network smaller, use less data, or train where there is more memory."
    smaller = remedies.smaller_batch(spec)
    if smaller is None:
        return "Make the network smaller, or train where there is more memory."
    batch, command = smaller
    shape = re.search(r"shape[ =]*[\[(]([\d, ]+)[\])]", text)
    # What has as many rows as a batch shrinks with it; weights do not.
    shrinks = shape is None or str(spec.values["batch_size"]) in re.split(r"\D+", shape[1])
    first = "Try" if shrinks else "Make the network smaller, or try"
    shown = " (nvidia-smi shows it)" if on_gpu else ""
    return (
        f"{first} batch_size={batch}: {command}. If another process took the memory{shown}, end "
        f"it, then: {remedies.resume(name)}"
    )


def _limit() -> int:
    """Return the limit on this process' address space in bytes; 0 where there is none."""
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return 0 if soft == resource.RLIM_INFINITY else soft


def _has_met_limit() -> bool:
    """Say whether this process has taken all the address space that it may have."""
    limit = _limit()
    if not limit:
        return False
    try:
        status = Path("/proc/self/status").read_text("utf-8", "replace")
    except OSError:
        return False
    peak = re.search(r"VmPeak:\s+(\d+) kB", status)
    return peak is not None and int(peak[1]) * 1024 > _NEAR_LIMIT * limit


def _device(error: BaseException, name: str) -> Told:
    return (
        "device",
        f"The GPU failed: {raised.essence(error)}",
        "nvidia-smi shows whether it still answers, dmesg what the driver says (Xid); when it "
        f"does: {remedies.resume(name)}",
    )


def _is_not_finite(error: BaseException) -> bool:
    # By name: the class lives beside Keras, which is not imported just to ask.
    fit = sys.modules.get("engine.training.fit")
    return fit is not None and isinstance(error, fit.NotFinite)


def _not_finite(error: BaseException, spec: RunSpec, name: str) -> Told:
    rate = spec.values.get("learning_rate")
    lower = f"{rate / 10:g}" if isinstance(rate, float) else "X"
    return (
        "nan",
        str(error),
        "Look for extreme values in the data, or go on from before it with a lower learning_rate: "
        f"{remedies.resume(name)} --learning-rate {lower}",
    )


def _defect(error: BaseException, chain: list[BaseException], spec: RunSpec) -> Told:
    said = f"{type(error).__name__}: {raised.essence(error)}"
    log = "The whole of it stands in console.log of the run's folder."
    for each in chain:
        if place := raised.own_place(each, spec):
            file, line = place
            return "defect", f"{file}, line {line}: {said}", f"Mend {file} and train anew. {log}"
    return "defect", said, log

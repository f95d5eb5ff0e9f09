"""The points at which a worker can be made to die: before and after all it does to the disk.

Nothing in the product knows of them. In a worker that is to be watched, the calls that write, sync,
replace and link files, those that run compiled steps, and those that begin a phase are wrapped. A
point is named by what is done to which file, such as ``before replace snapshot.json``; its n-th
occurrence is ``before replace snapshot.json #3``.
"""

from __future__ import annotations

import os
import re
import signal
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Plan:
    """What is to happen to a worker.

    Attributes:
        die_at: The point at which it kills itself; empty for none.
        wait_at: The point at which its main thread waits.
        gate: For this file to appear.
        note: A file that gets the name of every point the worker comes by; empty for none.
    """

    die_at: str = ""
    wait_at: str = ""
    gate: str = ""
    note: str = ""


class _Watch:
    """Counts the points a worker comes by, and has happen there what is planned."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._met: Counter[str] = Counter()
        note = plan.note
        # Opened now: what it writes is not to be watched.
        self._note = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if note else -1
        self._write = os.write

    def reach(self, name: str) -> None:
        """Come by a point."""
        self._met[name] += 1
        if self._note >= 0:
            self._write(self._note, f"{name}\n".encode())
        names = {f"{name} #{self._met[name]}"} | ({name} if self._met[name] == 1 else set())
        if self._plan.die_at in names:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._plan.wait_at in names:
            while not Path(self._plan.gate).exists():
                time.sleep(0.01)


def watch(plan: Plan) -> None:
    """Have happen to this process what is planned, if anything is."""
    if plan == Plan():
        return
    from engine.run.recorder import Recorder
    from engine.tasks.regression import Regression
    from engine.training import saving

    watching = _Watch(plan)
    reach = watching.reach

    def around(call: Callable[..., Any], words: Callable[..., str]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            what = words(*arguments)
            reach(f"before {what}")
            result = call(*arguments, **named)
            reach(f"after {what}")
            return result

        return wrapped

    os.write = around(os.write, lambda handle, *_: f"write {_file(handle)}")
    os.fsync = around(os.fsync, lambda handle: f"fsync {_file(handle)}")
    for name in ("replace", "rename", "link"):
        setattr(os, name, around(getattr(os, name), lambda a, b, n=name: f"{n} {_plain(b)}"))
    zipfile.ZipFile.writestr = around(  # type: ignore[method-assign]
        zipfile.ZipFile.writestr, lambda archive, *_: f"write into {_archive(archive)}"
    )
    saving.save_model = around(saving.save_model, lambda _, path: f"save {_plain(path)}")
    Recorder.phase = around(Recorder.phase, lambda _, name, *__: f"phase {name}")  # type: ignore[method-assign]
    Recorder.end = around(Recorder.end, lambda *_: "last word")  # type: ignore[method-assign]
    Regression.report = around(Regression.report, lambda _: "report")  # type: ignore[method-assign]
    _watch_loop(around)
    reach("start")


def _watch_loop(around: Callable[..., Any]) -> None:
    import keras

    if keras.backend.backend() == "tensorflow":
        from engine.training.loop_tensorflow import TensorflowLoop as Loop
    else:
        from engine.training.loop_jax import JaxLoop as Loop  # type: ignore[assignment]
    Loop.train = around(Loop.train, lambda *_: "steps of an epoch")  # type: ignore[method-assign]
    Loop.evaluate = around(Loop.evaluate, lambda *_: "steps of a validation")  # type: ignore[method-assign]


def _file(handle: int) -> str:
    return _plain(Path(f"/proc/self/fd/{handle}").readlink())


def _archive(archive: zipfile.ZipFile) -> str:
    # Keras opens its archives by name, snapshots are opened by descriptor.
    return _plain(archive.filename) if isinstance(archive.filename, str) else "a snapshot"


def _plain(path: str | os.PathLike[str]) -> str:
    """Return a file's name without what differs from worker to worker."""
    path = Path(path)
    if path.is_dir() and (path / "run.json").exists():
        return "the run's folder"
    return re.sub(r"\d+(\.\d+)?", "N", path.name)

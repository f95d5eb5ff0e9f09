"""The worker: one process that trains one run, from its first record to its last.

Started as ``python -P -m engine.worker FOLDER`` by :mod:`engine.process.launch`. Whatever happens,
it tries to leave an ``ended`` record with a plain cause and a next step; a failure that is nobody's
mistake but ours leaves its traceback in ``console.log`` as well. The exit status is 0 for done and
stopped runs and 1 for failed ones; people and programs go by the record.
"""

from __future__ import annotations

import errno
import faulthandler
import platform
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.catalog import Catalog, read_recipe_file
from engine.data.fetch import fetch
from engine.devices import pretended
from engine.devices.cgroup import Cgroup, membership
from engine.errors import Problem
from engine.process.hold import Hold, parse
from engine.process.queue import Queue
from engine.recipe import Recipe
from engine.references import resolve
from engine.run.commands import Inbox
from engine.run.conditions import conditions, processor, versions
from engine.run.folder import RunFolder
from engine.run.going_on import gpu_name
from engine.run.identity import Identity
from engine.run.lock import RunLock
from engine.run.recorder import Recorder
from engine.run.records import RunSpec, Started
from engine.run.view import RunView
from engine.settings import Settings
from engine.tasks.job import Job
from engine.tasks.task import Task
from engine.training.monitor import Monitor
from engine.training.snapshots import Resumption, load
from engine.training.steering import Place, Steering, StopRequested, effects_beyond


def main(arguments: list[str]) -> int:
    """Train the run that the command line names (see :func:`engine.process.hold.parse`)."""
    faulthandler.enable()
    path, hold = parse(arguments)
    return work(RunFolder(path), hold)


def work(folder: RunFolder, hold: Hold) -> int:
    """Train a run, or go on with it, in this process.

    Args:
        folder: The run.
        hold: What the launcher hands over.

    Returns:
        The exit status: 0 for a run that is done or was stopped, 1 for one that failed.
    """
    try:
        spec = folder.read_spec()
        lock = RunLock(folder.lock) if hold.lock is None else RunLock.adopt(hold.lock)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    taken = _take_up(folder, spec, hold)
    recorder, steering = taken.recorder, taken.steering
    try:
        on_request = _train(folder, spec, taken)
        steering.finish()
        if on_request:
            recorder.end(
                "stopped",
                cause=f"Stopped on request after epoch {recorder.epochs_done}.",
                remedy=f"dlconsole resume {folder.name} goes on from there.",
            )
        else:
            recorder.end("done")
        return 0
    except StopRequested:
        steering.finish()
        recorder.end(
            "stopped",
            cause="Stopped on request.",
            remedy=f"dlconsole resume {folder.name} goes on from there.",
        )
        return 0
    except BaseException as error:  # noqa: BLE001 - the last word has to be written whatever it was
        _fail(folder, spec, taken, error)
        return 1
    finally:
        taken.monitor.stop()
        recorder.close()
        lock.release()
        Queue().leave(folder)


@dataclass(frozen=True)
class _Taken:
    """What a worker has in hand from its first record on."""

    generation: int
    recorder: Recorder
    steering: Steering
    monitor: Monitor
    conditions: Mapping[str, str]
    resumption: Resumption | None
    trouble: Problem | None


def _take_up(folder: RunFolder, spec: RunSpec, hold: Hold) -> _Taken:
    """Write the first record and start listening."""
    folder.sweep()
    view = RunView(folder)
    view.refresh()
    generation = view.started.generation + 1 if view.started else 1
    trouble, resumption = None, None
    try:
        resumption = load(folder)
    except Problem as problem:
        trouble = problem
    # Where nothing can be gone on from, nothing that was said is made void.
    place = Place(0, 0)
    if resumption is not None:
        place = Place(resumption.entry.step, resumption.entry.epoch)
    elif trouble is not None and view.epochs:
        place = Place(view.epochs[-1].step, view.epochs[-1].epoch)
    identity = Identity.own()
    started = Started(
        at=time.time(),
        generation=generation,
        from_epoch=place.epoch,
        from_step=place.step,
        pid=identity.pid,
        start_ticks=identity.start_ticks,
        boot_id=identity.boot_id,
        host=identity.host,
        cgroup=membership(),
        oom_kills=Cgroup().oom_kills(),
        versions={"python": platform.python_version(), **versions()},
        cpu=processor(),
        device=hold.device,
        lock_inode=folder.lock.stat().st_ino,
        exact=hold.exact,
    )
    epochs = spec.values.get("epochs", 0)
    recorder = Recorder(
        folder,
        started,
        epochs if isinstance(epochs, int) else 0,
        spec.monitor,
        spec.monitor_mode,
        [each for each in view.epochs if each.epoch <= place.epoch],
    )
    for note in resumption.notes if resumption else ():
        recorder.notice(note, "warning")
    steering = Steering(
        Inbox(folder.commands, generation),
        recorder,
        effects_beyond(view.applied.values(), place),
    )
    steering.listen()
    steering.poll()  # what a resume asks for lies there already, and decides whether it is over
    monitor = Monitor(folder, recorder, steering, identity.pid)
    monitor.start()
    return _Taken(
        generation,
        recorder,
        steering,
        monitor,
        conditions(spec.backend, gpu_name(hold.device)),
        resumption,
        trouble,
    )


def _train(folder: RunFolder, spec: RunSpec, taken: _Taken) -> bool:
    """Go through the phases of a run; say whether a person ended it after an epoch."""
    if taken.trouble is not None:
        raise taken.trouble
    recorder = taken.recorder
    code = folder.code if spec.recipe_file else None
    recipe = _recipe(spec, code)
    values = recipe.space.check(spec.values)
    files = _fetch(recipe, spec, recorder)
    task: Task = resolve(recipe.task, code)(
        Job(
            folder,
            spec,
            recipe,
            values,
            recorder,
            taken.steering,
            files,
            code,
            taken.resumption,
            taken.generation,
            taken.conditions,
        )
    )
    recorder.phase("loading", "data")
    task.load()
    recorder.phase("loading", f"Keras on {spec.backend}", next_word=60)
    _seed(spec, recorder)
    recorder.phase("building", "the network", next_word=60)
    task.build()
    recorder.phase("training", next_word=60)  # the first call compiles
    try:
        on_request = task.train()
    except StopRequested:
        task.save()
        raise
    task.save()
    recorder.phase("reporting", next_word=60)
    task.report()
    return on_request


def _fail(folder: RunFolder, spec: RunSpec, taken: _Taken, error: BaseException) -> None:
    """Write the last word of a run that failed; on a disk that is gone, to the log at least."""
    try:
        taken.steering.finish()
    except OSError as another:
        print(f"The last commands cannot be answered: {another}", file=sys.stderr)
    reason, cause, remedy = explain(error, spec.values)
    try:
        taken.recorder.end("failed", reason, cause, remedy)
    except OSError as another:
        print(f"{cause} {remedy} (and the journal takes no more: {another})", file=sys.stderr)


def _recipe(spec: RunSpec, code: Path | None) -> Recipe:
    if code is None:
        return Catalog.load().find(spec.recipe).recipe
    entry = read_recipe_file(code / spec.recipe_file)
    assert entry is not None  # only an optional file may hold no recipe
    return entry.recipe


def _fetch(recipe: Recipe, spec: RunSpec, recorder: Recorder) -> Mapping[str, Path]:
    """Have the files of the data source ready."""
    settings = Settings.load()
    files = {}
    for file in recipe.source(spec.data.kind).files:
        recorder.phase("fetching", file.name, next_word=30)
        found = fetch(file, settings.data_search, settings.data, recorder.fetching)
        if not found.published:
            recorder.notice(
                f"{found.path.name} differs from the published file; used as it is.", "warning"
            )
        files[file.name] = found.path
    return files


def _seed(spec: RunSpec, recorder: Recorder) -> None:
    """Import Keras and settle every source of chance."""
    try:
        import keras

        from engine.training.device import device_name
    except ImportError as error:
        raise Problem(
            f"The backend {spec.backend} cannot be used: {error}.",
            f"Install it: pip install 'dlconsole[{spec.backend}]', or choose --backend tensorflow.",
        ) from error
    keras.utils.set_random_seed(spec.seed)
    has_gpu = device_name() != "CPU"
    if pretended.count():
        recorder.notice("Its GPU is a pretended one: it trains on the CPU.", "warning")
    elif spec.device.startswith("gpu") and not has_gpu:
        raise Problem(
            f"The device {spec.device} was asked for, but {spec.backend} sees no GPU.",
            "dlconsole doctor says why; --device cpu trains on the processor.",
        )
    # Costs nothing measurable on a CPU; on a GPU it does, and some operations have no such form.
    is_deterministic = not has_gpu if spec.deterministic is None else spec.deterministic
    if spec.backend == "tensorflow" and is_deterministic:
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()


def explain(error: BaseException, values: Mapping[str, object]) -> tuple[str, str, str]:
    """Say why a run failed: reason, cause and remedy as in an ``ended`` record.

    Args:
        error: What was raised.
        values: The run's hyperparameters.
    """
    if isinstance(error, Problem):
        return "data", error.what, error.remedy
    # Only now: it imports Keras, and a mistake in the data is to be told within a second or two.
    from engine.training.fit import NotFinite

    if isinstance(error, NotFinite):
        return "nan", str(error), "Lower learning_rate, or look for extreme values in the data."
    traceback.print_exception(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            "disk",
            "The disk is full.",
            "Make room: dlconsole rm moves runs to .trash; empty it.",
        )
    if isinstance(error, MemoryError) or "ResourceExhausted" in type(error).__name__:
        batch = values.get("batch_size")
        smaller = (
            f"batch_size={max(1, batch // 2)}" if isinstance(batch, int) else "a smaller batch"
        )
        return "memory", "There was not enough memory.", f"Try {smaller}."
    first = str(error).strip().partition("\n")[0][:300]
    return (
        "defect",
        f"{type(error).__name__}: {first}",
        "The whole of it stands in console.log of the run's folder.",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

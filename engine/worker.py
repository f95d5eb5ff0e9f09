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
from pathlib import Path

from engine.catalog import Catalog, read_recipe_file
from engine.data.fetch import fetch
from engine.devices.cgroup import Cgroup, membership
from engine.errors import Problem
from engine.process.order import versions
from engine.recipe import Recipe
from engine.references import resolve
from engine.run.commands import Inbox
from engine.run.folder import RunFolder
from engine.run.identity import Identity
from engine.run.lock import RunLock
from engine.run.recorder import Recorder
from engine.run.records import RunSpec, Started
from engine.run.state import generations
from engine.settings import Settings
from engine.tasks.job import Job
from engine.tasks.task import Task
from engine.training.monitor import Monitor
from engine.training.steering import Steering, StopRequested


def main(arguments: list[str]) -> int:
    """Train the run in the folder that the only argument names."""
    faulthandler.enable()
    folder = RunFolder(Path(arguments[0]))
    try:
        spec = folder.read_spec()
        lock = RunLock(folder.lock)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    recorder, steering, monitor = _take_up(folder, spec)
    try:
        on_request = _train(folder, spec, recorder, steering)
        steering.finish()
        if on_request:
            recorder.end("stopped", cause=f"Stopped on request after epoch {recorder.epochs_done}.")
        else:
            recorder.end("done")
        return 0
    except StopRequested:
        steering.finish()
        recorder.end("stopped", cause="Stopped on request.")
        return 0
    except BaseException as error:  # noqa: BLE001 - the last word has to be written whatever it was
        steering.finish()
        recorder.end("failed", *explain(error, spec.values))
        return 1
    finally:
        monitor.stop()
        recorder.close()
        lock.release()


def _take_up(folder: RunFolder, spec: RunSpec) -> tuple[Recorder, Steering, Monitor]:
    """Write the first record and start listening."""
    identity = Identity.own()
    generation = generations(folder) + 1
    started = Started(
        at=time.time(),
        generation=generation,
        pid=identity.pid,
        start_ticks=identity.start_ticks,
        boot_id=identity.boot_id,
        host=identity.host,
        cgroup=membership(),
        oom_kills=Cgroup().oom_kills(),
        versions={"python": platform.python_version(), **versions()},
    )
    epochs = spec.values.get("epochs", 0)
    recorder = Recorder(
        folder,
        started,
        epochs if isinstance(epochs, int) else 0,
        spec.monitor,
        spec.monitor_mode,
    )
    steering = Steering(Inbox(folder.commands, generation), recorder)
    steering.listen()
    monitor = Monitor(folder, recorder, steering, identity.pid)
    monitor.start()
    return recorder, steering, monitor


def _train(folder: RunFolder, spec: RunSpec, recorder: Recorder, steering: Steering) -> bool:
    """Go through the phases of a run; say whether a person ended it after an epoch."""
    code = folder.code if spec.recipe_file else None
    recipe = _recipe(spec, code)
    values = recipe.space.check(spec.values)
    files = _fetch(recipe, spec, recorder)
    task: Task = resolve(recipe.task, code)(
        Job(folder, spec, recipe, values, recorder, steering, files, code)
    )
    recorder.phase("loading", "data")
    task.load()
    recorder.phase("loading", f"Keras on {spec.backend}", next_word=60)
    _seed(spec)
    recorder.phase("building", "the network", next_word=60)
    task.build()
    recorder.phase("training", next_word=60)  # the first call compiles
    try:
        with steering.training():
            on_request = task.train()
    except StopRequested:
        task.save()
        raise
    task.save()
    recorder.phase("reporting", next_word=60)
    task.report()
    return on_request


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


def _seed(spec: RunSpec) -> None:
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
    if spec.device.startswith("gpu") and not has_gpu:
        raise Problem(
            f"The device {spec.device} was asked for, but {spec.backend} sees no GPU.",
            "dlconsole doctor says why; --device cpu trains on the processor.",
        )
    if spec.backend == "tensorflow" and not has_gpu:
        import tensorflow

        # Costs nothing measurable on a CPU; on a GPU some operations have no such form.
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

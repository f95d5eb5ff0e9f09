"""The worker: one process that trains one run, from its first record to its last.

Started as ``python -P -m engine.worker FOLDER`` by :mod:`engine.process.launch`. Whatever happens,
it tries to leave an ``ended`` record with a plain cause and a next step; a failure that is nobody's
mistake but ours leaves its traceback in ``console.log`` as well. The exit status is 0 for done and
stopped runs and 1 for failed ones; people and programs go by the record.
"""

from __future__ import annotations

import faulthandler
import resource
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from engine.catalog import recipe_of
from engine.data.fetch import fetch
from engine.devices import pretended
from engine.errors import Problem
from engine.failures import explain, print_whole
from engine.process import announcing
from engine.process.hold import Hold, parse
from engine.process.queue import Queue
from engine.recipe import Recipe
from engine.references import resolve
from engine.run.folder import RunFolder
from engine.run.lock import RunLock
from engine.run.recorder import Recorder
from engine.run.records import RunSpec
from engine.settings import Settings
from engine.taking_up import TakenUp, take_up
from engine.tasks.job import Job
from engine.tasks.task import Task
from engine.training.steering import StopRequested


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
    try:
        taken = take_up(folder, spec, hold)
    except OSError as error:
        return _fail_to_begin(folder, spec, error)
    recorder, steering = taken.recorder, taken.steering
    try:
        try:
            on_request = _train(folder, spec, taken, hold.device or spec.device)
            steering.finish()
            cause = f"Stopped on request after epoch {recorder.epochs_done}." if on_request else ""
        except StopRequested:
            steering.finish()
            cause = "Stopped on request."
        if cause:
            go_on = f"dlconsole resume {folder.name} goes on from there."
            recorder.end("stopped", cause=cause, remedy=go_on)
        else:
            recorder.end("done")
        return 0
    except BaseException as error:  # noqa: BLE001 - the last word has to be written whatever it was
        _fail(folder, spec, taken, error)
        return 1
    finally:
        taken.monitor.stop()
        recorder.close()
        lock.release()
        Queue().leave(folder)


def _train(folder: RunFolder, spec: RunSpec, taken: TakenUp, device: str) -> bool:
    """Go through the phases of a run; say whether a person ended it after an epoch."""
    if taken.trouble is not None:
        raise taken.trouble
    recorder = taken.recorder
    code = folder.code if spec.recipe_file else None
    recipe = recipe_of(spec, folder.code)
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
    _seed(spec, recorder, device)
    recorder.phase("building", "the network", next_word=60)
    task.build()
    recorder.phase("training", next_word=60)  # the first call compiles
    try:
        on_request = task.train()
    except StopRequested:
        task.save()
        raise
    task.save()
    recorder.phase("reporting", "the network", next_word=60)
    task.report()
    return on_request


def _fail_to_begin(folder: RunFolder, spec: RunSpec, error: OSError) -> int:
    """Say, if the disk takes it, why there is not even a first record; return the exit status."""
    reason, cause, remedy = explain(error, spec, folder.name)
    with suppress(OSError):
        folder.reserve.unlink(missing_ok=True)
        announcing.ended(folder, "failed", cause, remedy, reason=reason)
    _say(f"{cause} {remedy}")
    return 1


def _fail(folder: RunFolder, spec: RunSpec, taken: TakenUp, error: BaseException) -> None:
    """Write the last word of a run that failed; on a disk that is gone, to the log at least."""
    with suppress(OSError):
        taken.steering.finish()
    with suppress(OSError):
        print_whole(error)
    reason, cause, remedy = explain(error, spec, folder.name)
    try:
        taken.recorder.end("failed", reason, cause, remedy)
    except OSError as another:
        _say(f"{cause} {remedy} (and the journal takes no more: {another})")


def _say(text: str) -> None:
    """Print to the log, if the disk takes it."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


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


def _seed(spec: RunSpec, recorder: Recorder, device: str) -> None:
    """Import Keras and settle every source of chance."""
    try:
        from engine.training.device import device_name
        from engine.training.lasting import seed_everything
    except ImportError as error:
        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY:
            # Libraries take a part that could not be loaded for one that is not installed.
            raise Problem(
                f"The backend {spec.backend} cannot be imported with at most {limit / 1e9:.1f} GB "
                f"of memory, which this process is limited to, or it is not whole: {error}.",
                "Raise the limit (ulimit -v), or install the backend anew.",
            ) from error
        raise Problem(
            f"The backend {spec.backend} cannot be used: {error}.",
            f"Install it: pip install 'dlconsole[{spec.backend}]', or choose --backend tensorflow.",
        ) from error
    seed_everything(spec.seed)
    has_gpu = device_name() != "CPU"
    if pretended.count() and device.startswith("gpu"):
        recorder.notice("Its GPU is a pretended one: it trains on the CPU.", "warning")
    elif device.startswith("gpu") and not has_gpu:
        raise Problem(
            f"The device {device} was asked for, but {spec.backend} sees no GPU.",
            "dlconsole doctor says why; --device cpu trains on the processor.",
        )
    # Costs nothing measurable on a CPU; on a GPU it does, and some operations have no such form.
    is_deterministic = not has_gpu if spec.deterministic is None else spec.deterministic
    if spec.backend == "tensorflow" and is_deterministic:
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

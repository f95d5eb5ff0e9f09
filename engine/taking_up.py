"""How a worker takes up a run: from its beginning, or from where an earlier worker left it."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass

from engine.devices.cgroup import Cgroup, membership
from engine.errors import Problem
from engine.process.hold import Hold
from engine.run.commands import Inbox
from engine.run.conditions import conditions, processor, versions
from engine.run.folder import RunFolder
from engine.run.going_on import gpu_name
from engine.run.identity import Identity
from engine.run.recorder import Recorder
from engine.run.records import RunSpec, Started
from engine.run.view import RunView
from engine.training.monitor import Monitor
from engine.training.snapshots import Resumption, load
from engine.training.steering import Place, Steering, effects_beyond


@dataclass(frozen=True)
class TakenUp:
    """What a worker has in hand from its first record on.

    Attributes:
        generation: Which worker of the run it is.
        recorder: Where it says what it does.
        steering: Where a person's wishes come from.
        monitor: The thread beside the training, begun.
        conditions: What decides about the last bits.
        resumption: Where to go on; None begins at the beginning.
        trouble: Why no snapshot can be read although there are some.
    """

    generation: int
    recorder: Recorder
    steering: Steering
    monitor: Monitor
    conditions: Mapping[str, str]
    resumption: Resumption | None
    trouble: Problem | None


def take_up(folder: RunFolder, spec: RunSpec, hold: Hold) -> TakenUp:
    """Find out where a run goes on, write the first record and start listening.

    Args:
        folder: The run; its lock is held.
        spec: What was asked for.
        hold: What the launcher hands over.

    Raises:
        OSError: The disk does not even take a first record.
    """
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
    epochs = spec.values.get("epochs", 0) if resumption is None else resumption.tree["epochs"]
    recorder = Recorder(
        folder,
        started,
        epochs if isinstance(epochs, int) else 0,
        spec.monitor,
        spec.monitor_mode,
        [each for each in view.epochs if each.epoch <= place.epoch],
        {each.text for each in view.notices},
    )
    # Said in the log as well: what stands before it there is an earlier worker's.
    recorder.phase("starting", f"again, from epoch {place.epoch}" if generation > 1 else "")
    for note in resumption.notes if resumption else ():
        recorder.notice(note, "warning")
    steering = Steering(
        Inbox(folder.commands, generation),
        recorder,
        effects_beyond(view.applied.values(), place),
        place,
    )
    steering.listen()
    steering.poll()  # what a resume asks for lies there already, and decides whether it is over
    monitor = Monitor(folder, recorder, steering, identity.pid)
    monitor.start()
    return TakenUp(
        generation,
        recorder,
        steering,
        monitor,
        conditions(spec.backend, gpu_name(hold.device)),
        resumption,
        trouble,
    )

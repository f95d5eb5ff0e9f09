"""Runs made by hand as workers leave them, and a stand-in for the worker that needs no Keras."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from engine.process import announcing
from engine.run.folder import RunFolder, create
from engine.run.identity import Identity
from engine.run.recorder import Recorder
from engine.run.records import DataChoice, Described, Epoch, RunSpec, Started, encode
from engine.run.report import Histogram, Report, Score

PROGRAM = Path(sys.executable).with_name("dlconsole")
"""The installed command."""

# A worker without Keras: it says what the real one says, in the same order, within a second, and
# heeds what it is asked. How it ends is told by its second argument; the run's setting "epochs" is
# how many it trains, 0.02 seconds each. Where there are epochs already it goes on after them.
WORKER = """
import os, signal, sys, time
from pathlib import Path
from engine.run.commands import Inbox
from engine.run.folder import RunFolder
from engine.run.identity import Identity
from engine.run.lock import RunLock
from engine.run.recorder import Recorder
from engine.run.commands import (
    GoOn, Pause, SetEpochs, SetLearningRate, SnapshotNow, StopAfterEpoch, StopNow, words,
)
from engine.run.records import Applied, Described, Epoch, Snapshot, Started
from engine.run.view import RunView

folder = RunFolder(Path(sys.argv[1]))
how = sys.argv[2]
if how == "stillborn":
    print("ImportError: no such library")
    sys.exit(1)
lock = RunLock(folder.lock)
own = Identity.own()
view = RunView(folder)
view.refresh()
generation = view.started.generation + 1 if view.started else 1
done = len(view.epochs)
epochs = folder.read_spec().values["epochs"]
recorder = Recorder(
    folder,
    Started(at=time.time(), generation=generation, pid=own.pid, start_ticks=own.start_ticks,
            boot_id=own.boot_id, host=own.host, from_epoch=done, from_step=done),
    epochs, "val_loss", "min", view.epochs,
)
if how == "data":
    recorder.phase("loading", "data")
    recorder.end("failed", "data", "The table has no column 'zz'.", "Its columns: a, b.")
    sys.exit(1)
if how == "crash":
    recorder.end("failed", "defect", "ValueError: shapes do not fit", "See console.log.")
    sys.exit(1)
recorder.describe(Described(at=time.time(), data="a table", rows={"train": 8, "val": 1, "test": 1},
                            parameters=385, device="CPU", steps_per_epoch=1))
recorder.notice("A column was left out.", "warning")
recorder.phase("training")
inbox = Inbox(folder.commands, generation)
paused = False


def heed():
    global epochs, paused
    for request in inbox.take():
        action, command = words(request.command), request.command
        recorder.received(request.id, action)
        if how == "refusing":
            recorder.refused(request.id, action, "A schedule decides about it.")
            continue
        if how == "deaf":
            continue
        applied = dict(at=time.time(), command=request.id, action=action, epoch=done, step=done)
        match command:
            case Pause():
                paused = True
                recorder.pause()
            case GoOn():
                paused = False
                recorder.go_on()
            case SetEpochs():
                epochs = command.epochs
                applied["epochs"] = epochs
                recorder.replan(epochs)
            case SetLearningRate():
                applied["learning_rate"] = command.learning_rate
                recorder.learning_rate(command.learning_rate)
            case SnapshotNow():
                recorder.snapshot(Snapshot(at=time.time(), epoch=done, step=done, file="x",
                                           size=1234, seconds=0.0))
        recorder.applied(Applied(**applied))
        recorder.write_status()
        if isinstance(command, StopNow | StopAfterEpoch):
            folder.model.write_bytes(b"weights")
            recorder.end("stopped", cause="Stopped on request.")
            sys.exit(0)


heed()
while done < epochs:
    time.sleep(0.02)
    done += 1
    recorder.epoch(Epoch(at=time.time(), epoch=done, step=done, seconds=0.02,
                         metrics={"loss": 1 / done, "val_loss": 2 / done}))
    heed()
    while paused:
        time.sleep(0.02)
        heed()
    if how == "killed" and done == 2:
        os.kill(os.getpid(), signal.SIGKILL)
recorder.end("done")
"""


class Runs:
    """Makes runs as workers leave them.

    Args:
        folder: The runs folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(
        self, name: str, *, epochs: int = 3, data: str = "sample", recipe: str = "wine"
    ) -> RunFolder:
        """Make a run that nobody has taken up yet."""
        spec = RunSpec(
            name=name,
            recipe=recipe,
            preset="mlp",
            values={"epochs": epochs, "units": [32], "learning_rate": 1e-3, "batch_norm": False},
            data=DataChoice(kind=data),
            seed=1,
            split_seed=0,
            backend="tensorflow",
            device="auto",
            threads=2,
            monitor="val_loss",
            monitor_mode="min",
            command=f"dlconsole train wine --name {name}",
            created=time.time(),
            versions={},
        )
        return create(self.folder, spec, {})

    def begin(
        self, folder: RunFolder, *, generation: int = 1, from_epoch: int = 0, pid: int | None = None
    ) -> Recorder:
        """Take up a run as this process, or in the name of another one."""
        own = Identity.own()
        started = Started(
            at=time.time(),
            generation=generation,
            from_epoch=from_epoch,
            from_step=4 * from_epoch,
            pid=pid or own.pid,
            start_ticks=own.start_ticks,
            boot_id=own.boot_id,
            host=own.host,
        )
        return Recorder(
            folder, started, int(folder.read_spec().values["epochs"]), "val_loss", "min"
        )

    def train(self, recorder: Recorder, epochs: int, first: int = 1) -> None:
        """Write some epochs."""
        recorder.describe(
            Described(
                at=time.time(),
                data="a table",
                rows={"train": 8, "val": 1, "test": 1},
                parameters=385,
                layers=[("Dense", "(None, 32)", 352)],
                device="CPU",
                steps_per_epoch=4,
            )
        )
        recorder.phase("training")
        for epoch in range(first, first + epochs):
            metrics = {"loss": 1 / epoch, "val_loss": 2 / epoch}
            recorder.epoch(
                Epoch(at=time.time(), epoch=epoch, step=4 * epoch, seconds=0.1, metrics=metrics)
            )
        recorder.write_status()

    def done(self, name: str, *, epochs: int = 3, data: str = "sample") -> RunFolder:
        """Make a run that is done, with a report."""
        folder = self.place(name, epochs=epochs, data=data)
        recorder = self.begin(folder)
        self.train(recorder, epochs)
        recorder.end("done")
        recorder.close()
        folder.report.write_bytes(encode_report(name))
        return folder

    def failed(self, name: str, cause: str, remedy: str = "", reason: str = "defect") -> RunFolder:
        """Make a run that failed."""
        folder = self.place(name)
        recorder = self.begin(folder)
        recorder.end("failed", reason, cause, remedy)
        recorder.close()
        return folder

    def lost(self, name: str, *, epochs: int = 3) -> RunFolder:
        """Make a run whose worker is gone without a last word after two epochs."""
        folder = self.place(name, epochs=epochs)
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        recorder = self.begin(folder, pid=gone.pid)
        self.train(recorder, 2)
        recorder.close()
        return folder

    def queued(self, name: str, place: str) -> RunFolder:
        """Make a run that waits for its device; whoever wants it to be live takes its lock."""
        folder = self.place(name)
        announcing.coming(folder, folder.read_spec(), 1, place)
        return folder

    def damaged(self, name: str) -> RunFolder:
        """Make a folder with garbage in it."""
        folder = RunFolder(self.folder / name)
        folder.path.mkdir(parents=True)
        folder.spec.write_bytes(b'{"name": "x", \x00\xff')
        folder.journal.write_bytes(os.urandom(2000))
        return folder


def encode_report(name: str, **changes: object) -> bytes:
    """Return a report as a worker writes it."""

    def score(predictor: str, figure: float) -> Score:
        parts = {
            part: {"loss": figure, "mae": figure, "r2": 1 - figure}
            for part in ("train", "val", "test")
        }
        return Score(name=predictor, parts=parts, seconds=1.0)

    settings: dict[str, object] = {
        "run": name,
        "recipe": "wine",
        "preset": "mlp",
        "task": "regression",
        "data": "a table of 10 rows",
        "rows": {"train": 8, "val": 1, "test": 1},
        "inputs": ["a", "b"],
        "target": "alcohol",
        "seed": 1,
        "split_seed": 0,
        "epochs": 3,
        "seconds": 1.5,
        "parameters": 385,
        "best_epoch": 3,
        "best": 0.66,
        "monitor": "val_loss",
        "headline": "mae",
        "lower_is_better": True,
        "units": {"mae": "standardised"},
        "scores": [score("network", 0.25), score("mean", 0.75)],
        "histogram": Histogram(edges=[8.0, 9.0, 10.0], predicted=[1, 3], actual=[2, 2]),
        **changes,
    }
    return encode(Report(**settings))  # type: ignore[arg-type]


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that has to come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)

"""What the tests of screens share: a console, runs written by hand, and what is on the screen."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events

from engine.catalog import Catalog
from engine.devices.readings import GpuReading, HostReading
from engine.process.order import Order
from engine.run.folder import RunFolder
from engine.run.identity import Identity
from engine.run.recorder import Recorder
from engine.run.records import Described, Devices, Epoch, Sample, Started
from engine.settings import Settings
from tui.app import ConsoleApp

NARROW, WIDE, HUGE = (80, 24), (120, 36), (200, 50)


def console(runs: Path, **arguments: object) -> ConsoleApp:
    """Return a console over a runs folder; it is not running yet."""
    # Without a standby, unless a test is about it: it imports for seconds on every core.
    return ConsoleApp(Settings.load(runs), **{"has_standby": False, **arguments})  # type: ignore[arg-type]


@asynccontextmanager
async def opened(runs: Path, size: tuple[int, int] = NARROW, **arguments: object):
    """Run a console without a terminal and hand out its pilot."""
    app = console(runs, **arguments)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield pilot


def text_of(app: ConsoleApp) -> str:
    """Return what is on the screen."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def line_with(app: ConsoleApp, word: str) -> str:
    """Return the first line on the screen that holds a word."""
    return next((line for line in text_of(app).splitlines() if word in line), "")


async def until(pilot, condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until a condition holds; fail with what is on the screen."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain:\n{text_of(pilot.app)}"
        await pilot.pause(0.02)


async def until_shown(pilot, *words: str, seconds: float = 30.0) -> str:
    """Wait until words are on the screen and return all of it."""
    await until(pilot, lambda: all(word in text_of(pilot.app) for word in words), seconds)
    return text_of(pilot.app)


async def paste(pilot, text: str, *keys: str) -> None:
    """Paste a text, which is quicker than pressing its letters, then press keys."""
    focused = pilot.app.screen.focused
    assert focused is not None
    focused.post_message(events.Paste(text))
    await pilot.pause()
    await pilot.press(*keys)


async def until_gone(pilot, word: str) -> str:
    """Wait until a word is no longer on the screen and return all of it."""
    await until(pilot, lambda: word not in text_of(pilot.app))
    return text_of(pilot.app)


class WrittenRun:
    """A run whose folder a test writes as a worker would.

    Args:
        runs: The runs folder.
        name: The run's name.
        epochs: How many are planned.
        pid: The worker's process; this one by default, so that the run counts as live.
    """

    def __init__(self, runs: Path, name: str, epochs: int = 20, pid: int | None = None) -> None:
        entry = Catalog.load().find("wine")
        order = Order(entry=entry, data="sample", name=name, changes={"epochs": epochs})
        self.folder: RunFolder = order.place(runs)
        self._hold(self._taken_up(epochs, pid))

    def _hold(self, recorder: Recorder) -> None:
        self.recorder = recorder
        weakref.finalize(self, recorder.close)  # else its files stay open as long as the tests run

    @classmethod
    def taken_up(
        cls, folder: RunFolder, generation: int, from_epoch: int, from_step: int
    ) -> WrittenRun:
        """Return a run that was written already, gone on with by a later worker."""
        run = cls.__new__(cls)
        run.folder = folder
        run._hold(run._taken_up(20, None, generation, from_epoch, from_step))
        return run

    def _taken_up(
        self,
        epochs: int,
        pid: int | None,
        generation: int = 1,
        from_epoch: int = 0,
        from_step: int = 0,
    ) -> Recorder:
        own = Identity.own()
        started = Started(
            at=time.time(),
            generation=generation,
            from_epoch=from_epoch,
            from_step=from_step,
            pid=own.pid if pid is None else pid,
            start_ticks=own.start_ticks if pid is None else 1,
            boot_id=own.boot_id,
            host=own.host,
        )
        return Recorder(self.folder, started, epochs, "val_loss", "min")

    def train(self, epochs: int, metrics: Mapping[str, float] | None = None) -> WrittenRun:
        """Write so many more complete epochs, and a little of the next one."""
        recorder = self.recorder
        recorder.phase("training")
        for epoch in range(recorder.epochs_done + 1, recorder.epochs_done + epochs + 1):
            values = metrics or {
                "loss": 1.0 / epoch,
                "val_loss": 1.2 / epoch,
                "mae": 0.9 / epoch,
                "val_mae": 1.1 / epoch,
                "rmse": 1.4 / epoch,
                "val_rmse": 1.7 / epoch,
            }
            recorder.epoch_begins()
            recorder.epoch(
                Epoch(at=time.time(), epoch=epoch, step=epoch * 12, seconds=3.1, metrics=values)
            )
        recorder.progress(recorder.epochs_done + 1, 6, 12, lambda: {"loss": 0.5}, 41_200.0)
        recorder.write_status()
        return self

    def describe(self, data: str = "a table", *, synthetic: bool = False) -> WrittenRun:
        """Write what is trained on what, a sample and a device reading."""
        recorder = self.recorder
        recorder.describe(
            Described(
                at=time.time(),
                data=data,
                synthetic=synthetic,
                rows={"train": 353, "val": 44, "test": 45},
                parameters=385,
                layers=[("Dense", "(batch, 32)", 352), ("Dense", "(batch, 1)", 33)],
                device="CPU",
                steps_per_epoch=12,
            )
        )
        recorder.sample(
            Sample(
                at=time.time(),
                epoch=1,
                kind="predictions",
                columns=["row", "actual", "predicted"],
                rows=[["17", "9.5", "9.25"], ["204", "11", "10.75"]],
            )
        )
        return self

    def measure(self, gpus: list[GpuReading] | None = None) -> WrittenRun:
        """Write a device reading."""
        host = HostReading(
            process_cpu_percent=143.0,
            usable_cores=2.0,
            process_memory_bytes=1_900_000_000,
            memory_total_bytes=24_000_000_000,
            disk_free_bytes=80_000_000_000,
        )
        self.recorder.devices(Devices(at=time.time(), host=host, gpus=gpus or []))
        return self

    def end(self, *last_words: str) -> WrittenRun:
        """Write the last word: outcome, reason, cause, remedy."""
        self.recorder.end(*last_words)
        return self


def commands_in(folder: RunFolder) -> list[str]:
    """Return the contents of the command files of a run."""
    return [path.read_text() for path in sorted(folder.commands.glob("*.json"))]


def nobody() -> int:
    """Return the number of a process that does not exist."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child

"""Real searches, and what is left of them killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from engine.catalog import Catalog, Entry
from engine.process.launch import launch, resume
from engine.process.order import Order
from engine.process.searching import SearchOrder
from engine.run.commands import Command, send
from engine.run.folder import RunFolder, list_folders
from engine.run.search_view import SearchView
from engine.run.view import RunView
from tests.conftest import wait_for

SMALL = {"units": (4,), "batch_size": 128}
"""A setting of wine whose epoch takes some hundredths of a second."""


class Search:
    """A search that a test has started, followed the way a console follows it."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.view = SearchView(folder)
        self.process = launch(folder)

    def wait(self, condition: Callable[[SearchView], object], seconds: float = 120.0) -> SearchView:
        """Look again and again until ``condition`` holds."""

        def holds() -> object:
            self.view.refresh()
            return condition(self.view)

        wait_for(holds, seconds, lambda: self.folder.console_log.read_text()[-3000:])
        return self.view

    def end(self, seconds: float = 180.0) -> SearchView:
        """Wait until the coordinator is gone."""
        self.process.wait(seconds)
        self.view.refresh()
        return self.view

    def ask(self, make: Callable[..., Command], **arguments: object) -> str:
        """Ask something of the coordinator, wait for its answer and return that."""
        assert self.view.started is not None
        identity = send(self.folder.commands, make(self.view.started.generation, **arguments))
        fates: list[str] = []

        def answered() -> bool:
            fates[:] = [fate for each, _, fate in self.view.commands if each == identity]
            return any(fate != "received" for fate in fates)

        self.wait(lambda view: answered())
        return fates[-1]

    def kill(self) -> None:
        """Kill the coordinator."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def resume(self, **arguments: object) -> None:
        """Take it up again."""
        self.process = resume(self.folder, **arguments)  # type: ignore[arg-type]

    def training(self, name: str) -> RunView:
        """Return what is known of one of its trainings."""
        view = RunView(RunFolder(self.folder.trials / name))
        view.refresh()
        return view

    def table(self) -> list[tuple[object, ...]]:
        """Return what a person compares: every trial with its values and what became of it."""
        return [
            (
                n,
                dict(each.asked.values),
                each.asked.epochs,
                each.state,
                each.score,
                each.ended.epochs,
            )
            for n, each in self.view.trials.items()
            if each.ended is not None
        ]

    def clear_away(self) -> None:
        """Kill whoever is left."""
        self.process.kill()
        self.process.wait()
        for folder in list_folders(self.folder.trials):
            started = self.training(folder.path.name).started
            if started is not None:
                with suppress(psutil.NoSuchProcess, ProcessLookupError):
                    if str(self.folder.path) in " ".join(psutil.Process(started.pid).cmdline()):
                        os.kill(started.pid, signal.SIGKILL)


@pytest.fixture
def search(runs_dir: Path) -> Iterator[Callable[..., Search]]:
    """Start real searches of a small wine: ``search(space={"dropout": "0..0.5"}, trials=3)``.

    Keyword arguments are those of a :class:`SearchOrder`; ``changes`` are hyperparameters.
    """
    started: list[Search] = []

    def start(
        entry: Entry | None = None, changes: dict[str, object] | None = None, **asked: object
    ) -> Search:
        entry = entry or Catalog.load().find("wine")
        named = ("data", "target", "device")
        others = {name: asked.pop(name) for name in named if name in asked}
        order = Order(
            entry=entry,
            changes={  # type: ignore[arg-type]
                name: value
                for name, value in {**SMALL, **(changes or {})}.items()
                if name not in asked.get("space", {})  # type: ignore[operator]
            },
            threads=1,
            **{"data": "sample", "device": "cpu", **others},  # type: ignore[arg-type]
        )
        started.append(Search(SearchOrder(order=order, **asked).place(runs_dir)))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for each in started:
        each.clear_away()

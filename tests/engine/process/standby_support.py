"""For tests of the standby: questions put as the form does, launches, and what is left of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from engine.catalog import Catalog, Entry, read_recipe_file
from engine.process.order import Order
from engine.process.questions import Describe, Form, Preview
from engine.process.standby import Answers, Standby
from engine.process.trial import trial_environment
from engine.run.folder import RunFolder
from engine.run.view import RunView
from tests.conftest import wait_for

ENDLESS = """
import pathlib, time
import keras

def build(*, input_shape, outputs, settings):
    pathlib.Path(BEGUN).touch()
    time.sleep(1000)
"""
"""A network of one's own whose building does not end; says by a file that it has begun."""


def order(**asked: Any) -> Order:
    """Return an order for ``wine``; what is no field of an order is a hyperparameter."""
    fields = set(Order.__dataclass_fields__)
    changes = {name: value for name, value in asked.items() if name not in fields}
    others = {name: value for name, value in asked.items() if name in fields}
    return Order(
        **{"entry": Catalog.load().find("wine"), "data": "sample", "device": "cpu", **others},
        changes=changes,
    )


def endless(folder: Path) -> tuple[Entry, Path]:
    """Make a recipe whose network is never built; return it and the file that says it has begun."""
    folder.mkdir()
    begun = folder / "begun"
    (folder / "net.py").write_text(ENDLESS.replace("BEGUN", repr(str(begun))))
    recipe = folder / "mine.py"
    recipe.write_text(
        "from dataclasses import replace\n"
        "from recipes.wine import RECIPE as WINE\n"
        "RECIPE = replace(WINE, name='mine', network='net.py:build')\n"
    )
    entry = read_recipe_file(recipe)
    assert entry is not None
    return entry, begun


def ask(
    standby: Standby,
    asked: Order,
    kind: type[Describe | Preview] = Describe,
    folders: Sequence[Path] = (),
) -> Answers:
    """Put a question about an order."""
    form = Form.of(asked, folders)
    return standby.ask(kind(form), trial_environment(form.spec, "cpu"))


def described(answers: Answers) -> dict[str, Any]:
    """Return the whole answer as one dictionary."""
    whole: dict[str, Any] = {}
    for line in answers:
        whole |= line
    return whole


def until_ready(standby: Standby) -> None:
    """Wait until it has imported everything."""
    wait_for(lambda: standby.is_ready or standby.problem, 120)
    assert standby.is_ready, standby.problem


def until_over(folder: RunFolder, seconds: float = 120.0) -> RunView:
    """Wait until nobody is at a run any more."""
    view = RunView(folder)

    def is_over() -> bool:
        view.refresh()
        return not view.verdict.live and view.ended is not None

    wait_for(is_over, seconds, lambda: folder.console_log.read_text()[-2000:])
    return view


def children(standby: Standby) -> list[psutil.Process]:
    """Return what the standby has forked and not yet taken leave of."""
    return psutil.Process(standby.pid).children()


def is_gone(pid: int) -> bool:
    """Say whether a process has ended, waited for or not."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def worker_of(folder: RunFolder) -> psutil.Process:
    """Return the process that trains a run, as its first record has it."""
    view = RunView(folder)

    def has_started() -> bool:
        view.refresh()
        return view.started is not None

    wait_for(has_started, 30)
    assert view.started is not None
    return psutil.Process(view.started.pid)


def open_files(process: psutil.Process) -> set[str]:
    """Return what a process has open."""
    found = set()
    for number in os.listdir(f"/proc/{process.pid}/fd"):  # noqa: PTH208 - names are all it takes
        try:
            found.add(os.readlink(f"/proc/{process.pid}/fd/{number}"))  # noqa: PTH115
        except OSError:
            continue
    return found

"""Takes the pictures of the console that the README shows, of a real training on real data."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from engine.catalog import Catalog
from engine.process.launch import launch
from engine.process.order import Order
from engine.run.view import RunView
from engine.settings import Settings
from tui.app import ConsoleApp

FOLDER = Path(__file__).parent.parent.parent / "docs"
SIZE = (120, 36)
_EPOCH = 150  # far enough for the curves to part
_DIGITS_EPOCH = 12  # early enough for mistakes


def take() -> list[Path]:
    """Take pictures of Launch, and of Run while ``wine`` and ``mnist`` train."""
    with tempfile.TemporaryDirectory() as name:
        runs = Path(name)
        wine = Order(entry=Catalog.load().find("wine"), preset="deep", name="wine-deep-k3f9")
        mnist = Order(
            entry=Catalog.load().find("mnist"),
            preset="dropout",
            data="sample",
            changes={"epochs": 1000},
            name="mnist-dropout-p7wd",
        )
        return [
            asyncio.run(_picture(runs, "launch", "an epoch here")),
            _while_training(runs, wine, _EPOCH, "console"),
            _while_training(runs, mnist, _DIGITS_EPOCH, "digits"),
        ]


def _while_training(runs: Path, order: Order, epoch: int, name: str) -> Path:
    """Take a picture of Run when some epochs are done."""
    folder = order.place(runs)
    worker = launch(folder)
    view = RunView(folder)
    try:
        while len(view.epochs) < epoch:
            view.refresh()
            if worker.poll() is not None:
                raise SystemExit(folder.console_log.read_text())
            time.sleep(0.1)
        return asyncio.run(_picture(runs, name, "samples/s", "enter"))
    finally:
        worker.kill()
        worker.wait()


async def _picture(runs: Path, name: str, word: str, *keys: str) -> Path:
    """Open a console, press keys, wait for a word, and save what is on the screen."""
    app = ConsoleApp(Settings.load(runs))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(2.0)
        await pilot.press(*keys)
        while word not in _text(app):
            await pilot.pause(0.1)
        await pilot.pause(1.0)
        path = FOLDER / f"{name}.svg"
        path.write_text(app.export_screenshot(title="dlconsole"))
        return path


def _text(app: ConsoleApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())

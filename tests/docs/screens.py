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


def take() -> list[Path]:
    """Train ``wine`` and take a picture of Launch before and of Run in the middle of it."""
    with tempfile.TemporaryDirectory() as name:
        runs = Path(name)
        pictures = [asyncio.run(_picture(runs, "launch", "an epoch here"))]
        order = Order(entry=Catalog.load().find("wine"), preset="deep", name="wine-deep-k3f9")
        folder = order.place(runs)
        worker = launch(folder)
        view = RunView(folder)
        try:
            while len(view.epochs) < _EPOCH:
                view.refresh()
                if worker.poll() is not None:
                    raise SystemExit(folder.console_log.read_text())
                time.sleep(0.1)
            pictures.append(asyncio.run(_picture(runs, "console", "samples/s", "enter")))
        finally:
            worker.kill()
            worker.wait()
    return pictures


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

"""Takes the pictures of the console that the README shows, of real trainings on real data."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path

from engine.catalog import Catalog
from engine.process.launch import launch
from engine.process.order import Order
from engine.process.searching import SearchOrder
from engine.run.search_view import SearchView
from engine.run.view import RunView
from engine.settings import Settings
from tui.app import ConsoleApp
from tui.themes import DARK

FOLDER = Path(__file__).parent.parent.parent / "docs"
SIZE = (120, 36)
_TALL = (120, 52)
_SECONDS = 90.0  # for a screen to say what is waited for: it may ask a network
_EPOCH = 150  # far enough for the curves to part
_DIGITS_EPOCH = 12  # early enough for mistakes
_REVIEW = (
    "The plot is a mess, the jokes are awful and the ending is worse, although the music is "
    "wonderful."
)


def take() -> list[Path]:
    """Take a picture of each screen, while and after ``wine``, ``mnist`` and ``imdb`` train."""
    with tempfile.TemporaryDirectory() as name:
        runs = Path(name)
        catalog = Catalog.load()

        def order(recipe: str, preset: str, tag: str, **changes: object) -> Order:
            return Order(
                entry=catalog.find(recipe),
                preset=preset,
                changes=changes,  # type: ignore[arg-type]
                name=f"{recipe}-{preset}-{tag}",
            )

        made = [asyncio.run(_picture(runs, "launch", "an epoch here"))]
        made.append(_while_training(runs, order("wine", "deep", "k3f9"), _EPOCH, "console"))
        made.append(
            _while_training(runs, order("mnist", "dropout", "p7wd"), _DIGITS_EPOCH, "digits")
        )
        _trained(runs, order("mnist", "plain", "x4te", epochs=_DIGITS_EPOCH))
        keys = ("o", "enter", "4", "b")
        made.append(asyncio.run(_picture(runs, "report", "operating point", *keys, size=_TALL)))
        made.append(asyncio.run(_picture(runs, "compare", "dropout", "o", "A", "c")))
        made.append(_while_searching(runs, order("wine", "mlp", "hyperband-h3ba"), 16, "search"))
        _trained(runs, order("imdb", "embedding", "m2qs"))
        made.append(asyncio.run(_picture(runs, "try", "moved", "o", "t", *_keys(_REVIEW))))
        return made


def _trained(runs: Path, order: Order) -> None:
    """Train to the end."""
    folder = order.place(runs)
    worker = launch(folder)
    if worker.wait() != 0:
        raise SystemExit(folder.console_log.read_text())


def _while_searching(runs: Path, order: Order, trials: int, name: str) -> Path:
    """Take a picture of Search when some trials have ended."""
    asked = SearchOrder(order=order, method="hyperband", epochs=9, parallel=2)
    folder = asked.place(runs)
    coordinator = launch(folder)
    view = SearchView(folder)
    try:
        while sum(each.ended is not None for each in view.trials.values()) < trials:
            view.refresh()
            if coordinator.poll() is not None:
                raise SystemExit(folder.console_log.read_text())
            time.sleep(0.1)
        return asyncio.run(_picture(runs, name, "searched", "o", "enter"))
    finally:
        coordinator.terminate()
        coordinator.wait()


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
        worker.terminate()
        worker.wait()


async def _picture(
    runs: Path, name: str, word: str, *keys: str, size: tuple[int, int] = SIZE
) -> Path:
    """Open a console, press keys, wait for a word, and save what is on the screen."""
    os.environ["DLCONSOLE_SETTINGS"] = str(runs / ".settings.toml")  # nobody's preferences
    app = ConsoleApp(Settings.load(runs))
    app.theme = DARK.name  # whatever the terminal that this is called from can show
    async with app.run_test(size=size) as pilot:
        await pilot.pause(2.0)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.3)
        deadline = time.monotonic() + _SECONDS
        while word not in _text(app):
            await pilot.pause(0.1)
            if time.monotonic() > deadline:
                raise SystemExit(f"{word!r} did not come:\n{_text(app)}")
        await pilot.pause(1.0)
        path = FOLDER / f"{name}.svg"
        path.write_text(app.export_screenshot(title="dlconsole"))
        return path


def _keys(text: str) -> list[str]:
    """Return the keys that type a text."""
    named = {" ": "space", ",": "comma", ".": "full_stop"}
    return [named.get(letter, letter) for letter in text]


def _text(app: ConsoleApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())

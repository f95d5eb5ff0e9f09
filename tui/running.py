"""Running the console: from the command line to its last words.

Its promise to leave the terminal usable is half kept here: signals end it the orderly way.
"""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from types import FrameType

from engine.settings import Settings
from tui.app import ConsoleApp
from tui.live_runs import live
from tui.streams import narrate

_NAMED = 3  # runs that are named when the console is left


def run_console(runs_dir: Path | None, recipe_file: Path | None) -> int:
    """Open the console and return its exit code when it is left.

    Args:
        runs_dir: What ``--runs-dir`` says.
        recipe_file: What ``--recipe-file`` says.
    """
    app = ConsoleApp(Settings.load(runs_dir), recipe_file)
    asyncio.run(_run(app))
    if not app.return_code:
        _say_what_goes_on(app.settings.runs)
    return app.return_code or 0


def _say_what_goes_on(runs: Path) -> None:
    """Say that leaving the console has stopped nothing."""
    there = live(runs)
    if not there:
        return
    from engine.run.folder import RunFolder

    names = [RunFolder(path).name for path in there[:_NAMED]]
    more = f" and {len(there) - _NAMED} more" if len(there) > _NAMED else ""
    narrate(f"Training goes on: {', '.join(names)}{more}.")
    narrate(f"To look again: dlconsole, or dlconsole watch {names[0]}")


async def _run(app: ConsoleApp) -> None:
    """Run the app with handlers that leave the terminal as it was; Textual has none of its own."""
    loop = asyncio.get_running_loop()

    def leave(number: int, frame: FrameType | None) -> None:
        # Not the loop's own kind of handler: the loop may be waiting for the terminal to take more.
        app.leave_later()
        loop.call_soon_threadsafe(app.leave)

    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, leave)
    await app.run_async()

"""Writing what a screen shows into a file: asks where, and again before one is written over."""

from __future__ import annotations

import asyncio
from pathlib import Path

from engine.errors import Problem
from tui.figures import size
from tui.screens.confirm import ConfirmScreen
from tui.screens.console_screen import ConsoleScreen
from tui.screens.prompt import PromptScreen


async def write_file(screen: ConsoleScreen, name: str, text: str) -> None:
    """Write a text into a file that a person names; within :meth:`ConsoleScreen.run_beside`.

    Args:
        screen: Who asks.
        name: What the file is called unless the person says otherwise.
        text: What is written, as UTF-8.
    """
    path = await screen.put(
        PromptScreen(
            f"Write {size(len(text.encode()))} into which file?",
            str(Path.cwd() / name),
            "A path. ~ is your home folder.",
            target,
        )
    )
    if path is None:
        return
    if path.exists() and not await screen.put(ConfirmScreen(f"Write over {path}?")):
        return
    try:
        await asyncio.to_thread(path.write_text, text, encoding="utf-8")
    except OSError as error:
        screen.tell(f"{path} cannot be written: {error.strerror}.", error=True)
    else:
        screen.tell(f"Written: {path}")


def target(typed: str) -> Path:
    """Return the path of a file that can be written.

    Raises:
        Problem: It is no path, or there is no folder for it.
    """
    typed = typed.strip()
    if not typed or "\0" in typed:
        raise Problem("Expected the path of a file.")
    try:
        path = Path(typed).expanduser()
        if path.is_dir():
            raise Problem(f"{path} is a folder.", "Add a file's name.")
        if not path.absolute().parent.is_dir():
            raise Problem(f"There is no folder {path.absolute().parent}.")
    except (OSError, RuntimeError) as error:  # too long, or a home that is nobody's
        raise Problem(f"This is no path of a file: {error}.") from None
    return path.absolute()

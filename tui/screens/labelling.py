"""What a person says of a run: another name, a note. Asked for on a screen, kept with the run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.errors import Problem
from engine.run.folder import RunFolder, check_name, check_note
from tui.screens.console_screen import ConsoleScreen
from tui.screens.prompt import PromptScreen


async def rename(screen: ConsoleScreen, folder: RunFolder) -> None:
    """Ask for another name and give it to a run.

    Args:
        screen: Where it is asked for, and told what is in the way.
        folder: The run.
    """
    before = folder.name

    def check(text: str) -> str:
        name = text.strip()
        check_name(name)
        return name

    name = await screen.put(
        PromptScreen(
            f"What is {before} to be called?",
            before,
            "Letters, digits and . _ + - (its folder stays where it is).",
            check,
        )
    )
    if name is not None and name != before:
        await _write(screen, lambda: folder.rename(name), f"{before} is now called {name}.")


async def note(screen: ConsoleScreen, folder: RunFolder) -> None:
    """Ask for a note and keep it with a run.

    Args:
        screen: Where it is asked for, and told what is in the way.
        folder: The run.
    """
    before = folder.note
    text = await screen.put(
        PromptScreen(
            f"Note about {folder.name}.",
            before,
            "Any text; an empty one takes it back.",
            check_note,
        )
    )
    if text is not None and text != before:
        done = f"Noted about {folder.name}." if text else f"Nothing is noted about {folder.name}."
        await _write(screen, lambda: folder.annotate(text), done)


async def _write(screen: ConsoleScreen, write: Callable[[], None], done: str) -> None:
    try:
        await asyncio.to_thread(write)
    except Problem as problem:
        screen.tell(str(problem), error=True)
    else:
        screen.tell(done)

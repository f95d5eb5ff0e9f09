"""A run as a progress bar on a terminal, with its metrics below it and its notices above.

What it promises: it is drawn only when it is shown something new, never by a clock of its own; only
standard error is drawn on; afterwards the bar is gone and the cursor is back.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from engine.run.records import Metrics, Status
from engine.run.view import RunView
from tui import figures
from tui.commands import narration
from tui.safe_text import printable
from tui.streams import has_blocks
from tui.words import time_left


def terminal() -> Console:
    """Return a console that draws on standard error, in colour where that is welcome."""
    # rich would keep bold and dim under NO_COLOR, and see a terminal where FORCE_COLOR is set.
    return Console(
        stderr=True,
        force_terminal=True,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        markup=False,
        highlight=False,
        emoji=False,
        safe_box=not has_blocks(sys.stderr),
    )


Draw = Callable[[RunView, int], RenderableType]
"""Draws a run on a terminal of so many cells across."""


class RunBar:
    """Draws a run; see :class:`~tui.commands.following.Narrator`.

    Args:
        draw: Draws it; :func:`picture` by default.
        happenings: Makes what tells its news above the bar.
    """

    def __init__(
        self,
        draw: Draw | None = None,
        happenings: Callable[[narration.Write], narration.Happenings] = narration.Happenings,
    ) -> None:
        self._draw = draw or picture
        self._console = terminal()
        self._live = Live(
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._happenings = happenings(self.say)
        self._gone = False

    def skip(self, view: RunView) -> None:
        """Take what is there as told already."""
        self._happenings.skip(view)

    def show(self, view: RunView) -> None:
        """Draw the run as it is, if the last drawing is long enough ago."""
        if self._gone:
            return
        try:
            self._live.start()
            self._happenings.show(view)
            self._happenings.show_commands(view)
            self._live.update(self._draw(view, self._console.width), refresh=True)
        except OSError:  # the terminal was closed: nobody is left to draw for
            self._gone = True

    def close(self, view: RunView) -> None:
        """Take the bar away."""
        with suppress(OSError):
            self._live.stop()

    def say(self, line: str) -> None:
        """Write a line above the bar."""
        with suppress(OSError):
            self._console.print(Text(printable(line)))


def picture(view: RunView, cells: int) -> RenderableType:
    """Return the bar of a run and the line of its metrics.

    Args:
        view: The run.
        cells: The width of the terminal.
    """
    status = view.status or Status(phase="starting")
    words, share = position(view, status)
    if share is None:
        return Text(printable(words), no_wrap=True, overflow="ellipsis")
    bar = line(words, share, time_left(view.verdict, status))
    metrics = view.epochs[-1].metrics if view.epochs else status.metrics
    return Group(bar, Text(measures(metrics, cells), "dim")) if metrics else bar


def line(words: str, share: float, left: float | None) -> RenderableType:
    """Return a bar between words and the time that is left.

    Args:
        words: Stand before it.
        share: How much of it is filled, from 0 to 1.
        left: Seconds; None where they are not known.
    """
    bar = Table.grid(padding=(0, 1), expand=True)
    bar.add_column(no_wrap=True)
    bar.add_column(ratio=1)
    bar.add_column(no_wrap=True, justify="right")
    bar.add_row(
        Text(printable(words)),
        ProgressBar(total=1.0, completed=share),
        Text(f"{figures.span(left)} left" if left is not None else ""),
    )
    return bar


def measures(metrics: Metrics, cells: int) -> str:
    """Write as many metrics as fit, train and val side by side: ``loss 0.189 val 0.196``."""
    line = ""
    for name in narration.ordered(metrics):
        text = f"{name} {figures.metric(metrics.get(name))}"
        if f"val_{name}" in metrics:
            text += f" val {figures.metric(metrics[f'val_{name}'])}"
        longer = f"{line}   {text}" if line else text
        if len(longer) > cells:
            break
        line = longer
    return printable(line)


def position(view: RunView, status: Status) -> tuple[str, float | None]:
    """Say in words where a run is, and which share of the whole is done, if that is known."""
    if not view.verdict.live or view.verdict.state == "silent":
        return view.verdict.state, None
    if status.phase in ("training", "validating", "paused") and status.epochs:
        part = status.step / status.steps if status.steps else 0.0
        share = min(1.0, (status.epoch + part) / status.epochs)
        paused = "paused in " if status.phase == "paused" else ""
        return f"{paused}epoch {min(status.epoch + 1, status.epochs)}/{status.epochs}", share
    if status.phase == "fetching" and status.steps:
        words = f"fetching {status.detail} {narration.within(view, status)}"
        return words, status.step / status.steps
    return narration.phase_words(status), None

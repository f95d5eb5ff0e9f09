"""A search as a progress bar on a terminal: how far it is, what is best, what is under way."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from engine.run.search_view import SearchView
from engine.run.view import RunView
from tui import figures, search_words
from tui.commands import bar
from tui.commands.narration import phase_words
from tui.commands.search_narration import SearchHappenings, progress, underway
from tui.safe_text import printable
from tui.words import time_left

_UNDERWAY_SHOWN = 4


def search_bar(past: int | None = None) -> bar.RunBar:
    """Return what draws a search.

    Args:
        past: As for :class:`~tui.commands.search_narration.SearchHappenings`.
    """
    return bar.RunBar(picture, lambda write: SearchHappenings(write, past=past))


def picture(view: RunView, cells: int) -> RenderableType:
    """Return the bar of a search, and lines for its best trial and those under way.

    Args:
        view: The search.
        cells: The width of the terminal.
    """
    assert isinstance(view, SearchView)
    status = view.status
    if status is None or not view.verdict.live or view.verdict.state == "silent":
        return Text(printable(view.verdict.state))
    words = progress(view)
    if status.phase != "searching":
        words = f"{phase_words(status)}, {words}" if view.trials else phase_words(status)
    # Epochs are nearer to the time that passes than trials; some methods cannot count them.
    done, whole = (status.epoch, status.epochs) if status.epochs else (status.step, status.steps)
    share = min(1.0, done / whole) if whole else 0.0
    lines = [bar.line(words, share, time_left(view.verdict, status))]
    lines += [
        _dim(each, cells) for each in (_best(view), *underway(view)[:_UNDERWAY_SHOWN]) if each
    ]
    return Group(*lines)


def _best(view: SearchView) -> str:
    best = view.best()
    if best is None or view.search is None:
        return ""
    setting = search_words.setting_text(best.asked.values)
    return (
        f"best {view.search.objective} {figures.metric(best.score)} (trial {best.number}) {setting}"
    )


def _dim(text: str, cells: int) -> Text:
    line = Text(printable(text), "dim", no_wrap=True, overflow="ellipsis")
    line.truncate(cells, overflow="ellipsis")
    return line

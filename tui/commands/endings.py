"""What became of a run, a search, or what was asked of them, in words."""

from __future__ import annotations

from engine.run.search_view import SearchView
from engine.run.state import Verdict
from engine.run.view import RunView
from tui import figures, words

_BECAME = {"failed": "failed", "lost": "is lost", "damaged": "is damaged"}


def ending(view: RunView, verdict: Verdict) -> str:
    """Say what became of a run, as ``is done: 200 epochs in 4.1 s``."""
    took = f" in {figures.span(view.ended.seconds)}" if view.ended else ""
    if isinstance(view, SearchView):
        done = sum(each.ended is not None for each in view.trials.values())
        # Why a search has ended is more than how far it came: the plan, a budget, the space.
        return _ended(verdict, done, _counted(done, "trial") + took, f"{took}: {verdict.why}")
    epochs = view.epochs[-1].epoch if view.epochs else 0
    counted = _counted(epochs, "epoch") + took
    return _ended(verdict, epochs, counted, f": {counted}")


def fate(view: RunView, command: str, state: str) -> str:
    """Say what became of a command, as far as it is known: ``applied at step 1,234``.

    Args:
        view: The run.
        command: The command's id.
        state: As in :attr:`RunView.commands`.
    """
    # A search has no steps of its own.
    return words.fate(state, None if isinstance(view, SearchView) else view.applied.get(command))


def _ended(verdict: Verdict, number: int, counted: str, done: str) -> str:
    if verdict.state == "done":
        return f"is done{done}"
    if verdict.state == "stopped":
        return f"was stopped after {counted}"
    became = _BECAME.get(verdict.state, f"is {verdict.state}")
    return f"{became}{f' after {counted}' if number else ''}: {verdict.why}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"

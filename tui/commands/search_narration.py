"""A search told in lines, each trial once as it ends; above a bar, or for files and pipes."""

from __future__ import annotations

import time

from engine.run.records import Started
from engine.run.search_view import SearchView, Trial
from engine.run.view import RunView
from tui import figures, search_words
from tui.commands.narration import Happenings, Write, phase_words
from tui.words import time_left

_QUIET_SECONDS = 30.0
"""After so long without a line, one says what the trials under way are doing."""


class SearchHappenings(Happenings):
    """Tells what befalls a search: trials that ended, notices, what was asked of it.

    Args:
        write: Takes each line.
        past: At most so many of the trials that have ended by the first look; None tells all.
    """

    def __init__(self, write: Write, *, past: int | None = None) -> None:
        super().__init__(write)
        self._past = past
        self._ended: set[int] = set()
        self._is_new = True

    def skip(self, view: RunView) -> None:
        """Take what is there as told already."""
        super().skip(view)
        self._ended = {each.number for each in _ended(view)}
        self._is_new = view.started is None

    def show(self, view: RunView) -> None:
        """Tell what is new."""
        super().show(view)
        assert isinstance(view, SearchView)
        if self._is_new and view.search is not None:
            self._is_new = False
            self._write(
                f"{search_words.asked_for(view.search)}; "
                f"goes by {search_words.objective_text(view.search)}"
            )
        new = [each for each in _ended(view) if each.number not in self._ended]
        self._ended.update(each.number for each in new)
        if self._past is not None and len(new) > self._past:
            self._write(f"the last {self._past} of the {len(new)} trials so far:")
            new = new[-self._past :]
        self._past = None
        for each in new:
            self._write(trial_line(view, each))
        left = time_left(view.verdict, view.status)
        if new and left is not None:
            self._write(f"{progress(view)}, {figures.span(left)} left")

    def went_on(self, view: RunView, started: Started) -> str:
        """Say how a later coordinator took the search up."""
        number = len(_ended(view))
        return f"went on as generation {started.generation} with {number} trials on record"


class SearchLines:
    """Writes lines about what is new in a search; see :class:`~.following.Narrator`.

    Args:
        write: Writes one line.
        past: As for :class:`SearchHappenings`.
    """

    def __init__(self, write: Write, *, past: int | None = None) -> None:
        self._write = write
        self._happenings = SearchHappenings(self.say, past=past)
        self._phase = ""
        self._line_at = time.monotonic()

    def skip(self, view: RunView) -> None:
        """Take what is there as told already."""
        self._happenings.skip(view)

    def show(self, view: RunView) -> None:
        """Tell what is new."""
        assert isinstance(view, SearchView)
        self._happenings.show(view)
        status = view.status
        if status is not None and view.verdict.live and status.phase not in (self._phase, "ended"):
            self._phase = status.phase
            if status.phase != "searching":
                self.say(phase_words(status))
        self._happenings.show_commands(view)
        if view.verdict.live and time.monotonic() - self._line_at >= _QUIET_SECONDS:
            self.say("  ".join([progress(view), *underway(view)]))

    def say(self, line: str) -> None:
        """Write a line."""
        self._line_at = time.monotonic()
        self._write(line)

    def close(self, view: RunView) -> None:
        """See :class:`~tui.commands.following.Narrator`; nothing is kept back."""


def trial_line(view: SearchView, trial: Trial) -> str:
    """Say what became of a trial: ``trial 7  val_loss 0.0691  3 epochs  dropout=0.2  best``."""
    ended = trial.ended
    assert ended is not None  # only of one that has ended is there a line
    objective = view.search.objective if view.search is not None else "score"
    parts = [f"trial {trial.number}"]
    if ended.outcome != "completed":
        parts.append(ended.outcome)
    if ended.score is not None:
        parts.append(f"{objective} {search_words.score_text(trial)}")
    if ended.epochs:
        parts.append(f"{ended.epochs} epoch{'' if ended.epochs == 1 else 's'}")
    parts.append(search_words.setting_text(trial.asked.values))
    if happened := search_words.happened(trial):
        parts.append(happened)
    if view.best() is trial:
        parts.append("the best so far")
    return "  ".join(parts)


def progress(view: SearchView) -> str:
    """Say how far a search is: ``14/23 trials, 37/75 epochs``."""
    said = f"{search_words.counted(view)} trials"
    status = view.status
    if status is None or not status.epoch:
        return said
    whole = f"/{status.epochs}" if status.epochs else ""
    return f"{said}, {status.epoch}{whole} epochs"


def underway(view: SearchView) -> list[str]:
    """Say what each trial under way is doing: ``trial 14 epoch 2.3/9 val_loss 0.0802``."""
    told = []
    for trial in view.trials.values():
        if trial.ended is not None:
            continue
        now = view.underway(trial)
        parts = [f"trial {trial.number}"]
        if now.epoch:
            parts.append(f"epoch {now.epoch:.1f}/{trial.asked.epochs}")
        else:
            parts.append(now.phase)
        if now.value is not None and view.search is not None:
            parts.append(f"{view.search.objective} {figures.metric(now.value)}")
        told.append(" ".join(parts))
    return told


def _ended(view: RunView) -> list[Trial]:
    """Return the trials that have ended, in the order in which they did."""
    assert isinstance(view, SearchView)
    found = [(each.ended.at, each) for each in view.trials.values() if each.ended is not None]
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]

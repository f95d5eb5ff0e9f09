"""A run told in plain lines: for files, pipes and terminals that can do no more.

What it promises: no carriage returns; an epoch at most once, also when a later generation of the
worker goes back before it; where lines are limited, one a second, and always the last.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from engine.run.records import Described, Epoch, Metrics, Notice, Started, Status
from engine.run.view import RunView
from tui import figures, words
from tui.commands.endings import fate

Write = Callable[[str], None]
"""Writes one line; makes it printable."""

EPOCH_SECONDS = 1.0
"""Between two lines about epochs, where lines are limited."""
_HOLD_SECONDS = 10.0
"""After so long what is known is told, though the data is not loaded yet."""
_QUIET_SECONDS = 10.0
"""After so long without a line, one says where within the epoch the training is."""
_DETAILED = ("queued", "fetching", "loading", "building", "reporting")
"""Phases whose detail is worth a line."""


class Happenings:
    """Tells what befalls a run, each once: what it is, notices, silences, what was asked of it.

    Args:
        write: Takes each line.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._generation = 0
        self._described = False
        self._notices = 0
        self._told: set[str] = set()
        self._commands = 0
        self._state = ""

    def skip(self, view: RunView) -> None:
        """Take what is there as told already."""
        self._generation = view.started.generation if view.started is not None else 0
        self._described = view.described is not None
        self._notices, self._commands = len(view.notices), len(view.commands)

    def show(self, view: RunView) -> None:
        """Tell what is new."""
        if view.started is not None and view.started.generation != self._generation:
            if view.started.generation > 1:
                self._write(self.went_on(view, view.started))
            self._generation = view.started.generation
            self._described = False
        if view.described is not None and not self._described:
            self._described = True
            for line in described(view.described):
                self._write(line)
        for notice in view.notices[self._notices :]:
            # Each worker of a run says what it finds out about the data.
            if told(notice) not in self._told:
                self._told.add(told(notice))
                self._write(told(notice))
        self._notices = len(view.notices)
        verdict = view.verdict
        if verdict.state == "silent" and self._state != "silent":
            self._write(f"{verdict.why} {verdict.remedy}".strip())
        self._state = verdict.state

    def went_on(self, view: RunView, started: Started) -> str:
        """Say how a later worker took the run up."""
        return words.went_on(started)

    def show_commands(self, view: RunView) -> None:
        """Tell what was newly asked of the run, and what came of it."""
        for identity, action, state in view.commands[self._commands :]:
            self._write(f"{action}: {fate(view, identity, state)}")
        self._commands = len(view.commands)


class PlainLines:
    """Writes lines about what is new in a run.

    Args:
        write: Takes each line.
        every: Seconds between two lines about epochs, at least; 0 tells every epoch.
        past: At most so many of the epochs that are there at the first look; None tells all.
        hold: Whether the first lines are held back until the data is loaded, or has taken long:
            where it is wrong, a person then reads what is wrong and nothing else.
    """

    def __init__(
        self, write: Write, *, every: float = 0.0, past: int | None = None, hold: bool = False
    ) -> None:
        self._write = write
        self._every = every
        self._past = past
        self._happenings = Happenings(self.say)
        self._generation = 0
        self._last_epoch = 0
        self._phase = ""
        self._pending: Epoch | None = None
        self._epoch_at = -math.inf
        self._begun = self._line_at = time.monotonic()
        self._held: list[str] | None = [] if hold else None

    def show(self, view: RunView) -> None:
        """Tell what is new."""
        if not _is_beginning(view) or time.monotonic() - self._begun > _HOLD_SECONDS:
            self._let_go()
        started = view.started
        if started is not None and started.generation != self._generation:
            self._generation = started.generation
            self._last_epoch = min(self._last_epoch, started.from_epoch)
            self._pending = None
        self._happenings.show(view)
        if view.status is not None and view.status.phase in ("reporting", "ended"):
            self._tell_epochs(view)
            self.close(view)
            self._tell_phase(view)
        else:
            self._tell_phase(view)
            self._tell_epochs(view)
        self._happenings.show_commands(view)
        self._tell_whereabouts(view)

    def skip(self, view: RunView) -> None:
        """Take what is there as told already."""
        self._happenings.skip(view)
        self._generation = view.started.generation if view.started is not None else 0
        self._last_epoch = view.epochs[-1].epoch if view.epochs else 0

    def close(self, view: RunView) -> None:
        """Tell the last epoch, if the limit on lines kept it back."""
        if self._pending is not None:
            self._tell(self._pending, view.status)
        if view.verdict.state != "failed":
            self._let_go()

    def _tell_phase(self, view: RunView) -> None:
        status = view.status
        # Between two epochs a line about validation would only say what the epoch's line says.
        if status is None or not view.verdict.live or status.phase in ("ended", "validating"):
            return
        phase = phase_words(status)
        if phase != self._phase:
            self._phase = phase
            self.say(phase)

    def _tell_epochs(self, view: RunView) -> None:
        new = [each for each in view.epochs if each.epoch > self._last_epoch]
        if not new:
            return
        self._last_epoch = new[-1].epoch
        if self._past is not None:
            shown = thinned(new, self._past)
            if len(shown) < len(new):
                self.say(f"{len(shown)} of the {len(new)} epochs so far:")
            new, self._past = shown, None
        elif self._every:
            new = new[-1:]
        for epoch in new:
            whole = view.status.epochs if view.status else 0
            if time.monotonic() - self._epoch_at >= self._every or epoch.epoch == whole:
                self._tell(epoch, view.status)
            else:
                self._pending = epoch

    def _tell(self, epoch: Epoch, status: Status | None) -> None:
        self._epoch_at = time.monotonic()
        self._pending = None
        self.say(epoch_line(epoch, status))

    def _tell_whereabouts(self, view: RunView) -> None:
        """Give a sign of life within a long epoch or download."""
        status = view.status
        if (
            status is not None
            and view.verdict.live
            and status.steps
            and status.phase in ("training", "fetching")
            and time.monotonic() - self._line_at >= _QUIET_SECONDS
        ):
            self.say(within(view, status))

    def say(self, line: str) -> None:
        """Write a line."""
        self._line_at = time.monotonic()
        if self._held is None:
            self._write(line)
        else:
            self._held.append(line)

    def _let_go(self) -> None:
        """Write what was held back, and hold nothing back any more."""
        held, self._held = self._held or [], None
        for line in held:
            self._write(line)


def _is_beginning(view: RunView) -> bool:
    """Say whether a run has not got beyond its data yet, or never will."""
    status = view.status
    if view.epochs or (status is not None and status.phase not in ("starting", "loading", "ended")):
        return False
    return status is None or status.phase != "loading" or status.detail == "data"


def phase_words(status: Status) -> str:
    """Say what a worker is busy with, as ``loading Keras on tensorflow``."""
    phase = words.PHASES.get(status.phase, status.phase)
    return f"{phase} {status.detail}" if status.phase in _DETAILED and status.detail else phase


def within(view: RunView, status: Status) -> str:
    """Say where within an epoch, or a download, a run is."""
    if status.phase == "fetching":
        return f"{figures.size(status.step)} of {figures.size(status.steps)}"
    means = view.progress[-1].metrics if view.progress else {}
    return "  ".join(
        [
            f"epoch {status.epoch + 1}/{status.epochs}",
            f"step {status.step}/{status.steps}",
            *measures(means),
        ]
    )


def epoch_line(epoch: Epoch, status: Status | None) -> str:
    """Say what an epoch brought, as ``epoch 7/50  loss 0.0810  val_loss 0.0740  2 m 14 s left``."""
    whole = status.epochs if status else 0
    head = f"epoch {figures.progress(epoch.epoch, whole) if whole else epoch.epoch}"
    parts = [head, *measures(epoch.metrics)]
    left = status.left_seconds if status and status.phase != "paused" else None
    # The time left is of the latest epoch only.
    if left is not None and status is not None and status.epoch == epoch.epoch < whole:
        parts.append(f"{figures.span(left)} left")
    return "  ".join(parts)


def measures(metrics: Metrics) -> list[str]:
    """Write metrics for a line, each beside its value on the validation part, the loss first."""
    return [
        f"{each} {figures.metric(metrics[each])}"
        for name in ordered(metrics)
        for each in (name, f"val_{name}")
        if each in metrics
    ]


def ordered(metrics: Metrics) -> list[str]:
    """Return the names of metrics without ``val_``, each once, the loss first."""
    names = dict.fromkeys(name.removeprefix("val_") for name in metrics)
    return sorted(names, key=lambda name: name != "loss")


def described(record: Described) -> list[str]:
    """Say what is trained on what."""
    rows = ", ".join(f"{figures.count(number)} {part}" for part, number in record.rows.items())
    label = " (synthetic: generated, not observed)" if record.synthetic else ""
    return [
        f"data: {record.data}{label}; {rows}",
        f"network: {figures.count(record.parameters)} parameters in {len(record.layers)} layers"
        f" on {record.device}",
    ]


def told(notice: Notice) -> str:
    """Write a notice as a line."""
    return f"{notice.level}: {notice.text}"


def thinned(epochs: Sequence[Epoch], most: int) -> list[Epoch]:
    """Return at most so many epochs, evenly spread, the first and the last among them."""
    if len(epochs) <= most:
        return list(epochs)
    step = (len(epochs) - 1) / (most - 1)
    return [epochs[round(i * step)] for i in range(most)]

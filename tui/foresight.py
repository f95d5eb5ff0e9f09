"""What a form would train, found out while somebody fills it in.

Each change of the form makes an end of the question before and, when it has stood for a moment, is
a question of its own. Nothing here waits: questions are put and answered in threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.timer import Timer

from engine.errors import Problem
from tui import figures
from tui.asking import Answer, Asking
from tui.form.forecast import Forecast

if TYPE_CHECKING:
    from engine.process.order import Order
    from engine.process.standby import Standby
    from engine.run.records import Described
    from tui.form.draft import Draft
    from tui.screens.console_screen import ConsoleScreen

PAUSE_SECONDS = 0.4
"""For so long a form has to stay as it is: who is typing does not want an answer to each letter."""

_WITHOUT_EFFECT = {"name", "seed"}
_BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX"}


class Foresight:
    """Keeps a forecast up to date with a form.

    Args:
        screen: Hears of answers, and passes them on to :meth:`take` and :meth:`end`.
        show: Is given each new forecast.

    Attributes:
        forecast: What is known at present.
    """

    def __init__(self, screen: ConsoleScreen, show: Callable[[Forecast], None]) -> None:
        self.forecast = Forecast()
        self._screen = screen
        self._show = show
        self._subject: object = None
        self._timer: Timer | None = None
        self._asking: Asking | None = None

    def consider(self, draft: Draft | None) -> None:
        """Ask about a form, unless it has been asked about already."""
        subject = None if draft is None else _subject(draft)
        if subject == self._subject:
            return
        self.stop()
        self._subject = subject
        standing_by = self._screen.console.standing_by
        # What is wrong with a field stands beside it.
        if draft is None or draft.wrong() or not standing_by.is_wanted:
            self._turn_to(Forecast())
            return
        self._turn_to(Forecast(asking=True))
        self._timer = self._screen.set_timer(PAUSE_SECONDS, lambda: self._ask(draft))

    def stop(self) -> None:
        """Make an end of the question; the next time it is one again."""
        self._subject = None
        if self._timer is not None:
            self._timer.stop()
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def take(self, event: Asking.Answered) -> None:
        """Take in a line of an answer."""
        if event.asking is not self._asking:
            return
        answer, before = event.answer, self.forecast
        if "outlook" in answer:
            self._turn_to(replace(before, outlook=tuple(answer["outlook"])))
        elif "busy" in answer:
            self._turn_to(replace(before, busy=answer["busy"]))
        elif "absent" in answer:
            names, size = ", ".join(answer["absent"]), figures.size(answer["bytes"])
            absent = f"{names} ({size})" if names else ""
            self._turn_to(replace(before, absent=absent, importing=""))
        elif "described" in answer:
            described = _described(answer["described"])
            self._turn_to(replace(before, described=described, notes=tuple(answer["notes"])))
        elif "epoch_seconds" in answer:
            self._turn_to(replace(before, epoch_seconds=answer["epoch_seconds"]))

    def end(self, event: Asking.Over) -> None:
        """Take note of the end of an answer."""
        if event.asking is self._asking:
            self._asking = None
            problem = "" if event.problem is None else str(event.problem)
            self._turn_to(replace(self.forecast, asking=False, problem=problem))

    def _ask(self, draft: Draft) -> None:
        try:
            order = draft.order()
            standby = self._screen.console.standing_by.fit(order.backend)
        except Problem as problem:
            self._turn_to(Forecast(problem=str(problem)))
            return
        importing = "" if standby.is_ready else _BACKENDS.get(order.backend, order.backend)
        self._turn_to(Forecast(asking=True, importing=importing))
        folders = self._screen.console.settings.data_search
        self._asking = Asking(
            self._screen, lambda asking: _describe(asking, order, standby, folders)
        )

    def _turn_to(self, forecast: Forecast) -> None:
        self.forecast = forecast
        self._show(forecast)


def look_at_data(
    asking: Asking, order: Order, standby: Standby, folders: Sequence[Path]
) -> Iterator[Answer]:
    """Find out what is in the data of an order. Runs in a thread."""
    from engine.process.questions import Form, Preview
    from engine.process.tickets import CPU
    from engine.process.trial import trial_environment

    form = Form.of(order, folders)
    environment = trial_environment(form.spec, CPU)
    yield from asking.through(lambda: standby.ask(Preview(form), environment))


def _subject(draft: Draft) -> object:
    """Return what an answer depends on, for comparison."""
    typed = {name: text for name, text in draft.typed.items() if name not in _WITHOUT_EFFECT}
    return draft.entry.recipe.name, typed, draft.kept, bool(draft.wrong())


def _described(answer: Answer | None) -> Described | None:
    import msgspec  # with the records, too much for the first frame

    from engine.run.records import Described

    return None if answer is None else msgspec.convert(answer, Described)


def _describe(
    asking: Asking, order: Order, standby: Standby, folders: Sequence[Path]
) -> Iterator[Answer]:
    """Find out what a form would train. Runs in a thread."""
    from engine.process.outlook import outlook
    from engine.process.questions import Describe, Form
    from engine.process.tickets import CPU
    from engine.process.trial import trial_device, trial_environment

    form = Form.of(order, folders)
    yield {"outlook": outlook(order.device)}
    device = trial_device(order.device)
    if device is None:
        yield {"busy": "the GPU" if order.device in ("auto", "gpu") else order.device}
    question = Describe(form, measured=device is not None)
    environment = trial_environment(form.spec, device or CPU)
    alone = (device or CPU) != CPU
    yield from asking.through(lambda: standby.ask(question, environment, alone=alone))

"""How a search goes on, as a person and the search itself have decided so far."""

from __future__ import annotations

import time
from typing import NamedTuple

from engine.errors import Problem
from engine.run.commands import (
    CullTrial,
    FixValue,
    GoOn,
    Pause,
    Request,
    SetTrials,
    StopAfterEpoch,
    StopNow,
    words,
)
from engine.run.records import Applied
from engine.run.remedies import resume
from engine.run.search_records import SearchValue
from engine.search.consultation import Consultation
from engine.search.ledger import Ledger
from engine.search.open_trials import OpenTrials
from engine.search.wishes import Wishes


class Ending(NamedTuple):
    """How a search ended; see :class:`engine.run.records.Ended`."""

    outcome: str
    cause: str
    reason: str = ""
    remedy: str = ""


class Controls:
    """Carries out wishes.

    Args:
        name: What the search is called, for what to do next.
        consultation: Its oracle and ledger.
        ledger: Where receipt and effect are acknowledged.
        wishes: What a person asks for.
        trials: The trials under way.

    Attributes:
        is_paused: Whether no trial is begun and none trained.
        last: Why no trial is begun any more; empty while there is no reason.
        ending: How the search ends, once that is decided; trainings may be under way still.
        stood_still: Seconds for which it was paused.
    """

    def __init__(
        self,
        name: str,
        consultation: Consultation,
        ledger: Ledger,
        wishes: Wishes,
        trials: OpenTrials,
    ) -> None:
        self.is_paused = False
        self.last = ""
        self.ending: Ending | None = None
        self.stood_still = 0.0
        self._remedy = f"{resume(name)} goes on."
        self._consultation = consultation
        self._ledger = ledger
        self._wishes = wishes
        self._trials = trials
        self._after_trials: list[Request] = []

    def heed(self) -> None:
        """Carry out what has been asked for."""
        if self._wishes.is_ended:
            self._stop()
        for request in self._wishes.take():
            self._carry_out(request)

    def pause(self) -> None:
        """Begin no trial, and let those under way stand still."""
        self.is_paused = True
        self._trials.send(Pause)
        self._ledger.pause()

    def end_if_over(self) -> None:
        """Decide how the search ends, where no trial is under way and none will be begun."""
        if self.last and not self._trials and self.ending is None:
            outcome = "stopped" if self._after_trials else "done"
            remedy = self._remedy if self._after_trials else ""
            self.ending = Ending(outcome, self.last, remedy=remedy)

    def finish(self) -> None:
        """Answer every wish that is left."""
        for request in self._after_trials:
            self._ledger.applied(self._effect(request))
        for request in self._wishes.take():
            self._refuse(request, "The search is over.")

    def _carry_out(self, request: Request) -> None:
        match request.command:
            case StopNow():
                self._ledger.applied(self._effect(request))
                self._stop()
            case StopAfterEpoch():
                self._after_trials.append(request)
                self.last = "Stopped on request after the trials under way."
                self._go_on()
            case Pause() if self.is_paused:
                self._refuse(request, "It is paused already.")
            case Pause():
                self._ledger.applied(self._effect(request))
                self.pause()
            case GoOn() if not self.is_paused:
                self._refuse(request, "It is not paused.")
            case GoOn():
                self._ledger.applied(self._effect(request))
                self._go_on()
            case SetTrials(trials=trials):
                self._set(request, self._effect(request, trials=trials))
            case FixValue(name=name, value=value):
                self._set(request, self._effect(request, fixed={name: value}))
            case CullTrial(trial=number) if number not in self._trials:
                self._refuse(request, f"Trial {number} is not under way.")
            case CullTrial(trial=number):
                self._set(request, self._effect(request, culled=number))
                self._trials.cull(number)
            case _:
                self._refuse(request, "A search has no such thing; ask it of one of its trials.")

    def _set(self, request: Request, effect: Applied) -> None:
        try:
            self._consultation.apply(effect)
        except Problem as problem:
            self._refuse(request, problem.what)
            return
        if effect.trials is not None and not self._after_trials:
            self.last = ""

    def _stop(self) -> None:
        self.ending = self.ending or Ending("stopped", "Stopped on request.", remedy=self._remedy)

    def _go_on(self) -> None:
        if self.is_paused:
            self.is_paused = False
            self.stood_still += self._ledger.go_on()
            self._trials.send(GoOn)

    def _effect(
        self,
        request: Request,
        *,
        trials: int | None = None,
        fixed: dict[str, SearchValue] | None = None,
        culled: int | None = None,
    ) -> Applied:
        return Applied(
            at=time.time(),
            command=request.id,
            action=words(request.command),
            epoch=self._consultation.trained + self._trials.trained,
            step=len(self._consultation.ended),
            trials=trials,
            fixed=fixed or {},
            culled=culled,
        )

    def _refuse(self, request: Request, why: str) -> None:
        self._ledger.refused(request.id, words(request.command), why)

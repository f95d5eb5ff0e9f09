"""The oracle and the ledger together: nothing is asked or told that is not written.

An oracle cannot be saved so that it goes on exactly (the Bayesian one keeps its stream of chance to
itself). But it answers the same to the same words, so whoever takes a search up says them again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import msgspec

from engine.errors import Problem
from engine.insight.search_plan import Plan, plan
from engine.run.records import Applied, JournalRecord
from engine.run.search_records import OracleSaid, SearchSpec, TrialAsked, TrialEnded
from engine.search.ledger import Ledger
from engine.search.oracle import Answer, Oracle, Proposal
from engine.search.setting import names


class Consultation:
    """Asks and tells an oracle, and writes it down.

    Args:
        oracle: It has not been asked anything yet.
        ledger: Where it is written.
        search: What the search was asked for.

    Attributes:
        search: The same, with the number of trials that was set since.
        plan: What the search comes to.
        asked: Every trial by number.
        ended: What became of those that have ended.
        is_limited: Whether budgets count; not any more once a person has added trials.
    """

    def __init__(self, oracle: Oracle, ledger: Ledger, search: SearchSpec) -> None:
        self.search = search
        self.plan: Plan = plan(search)
        self.asked: dict[int, TrialAsked] = {}
        self.ended: dict[int, TrialEnded] = {}
        self.is_limited = True
        self._oracle = oracle
        self._ledger = ledger
        self._answer: Answer | None = None  # as long as nothing new was told

    def take_up(self, records: Iterable[JournalRecord]) -> set[int]:
        """Say everything again that was said; return the trials that a person wanted ended.

        Raises:
            Problem: The oracle does not answer what it answered then.
        """
        culled: set[int] = set()
        for record in records:
            match record:
                case TrialAsked():
                    self._compare(record, self._oracle.ask())
                    self.asked[record.trial] = record
                case OracleSaid():
                    said = self._oracle.ask()
                    if isinstance(said, Proposal) or said.value != record.answer:
                        raise _otherwise(f"It said {record.answer!r} once, and now does not.")
                case TrialEnded():
                    self._tell(record)
                case Applied():
                    self._apply(record)
                    culled |= {record.culled} if record.culled is not None else set()
        self._answer = None
        return culled

    def ask(self) -> TrialAsked | Answer:
        """Ask for a trial; once there is none, until the oracle was told something."""
        if self._answer is not None:
            return self._answer
        said = self._oracle.ask()
        if not isinstance(said, Proposal):
            self._answer = said
            self._ledger.tell(OracleSaid(at=time.time(), answer=said.value))
            return said
        like = self.asked[said.parent] if said.parent is not None else self._same(said)
        asked = TrialAsked(
            at=time.time(),
            trial=said.number,
            values=dict(said.values),
            epochs=said.epochs,
            from_epoch=said.from_epoch,
            parent=said.parent,
            iteration=said.iteration,
            bracket=said.bracket,
            rung=said.rung,
            runs=names(said.number, self.search.folds) if like is None else list(like.runs),
        )
        self._ledger.tell(asked)
        self.asked[asked.trial] = asked
        return asked

    def tell(self, record: TrialEnded) -> None:
        """Tell what became of a trial."""
        self._ledger.tell(record)
        self._tell(record)

    def apply(self, record: Applied) -> None:
        """Do what a person's wish asks of the oracle, and write it.

        Raises:
            Problem: It cannot be done.
        """
        self._apply(record)
        self._ledger.applied(record)

    def repeats(self, asked: TrialAsked) -> TrialEnded | None:
        """Return what became of the earlier trial whose trainings a new one has, if it is no child.

        Args:
            asked: The new one.
        """
        if asked.parent is not None:
            return None
        earlier = next(
            (n for n, each in self.asked.items() if n != asked.trial and each.runs == asked.runs),
            None,
        )
        return self.ended.get(earlier) if earlier is not None else None

    @property
    def trained(self) -> int:
        """Epochs that were trained for trials that have ended, folds counted."""
        return sum(each.trained for each in self.ended.values())

    @property
    def failed_last(self) -> int:
        """How many trials have failed since one did not."""
        count = 0
        for each in reversed(self.ended.values()):
            if each.outcome != "failed":
                break
            count += 1
        return count

    @property
    def is_complete(self) -> bool:
        """Whether every setting of the plan was begun."""
        begun = sum(each.parent is None for each in self.asked.values())
        return begun >= self.plan.settings

    def _compare(self, record: TrialAsked, said: Proposal | Answer) -> None:
        if not isinstance(said, Proposal) or (said.number, said.values, said.epochs) != (
            record.trial,
            record.values,
            record.epochs,
        ):
            raise _otherwise(f"Trial {record.trial} was another one.")

    def _same(self, said: Proposal) -> TrialAsked | None:
        """Return a trial that has ended and had the same values and epochs from the beginning."""
        for number, asked in self.asked.items():
            same = asked.values == said.values and asked.epochs == said.epochs
            if same and asked.parent is None and number in self.ended:
                return asked if self.ended[number].outcome in ("completed", "failed") else None
        return None

    def _tell(self, record: TrialEnded) -> None:
        self.ended[record.trial] = record
        self._oracle.tell(record.trial, record.score)
        self._answer = None

    def _apply(self, record: Applied) -> None:
        if record.trials is not None:
            self._oracle.set_trials(record.trials)
            self._replan(record.trials)
            self.is_limited = False
            self._answer = None
        for name, value in record.fixed.items():
            if all(each.name != name for each in self.search.space):
                raise Problem(f"{name} is not varied by this search.")
            self._oracle.fix(name, value)

    def _replan(self, trials: int) -> None:
        once = plan(msgspec.structs.replace(self.search, iterations=1)).trials
        iterations = -(-trials // once) if self.search.method == "hyperband" else 1
        self.search = msgspec.structs.replace(self.search, trials=trials, iterations=iterations)
        self.plan = plan(self.search)


def _otherwise(what: str) -> Problem:
    return Problem(
        f"The oracle does not answer as it did when the search was left. {what}",
        "Its ledger goes with the versions in run.json (keras-tuner, numpy): install those.",
    )

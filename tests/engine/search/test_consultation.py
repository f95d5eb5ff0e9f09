"""The oracle and its ledger: what was said once is said again, and nothing else."""

from __future__ import annotations

import pytest

from engine.errors import Problem
from engine.run.records import Applied
from engine.run.search_records import Dimension, OracleSaid, SearchSpec, TrialAsked, TrialEnded
from engine.search.consultation import Consultation
from engine.search.oracle import Answer, Oracle, Proposal

SEARCH = SearchSpec(
    method="random",
    space=[Dimension(name="dropout", options=[0.1, 0.2, 0.3])],
    objective="val_loss",
    direction="min",
    trials=3,
    epochs=2,
)


class Scripted(Oracle):
    """Proposes dropout after dropout, and remembers every word."""

    def __init__(self, *dropouts: float) -> None:
        self.words: list[tuple[object, ...]] = []
        self._dropouts = list(dropouts)

    def ask(self) -> Proposal | Answer:
        self.words.append(("ask",))
        number = sum(word == ("ask",) for word in self.words)
        if number > len(self._dropouts):
            return Answer.OVER
        return Proposal(number, {"dropout": self._dropouts[number - 1]}, 2)

    def tell(self, number: int, score: float | None) -> None:
        self.words.append(("tell", number, score))

    def set_trials(self, trials: int) -> None:
        self.words.append(("set", trials))

    def fix(self, name: str, value: object) -> None:
        self.words.append(("fix", name, value))


class Written:
    """A ledger that is kept in memory."""

    def __init__(self) -> None:
        self.records: list[object] = []

    def tell(self, record: object) -> None:
        self.records.append(record)

    applied = tell


def consulted(*dropouts: float, search: SearchSpec = SEARCH):
    oracle, ledger = Scripted(*dropouts), Written()
    return Consultation(oracle, ledger, search), oracle, ledger  # type: ignore[arg-type]


def ended(number: int, score: float | None, outcome: str = "completed") -> TrialEnded:
    return TrialEnded(at=1.0, trial=number, outcome=outcome, score=score)


def applied(**what: object) -> Applied:
    return Applied(at=1.0, command="c", action="set", epoch=0, step=0, **what)  # type: ignore[arg-type]


def test_whoever_takes_a_search_up_says_the_same_words_in_the_same_order():
    first, oracle, ledger = consulted(0.1, 0.2)
    first.ask()
    first.apply(applied(fixed={"dropout": 0.2}))
    first.tell(ended(1, 0.5))
    first.ask()
    first.apply(applied(trials=5))
    first.tell(ended(2, None, "failed"))
    assert first.ask() is Answer.OVER
    assert first.ask() is Answer.OVER  # nothing was told since: the oracle is not asked again
    again, same_oracle, silent = consulted(0.1, 0.2)
    again.take_up(ledger.records)
    assert same_oracle.words == oracle.words
    assert silent.records == []
    assert (again.search.trials, again.is_limited) == (5, False)
    assert again.failed_last == 1
    assert list(again.ended) == [1, 2]


def test_an_oracle_that_answers_otherwise_is_not_gone_on_with():
    first, _, ledger = consulted(0.1)
    first.ask()
    for dropouts in ((0.2,), ()):
        other, _, _ = consulted(*dropouts)
        with pytest.raises(Problem, match="does not answer as it did"):
            other.take_up(ledger.records)
    over, _, _ = consulted(0.1)
    with pytest.raises(Problem, match="does not answer as it did"):
        over.take_up([OracleSaid(at=1.0, answer="over")])


def test_who_was_to_be_culled_is_remembered():
    first, _, ledger = consulted(0.1)
    first.ask()
    first.apply(applied(culled=1))
    again, _, _ = consulted(0.1)
    assert again.take_up(ledger.records) == {1}


def test_the_same_setting_again_is_not_trained_again():
    consultation, _, _ = consulted(0.1, 0.1, 0.3)
    first = consultation.ask()
    consultation.tell(ended(1, 0.5))
    second, third = consultation.ask(), consultation.ask()
    assert isinstance(first, TrialAsked)
    assert isinstance(second, TrialAsked)
    assert isinstance(third, TrialAsked)
    assert second.runs == first.runs == ["t001"]
    assert consultation.repeats(second) == ended(1, 0.5)
    assert third.runs == ["t003"]
    assert consultation.repeats(third) is None


def test_a_setting_that_was_culled_may_be_tried_again():
    consultation, _, _ = consulted(0.1, 0.1)
    consultation.ask()
    consultation.tell(ended(1, None, "culled"))
    second = consultation.ask()
    assert isinstance(second, TrialAsked)
    assert second.runs == ["t002"]


def test_only_what_is_varied_can_be_fixed():
    consultation, oracle, _ = consulted(0.1)
    with pytest.raises(Problem, match="units is not varied"):
        consultation.apply(applied(fixed={"units": [3]}))
    assert oracle.words == []

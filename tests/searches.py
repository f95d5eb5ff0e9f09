"""Searches whose folders a test writes as a coordinator would: ledger, status, trials with curves.

No oracle is asked and no worker started, so a search of 23 trials costs some milliseconds. What a
test does not say is a Hyperband of mnist over four hyperparameters, whose coordinator is this
process, so that it counts as live.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from engine.catalog import Catalog
from engine.process.order import Order
from engine.run.files import Appender, replace
from engine.run.folder import RunFolder, create
from engine.run.identity import Identity
from engine.run.importance import Dependence, Importance
from engine.run.records import (
    Applied,
    Ended,
    Epoch,
    JournalRecord,
    Notice,
    RunSpec,
    Started,
    Status,
    encode,
)
from engine.run.search_records import (
    Dimension,
    OracleSaid,
    SearchSpec,
    SearchValue,
    TrialAsked,
    TrialEnded,
)
from engine.run.search_view import SearchView

SPACE = [
    Dimension(name="batch_size", options=[5, 10, 100]),
    Dimension(name="dropout", low=0.1, high=0.5),
    Dimension(name="optimizer", options=["rmsprop", "adam", "adadelta"]),
    Dimension(name="learning_rate", low=1e-4, high=1e-1, log=True),
]
"""What is varied, where a test does not say."""

_RUNGS = {2: [(1, 9), (3, 3), (9, 1)], 1: [(3, 5), (9, 2)], 0: [(9, 3)]}
"""Of a Hyperband of at most 9 epochs with factor 3: epochs and trials of each bracket's rungs."""

_ENDED_TRAINING = "Every epoch that was asked for is trained."


class WrittenSearch:
    """A search whose folder a test writes.

    Args:
        runs: The runs folder.
        name: The search's name.
        recipe: What is trained, on its sample.
        preset: The recipe's preset; None for the first.
        pid: The coordinator's process; this one by default, so that the search counts as live.
        **search: Fields of :class:`~engine.run.search_records.SearchSpec` that differ from a
            Hyperband with at most 9 epochs and factor 3 over :data:`SPACE`.

    Attributes:
        folder: Its folder.
        spec: What ``run.json`` says.
        asked: The trials so far, by number.
        ended: What became of them.
    """

    def __init__(
        self,
        runs: Path,
        name: str = "mnist-dropout-hyperband-k3f9",
        *,
        recipe: str = "mnist",
        preset: str | None = None,
        pid: int | None = None,
        **search: object,
    ) -> None:
        usual: dict[str, object] = {
            "method": "hyperband",
            "space": SPACE,
            "objective": "val_loss",
            "direction": "min",
            "epochs": 9,
        }
        self.search = SearchSpec(**{**usual, **search})  # type: ignore[arg-type]
        order = Order(
            entry=Catalog.load().find(recipe),
            preset=preset,
            changes={"epochs": self.search.epochs},
            data="sample",
            name=name,
        )
        command = order.command().replace("dlconsole train", "dlconsole search", 1)
        spec = order.spec()
        self.spec: RunSpec = msgspec.structs.replace(spec, search=self.search, command=command)
        self.folder: RunFolder = create(runs, self.spec, {})
        self.asked: dict[int, TrialAsked] = {}
        self.ended: dict[int, TrialEnded] = {}
        self._pid = pid
        self._now = time.time()
        self._generation = 0
        self.taken_up()

    def write(self, *records: JournalRecord) -> WrittenSearch:
        """Append records to the ledger."""
        _append(self.folder, records)
        return self

    def taken_up(self) -> WrittenSearch:
        """Write that a coordinator takes it up; every further call is a resume."""
        self._generation += 1
        self.write(_started(self._generation, self._pid))
        return self.status()

    def ask(
        self,
        values: Mapping[str, SearchValue] | None = None,
        *,
        epochs: int | None = None,
        parent: int | None = None,
        **place: int,
    ) -> int:
        """Write that the oracle proposed a trial, and return its number.

        Args:
            values: Its setting; something of the space by default, and the parent's of a promoted
                trial.
            epochs: To how many epochs it is trained; all by default.
            parent: The trial it goes on from.
            **place: Its ``iteration``, ``bracket`` and ``rung``.
        """
        number = len(self.asked) + 1
        before = self.asked.get(parent or 0)
        if before is not None:
            values, runs = before.values, before.runs
        else:
            folds = range(1, self.search.folds + 1)
            runs = [f"t{number:03d}-f{fold}" for fold in folds] or [f"t{number:03d}"]
        self.asked[number] = TrialAsked(
            at=self._clock(),
            trial=number,
            values=dict(values) if values is not None else self._setting(number),
            epochs=epochs or self.search.epochs,
            from_epoch=before.epochs if before is not None else 0,
            parent=parent,
            runs=list(runs),
            **place,
        )
        self.write(self.asked[number])
        return number

    def score(self, number: int, *scores: float, seconds: float = 31.0) -> WrittenSearch:
        """Write that a trial was trained to its end.

        Args:
            number: The trial.
            scores: Its score, or that of each fold.
            seconds: What the training took.
        """
        asked = self.asked[number]
        mean = sum(scores) / len(scores)
        squares = sum((each - mean) ** 2 for each in scores)
        self.ended[number] = TrialEnded(
            at=self._clock(),
            trial=number,
            outcome="completed",
            score=mean,
            scores=list(scores),
            spread=math.sqrt(squares / (len(scores) - 1)) if len(scores) > 1 else None,
            best_epoch=asked.epochs,
            epochs=asked.epochs,
            trained=(asked.epochs - asked.from_epoch) * len(asked.runs),
            seconds=seconds,
        )
        return self.write(self.ended[number])

    def fail(
        self, number: int, cause: str = "The loss became NaN at step 41.", reason: str = "nan"
    ) -> WrittenSearch:
        """Write that a trial failed."""
        return self._end_trial(number, outcome="failed", reason=reason, cause=cause, trained=1)

    def cull(self, number: int) -> WrittenSearch:
        """Write that a person ended a trial."""
        return self._end_trial(number, outcome="culled", cause="A person ended it.", trained=1)

    def repeat(self, number: int, earlier: int) -> WrittenSearch:
        """Write that a trial is the same setting as an earlier one."""
        return self._end_trial(
            number,
            outcome="repeated",
            score=self.ended[earlier].score,
            cause=f"The same setting as trial {earlier}.",
        )

    def wait(self) -> WrittenSearch:
        """Write that the oracle waits for the trials under way."""
        return self.write(OracleSaid(at=self._clock(), answer="wait"))

    def notice(self, text: str, level: str = "warning") -> WrittenSearch:
        """Write a notice."""
        return self.write(Notice(at=self._clock(), level=level, text=text))

    def apply(self, command: str, action: str, **what: object) -> WrittenSearch:
        """Write that a command took effect: ``apply("1", "set trials to 40", trials=40)``."""
        record = Applied(
            at=self._clock(),
            command=command,
            action=action,
            epoch=0,
            step=len(self.ended),
            **what,  # type: ignore[arg-type]
        )
        return self.write(record)

    def curve(
        self,
        number: int,
        values: Sequence[float],
        *,
        fold: int = 0,
        live: bool = False,
        cause: str = "",
    ) -> RunFolder:
        """Write the folder of one of a trial's trainings.

        Args:
            number: The trial.
            values: The objective after each of its epochs.
            fold: Which fold, from 1; 0 without folds.
            live: Whether it is being trained: a little of the next epoch is done too.
            cause: Of a training that failed: why.
        """
        asked = self.asked[number]
        spec = msgspec.structs.replace(
            self.spec,
            name=asked.runs[max(fold, 1) - 1],
            search=None,
            values={**self.spec.values, **asked.values},
            fold=fold,
            folds=self.search.folds,
            baselines=number == 1,
        )
        folder = create(self.folder.trials, spec, {})
        metric = self.search.objective
        other = metric.removeprefix("val_") if metric.startswith("val_") else f"val_{metric}"
        epochs = [
            Epoch(
                at=self._clock(),
                epoch=epoch,
                step=epoch * 12,
                seconds=3.1,
                metrics={metric: value, other: value * 0.9},
            )
            for epoch, value in enumerate(values, start=1)
        ]
        status = Status(
            phase="training" if live else "ended",
            generation=1,
            device="cpu",
            epoch=len(epochs),
            epochs=asked.epochs,
            step=6 if live else 0,
            steps=12,
            metrics=epochs[-1].metrics if epochs else {},
            epoch_seconds=3.1,
            outcome="" if live else ("failed" if cause else "done"),
            cause="" if live else (cause or _ENDED_TRAINING),
            updated=time.time(),
            next_word_seconds=600.0,
        )
        last = Ended(
            at=self._clock(),
            outcome=status.outcome,
            cause=status.cause,
            epochs=len(epochs),
            seconds=31.0,
        )
        _append(folder, [_started(1, self._pid), *epochs, *([] if live else [last])])
        replace(folder.status, encode(status), durable=False)
        return folder

    def status(self, phase: str = "searching", **fields: object) -> WrittenSearch:
        """Write the status file, worked out from the trials so far.

        Args:
            phase: What the search is busy with.
            **fields: Fields of :class:`~engine.run.records.Status` that differ from that.
        """
        view = SearchView(self.folder)
        view.refresh()
        best = view.best()
        done, planned = len(self.ended), max(self.search.trials, len(self.asked))
        usual: dict[str, object] = {
            "detail": f"trial {len(self.asked)} of {planned}",
            "generation": self._generation,
            "device": "cpu",
            "epoch": sum(each.trained for each in self.ended.values()),
            "step": done,
            "steps": planned,
            "best": best.score if best is not None else None,
            "metrics": {self.search.objective: best.score} if best is not None else {},
            "seconds": 700.0,
            "updated": time.time(),
            "next_word_seconds": 600.0,
        }
        status = Status(phase=phase, **{**usual, **fields})  # type: ignore[arg-type]
        replace(self.folder.status, encode(status), durable=False)
        return self

    def end(self, outcome: str = "done", cause: str = "", remedy: str = "") -> WrittenSearch:
        """Write the last word."""
        cause = cause or f"Plan complete: {len(self.ended)} trials."
        trained = sum(each.trained for each in self.ended.values())
        self.write(
            Ended(
                at=self._clock(),
                outcome=outcome,
                cause=cause,
                remedy=remedy,
                epochs=trained,
                seconds=700.0,
            )
        )
        planned = {"steps": len(self.ended), "detail": ""} if outcome == "done" else {}
        return self.status("ended", outcome=outcome, cause=cause, remedy=remedy, **planned)

    def matter(self, explained: float = 0.71) -> WrittenSearch:
        """Write what mattered: the hyperparameters in the order of the space."""
        shares = [0.61, 0.22, 0.12, 0.05]
        found = [
            Dependence(
                name=each.name,
                share=share,
                spread=0.04,
                values=_some_values(each),
                scores=[0.09, 0.07, 0.12],
            )
            for each, share in zip(self.search.space, shares, strict=False)
        ]
        record = Importance(trials=len(self.ended), explained=explained, hyperparameters=found)
        replace(self.folder.importance, encode(record), durable=False)
        return self

    def _setting(self, number: int) -> dict[str, SearchValue]:
        """Return some setting of the space, another one for each trial."""
        values: dict[str, SearchValue] = {}
        for place, each in enumerate(self.search.space):
            if each.options:
                values[each.name] = each.options[(number + place) % len(each.options)]
                continue
            share = (number * (0.382 + place * 0.11)) % 1.0
            values[each.name] = _within(each, share)
        return values

    def _end_trial(self, number: int, **fields: object) -> WrittenSearch:
        self.ended[number] = TrialEnded(at=self._clock(), trial=number, seconds=4.0, **fields)  # type: ignore[arg-type]
        return self.write(self.ended[number])

    def _clock(self) -> float:
        """Return a time, later than each one before."""
        self._now += 1e-3
        return self._now


def hyperband(
    runs: Path, ended: int = 23, *, curves: bool = True, name: str = "", **search: object
) -> WrittenSearch:
    """Write a Hyperband of at most 9 epochs with factor 3: 23 trials in three brackets.

    Trial 7 failed. Where it has not ended yet, the trial after the last that did is under way.

    Args:
        runs: The runs folder.
        ended: How many trials have ended.
        curves: Whether the trials have folders with curves.
        name: The search's name.
        **search: As for :class:`WrittenSearch`.
    """
    written = WrittenSearch(runs, **({"name": name} if name else {}), trials=0, **search)  # type: ignore[arg-type]
    for bracket, plan in _RUNGS.items():
        before: list[int] = []
        for rung, (epochs, trials) in enumerate(plan):
            numbers = []
            for number in range(1, trials + 1):
                if len(written.asked) > ended:
                    break
                ranked = sorted(before, key=lambda each: written.ended[each].score or math.inf)
                parent = ranked[number - 1] if ranked else None
                place = {"bracket": bracket, "rung": rung}
                trial = written.ask(epochs=epochs, parent=parent, **place)
                numbers.append(trial)
                if trial > ended:
                    break
                if trial == 7:
                    written.fail(trial)
                else:
                    written.score(trial, _losses(written, trial)[-1])
            before = numbers
    if curves:
        _write_curves(written)
    planned = {"steps": 23, "epochs": 75}
    under_way = len(written.asked)
    written.status(left_seconds=540.0, detail=f"trial {under_way} of 23", **planned)
    return written.end() if ended >= 23 else written


def _losses(written: WrittenSearch, number: int) -> list[float]:
    """Return the losses of a trial's run from its first epoch on; promotion changes none."""
    asked = written.asked[number]
    first = int(asked.runs[0][1:4])
    floor = 0.0691 + 0.004 * ((first * 7) % 11)
    return [floor + 0.12 / epoch for epoch in range(1, asked.epochs + 1)]


def _write_curves(written: WrittenSearch) -> None:
    """Write each run once, as far as the last trial that trained it came."""
    last = {asked.runs[0]: number for number, asked in written.asked.items()}
    for number in last.values():
        ended = written.ended.get(number)
        if ended is None:
            so_far = max(1, written.asked[number].epochs - 1)
            written.curve(number, _losses(written, number)[:so_far], live=True)
        elif ended.outcome == "failed":
            written.curve(number, [], cause=ended.cause)
        else:
            written.curve(number, _losses(written, number))


def _some_values(dimension: Dimension) -> list[SearchValue]:
    """Return three values of a dimension."""
    return dimension.options[:3] or [_within(dimension, share) for share in (0.0, 0.5, 1.0)]


def _within(dimension: Dimension, share: float) -> SearchValue:
    """Return the value that lies so far, from 0 to 1, on the way through a range."""
    low, high = dimension.low or 0.0, dimension.high or 1.0
    value = low * (high / low) ** share if dimension.log else low + (high - low) * share
    value = float(f"{value:.3g}")
    if dimension.layers is not None:
        return [round(value)] * dimension.layers[1]
    return round(value) if dimension.whole else value


def _started(generation: int, pid: int | None) -> Started:
    own = Identity.own()
    return Started(
        at=time.time(),
        generation=generation,
        pid=own.pid if pid is None else pid,
        start_ticks=own.start_ticks if pid is None else 1,
        boot_id=own.boot_id,
        host=own.host,
    )


def _append(folder: RunFolder, records: Sequence[JournalRecord]) -> None:
    journal = Appender(folder.journal)
    try:
        journal.extend(encode(each) for each in records)
    finally:
        journal.close()

"""A run as a console sees it: its folder read again and again, each time only what is new.

A later generation voids what earlier ones said beyond the epoch it went on from, so an epoch is
never shown twice. Of progress and devices only the end is read.
"""

from __future__ import annotations

import os

from engine.errors import Problem
from engine.run.evidence import Evidence, gather
from engine.run.folder import RunFolder
from engine.run.records import (
    JOURNAL_DECODER,
    Applied,
    Described,
    Devices,
    Ended,
    Epoch,
    JournalRecord,
    Notice,
    Progress,
    Received,
    Refused,
    RunSpec,
    Sample,
    Snapshot,
    Started,
    Status,
    decoder,
)
from engine.run.silence import Silence
from engine.run.state import Verdict, judge
from engine.run.tail import Tail

_RECENT_BYTES = 64 * 1024
_DEVICE_BYTES = 256 * 1024  # some ten minutes of a machine with a GPU

_MOST_SAMPLES, _DENSE_SAMPLES = 512, 128
"""Samples that are kept, and how many of them, the latest, without gaps: a run of days makes tens
of thousands, a few kilobytes each."""


class RunView:
    """Everything a screen shows of one run.

    Args:
        folder: The run.

    Attributes:
        spec: What was asked for; None where ``run.json`` is damaged.
        verdict: What the run is doing, by evidence.
        status: The last readable ``status.json``.
        started: The latest generation's first record.
        ended: Its last one.
        described: What is trained on what.
        epochs: The epochs that count, in order.
        samples: The samples that count, the older ones thinned where there are many.
        notices: All notices.
        commands: ``(id, action, "received" | "applied" | "refused: why")`` in the order of arrival.
        applied: How each applied command took effect, by id; once for every command, also where a
            later generation applied it anew.
        snapshot: The latest snapshot; None before there is one.
        progress: The last progress lines of the current generation.
        devices: The last device readings.
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.spec: RunSpec | None = None
        self.status: Status | None = None
        self.started: Started | None = None
        self.ended: Ended | None = None
        self.described: Described | None = None
        self.epochs: list[Epoch] = []
        self.samples: list[Sample] = []
        self.notices: list[Notice] = []
        self.commands: list[tuple[str, str, str]] = []
        self.applied: dict[str, Applied] = {}
        self.snapshot: Snapshot | None = None
        self.progress: list[Progress] = []
        self.devices: list[Devices] = []
        self.verdict = Verdict("starting", True, "")
        self._silence = Silence()
        self._faults: tuple[str, ...] = ()
        self._journal: Tail[JournalRecord] = Tail(folder.journal, JOURNAL_DECODER)
        self._progress = Tail(folder.progress, decoder(Progress), last=_RECENT_BYTES)
        self._devices = Tail(folder.devices, decoder(Devices), last=_DEVICE_BYTES)

    @property
    def damaged(self) -> int:
        """Whole lines of the run's files that could not be read."""
        return self._journal.damaged + self._progress.damaged + self._devices.damaged

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with files that are there, a sentence for each."""
        tails = (self._journal, self._progress, self._devices)
        found = [f"{tail.name} cannot be read: {tail.fault}." for tail in tails if tail.fault]
        return (*self._faults, *found)

    def refresh(self) -> bool:
        """Read what is new; say whether anything a screen shows has changed."""
        before = (self.verdict, self.status, self.damaged, self.faults)
        if self.spec is None:
            try:
                self.spec = self.folder.read_spec()
            except Problem:
                self.spec = None
        changed = False

        def words() -> tuple[Started | None, Ended | None]:
            nonlocal changed
            changed = self.apply(*self._journal.read())
            return self.started, self.ended

        evidence = gather(self.folder, words, self._silence)
        changed |= self._refresh_recent()
        self.status = evidence.status or self.status
        self.verdict = judge(evidence)
        self._faults = self._damage(evidence)
        return changed or before != (self.verdict, self.status, self.damaged, self.faults)

    def _damage(self, evidence: Evidence) -> tuple[str, ...]:
        """Say which of the files that are replaced whole make no sense."""
        found = [] if self.spec is not None or not evidence.damage else [evidence.damage]
        if evidence.status is None and os.path.lexists(self.folder.status):
            found.append("Its status.json makes no sense.")
        return tuple(found)

    def apply(self, records: list[JournalRecord], anew: bool = False) -> bool:
        """Take up journal records; say whether there were any.

        Args:
            records: In the order in which they were written.
            anew: Whether the journal was begun anew, so that nothing earlier counts.
        """
        if anew:
            self.epochs, self.samples, self.notices, self.commands = [], [], [], []
            self.started = self.ended = self.described = self.snapshot = None
            self.applied = {}
        for record in records:
            match record:
                case Epoch():
                    self.epochs.append(record)
                case Started():
                    self._begin(record)
                case Sample():
                    self._keep(record)
                case Notice():
                    self.notices.append(record)
                case Described():
                    self.described = record
                case Received():
                    self.commands.append((record.command, record.action, "received"))
                case Applied():
                    if record.command not in self.applied:
                        self.commands.append((record.command, record.action, "applied"))
                    self.applied[record.command] = record
                case Refused():
                    fate = f"refused: {record.why}"
                    self.commands.append((record.command, record.action, fate))
                case Snapshot():
                    self.snapshot = record
                case Ended():
                    self.ended = record
        return bool(records) or anew

    def curve(self, metric: str) -> tuple[list[float], list[float]]:
        """Return the epochs that have a metric and its values."""
        points = [
            (each.epoch, each.metrics[metric]) for each in self.epochs if metric in each.metrics
        ]
        return [float(x) for x, _ in points], [y for _, y in points]

    def metric_names(self) -> list[str]:
        """Return the metrics of the epochs, without ``val_``; the loss first."""
        names = dict.fromkeys(
            name.removeprefix("val_") for each in self.epochs[-1:] for name in each.metrics
        )
        return sorted(names, key=lambda name: name != "loss")

    def _begin(self, started: Started) -> None:
        self.started, self.ended = started, None
        self.epochs = [each for each in self.epochs if each.epoch <= started.from_epoch]
        self.samples = [each for each in self.samples if each.epoch <= started.from_epoch]
        if self.snapshot is not None and self.snapshot.step > started.from_step:
            self.snapshot = None
        self.progress = []

    def _keep(self, sample: Sample) -> None:
        self.samples.append(sample)
        if len(self.samples) > _MOST_SAMPLES:
            self.samples = self.samples[:-_DENSE_SAMPLES:2] + self.samples[-_DENSE_SAMPLES:]

    def _refresh_recent(self) -> bool:
        progress, devices = self._progress.read(), self._devices.read()
        generation = self.started.generation if self.started else 1
        self.progress = [] if progress.anew else self.progress
        self.progress += [each for each in progress.records if each.generation == generation]
        self.devices = ([] if devices.anew else self.devices) + devices.records
        # What a screen shows is the end; more is not kept.
        self.progress, self.devices = self.progress[-1000:], self.devices[-1000:]
        return bool(progress.records or devices.records)

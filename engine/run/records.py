"""Every record a run folder can hold: one declaration for the writer, the reader and the docs.

``journal.jsonl`` holds few, typed records (:data:`JournalRecord`), one JSON object a line;
``progress.jsonl`` and ``devices.jsonl`` hold one kind each; ``status.json`` and ``run.json`` are
one object each. Readers ignore fields and skip record types that they do not know, so that an older
console can look at a newer run.

JSON has no NaN and no infinities, and a diverging training is exactly when a person looks. They are
written as the strings ``"nan"``, ``"inf"`` and ``"-inf"`` and read back as numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from engine.devices.readings import GpuReading, HostReading
from engine.run.record import Record
from engine.run.search_records import OracleSaid, SearchSpec, SearchValue, TrialAsked, TrialEnded

Metrics = dict[str, float]
"""Values by metric name; those on the validation part start with ``val_``."""


class Started(Record, frozen=True, kw_only=True, tag_field="type", tag="started"):
    """A worker took up the run. Voids what earlier generations said after ``from_epoch``."""

    generation: int
    """1 for the first worker of a run, one more for each later one."""
    from_epoch: int = 0
    """Epochs that count as done; records of earlier generations beyond it are void."""
    from_step: int = 0
    """Training steps that count as done since the beginning of the run."""
    pid: int
    """The worker's process."""
    start_ticks: int | None = None
    """When that process began, in the kernel's ticks: tells it from a later one of the same pid."""
    boot_id: str | None = None
    """Which boot of the machine it was."""
    host: str
    """The machine's name."""
    cgroup: list[str] = []
    """The control groups it belongs to, as the kernel names them."""
    oom_kills: int | None = None
    """Processes that the kernel had killed for memory in the worker's cgroup when it began."""
    versions: dict[str, str] = {}
    """Versions of Python and of the packages that decide about numbers."""
    cpu: str = ""
    """The kind of processor; together with versions and threads it decides about the last bits."""
    device: str = ""
    """The device it was given: ``cpu`` or ``gpu:N``."""
    lock_inode: int | None = None
    """The lock file's inode number. In a copy of the folder it is another one, so that what is
    known of the worker is not taken for something about the copy."""
    exact: bool = True
    """Whether it goes on exactly; a first generation does."""


class Described(Record, frozen=True, kw_only=True, tag_field="type", tag="described"):
    """What is being trained on what, known once data and network are built."""

    data: str
    """Where the data came from, in words."""
    synthetic: bool = False
    """Whether the data is generated rather than observed."""
    rows: dict[str, int] = {}
    """Rows of each part: ``train``, ``val``, ``test``."""
    parameters: int = 0
    """Trainable and other weights of the network."""
    layers: list[tuple[str, str, int]] = []
    """Each layer's kind, output shape and parameters (the first 200)."""
    layer_names: list[str] = []
    """What the network calls each of these layers."""
    layer_trainable: list[int] = []
    """How many parameters of each of these layers training changes: none of a frozen one, and of a
    normalisation all but its running statistics."""
    trainable: int | None = None
    """How many parameters of the whole network training changes."""
    device: str = ""
    """The device the backend places the network on."""
    steps_per_epoch: int = 0
    """Batches in an epoch."""


class Epoch(Record, frozen=True, kw_only=True, tag_field="type", tag="epoch"):
    """An epoch is complete, validation included."""

    epoch: int
    """Which one; the first is 1."""
    step: int
    """Training steps since the beginning of the run."""
    seconds: float
    """How long it took, validation included."""
    metrics: Metrics
    """What Keras reports at its end."""
    learning_rate: float | None = None
    """The optimizer's, in the epoch's last step."""


class Misses(msgspec.Struct, frozen=True, kw_only=True):
    """By how much predicted numbers miss the actual ones, in the target's unit."""

    rows: int
    """Rows of the validation part that were looked at."""
    edges: list[float]
    """Edges of the bins of :attr:`counts`: one more than there are bins, alike on both sides of 0.
    What misses by more is counted in the outermost bins."""
    counts: list[int]
    """Rows in each bin, by predicted minus actual."""
    median: float
    """Half of the rows are missed by at most this much."""
    most: float
    """Nine rows in ten are missed by at most this much."""
    mean: float
    """The mean of predicted minus actual: above 0, predictions are too high."""
    lost: int = 0
    """Rows for which no number was predicted."""


class Sample(Record, frozen=True, kw_only=True, tag_field="type", tag="sample"):
    """What the network says at this point about a few fixed examples; under 4 kB."""

    epoch: int
    """After which epoch."""
    kind: str
    """How it is to be shown: ``predictions`` are predicted beside actual values, ``digits`` are
    pictures, ``reviews`` are texts."""
    columns: list[str] = []
    """Headings of :attr:`rows`."""
    rows: list[list[str]] = []
    """Cells, ready to be shown."""
    pictures: list[str] = []
    """A picture for each row, eight at most: 256 hexadecimal digits, 16 rows of 16 grey levels."""
    misses: Misses | None = None
    """Of predicted numbers, how far off they are over many rows more than are shown."""


class Notice(Record, frozen=True, kw_only=True, tag_field="type", tag="notice"):
    """Something a person should know while the run goes on."""

    level: str
    """``info`` or ``warning``."""
    text: str
    """One or two sentences."""


class Received(Record, frozen=True, kw_only=True, tag_field="type", tag="received"):
    """The worker has read a command; it will be applied at the end of the current compiled call."""

    command: str
    """The command's id."""
    action: str
    """What was asked, in words."""


class Refused(Record, frozen=True, kw_only=True, tag_field="type", tag="refused"):
    """A command cannot take effect."""

    command: str
    """The command's id."""
    action: str
    """What was asked, in words."""
    why: str
    """The reason, in a sentence."""


class Applied(Record, frozen=True, kw_only=True, tag_field="type", tag="applied"):
    """A command has taken effect.

    What it set is set again, at the same place, by a worker that goes on from an earlier snapshot.
    """

    command: str
    """The command's id."""
    action: str
    """What was done, in words."""
    epoch: int
    """Complete epochs at that moment."""
    step: int
    """Training steps at that moment, since the beginning of the run."""
    epochs: int | None = None
    """The number of epochs that was set."""
    learning_rate: float | None = None
    """The learning rate that was set."""
    trials: int | None = None
    """Of a search: the number of trials that was set."""
    fixed: dict[str, SearchValue] = {}
    """Of a search: what is not varied any more, and the value it has from here on."""
    culled: int | None = None
    """Of a search: the trial that was ended."""


class Snapshot(Record, frozen=True, kw_only=True, tag_field="type", tag="snapshot"):
    """All that is needed to go on from here was written."""

    epoch: int
    """Complete epochs."""
    step: int
    """Training steps since the beginning of the run."""
    file: str
    """Its name within ``snapshots/``."""
    size: int
    """In bytes."""
    seconds: float
    """How long writing it kept the training waiting."""


class Ended(Record, frozen=True, kw_only=True, tag_field="type", tag="ended"):
    """The worker's last word."""

    outcome: str
    """``done``, ``stopped`` (on request) or ``failed``."""
    reason: str = ""
    """What a failure was: ``data``, ``settings``, ``memory``, ``nan``, ``disk``, ``device`` or
    ``defect``."""
    cause: str = ""
    """What happened, in one sentence."""
    remedy: str = ""
    """What to do next, in one sentence."""
    epochs: int = 0
    """Complete epochs."""
    seconds: float = 0.0
    """From the worker's start to its end."""


JournalRecord = (
    Started
    | Described
    | Epoch
    | Sample
    | Notice
    | Received
    | Refused
    | Applied
    | Snapshot
    | Ended
    | TrialAsked
    | OracleSaid
    | TrialEnded
)
"""What ``journal.jsonl`` holds."""


class Progress(Record, frozen=True, kw_only=True):
    """A line of ``progress.jsonl``: where within an epoch the training is."""

    epoch: int
    """The epoch under way; the first is 1."""
    step: int
    """Steps done in this epoch."""
    steps: int
    """Steps of this epoch."""
    metrics: Metrics = {}
    """Running means over the epoch so far."""
    generation: int = 1
    """Which worker wrote it."""


class Devices(Record, frozen=True, kw_only=True):
    """A line of ``devices.jsonl``: what the machine was doing."""

    host: HostReading
    """Processor, memory and disk."""
    gpus: list[GpuReading] = []
    """One reading a GPU; empty where there is none."""


class Status(msgspec.Struct, kw_only=True, omit_defaults=True):
    """``status.json``: all that a list of runs reads. Replaced at most once a second."""

    phase: str
    """``queued``, ``starting``, ``fetching``, ``loading``, ``building``, ``training``,
    ``validating``, ``searching``, ``paused``, ``reporting`` or ``ended``."""
    detail: str = ""
    """What the phase is busy with, in a few words."""
    generation: int = 0
    """Which worker wrote it."""
    device: str = ""
    """The device that worker was given: ``cpu`` or ``gpu:N``."""
    epoch: int = 0
    """Complete epochs (of a search, those of all its trials)."""
    epochs: int = 0
    """Epochs in all (of a search, as planned; 0 where its method cannot tell)."""
    step: int = 0
    """Steps done in the epoch under way (bytes fetched, while fetching; of a search, trials that
    have ended)."""
    steps: int = 0
    """Steps of the epoch under way (bytes to fetch, while fetching; of a search, trials in all)."""
    seconds: float = 0.0
    """Since the worker began."""
    epoch_seconds: float | None = None
    """What an epoch takes at present."""
    left_seconds: float | None = None
    """Expected until training ends."""
    samples_per_second: float | None = None
    """Training rows per second at present."""
    metrics: Metrics = {}
    """Of the last complete epoch; before there is one, the running means."""
    learning_rate: float | None = None
    """The optimizer's at present."""
    snapshot_epoch: float | None = None
    """Where the last snapshot stands: complete epochs, and the part of the one under way."""
    best: float | None = None
    """The best value of the monitored metric so far."""
    best_epoch: int = 0
    """The epoch it belongs to."""
    outcome: str = ""
    """As in :class:`Ended`, once there is one."""
    cause: str = ""
    """As in :class:`Ended`."""
    remedy: str = ""
    """As in :class:`Ended`."""
    updated: float = 0.0
    """When this was written; seconds since 1970."""
    next_word_seconds: float = 5.0
    """How soon the worker promises to write again."""


class DataChoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which data a run learns from."""

    kind: str
    """``official``, ``sample`` or ``own``."""
    path: str = ""
    """Where data of a person's own lies; absolute."""
    target: str = ""
    """The column (or label) that is learned."""


class RunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """``run.json``: what was asked for. Written once."""

    name: str
    """The run's name, and that of its folder when it was made."""
    recipe: str
    """The recipe's name."""
    preset: str
    """The preset's name."""
    values: dict[str, int | float | str | bool | list[int]]
    """Every hyperparameter."""
    data: DataChoice
    """Which data."""
    seed: int
    """Decides initial weights, the order of batches and every other draw of the training."""
    split_seed: int
    """Decides which rows are train, val and test."""
    backend: str
    """Keras' backend: ``tensorflow`` or ``jax``."""
    device: str
    """``auto``, ``cpu`` or ``gpu:N``."""
    threads: int
    """Threads that an operation may use on the CPU; they decide about the last bits."""
    deterministic: bool | None = None
    """Whether every operation has to give the same bits each time. None: on the CPU yes, where it
    costs nothing measurable; on a GPU no."""
    snapshots: str = "auto"
    """When to write what is needed to go on exactly: ``auto`` (after epochs and every minute, as
    long as that costs at most 2 % of the time), ``epoch`` (after each one) or ``off``."""
    monitor: str
    """The metric by which the best epoch is chosen."""
    monitor_mode: str
    """``min`` or ``max``."""
    command: str
    """The command line that asks for the same."""
    created: float
    """Seconds since 1970."""
    versions: dict[str, str]
    """Versions installed when it was asked for."""
    recipe_file: str = ""
    """A recipe of a person's own: its file within ``code/``."""
    code: dict[str, str] = {}
    """SHA-256 of each file within ``code/``."""
    search: SearchSpec | None = None
    """Of a search: what is varied, and how. Its trials lie in ``trials/``."""
    fold: int = 0
    """Which fold is validated on, from 1; 0 for the validation part."""
    folds: int = 0
    """Into how many folds training and validation rows are dealt; 0 where there are none."""
    baselines: bool = True
    """Whether the report measures simple models beside the network."""


S = TypeVar("S")


def decoder(kind: type[S]) -> msgspec.json.Decoder[S]:
    """Return a decoder for a record type.

    It is lenient about one thing only: a number may be a string, because NaN has to be one.
    """
    return msgspec.json.Decoder(kind, strict=False)


JOURNAL_DECODER: msgspec.json.Decoder[JournalRecord] = msgspec.json.Decoder(
    JournalRecord, strict=False
)
"""Decodes a line of ``journal.jsonl``."""


def encode(record: msgspec.Struct) -> bytes:
    """Write a record as JSON on one line, without the line's end; infinities and NaN as strings."""
    return msgspec.json.encode(_spelled(msgspec.to_builtins(record)))


def dumps(value: object) -> str:
    """Write plain data (dictionaries, lists, numbers, structs) as JSON for ``--json``."""
    return msgspec.json.encode(_spelled(msgspec.to_builtins(value))).decode()


def _spelled(value: object) -> object:
    """Replace what JSON cannot say by the strings that stand for it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {key: _spelled(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled(each) for each in value]
    return value

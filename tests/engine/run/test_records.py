"""Every record type survives the way to disk and back, NaN and infinities included."""

from __future__ import annotations

import json
import math
import typing

import msgspec
import pytest

from engine.devices.readings import GpuReading, HostReading
from engine.run.commands import (
    COMMAND_DECODER,
    Command,
    CullTrial,
    FixValue,
    GoOn,
    Pause,
    SetEpochs,
    SetLearningRate,
    SetTrials,
    SnapshotNow,
    StopAfterEpoch,
    StopNow,
)
from engine.run.records import (
    JOURNAL_DECODER,
    Applied,
    DataChoice,
    Described,
    Devices,
    Ended,
    Epoch,
    JournalRecord,
    Misses,
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
    dumps,
    encode,
)
from engine.run.report import Finding, Histogram, Report, Score
from engine.run.search_records import Dimension, OracleSaid, SearchSpec, TrialAsked, TrialEnded

METRICS = {"loss": math.nan, "val_loss": math.inf, "r2": -math.inf, "mae": 0.25}

JOURNAL = [
    Started(
        at=1.5,
        generation=2,
        from_epoch=3,
        from_step=90,
        pid=7,
        start_ticks=1,
        boot_id="b",
        host="h",
        cgroup=["0::/a"],
        oom_kills=0,
        versions={"keras": "3"},
        cpu="Turbo 9000 avx2",
        device="gpu:1",
        lock_inode=7,
        exact=False,
    ),
    Described(at=1.5, data="x", rows={"train": 1}, layers=[("Dense", "(None, 1)", 2)]),
    Described(at=1.5, data="x", trainable=0, layer_names=["d"], layer_trainable=[0]),
    Epoch(at=1.5, epoch=1, step=10, seconds=0.5, metrics=METRICS, learning_rate=1e-3),
    Sample(at=1.5, epoch=1, kind="predictions", columns=["a"], rows=[["1"]]),
    Sample(
        at=1.5,
        epoch=1,
        kind="predictions",
        misses=Misses(
            rows=2, edges=[-1.0, 1.0], counts=[1], median=0.1, most=0.2, mean=math.inf, lost=1
        ),
    ),
    Notice(at=1.5, level="warning", text="[/b] \x1b]52;c;x\x07"),
    Received(at=1.5, command="c", action="stop now"),
    Refused(at=1.5, command="c", action="go on", why="It is not paused."),
    Applied(at=1.5, command="c", action="stop now", epoch=1, step=10),
    Applied(at=1.5, command="c", action="set", epoch=1, step=10, epochs=60, learning_rate=3e-4),
    Snapshot(at=1.5, epoch=1, step=10, file="f.zip", size=9, seconds=0.1),
    Ended(at=1.5, outcome="failed", reason="nan", cause="c", remedy="r", epochs=1, seconds=2.0),
    Applied(at=1.5, command="c", action="set", epoch=1, step=2, trials=9, fixed={"a": [1]}),
    TrialAsked(at=1.5, trial=1, values={"a": [1], "b": 0.5, "c": "x"}, epochs=3, runs=["t001"]),
    OracleSaid(at=1.5, answer="wait"),
    TrialEnded(at=1.5, trial=1, outcome="completed", score=math.nan, scores=[math.inf]),
]

OTHERS = [
    Progress(at=1.5, epoch=1, step=2, steps=3, metrics=METRICS),
    Devices(at=1.5, host=HostReading(), gpus=[GpuReading(index=0)]),
    Status(phase="training", metrics=METRICS, best=-math.inf),
    RunSpec(
        name="n",
        recipe="wine",
        preset="mlp",
        values={"units": [32], "lr": 1e-3, "on": True, "loss": "mae", "n": 3},
        data=DataChoice(kind="own", path="/x", target="y"),
        seed=1,
        split_seed=0,
        backend="tensorflow",
        device="auto",
        threads=2,
        monitor="val_loss",
        monitor_mode="min",
        command="dlconsole train wine",
        created=1.0,
        versions={},
        deterministic=True,
        snapshots="epoch",
        search=SearchSpec(
            method="hyperband",
            space=[Dimension(name="a", low=0.0, high=1.0), Dimension(name="b", options=[[1], [2]])],
            objective="val_loss",
            direction="min",
            epochs=9,
        ),
    ),
    Report(
        run="n",
        recipe="wine",
        preset="mlp",
        task="regression",
        data="d",
        rows={"train": 1},
        seed=1,
        split_seed=0,
        epochs=1,
        seconds=1.0,
        parameters=1,
        best_epoch=1,
        best=math.nan,
        monitor="val_loss",
        headline="mae",
        lower_is_better=True,
        scores=[Score(name="network", parts={"test": METRICS})],
        histogram=Histogram(edges=[0.0, 1.0], predicted=[1], actual=[2]),
        findings=[Finding(code="c", title="t", evidence="e", advice="a")],
    ),
]


def test_every_journal_record_type_is_tried_here():
    assert {type(each) for each in JOURNAL} == set(typing.get_args(JournalRecord))


@pytest.mark.parametrize("record", JOURNAL, ids=lambda each: type(each).__name__)
def test_journal_records_round_trip(record):
    assert _same(JOURNAL_DECODER.decode(encode(record)), record)


@pytest.mark.parametrize("record", OTHERS, ids=lambda each: type(each).__name__)
def test_other_records_round_trip(record):
    assert _same(decoder(type(record)).decode(encode(record)), record)


COMMANDS = [
    StopNow(generation=1),
    StopAfterEpoch(generation=2),
    Pause(generation=1),
    GoOn(generation=1),
    SnapshotNow(generation=1),
    SetEpochs(generation=1, epochs=60),
    SetLearningRate(generation=1, learning_rate=3e-4),
    SetTrials(generation=1, trials=40),
    CullTrial(generation=1, trial=7),
    FixValue(generation=1, name="units", value=[64, 32]),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: type(each).__name__)
def test_commands_round_trip(command):
    assert COMMAND_DECODER.decode(encode(command)) == command


def test_every_command_is_tried_here():
    assert set(typing.get_args(Command)) == {type(each) for each in COMMANDS}


@pytest.mark.parametrize("record", [*JOURNAL, *OTHERS], ids=lambda each: type(each).__name__)
def test_lines_are_strict_json_on_one_line(record):
    line = encode(record).decode()
    assert "\n" not in line
    json.loads(line, parse_constant=pytest.fail)


def test_infinities_are_spelled_as_documented():
    assert json.loads(dumps({"a": [math.nan, math.inf, -math.inf]})) == {
        "a": ["nan", "inf", "-inf"]
    }


def test_unknown_fields_are_ignored_so_that_older_consoles_read_newer_runs():
    line = b'{"type":"notice","at":1,"level":"info","text":"t","shiny":[1,2]}'
    assert JOURNAL_DECODER.decode(line) == Notice(at=1.0, level="info", text="t")


def _same(one: object, other: object) -> bool:
    """Compare as equal where both are NaN, which == does not."""
    return repr(msgspec.to_builtins(one)) == repr(msgspec.to_builtins(other))

"""Values of the right type that no worker would write: shown somehow, and nothing breaks."""

from __future__ import annotations

import asyncio
import math
import types
import typing
from collections.abc import Iterator

import msgspec
import pytest

from engine.devices.readings import GpuReading, HostReading
from engine.run.files import replace
from engine.run.records import (
    Described,
    Devices,
    Ended,
    Epoch,
    Notice,
    Progress,
    Received,
    RunSpec,
    Sample,
    Snapshot,
    Started,
    Status,
    encode,
)
from engine.run.report import Report
from tests.tui.garbage import HOSTILE, LONG, PANELS, full_run
from tests.tui.screen_support import HUGE, WIDE, WrittenRun, opened, text_of, until_shown
from tui.panels.panel_bar import PanelBar
from tui.safe_text import UNSAFE
from tui.screens.compare import CompareScreen

ODD: dict[type, tuple[object, ...]] = {
    int: (-1, 0, 10**18),
    float: (math.nan, math.inf, -1.0, 1e308, 5e-324, 0.0),
    str: (HOSTILE, LONG, ""),
    bool: (True, False),
}


def odd_values(kind: object) -> tuple[object, ...]:
    """Return values of a type that nobody expects."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return tuple(
            None if each is type(None) else value
            for each in inner
            for value in (odd_values(each) or (None,))
        )
    if origin is list:
        values = odd_values(inner[0])
        return ([], list(values), list(values) * 20)
    if origin is tuple:
        return tuple(tuple(values) for values in zip(*map(odd_values, inner), strict=False))
    if origin is dict:
        values = odd_values(inner[1])
        return ({}, {HOSTILE: values[0], LONG: values[-1], "loss": values[0]})
    return ODD.get(kind, ()) if isinstance(kind, type) else ()


def mutants(record: msgspec.Struct) -> Iterator[msgspec.Struct]:
    """Yield copies of a record, each with one field of an odd value."""
    hints = typing.get_type_hints(type(record))
    for field in msgspec.structs.fields(type(record)):
        for value in odd_values(hints[field.name]):
            yield msgspec.structs.replace(record, **{field.name: value})


AT = 1.7e9
RECORDS: tuple[msgspec.Struct, ...] = (
    Epoch(at=AT, epoch=8, step=96, seconds=3.1, metrics={"loss": 0.5, "val_loss": 0.6}),
    Sample(at=AT, epoch=7, kind="predictions", columns=["row", "actual"], rows=[["1", "2"]]),
    Sample(at=AT, epoch=7, kind="digits", columns=["a", "b"], rows=[["7", "7"]], pictures=["0"]),
    Sample(at=AT, epoch=7, kind="reviews", columns=["a"], rows=[["pos", "neg", "0.1", "text"]]),
    Described(
        at=AT, data="a table", rows={"train": 1}, parameters=5,
        layers=[("Dense", "(batch, 1)", 33)], device="CPU", steps_per_epoch=12,
    ),
    Notice(at=AT, level="warning", text="something"),
    Received(at=AT, command="2", action="pause"),
    Snapshot(at=AT, epoch=7, step=84, file="7", size=1000, seconds=0.1),
    Started(at=AT, generation=2, from_epoch=7, from_step=84, pid=1, host="here"),
    Ended(at=AT, outcome="failed", reason="nan", cause="It is NaN.", remedy="Go on."),
)  # fmt: skip


async def look(pilot) -> str:
    """Look at the run and draw it, at once."""
    screen = pilot.app.screen
    screen._show(await asyncio.to_thread(screen._look, screen._panels.current))
    await pilot.pause()
    shown = text_of(pilot.app)
    assert not UNSAFE.search(shown.replace("\n", ""))
    return shown


async def open_run(pilot, run) -> None:
    await pilot.pause()
    pilot.app.open_run(run.folder)
    await until_shown(pilot, "Samples", "Devices")


async def through_panels(pilot) -> None:
    for number in range(len(PANELS)):
        await pilot.press(str(number + 1))
        assert pilot.app.screen.query_one(PanelBar).chosen == PANELS[number]
        await look(pilot)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
async def test_odd_records_in_the_journal_are_shown_somehow(runs_dir, record):
    run = full_run(runs_dir, live=True)
    async with opened(runs_dir, HUGE) as pilot:
        await open_run(pilot, run)
        with run.folder.journal.open("ab") as journal:
            for mutant in mutants(record):
                journal.write(encode(mutant) + b"\n")
                journal.flush()
                assert "full-called" in await look(pilot)
        await through_panels(pilot)
        await pilot.press("g", "v", "v", "plus", "comma", "m", "m")
        await look(pilot)


async def test_odd_status_is_shown_somehow(runs_dir):
    run = full_run(runs_dir, live=True)
    status = msgspec.json.decode(run.folder.status.read_bytes(), type=Status, strict=False)
    async with opened(runs_dir, WIDE) as pilot:
        await open_run(pilot, run)
        for phase in ("training", "fetching", "paused", "queued"):
            for mutant in mutants(msgspec.structs.replace(status, phase=phase)):
                replace(run.folder.status, encode(mutant), durable=False)
                assert "full-called" in await look(pilot)
    names = []
    for number, mutant in enumerate(mutants(status)):
        each = WrittenRun(runs_dir, f"run-{number:03}")
        replace(each.folder.status, encode(mutant), durable=False)
        names.append(each.folder.path.name)
    async with opened(runs_dir, (200, len(names) + 10)) as pilot:
        await pilot.pause()
        pilot.app.show("runs")
        shown = await until_shown(pilot, names[0], names[-1])
        assert not UNSAFE.search(shown.replace("\n", ""))


async def test_odd_progress_and_readings_are_shown_somehow(runs_dir):
    run = full_run(runs_dir, live=True)
    progress = Progress(at=AT, epoch=8, step=7, steps=12, metrics={"loss": 0.5})
    host, gpu = HostReading(), GpuReading(index=0, name="NVIDIA H200")
    async with opened(runs_dir, HUGE) as pilot:
        await open_run(pilot, run)
        with run.folder.progress.open("ab") as file:
            for mutant in mutants(progress):
                file.write(encode(mutant) + b"\n")
                file.flush()
                await look(pilot)
        await pilot.press("8")
        readings = [Devices(at=AT, host=each, gpus=[gpu]) for each in mutants(host)]
        readings += [Devices(at=AT, host=host, gpus=[each, each]) for each in mutants(gpu)]
        readings += mutants(Devices(at=AT, host=host))
        with run.folder.devices.open("ab") as file:
            for mutant in readings:
                file.write(encode(mutant) + b"\n")
                file.flush()
                await look(pilot)


async def test_odd_requests_are_shown_somehow(runs_dir):
    run = full_run(runs_dir, live=False)
    spec = run.folder.read_spec()
    mutated = list(mutants(spec))
    for number, mutant in enumerate(mutated):
        each = WrittenRun(runs_dir, f"run-{number:03}").train(2).end("done")
        assert isinstance(mutant, RunSpec)
        replace(each.folder.spec, encode(mutant), durable=False)
    async with opened(runs_dir, (200, len(mutated) + 10)) as pilot:
        await pilot.pause()
        pilot.app.show("runs")
        await until_shown(pilot, f"{len(mutated) + 1} runs")
        await pilot.press("A", "c")
        await until_shown(pilot, "compare")
        assert isinstance(pilot.app.screen, CompareScreen)
        await pilot.pause(0.5)
        assert not UNSAFE.search(text_of(pilot.app).replace("\n", ""))
    for mutant in mutated[::8]:
        replace(run.folder.spec, encode(mutant), durable=False)
        async with opened(runs_dir, WIDE) as pilot:
            await open_run(pilot, run)
            await pilot.press("6")
            await look(pilot)


async def test_odd_reports_are_shown_somehow(runs_dir):
    run = full_run(runs_dir, live=False)
    report = msgspec.json.decode(run.folder.report.read_bytes(), type=Report, strict=False)
    found = report.classification
    assert found is not None
    async with opened(runs_dir, HUGE) as pilot:
        await open_run(pilot, run)
        await pilot.press("4")
        mutated = [*mutants(report)]
        mutated += [msgspec.structs.replace(report, classification=each) for each in mutants(found)]
        for number, mutant in enumerate(mutated):
            replace(run.folder.report, encode(mutant), durable=False)
            assert "full-called" in await look(pilot)
            if number % 5 == 0:
                await pilot.press("right", "c")

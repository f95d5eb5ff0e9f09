"""The Devices panel: a row for each device, with what it did, and nothing of what is not told."""

from __future__ import annotations

import time

import pytest

from engine.devices.readings import GpuProcess, GpuReading, HostReading
from engine.run.records import Devices
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    line_with,
    opened,
    text_of,
    until_gone,
    until_shown,
)

GB = 1_000_000_000


def gpu(index: int = 0, **changes: object) -> GpuReading:
    settings = {
        "name": "NVIDIA H200", "utilization_percent": 71, "memory_used_bytes": 12 * GB,
        "memory_total_bytes": 139 * GB, "power_watts": 310.4, "power_limit_watts": 700.0,
        "temperature_celsius": 61, "processes": [], **changes,
    }  # fmt: skip
    return GpuReading(index=index, **settings)  # type: ignore[arg-type]


HOST = HostReading(
    cpu_percent=81.0,
    process_cpu_percent=143.0,
    usable_cores=2.0,
    memory_used_bytes=5 * GB,
    memory_total_bytes=24 * GB,
    process_memory_bytes=2 * GB,
    disk_free_bytes=80 * GB,
)


def measured(runs, *readings: Devices) -> WrittenRun:
    """Write a live run with device readings."""
    run = WrittenRun(runs, "wine-a").describe().train(2)
    for each in readings:
        run.recorder.devices(each)
    return run


def reading(ago: float = 0.0, host: HostReading = HOST, gpus: list[GpuReading] | None = None):
    return Devices(at=time.time() - ago, host=host, gpus=[gpu()] if gpus is None else gpus)


async def look(pilot, run: WrittenRun, *words: str) -> str:
    await pilot.pause()
    pilot.app.open_run(run.folder)
    await until_shown(pilot, "Samples", "● training")
    await pilot.press("8")
    return await until_shown(pilot, *words)


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_each_device_has_a_row_with_its_past(runs_dir, size):
    past = [reading(2.0 * n, gpus=[gpu(utilization_percent=n)]) for n in range(90, 0, -1)]
    run = measured(runs_dir, *past, reading())
    async with opened(runs_dir, size) as pilot:
        await look(pilot, run, "last 5 m", "use", "memory", "power", "temperature", "disk free")
        line = line_with(pilot.app, "61 °C")
        for word in ("71 %", "12 GB", "310", "W", "61 °C", "▄"):
            assert word in line
        if size != NARROW:
            assert "12 GB of 139 GB" in line
            assert "310 of 700 W" in line
            assert "143 % of 2 cores" in text_of(pilot.app)
        assert "143 %" in line_with(pilot.app, "this run")
        assert "81 %" in line_with(pilot.app, "machine  ")
        assert "80 GB" in line_with(pilot.app, "disk free  ")
        assert all(len(each) <= size[0] for each in text_of(pilot.app).splitlines())


async def test_what_is_not_told_has_no_place(runs_dir):
    silent = GpuReading(index=0)
    run = measured(runs_dir, reading(host=HostReading(cpu_percent=5.0), gpus=[silent, gpu(1)]))
    async with opened(runs_dir, WIDE) as pilot:
        shown = await look(pilot, run, "GPU 1 H200", "machine")
        assert "this run" not in shown
        assert "disk free" not in shown
        panel = pilot.app.screen.query_one("#devices")
        bare = next(line for line in panel.as_text().splitlines() if "GPU 0" in line)
        assert bare.split() == ["GPU", "0"]


async def test_a_machine_without_a_gpu_says_so_and_has_no_columns_for_one(runs_dir):
    run = measured(runs_dir, reading(gpus=[]))
    async with opened(runs_dir) as pilot:
        await look(pilot, run, "this run", "no GPU")
        told = pilot.app.screen.query_one("#devices").as_text()
        assert "temperature" not in told
        assert "power" not in told


async def test_who_computes_on_a_gpu_is_told_as_text(runs_dir):
    processes = [
        GpuProcess(pid=4242, name="[bold]x[/] \x1b[2J", memory_bytes=3 * GB),
        GpuProcess(pid=77),
    ]
    run = measured(runs_dir, reading(gpus=[gpu(processes=processes)]))
    async with opened(runs_dir, WIDE) as pilot:
        shown = await look(pilot, run, "process 4242 [bold]x[/] \\x1b[2J 3.0 GB", "process 77")
        assert "\x1b" not in shown


async def test_a_full_disk_stands_out(runs_dir):
    run = measured(runs_dir, reading(host=HostReading(disk_free_bytes=900_000_000)))
    async with opened(runs_dir, WIDE) as pilot:
        await look(pilot, run, "900 MB free")
        panel = pilot.app.screen.query_one("#devices")
        looks = [look for line in panel.lines for text, look in line if "900 MB" in text]
        assert looks == ["warn"]


async def test_readings_come_and_stay_when_the_run_has_ended(runs_dir):
    run = measured(runs_dir)
    async with opened(runs_dir, WIDE) as pilot:
        await look(pilot, run, "No reading yet.")
        run.recorder.devices(reading())
        await until_shown(pilot, "GPU 0 H200")
        run.end("stopped", "", "Stopped on request.")
        await until_shown(pilot, "■ stopped", "this is what was told last")
        await pilot.press("8")
        await until_shown(pilot, "GPU 0 H200")


async def test_a_run_without_readings_says_so(runs_dir):
    run = measured(runs_dir).end("stopped")
    async with opened(runs_dir) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "■ stopped")
        await pilot.press("8")
        await until_shown(pilot, "There are no readings.")


async def test_ascii_terminals_get_ascii(runs_dir, monkeypatch):
    monkeypatch.setenv("TERM", "linux")
    past = [reading(2.0 * n) for n in range(40, 0, -1)]
    run = measured(runs_dir, *past)
    async with opened(runs_dir, WIDE) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "training")
        await pilot.press("8")
        shown = await until_shown(pilot, "GPU 0 H200", "++++")
        assert shown.isascii()
        await until_gone(pilot, "▁")

"""What the machine did in the last minutes: a row for each GPU, the run, the host and its disk.

Any value can be missing, at one time or always; then its place is empty.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui.figures import size, span
from tui.format import pad, when, wrap
from tui.panels.view_panel import ViewPanel
from tui.sparkline import ASCII, BLOCKS, Point, by_time, sparkline
from tui.widgets.painted import EMPTY, Line, Span, lines_of

if TYPE_CHECKING:
    from engine.devices.readings import GpuReading, HostReading
    from engine.run.records import Devices

HEADINGS = ("use", "memory", "power", "temperature")

SPANS = (60.0, 120.0, 300.0, 600.0, 1800.0)
"""How far back is shown, in seconds: the first that holds all there is, or the last."""

_LEAST_SPARK, _MOST_SPARK = 6, 40
_GAP = 3
_FULL = 0.95
_LITTLE_DISK = 2_000_000_000


@dataclass(frozen=True)
class Figure:
    """One value of a device, now and before.

    Attributes:
        text: What it is now, and of how much.
        short: What it is now.
        points: What it was.
        high: The most that it can be; the least is 0.
        is_bad: Whether a person should mind.
    """

    text: str
    short: str
    points: Sequence[Point]
    high: float
    is_bad: bool = False


@dataclass(frozen=True)
class Row:
    """A device.

    Attributes:
        name: What it is called.
        figures: By heading.
        below: What is said beneath it.
    """

    name: str
    figures: dict[str, Figure]
    below: list[str] = field(default_factory=list)


class DevicesPanel(ViewPanel):
    """Shows the device readings of a run."""

    def compose_lines(self, cells: int) -> list[Line]:
        readings = self.view.devices
        if not readings:
            waiting = "No reading yet." if self.view.verdict.live else "There are no readings."
            return lines_of([f" {waiting}"], "muted")
        rows = rows_of(readings)
        seconds = _reach(readings)
        marks = ASCII if getattr(self.app, "ascii_only", False) else BLOCKS
        lines = _drawn(rows, seconds, cells, marks)
        if not readings[-1].gpus:
            lines.append(((" no GPU", "muted"),))
        if not self.view.verdict.live:
            told = f" Nobody is at the run; this is what was told last, {when_told(readings)}."
            lines += [EMPTY, *lines_of([f" {line}" for line in wrap(told.strip(), cells)], "muted")]
        return lines


def when_told(readings: Sequence[Devices]) -> str:
    """Return when the last reading was made."""
    return when(readings[-1].at, time.time())


def rows_of(readings: Sequence[Devices]) -> list[Row]:
    """Return what is known of each device.

    Args:
        readings: In order of time, at least one.
    """
    latest = readings[-1]
    rows = [_gpu_row(readings, place) for place in range(len(latest.gpus))]
    return [*rows, *_host_rows(readings)]


def _gpu_row(readings: Sequence[Devices], place: int) -> Row:
    now = readings[-1].gpus[place]

    def past(value: Callable[[GpuReading], float | None]) -> list[Point]:
        # By its number: another GPU may have come or gone.
        return [
            (each.at, next((value(gpu) for gpu in each.gpus if gpu.index == now.index), None))
            for each in readings
        ]

    found = {}
    if now.utilization_percent is not None:
        text = f"{now.utilization_percent} %"
        found["use"] = Figure(text, text, past(lambda gpu: gpu.utilization_percent), 100)
    if now.memory_used_bytes is not None:
        points = past(lambda gpu: gpu.memory_used_bytes)
        found["memory"] = _amount(now.memory_used_bytes, now.memory_total_bytes, points)
    if now.power_watts is not None:
        points = past(lambda gpu: gpu.power_watts)
        short, limit = f"{now.power_watts:.0f} W", now.power_limit_watts
        text = f"{now.power_watts:.0f} of {limit:.0f} W" if limit else short
        found["power"] = Figure(text, short, points, limit or _most(points))
    if now.temperature_celsius is not None:
        text = f"{now.temperature_celsius} °C"
        found["temperature"] = Figure(text, text, past(lambda gpu: gpu.temperature_celsius), 100)
    name = (now.name or "").removeprefix("NVIDIA ")
    return Row(f"GPU {now.index} {name}".strip(), found, _processes(now))


def _processes(gpu: GpuReading) -> list[str]:
    """Say who computes on a GPU, as far as the driver tells."""
    told = [
        " ".join(
            filter(
                None,
                (
                    str(each.pid),
                    each.name,
                    size(each.memory_bytes) if each.memory_bytes is not None else "",
                ),
            )
        )
        for each in gpu.processes or ()
    ]
    return [f"process {text}" for text in told]


def _host_rows(readings: Sequence[Devices]) -> list[Row]:
    now = readings[-1].host

    def past(value: Callable[[HostReading], float | None]) -> list[Point]:
        return [(each.at, value(each.host)) for each in readings]

    own: dict[str, Figure] = {}
    if now.process_cpu_percent is not None:
        short, cores = f"{now.process_cpu_percent:.0f} %", now.usable_cores
        text = f"{short} of {cores:g} core" + "s" * (cores != 1) if cores else short
        points = past(lambda host: host.process_cpu_percent)
        own["use"] = Figure(text, short, points, 100 * cores if cores else _most(points))
    if now.process_memory_bytes is not None:
        points = past(lambda host: host.process_memory_bytes)
        text = size(now.process_memory_bytes)
        # Of the most it ever took, not of all there is: that it grows is what is to be seen.
        own["memory"] = Figure(text, text, points, _most(points))
    whole: dict[str, Figure] = {}
    if now.cpu_percent is not None:
        text = f"{now.cpu_percent:.0f} %"
        whole["use"] = Figure(text, text, past(lambda host: host.cpu_percent), 100)
    if now.memory_used_bytes is not None:
        points = past(lambda host: host.memory_used_bytes)
        whole["memory"] = _amount(now.memory_used_bytes, now.memory_total_bytes, points)
    disk: dict[str, Figure] = {}
    if now.disk_free_bytes is not None:
        points = past(lambda host: host.disk_free_bytes)
        free = size(now.disk_free_bytes)
        little = now.disk_free_bytes < _LITTLE_DISK
        disk["memory"] = Figure(f"{free} free", free, points, _most(points), little)
    named = (("this run", own), ("machine", whole), ("disk free", disk))
    return [Row(name, figures) for name, figures in named if figures]


def _amount(used: int, total: int | None, points: Sequence[Point]) -> Figure:
    if total is None:
        return Figure(size(used), size(used), points, _most(points))
    text = f"{size(used)} of {size(total)}"
    return Figure(text, size(used), points, total, used >= _FULL * total)


def _most(points: Sequence[Point]) -> float:
    values = [value for _, value in points if value is not None and math.isfinite(value)]
    return max(values, default=0.0)


def _reach(readings: Sequence[Devices]) -> float:
    told = readings[-1].at - readings[0].at
    return next((each for each in SPANS if each >= told), SPANS[-1])


def _drawn(rows: Sequence[Row], seconds: float, cells: int, marks: str) -> list[Line]:
    """Lay rows out under headings, sparklines as wide as there is room for."""
    headings = [head for head in HEADINGS if any(head in row.figures for row in rows)]
    about = f"last {span(seconds).removesuffix(' 00 s')}"
    name = max(len(each) for each in (about, *(row.name for row in rows)))
    lines: list[Line] = []
    for short in (False, True):
        texts = [
            {head: each.short if short else each.text for head, each in row.figures.items()}
            for row in rows
        ]
        widths = {head: max(len(text.get(head, "")) for text in texts) + 1 for head in headings}
        taken = 1 + name + sum(widths.values()) + _GAP * len(headings)
        wide = min((cells - taken) // max(len(headings), 1), _MOST_SPARK)
        if wide >= _LEAST_SPARK:
            break
    wide = max(wide, 0)
    head: list[Span] = [(f" {pad(about, name)}", "muted")]
    for each in headings:
        head.append((" " * _GAP + pad(each, wide + widths[each]), "muted"))
    lines.append(tuple(head))
    for row, text in zip(rows, texts, strict=True):
        spans: list[Span] = [(f" {pad(row.name, name)}", "")]
        for each in headings:
            figure = row.figures.get(each)
            if figure is None:
                spans.append((" " * (_GAP + wide + widths[each]), ""))
                continue
            drawn = sparkline(by_time(figure.points, seconds, wide), 0.0, figure.high, marks)
            spans.append((" " * _GAP + drawn, "accent" if each == "use" else "muted"))
            look = "warn" if figure.is_bad else ""
            spans.append((pad(text[each], widths[each], right=True), look))
        lines.append(tuple(spans))
        lines += lines_of([f"   {below}" for below in row.below], "muted")
    return lines

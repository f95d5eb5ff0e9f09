"""What the machine is doing: GPU, processor, memory, disk. What is not told is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.figures import size
from tui.format import bar
from tui.widgets.painted import Bar, Line, Span

if TYPE_CHECKING:
    from engine.devices.readings import GpuReading, HostReading
    from engine.run.view import RunView

_BAR = 6


class DeviceLine(Bar):
    """Shows the latest device reading of a run.

    Args:
        view: The run; somebody else refreshes it.
    """

    def __init__(self, view: RunView, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view = view

    def compose_lines(self, cells: int) -> list[Line]:
        if not self.view.devices or not self.view.verdict.live:
            return [()]
        latest = self.view.devices[-1]
        host = _host(latest.host)
        groups = [_gpu(each) for each in latest.gpus[:1]] or [[("no GPU", "muted")]]
        if len(latest.gpus) > 1:
            groups.append([(f"+{len(latest.gpus) - 1} GPUs", "muted")])
        spans: list[Span] = []
        room = cells
        for group in [*groups, *host]:
            room -= sum(len(text) for text, _ in group) + 3
            if room + 3 < 0:
                break
            spans += [*group, ("   ", "")]
        return [tuple(spans)]


def _gpu(reading: GpuReading) -> list[Span]:
    name = (reading.name or "").removeprefix("NVIDIA ")
    spans: list[Span] = [(f"GPU {reading.index} {name}".strip(), "")]
    if reading.utilization_percent is not None:
        drawn = bar(reading.utilization_percent / 100, _BAR)
        spans += [(" ▕", "muted"), (drawn, "accent"), ("▏", "muted")]
        spans.append((f"{reading.utilization_percent:>3} %", ""))
    if reading.memory_used_bytes is not None:
        spans.append((f"  {_of(reading.memory_used_bytes, reading.memory_total_bytes)}", ""))
    if reading.power_watts is not None:
        spans.append((f"  {reading.power_watts:.0f} W", ""))
    if reading.temperature_celsius is not None:
        spans.append((f"  {reading.temperature_celsius} °C", ""))
    return spans


def _host(reading: HostReading) -> list[list[Span]]:
    groups: list[list[Span]] = []
    if reading.process_cpu_percent is not None:
        cores = f" of {reading.usable_cores:g} cores" if reading.usable_cores else ""
        groups.append(
            [("CPU ", "muted"), (f"{reading.process_cpu_percent:>3.0f} %", ""), (cores, "muted")]
        )
    elif reading.cpu_percent is not None:
        groups.append([("machine's CPU ", "muted"), (f"{reading.cpu_percent:>3.0f} %", "")])
    if reading.process_memory_bytes is not None:
        total = f" of {size(reading.memory_total_bytes)}" if reading.memory_total_bytes else ""
        groups.append(
            [("memory ", "muted"), (size(reading.process_memory_bytes), ""), (total, "muted")]
        )
    elif reading.memory_used_bytes is not None:
        groups.append(
            [("memory ", "muted"), (_of(reading.memory_used_bytes, reading.memory_total_bytes), "")]
        )
    if reading.disk_free_bytes is not None:
        groups.append([("disk ", "muted"), (size(reading.disk_free_bytes), ""), (" free", "muted")])
    return groups


def _of(used: int, total: int | None) -> str:
    return size(used) if total is None else f"{size(used)} of {size(total)}"

"""``dlconsole show``: all about one run but its curves and its report."""

from __future__ import annotations

import time
from typing import Any

import click

from engine.run.checkpoints import list_checkpoints
from engine.run.records import Devices, RunSpec
from engine.run.search_view import SearchView, view_of
from engine.run.view import RunView
from tui import figures, words
from tui.commands import narration, show_search
from tui.commands.completion import complete_run
from tui.commands.following import outcome
from tui.commands.output import Column, heading, print_json, print_table, print_wrapped, say
from tui.commands.show_parts import tell_events, tell_head, tell_line
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.layers import layer_table
from tui.safe_text import printable

_LAYERS_SHOWN = 40


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole show last", "the latest run"),
        ("dlconsole show k3f9", "by the ending of its name"),
        ("dlconsole show last --json | jq -r .command", "the command line that asks for the same"),
    ],
)
@click.argument("run", shell_complete=complete_run)
@json_option
@click.pass_obj
def show(invocation: Invocation, run: str, as_json: bool) -> None:
    """Tell all about a run: what was asked, what it does. Of a search: all its trials.

    With --json: one object with run, folder, state {state, live, why, remedy}, command, spec (as in
    run.json), status (as in status.json), started, described, last_epoch, epochs (how many),
    snapshot (the last), devices (the last reading), notices, commands, ended, damaged (lines that
    cannot be read). What is not known is null. Of a search also objective, best (a trial's number),
    best_score, best_values, best_run, trials (as search prints them) and importance.
    """
    view = view_of(invocation.run(run))
    view.refresh()
    outcome(view)  # looks again where the last word may just have been written
    if isinstance(view, SearchView):
        if as_json:
            print_json({**_object(view), **show_search.as_object(view)})
        else:
            show_search.tell(view)
    elif as_json:
        print_json(_object(view))
    else:
        _tell(view)


def _object(view: RunView) -> dict[str, Any]:
    return {
        "run": view.folder.name,
        "folder": str(view.folder.path),
        "state": {
            "state": view.verdict.state,
            "live": view.verdict.live,
            "why": view.verdict.why,
            "remedy": view.verdict.remedy,
        },
        "command": view.spec.command if view.spec else None,
        "spec": view.spec,
        "status": view.status,
        "started": view.started,
        "described": view.described,
        "epochs": len(view.epochs),
        "last_epoch": view.epochs[-1] if view.epochs else None,
        "snapshot": view.snapshot,
        "devices": view.devices[-1] if view.devices else None,
        "notices": view.notices,
        "commands": [
            {"command": command, "action": action, "state": state, "step": _step(view, command)}
            for command, action, state in view.commands
        ],
        "ended": view.ended,
        "damaged": view.damaged,
    }


def _step(view: RunView, command: str) -> int | None:
    applied = view.applied.get(command)
    return applied.step if applied is not None else None


def _tell(view: RunView) -> None:
    tell_head(view)
    if view.spec is not None:
        _tell_asked(view.spec)
        tell_line("set since", words.set_since(view.applied.values()))
    _tell_network(view)
    _tell_progress(view)
    if view.devices:
        say()
        say(heading("Devices, at the last reading"))
        for line in device_lines(view.devices[-1]):
            say(printable(f"  {line}"))
    tell_events(view)


def _tell_asked(spec: RunSpec) -> None:
    tell_line("recipe", f"{spec.recipe}, preset {spec.preset}")
    target = f", target {spec.data.target}" if spec.data.target else ""
    tell_line("data", f"{spec.data.path or spec.data.kind}{target}")
    tell_line("seeds", f"{spec.seed}, split {spec.split_seed}")
    tell_line("on", f"{spec.backend}, device {spec.device}, {spec.threads} threads")
    tell_line("started", figures.moment(spec.created))
    tell_line("command", spec.command)
    say()
    say(heading("Settings"))
    rows = [
        (name, ",".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in spec.values.items()
    ]
    print_table([Column(""), Column("")], rows, indent="  ")


def _tell_network(view: RunView) -> None:
    described = view.described
    if described is None:
        return
    say()
    say(heading("Data and network"))
    for line in narration.described(described):
        print_wrapped(line, indent="  ", hanging="    ")
    headings, rows = layer_table(described)
    shown = rows[:_LAYERS_SHOWN]
    if shown:
        columns = [Column(name, right=name == "parameters") for name in headings]
        print_table(columns, shown, indent="  ")
    if len(rows) > len(shown):
        say(f"  and {len(rows) - len(shown)} more")


def _tell_progress(view: RunView) -> None:
    status = view.status
    if status is None:
        return
    say()
    say(heading("Progress"))
    tell_line("epochs", f"{figures.progress(status.epoch, status.epochs)} complete")
    if view.verdict.live:
        tell_line("phase", narration.phase_words(status))
        tell_line("within", narration.within(view, status) if status.steps else "")
        tell_line("left", figures.span(words.time_left(view.verdict, status)))
    if view.started is not None and view.started.generation > 1:
        tell_line("worker", words.went_on(view.started))
    tell_line("so far", figures.span(status.seconds))
    if status.epoch_seconds is not None:
        tell_line("an epoch", figures.span(status.epoch_seconds))
    if view.epochs:
        tell_line("last", "  ".join(narration.measures(view.epochs[-1].metrics)))
    if status.best is not None:
        monitor = view.spec.monitor if view.spec else "metric"
        tell_line(
            "best", f"{monitor} {figures.metric(status.best)} after epoch {status.best_epoch}"
        )
    if status.learning_rate is not None:
        tell_line("learning rate", words.learning_rate(status.learning_rate))
    if view.snapshot is not None:
        ago = figures.span(max(0.0, time.time() - view.snapshot.at))
        tell_line("snapshot", f"{words.snapshot_at(view.snapshot)}, {ago} ago")
    kept = len(list_checkpoints(view.folder))
    tell_line("checkpoints", f"{kept}: dlconsole checkpoints {view.folder.name}" if kept else "")


def device_lines(reading: Devices) -> list[str]:
    """Write what a machine was doing, a line for the host and one for each GPU."""
    host = reading.host
    used, whole = figures.size(host.memory_used_bytes), figures.size(host.memory_total_bytes)
    lines = [
        f"CPU {_percent(host.cpu_percent)} of the machine, "
        f"{_percent(host.process_cpu_percent)} of a core by the worker; "
        f"memory {used} of {whole}, {figures.size(host.process_memory_bytes)} by the worker; "
        f"disk {figures.size(host.disk_free_bytes)} free"
    ]
    for gpu in reading.gpus:
        memory = f"{figures.size(gpu.memory_used_bytes)} of {figures.size(gpu.memory_total_bytes)}"
        power = "" if gpu.power_watts is None else f", {gpu.power_watts:.0f} W"
        heat = "" if gpu.temperature_celsius is None else f", {gpu.temperature_celsius} C"
        lines.append(
            f"GPU {gpu.index} {gpu.name or ''}: {_percent(gpu.utilization_percent)}, "
            f"memory {memory}{power}{heat}"
        )
    if not reading.gpus:
        lines.append("no GPU")
    return lines


def _percent(value: float | None) -> str:
    return figures.UNKNOWN if value is None else f"{value:.0f} %"

"""``dlconsole runs``: every run and every search in a row, whatever lies in the runs folder."""

from __future__ import annotations

import re
from typing import Any

import click

from engine.errors import Problem, nearest
from engine.run.listing import Summary, summaries
from engine.run.matching import Filter, abbreviations
from tui import figures
from tui.commands.output import Cell, Column, cut, hint, print_json, print_table, state_style
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.streams import narrate
from tui.words import time_left

_STATES = (
    "queued",
    "starting",
    "fetching",
    "loading",
    "building",
    "training",
    "validating",
    "searching",
    "paused",
    "reporting",
    "silent",
    "last seen",
    "done",
    "stopped",
    "failed",
    "lost",
    "damaged",
)
_LIVE = "live"
"""Stands for every state in which a worker is at it."""


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole runs", "the latest first"),
        ("dlconsole runs --state live", "what is going on"),
        ("dlconsole runs --filter 'wine.*lr'", "by name, a regular expression"),
        ("dlconsole runs --filter 'lr=3e-4 val_loss<0.2'", "by settings and metrics"),
        ("dlconsole runs --json | jq -r '.runs[] | select(.state == \"failed\").run'", "names"),
    ],
)
@click.option(
    "--filter",
    "pattern",
    metavar="REGEX",
    help="Only runs with this in their name or note; or with a setting, as lr=3e-4.",
)
@click.option(
    "--state", metavar="STATE", help=f"Only runs in this state; {_LIVE} for all that go on."
)
@json_option
@click.pass_obj
def runs(invocation: Invocation, pattern: str | None, state: str | None, as_json: bool) -> None:
    """List the runs: state, progress, time left, metric.

    The metric is the best value so far of the one by which the recipe chooses its best epoch. A
    filter may have several words, all of which have to fit: regular expressions for names and
    notes, and settings, metrics or other facts with = != < > <= or >= and a value.

    With --json: {"runs_dir": ..., "runs": [{"run", "folder", "state", "live", "cause", "remedy",
    "recipe", "preset", "data", "epoch", "epochs", "left_seconds", "monitor", "best",
    "best_epoch", "metrics", "learning_rate", "snapshot_epoch", "generation", "device" (given, else
    asked for), "backend", "created", "note", "search"}]}. Of a search "search" is {"method",
    "trials_ended", "trials_planned"} and epoch and epochs are those of all its trials; it is null
    for a training.
    """
    expression = _expression(pattern, invocation)
    if state is not None and state not in (*_STATES, _LIVE):
        raise Problem(f"There is no state {state!r}.", nearest(state, (*_STATES, _LIVE)))
    folder = invocation.settings().runs
    every = summaries(folder)
    found = [
        each
        for each in every
        if expression.fits(each)
        and (state is None or each.verdict.state == state or (state == _LIVE and each.verdict.live))
    ]
    if as_json:
        print_json({"runs_dir": str(folder), "runs": [row(each) for each in found]})
    elif found:
        _print(found)
    elif every:
        narrate(f"None of {len(every)} runs in {folder} fits.")
    else:
        narrate(f"No runs in {folder} yet. Start one: dlconsole train wine")


def _expression(pattern: str | None, invocation: Invocation) -> Filter:
    words = pattern or ""
    # What recipes let stand for their settings is looked up only where a setting is asked for.
    entries = (
        invocation.catalog().entries.values()
        if "=" in words or "<" in words or ">" in words
        else ()
    )
    try:
        return Filter(words, abbreviations(each.recipe.space for each in entries))
    except re.error as error:
        raise Problem(
            f"--filter expected a regular expression, got {pattern!r}: {error}.",
            "A plain part of the name will do; put a backslash before . + ( and the like.",
        ) from None


def row(summary: Summary) -> dict[str, Any]:
    """Return a run as an object of ``runs --json``; what is not known is null."""
    spec, status, verdict = summary.spec, summary.status, summary.verdict
    return {
        "run": summary.name,
        "folder": str(summary.folder.path),
        "state": verdict.state,
        "live": verdict.live,
        "cause": verdict.why,
        "remedy": verdict.remedy,
        "recipe": spec.recipe if spec else None,
        "preset": spec.preset if spec else None,
        "data": (spec.data.path or spec.data.kind) if spec else None,
        "epoch": status.epoch if status else None,
        "epochs": status.epochs if status else None,
        "left_seconds": time_left(verdict, status),
        "monitor": spec.monitor if spec else None,
        "best": status.best if status else None,
        "best_epoch": status.best_epoch if status else None,
        "metrics": status.metrics if status else {},
        "learning_rate": status.learning_rate if status else None,
        "snapshot_epoch": status.snapshot_epoch if status else None,
        "generation": status.generation if status else None,
        "device": summary.device or None,
        "backend": spec.backend if spec else None,
        "created": spec.created if spec else None,
        "note": summary.note,
        "search": _search(summary),
    }


def _search(summary: Summary) -> dict[str, Any] | None:
    if summary.spec is None or summary.spec.search is None:
        return None
    status = summary.status
    return {
        "method": summary.spec.search.method,
        "trials_ended": status.step if status else None,
        "trials_planned": (status.steps or None) if status else None,
    }


def _print(found: list[Summary]) -> None:
    with_note = any(each.note for each in found)
    print_table(
        [
            Column("state"),
            Column("run", flexible=True),
            Column("epoch", right=True),
            Column("left", right=True),
            Column("best", right=True),
            Column("device"),
            Column("started"),
            *[Column("note", flexible=True)] * with_note,
        ],
        [_cells(each, with_note=with_note) for each in found],
    )
    for each in found:
        # What ended badly says so below; for others the table is enough.
        if each.verdict.state in ("failed", "lost", "silent", "damaged", "last seen"):
            hint(f"{each.name}: {each.verdict.why} {each.verdict.remedy}")


def _progress(each: Summary) -> str:
    """Say how far a run is, in epochs; how far a search is, in trials."""
    spec, status = each.spec, each.status
    if status is None:
        return figures.UNKNOWN
    if spec is not None and spec.search is not None:
        planned = f"/{status.steps}" if status.steps else ""
        return f"{status.step}{planned} trials"
    return figures.progress(status.epoch, status.epochs)


def _cells(each: Summary, *, with_note: bool) -> list[str | Cell]:
    spec, status, verdict = each.spec, each.status, each.verdict
    left = figures.span(time_left(verdict, status))
    if status and verdict.state == "queued":
        left = status.detail  # its place
    best = figures.UNKNOWN
    if spec and status and status.best is not None:
        best = f"{spec.monitor} {figures.metric(status.best)}"
    return [
        Cell(verdict.state, state_style(verdict.state)),
        each.name,
        _progress(each),
        left,
        best,
        each.device or figures.UNKNOWN,
        figures.moment(each.created),
        *([cut(" ".join(each.note.split()), 40)] if with_note else []),
    ]

"""``dlconsole watch``: follow a run, from this console or any other, until it ends.

What it promises: watching changes nothing about the run. An epoch is told once; where a later
generation of the worker goes back, what it goes back over is told again, after its ``started``
record said so. A watched run's exit code is the one that ``train`` would have had.
"""

from __future__ import annotations

import sys

import click
import msgspec

from engine.run.evidence import gather
from engine.run.folder import RunFolder
from engine.run.records import (
    JOURNAL_DECODER,
    Ended,
    Epoch,
    JournalRecord,
    Progress,
    Sample,
    Snapshot,
    Started,
    decoder,
    encode,
)
from engine.run.search_view import SearchView, view_of
from engine.run.silence import Silence
from engine.run.state import Verdict, judge
from engine.run.tail import Tail
from tui.commands.completion import complete_run
from tui.commands.endings import ending
from tui.commands.following import POLL_SECONDS, exit_code, follow, outcome, sleep
from tui.commands.narration import PlainLines
from tui.commands.narrator import narrator
from tui.commands.output import hint, json_line, print_json
from tui.commands.search_narration import SearchLines
from tui.commands.subcommand import Invocation, Subcommand, json_option
from tui.safe_text import printable
from tui.streams import is_terminal, narrate

_PAST_ON_TERMINAL = 20
"""Epochs, or trials, of the past that a person at a terminal is shown; a pipe gets them all."""
_PROGRESS_BYTES = 4096


@click.command(
    cls=Subcommand,
    examples=[
        ("dlconsole watch last", "the latest run, live"),
        ("dlconsole watch last --json | jq -c 'select(.type == \"epoch\").metrics'", "a stream"),
        ("dlconsole watch k3f9 && dlconsole predict k3f9 new.csv", "wait for it"),
    ],
)
@click.argument("run", shell_complete=complete_run)
@json_option
@click.pass_obj
def watch(invocation: Invocation, run: str, as_json: bool) -> int:
    """Follow a run, or a search, until it ends.

    Prints its past and what comes, and returns the run's exit code. Ctrl+C ends the watching, not
    the run.

    With --json: one object a line, the records of the journal in order ("type" is started,
    described, epoch, sample, notice, received, refused, applied, snapshot or ended) and between
    them lines of the type progress while it trains. A started record voids the epochs told before
    that are beyond its from_epoch, and the snapshots beyond its from_step. A run that ended without
    a last word ends with the type state. Of a search they are its ledger: trial (what is tried),
    "trial ended" (what became of it) and oracle (there was none to try, for now or for good).
    """
    folder = invocation.run(run)
    try:
        return _stream(folder) if as_json else _lines(folder)
    except KeyboardInterrupt:
        hint("The run goes on.")
        raise


def _lines(folder: RunFolder) -> int:
    view = view_of(folder)
    view.refresh()
    attended = is_terminal(sys.stdout)
    if attended and is_terminal(sys.stderr) and outcome(view) is None:
        teller = narrator(view, past=_PAST_ON_TERMINAL)
        narrate(f"{folder.name}: Ctrl+C ends the watching, not the run.")
    else:
        lines = SearchLines if isinstance(view, SearchView) else PlainLines
        teller = lines(_print_line, past=_PAST_ON_TERMINAL if attended else None)
    try:
        teller.show(view)
        verdict = follow(view, teller, sleep)
    finally:
        teller.close(view)
    assert verdict is not None  # this pause never says to leave
    narrate(f"{folder.name} {ending(view, verdict)}")
    if verdict.remedy:
        narrate(verdict.remedy)
    return exit_code(verdict, view.ended)


def _print_line(line: str) -> None:
    sys.stdout.write(printable(line) + "\n")
    sys.stdout.flush()


def _stream(folder: RunFolder) -> int:
    """Write the records of a run as they come."""
    records = RecordStream(folder)
    while True:
        verdict = records.verdict()  # before the look at the files: see following.outcome
        for line in records.read():
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
        if records.ended is not None and not verdict.live:  # else another worker is coming
            return exit_code(Verdict(records.ended.outcome, False, ""), records.ended)
        if not verdict.live:
            print_json(
                {
                    "type": "state",
                    "state": verdict.state,
                    "cause": verdict.why,
                    "remedy": verdict.remedy,
                }
            )
            return exit_code(verdict, None)
        sleep(POLL_SECONDS)


class RecordStream:
    """The journal's records that count, in order, each once; progress between them.

    Args:
        folder: The run.

    Attributes:
        ended: The last word of the latest generation.
    """

    def __init__(self, folder: RunFolder) -> None:
        self.ended: Ended | None = None
        self._folder = folder
        self._silence = Silence()
        self._started: Started | None = None
        self._journal: Tail[JournalRecord] = Tail(folder.journal, JOURNAL_DECODER)
        self._progress = Tail(folder.progress, decoder(Progress), last=_PROGRESS_BYTES)
        self._told: set[int] = set()
        self._progress_at = 0.0
        self._epoch = 0

    def verdict(self) -> Verdict:
        """Say what the run is doing, by evidence."""
        return judge(gather(self._folder, lambda: (self._started, self.ended), self._silence))

    def read(self) -> list[str]:
        """Return the lines for what came since the last call."""
        news = self._journal.read()
        lines = []
        for record in counting(news.records):
            if isinstance(record, Started):
                self._started, self.ended = record, None
                self._epoch = record.from_epoch
            elif isinstance(record, Ended):
                self.ended = record
            elif isinstance(record, Epoch):
                self._epoch = record.epoch
            content = encode(record)
            # A journal that was put back from elsewhere is read anew from its beginning.
            if hash(content) not in self._told:
                self._told.add(hash(content))
                lines.append(json_line(msgspec.json.decode(content)))
        return lines + self._read_progress()

    def _read_progress(self) -> list[str]:
        """Return what came about the epoch under way; about others the journal has said more."""
        came = [each for each in self._progress.read().records if each.at > self._progress_at]
        if came:
            self._progress_at = came[-1].at
        if self.ended is not None:
            return []
        generation = self._started.generation if self._started is not None else 1
        return [
            json_line({"type": "progress", **msgspec.to_builtins(each)})
            for each in came
            if each.epoch > self._epoch and each.generation == generation
        ]


def counting(records: list[JournalRecord]) -> list[JournalRecord]:
    """Leave out what a later generation among the records voids."""
    kept: list[JournalRecord] = []
    for record in records:
        if isinstance(record, Started):
            kept = [
                each
                for each in kept
                if not (isinstance(each, Epoch | Sample) and each.epoch > record.from_epoch)
                and not (isinstance(each, Snapshot) and each.step > record.from_step)
            ]
        kept.append(record)
    return kept

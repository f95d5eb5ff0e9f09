"""All runs at a glance: a few small files read for each, and the evidence where one may be live."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import Problem
from engine.run.evidence import read_status
from engine.run.folder import RunFolder, list_folders
from engine.run.lock import is_held
from engine.run.records import RunSpec, Status
from engine.run.silence import Silence
from engine.run.state import Verdict, examine


@dataclass(frozen=True)
class Summary:
    """A run in one row.

    Attributes:
        folder: The run.
        name: What it is called.
        spec: What was asked for; None where ``run.json`` is damaged.
        status: What its worker last said.
        verdict: What it is doing, by evidence.
        note: What a person noted about it.
    """

    folder: RunFolder
    name: str
    spec: RunSpec | None
    status: Status | None
    verdict: Verdict
    note: str = ""

    @property
    def created(self) -> float:
        """When it was asked for; seconds since 1970, 0 where that is not known."""
        return self.spec.created if self.spec else 0.0

    @property
    def device(self) -> str:
        """The device it was given; before that, and of older runs, the one it asked for."""
        given = self.status.device if self.status is not None else ""
        return given or (self.spec.device if self.spec else "")


def summarize(folder: RunFolder, silence: Silence | None = None) -> Summary:
    """Return one run in a row.

    Args:
        folder: The run.
        silence: What earlier looks have shown, for a caller who looks again and again.
    """
    try:
        spec: RunSpec | None = folder.read_spec()
        damage = ""
    except Problem as problem:
        spec, damage = None, str(problem)
    status = read_status(folder)
    if status is not None and status.phase == "ended" and not is_held(folder.lock):
        verdict = Verdict(status.outcome, False, status.cause, status.remedy)
    else:
        verdict = examine(folder, silence)
    if spec is None and not verdict.live:
        verdict = Verdict("damaged", False, damage, "dlconsole rm moves it to the trash.")
    label = folder.read_label()
    return Summary(folder, label.name or folder.path.name, spec, status, verdict, label.note)


def summaries(runs: Path) -> list[Summary]:
    """Return every run of a runs folder, the latest first."""
    return sorted((summarize(each) for each in list_folders(runs)), key=lambda each: -each.created)

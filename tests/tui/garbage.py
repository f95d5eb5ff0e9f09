"""Run folders to damage, and ways to do it: what the tests of garbage share."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

from engine.devices.readings import GpuReading
from engine.run.checkpoints import file_name
from engine.run.files import replace
from engine.run.records import Applied, Snapshot
from tests.classified import classify
from tests.tui.screen_support import WrittenRun

HOSTILE = "[bold]x[/nonsense] \x1b]52;c;aGk=\x07\x1b[31m\u202eevil 漢字👍 e\u0301"
"""Markup that does not fit, a sequence that would fill the clipboard, and text that runs back."""

LONG = "long漢" * 2_000

PANELS = ("samples", "log", "notices", "report", "checkpoints", "settings", "network", "devices")
"""By the digits that show them, from 1."""

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda whole: b"",
    "cut short": lambda whole: whole[: len(whole) // 2],
    "random bytes": lambda whole: random.Random(7).randbytes(5000),
    "another shape": lambda whole: b'[1, {"type": "epoch"}, null]\n"x"\n17\n{}\n',
    "wrong types": lambda whole: whole.replace(b'":"', b'":["').replace(b'":', b'":{"x":').strip(),
    "deep": lambda whole: b'{"metrics":' * 20_000 + b"\n" + whole,
    "huge": lambda whole: whole * 3 + b'{"type":"notice","at":1,"level":"x","text":"'
    + LONG.encode() * 10 + b'"}\n' + whole,
}  # fmt: skip
"""What can have become of a file's content, by name."""


def full_run(runs: Path, name: str = "full", *, live: bool = False) -> WrittenRun:
    """Write a run of which every file is there that a run can have.

    Args:
        runs: The runs folder.
        name: The run's name.
        live: Whether it counts as training; else it has ended.
    """
    run = WrittenRun(runs, name).describe().train(7)
    folder, recorder = run.folder, run.recorder
    recorder.notice("3 rows were left out.")
    recorder.received("1", "learning rate 0.01")
    recorder.applied(Applied(at=1.0, command="1", action="rate", epoch=2, step=24, epochs=20))
    recorder.snapshot(Snapshot(at=1.0, epoch=7, step=84, file="7", size=1000, seconds=0.1))
    run.measure([GpuReading(index=0, name="NVIDIA H200", utilization_percent=71)])
    recorder.progress(8, 7, 12, lambda: {"loss": 0.5}, 41_200.0)
    folder.console_log.write_text("first line\nlast line\n")
    classify(folder)
    folder.checkpoints.mkdir()
    for epoch in (3, 7):
        (folder.checkpoints / file_name(epoch, "val_loss", 1.2 / epoch)).write_bytes(b"net")
    folder.snapshots.mkdir()
    folder.snapshot_index.write_text("{}")
    folder.model.write_bytes(b"net")
    folder.lock.touch()
    folder.rename(f"{name}-called")
    if live:
        recorder.write_status()
    else:
        run.end("done")
    return run


def files_of(run: WrittenRun) -> dict[str, Path]:
    """Return the files of a full run by name."""
    folder = run.folder
    paths = (
        *(folder.spec, folder.status, folder.journal, folder.progress, folder.devices),
        *(folder.console_log, folder.label, folder.report, folder.predictions),
        *(folder.lock, folder.checkpoints, folder.commands),
    )
    return {path.name: path for path in paths}


def clear(path: Path) -> None:
    """Remove whatever lies there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def put(path: Path, content: bytes) -> None:
    """Put other content in a file's place, as a newer version would be."""
    clear(path)
    replace(path, content, durable=False)

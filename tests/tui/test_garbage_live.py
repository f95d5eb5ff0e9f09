"""What goes wrong around a console that watches: workers die, clocks jump, windows shrink."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from engine.run.records import Epoch
from tests.tui.garbage import HOSTILE, LONG, PANELS, full_run
from tests.tui.screen_support import (
    NARROW,
    WIDE,
    WrittenRun,
    line_with,
    opened,
    text_of,
    until,
    until_shown,
)
from tui.safe_text import UNSAFE

# Writes as a worker does, then half a record, and says so; it is killed there.
_DYING = """
import sys, time
from pathlib import Path
from engine.run.lock import RunLock
from tests.tui.screen_support import WrittenRun
run = WrittenRun(Path(sys.argv[1]), "dying").describe().train(5)
lock = RunLock(run.folder.lock)
with run.folder.journal.open("ab") as journal:
    journal.write(b'{"type":"epoch","at":1.0,"epoch":6,"st')
sys.stdout.flush()
print("half", file=sys.stderr, flush=True)
time.sleep(600)
"""


async def open_run(pilot, folder) -> None:
    await pilot.pause()
    pilot.app.open_run(folder)
    await until_shown(pilot, "Samples")


async def test_a_worker_that_dies_between_two_records_is_lost_and_can_be_gone_on_with(runs_dir):
    worker = subprocess.Popen(
        [sys.executable, "-c", _DYING, str(runs_dir)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stderr is not None
        assert worker.stderr.readline() == "half\n"
        dying = full_run(runs_dir, "other")
        folder = type(dying.folder)(runs_dir / "dying")
        async with opened(runs_dir, WIDE) as pilot:
            await open_run(pilot, folder)
            await until_shown(pilot, "● training", "epoch 6/20")
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
            shown = await until_shown(pilot, "? lost", "Its worker is gone without a last word")
            assert "lines of its files" not in shown
            assert "5/20" in shown
            # The next one ends the torn line and goes on from its snapshot, here epoch 4.
            with folder.journal.open("ab") as journal:
                journal.write(b"\n")
            later = WrittenRun.taken_up(folder, 2, 4, 48)
            later.train(3)
            await until_shown(pilot, "● training", "epoch 8/20")
            await until(pilot, lambda: len(pilot.app.screen.view.epochs) == 7)
            assert [each.epoch for each in pilot.app.screen.view.epochs] == [1, 2, 3, 4, 5, 6, 7]
    finally:
        worker.kill()
        worker.wait()
        worker.stderr.close()


@pytest.mark.parametrize("jump", [-90_000.0, 90_000.0, -2e9], ids=["back", "on", "to 1957"])
async def test_a_clock_that_jumps_changes_no_state(runs_dir, monkeypatch, jump):
    run = WrittenRun(runs_dir, "wine-a").describe().train(3)
    async with opened(runs_dir, WIDE) as pilot:
        await open_run(pilot, run.folder)
        await until_shown(pilot, "● training", "epoch 4/20")
        now = time.time
        monkeypatch.setattr(time, "time", lambda: now() + jump)
        run.train(3)
        for path in (run.folder.status, run.folder.journal):
            os.utime(path, (time.time(), time.time()))  # as the system's clock has it then
        await until_shown(pilot, "● training", "epoch 7/20")
        await pilot.press("v", "v")  # time as x
        await until_shown(pilot, "time")
        for digit in range(1, len(PANELS) + 1):
            await pilot.press(str(digit))
            await pilot.pause()
        assert "● training" in text_of(pilot.app)
        pilot.app.show("runs")
        await until_shown(pilot, "1 run · 1 live", "wine-a")
        assert "training" in line_with(pilot.app, "wine-a")


async def test_epochs_whose_clock_went_back_are_drawn_along_time(runs_dir):
    run = WrittenRun(runs_dir, "wine-a")
    run.recorder.phase("training")
    for epoch, at in enumerate((1.7e9, 1.7e9 + 5, 1.7e9 - 8000, 1.7e9 - 7990), start=1):
        metrics = {"loss": 1 / epoch, "val_loss": 1.1 / epoch}
        run.recorder.epoch(Epoch(at=at, epoch=epoch, step=epoch, seconds=5.0, metrics=metrics))
    run.recorder.write_status()
    async with opened(runs_dir, WIDE) as pilot:
        await open_run(pilot, run.folder)
        await until_shown(pilot, "── train")
        await pilot.press("v", "v")
        await until_shown(pilot, "time")
        assert "── train" in text_of(pilot.app)


async def test_a_window_of_20_by_5_and_back_on_every_screen(runs_dir):
    run = full_run(runs_dir, live=True)
    full_run(runs_dir, "other")
    steps = {
        "launch": ("l",),
        "runs": (),
        "runs, filter": ("slash", "f"),
        "runs, columns": ("v",),
        "compare": ("A", "c"),
        "help": ("question_mark",),
        "settings": ("P",),
        "palette": ("ctrl+p",),
        **{f"run, {panel}": (str(n),) for n, panel in enumerate(PANELS, start=1)},
        "run, one chart": ("m",),
        "run, log search": ("2", "slash", "x"),
        "run, question": ("x",),
        "run, prompt": ("e",),
        "run, try": ("t",),
    }
    for name, keys in steps.items():
        async with opened(runs_dir, NARROW) as pilot:
            await pilot.pause()
            if name == "launch":
                pilot.app.show("launch")
                await until_shown(pilot, "wine")
                keys = ()
            elif name.startswith("run,"):
                await open_run(pilot, run.folder)
                await until_shown(pilot, "train")
            else:
                pilot.app.show("runs")
                await until_shown(pilot, "other-called")
            await pilot.press(*keys)
            await pilot.pause()
            screen = pilot.app.screen
            before = len(text_of(pilot.app).split())
            for size in ((20, 5), (1, 1), NARROW):
                await pilot.resize_terminal(*size)
                await pilot.pause()
            assert pilot.app.screen is screen, name
            after = len(text_of(pilot.app).split())
            assert after > before / 2, f"{name}:\n{text_of(pilot.app)}"


async def test_hostile_text_is_shown_as_text_on_every_panel(runs_dir):
    run = full_run(runs_dir, live=False)
    folder = run.folder
    for path in (folder.journal, folder.report, folder.spec):
        content = path.read_bytes()
        for word in (b"a table", b"3 rows were left out.", b"Dense", b"majority", b"made-up rows"):
            content = content.replace(word, json.dumps(HOSTILE)[1:-1].encode())
        path.write_bytes(content)
    folder.console_log.write_text(f"{HOSTILE}\n{LONG}\n\x1bc\x1b[2J\x9b31m\n")
    async with opened(runs_dir, (200, 60)) as pilot:
        await open_run(pilot, folder)
        for digit, panel in enumerate(PANELS, start=1):
            await pilot.press(str(digit))
            await pilot.pause(0.1)
            shown = text_of(pilot.app)
            assert not UNSAFE.search(shown.replace("\n", "")), panel
            if panel in ("log", "notices", "network", "report"):
                await until_shown(pilot, "[bold]x[/nonsense]", "\\x1b")

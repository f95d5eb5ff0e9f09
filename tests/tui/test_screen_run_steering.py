"""Steering a run from its screen: every key and prompt, by what is shown and what is sent."""

from __future__ import annotations

import os
import signal
import time

import pytest

from engine.process import announcing
from engine.run.commands import Inbox, words
from engine.run.evidence import read_status
from engine.run.lock import RunLock
from engine.run.records import Applied, Snapshot
from tests.tui.screen_support import (
    NARROW,
    WIDE,
    WrittenRun,
    commands_in,
    nobody,
    opened,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tests.tui.test_screen_run import to_panel, watching
from tui import keys
from tui.screens import run as run_screen
from tui.screens.run import RunScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])


def heed(run: WrittenRun, *, refuse: str = "") -> None:
    """Answer what was asked of a run, as its worker would."""
    for request in Inbox(run.folder.commands, 1).take():
        action = words(request.command)
        run.recorder.received(request.id, action)
        if refuse:
            run.recorder.refused(request.id, action, refuse)
        else:
            run.recorder.applied(
                Applied(at=time.time(), command=request.id, action=action, epoch=7, step=1236)
            )


def footer(pilot) -> str:
    """Return the last line of the screen."""
    return text_of(pilot.app).splitlines()[-1]


@SIZES
async def test_p_pauses_and_goes_on_and_says_what_became_of_it(runs_dir, size):
    run = WrittenRun(runs_dir, "wine-a").describe().train(7)
    async with opened(runs_dir, size) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "39 s left", "p pause")
        await pilot.press("p")
        await until_shown(pilot, "pause: asked")
        run.recorder.pause()
        heed(run)
        shown = await until_shown(pilot, "pause: applied at step 1,236", "◐ paused", "p go on")
        assert "left" not in shown.splitlines()[0]
        assert "samples/s" not in shown
        assert "paused ▕" in shown
        assert "epoch 7/20" in shown
        run.recorder.go_on()
        await pilot.press("p")
        await until(pilot, lambda: len(commands_in(run.folder)) == 2)
        first, second = commands_in(run.folder)
        assert '"pause"' in first
        assert '"go on"' in second
        await until_shown(pilot, "● training", "39 s left", "p pause")


@SIZES
async def test_e_asks_for_the_number_of_epochs_and_tells_what_cannot_be_one(runs_dir, size):
    run = WrittenRun(runs_dir, "wine-a").describe().train(7)
    async with opened(runs_dir, size) as pilot:
        await watching(pilot, run)
        await pilot.press("e")
        shown = await until_shown(pilot, "Epochs of wine-a in all. Now 20; 7 are complete.")
        assert " 20 " in shown
        assert "enter set" in shown
        for typed, told in (("x", "got 'x'"), ("0", "got '0'"), ("2.5", "got '2.5'")):
            await pilot.press("ctrl+u", *typed)
            await until_shown(pilot, "Expected the number of epochs in all", told)
            await pilot.press("enter")
            await pilot.pause()
            assert not isinstance(pilot.app.screen, RunScreen)  # it is still asked
        await pilot.press("ctrl+u")
        await until_gone(pilot, "got '2.5'")
        await pilot.press("enter")
        await until_shown(pilot, "got ''")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        assert not commands_in(run.folder)
        await pilot.press("e")
        await until_shown(pilot, "Epochs of wine-a")
        await pilot.press("6", "0")  # in the place of what stands there
        await pilot.press("enter")
        await until_shown(pilot, "set epochs to 60: asked")
        assert '"epochs":60' in commands_in(run.folder)[0]


@SIZES
async def test_l_asks_for_the_learning_rate(runs_dir, size):
    run = WrittenRun(runs_dir, "wine-a").describe().train(7)
    run.recorder.learning_rate(3e-4)
    run.recorder.write_status()
    async with opened(runs_dir, size) as pilot:
        await watching(pilot, run)
        await pilot.press("l")
        await until_shown(pilot, "Learning rate of wine-a", " 0.0003 ")
        await pilot.press("left", "left", "backspace", "1")  # changed within
        await until_shown(pilot, " 0.0103 ")
        await pilot.press("end", "ctrl+u", *"-1")
        await until_shown(pilot, "a number above 0, got '-1'")
        await pilot.press("ctrl+u", *"nan", "enter")
        await until_shown(pilot, "a number above 0, got 'nan'")
        await pilot.press("ctrl+u", *"5e-4", "enter")
        await until_shown(pilot, "set learning rate to 0.0005: asked")
        heed(run, refuse="A schedule decides about it.")
        await until_shown(
            pilot, "set learning rate to 0.0005: refused: A schedule decides about it."
        )


async def test_before_the_worker_has_said_it_the_learning_rate_is_the_one_asked_for(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(1)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await pilot.press("l")
        await until_shown(pilot, "Learning rate of wine-a", " 0.001 ")


async def test_a_letter_that_is_a_key_elsewhere_is_typed(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(1)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await pilot.press("e")
        await until_shown(pilot, "Epochs of wine-a")
        await pilot.press(*"qps?")
        await until_shown(pilot, "got 'qps?'")
        assert pilot.app.is_running
        assert not commands_in(run.folder)


async def test_k_asks_for_a_snapshot_and_notices_tell_where_the_last_one_stands(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(7)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await pilot.press("k")
        await until_shown(pilot, "snapshot now: asked")
        heed(run)
        run.recorder.snapshot(
            Snapshot(at=time.time(), epoch=7, step=84, file="x", size=1_240_000, seconds=0.01)
        )
        await to_panel(pilot, "notices")
        await until_shown(
            pilot, "▸ snapshot now: applied at step 1,236", "snapshot at epoch 7, step 84 (1.2 MB)"
        )


async def test_what_became_of_a_command_leaves_its_line_when_it_has_been_read(
    runs_dir, monkeypatch
):
    monkeypatch.setattr(run_screen, "_SETTLED_SECONDS", 0.5)
    run = WrittenRun(runs_dir, "wine-a").describe().train(7)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await pilot.press("k")
        await until_shown(pilot, "snapshot now: asked")
        heed(run)
        await until_shown(pilot, "snapshot now: applied")
        await until_gone(pilot, "snapshot now: applied")


async def test_a_folder_that_cannot_be_written_is_told(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(1)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        run.folder.commands.rmdir()
        run.folder.commands.write_text("")
        await pilot.press("p")
        await until_shown(pilot, "pause: The folder of wine-a")


@SIZES
async def test_the_footer_has_the_keys_that_mean_something(runs_dir, size):
    run = WrittenRun(runs_dir, "wine-a").describe().train(7)
    steering = ("p pause", "s stop", "x stop now", "e epochs", "l rate", "k snapshot")
    async with opened(runs_dir, size) as pilot:
        await watching(pilot, run)
        await until_shown(pilot, "● training")
        assert all(each in footer(pilot) for each in (*steering, "? help", "q quit"))
        assert "r resume" not in footer(pilot)
        run.end("stopped", "", "Stopped on request.")
        await until_shown(pilot, "■ stopped", "r resume")
        assert not any(each in footer(pilot) for each in steering)
        for key in "pselk":
            await pilot.press(key)
        await until_shown(pilot, "It has ended already. r goes on")
        assert not commands_in(run.folder)


def test_every_key_of_the_run_is_in_the_one_table():
    table = (*keys.of("run"), *keys.of("charts"))
    bound = {key.keys.split(",")[0]: key.id for key in table}
    expected = {"p": "pause", "s": "stop", "x": "stop-now", "e": "epochs", "l": "rate",
                "k": "snapshot", "r": "resume", "g": "log"}  # fmt: skip
    assert expected.items() <= bound.items()


@SIZES
async def test_a_run_that_waits_is_shown_with_its_place_and_x_takes_it_off(runs_dir, size):
    run = WrittenRun(runs_dir, "wine-a", pid=nobody()).describe().train(7)
    announcing.coming(run.folder, run.folder.read_spec(), 2, "2nd for gpu:0")
    lock = RunLock(run.folder.lock)
    try:
        async with opened(runs_dir, size) as pilot:
            await watching(pilot, run)
            shown = await until_shown(pilot, "◔ queued · 2nd for gpu:0", "x off the queue")
            assert "left" not in shown.splitlines()[0]
            assert "p pause" not in footer(pilot)
            await pilot.press("p")
            await until_shown(pilot, "It waits for its device")
            await pilot.press("x")
            await until_shown(pilot, "Take wine-a off the queue?")
            await pilot.press("y")
            await until(pilot, lambda: commands_in(run.folder))
            assert '"stop now","generation":2' in commands_in(run.folder)[0]
    finally:
        lock.release()


async def test_what_was_set_since_stands_beside_what_was_asked_for(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(1)
    run.recorder.applied(
        Applied(at=time.time(), command="1", action="set epochs to 60", epoch=1, step=12, epochs=60)
    )
    async with opened(runs_dir, WIDE) as pilot:
        await watching(pilot, run)
        await to_panel(pilot, "settings")
        await until_shown(pilot, "set since: epochs 60")


async def test_a_prompt_survives_a_terminal_made_tiny(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(1)
    async with opened(runs_dir) as pilot:
        await watching(pilot, run)
        await pilot.press("e")
        await until_shown(pilot, "Epochs of wine-a")
        for size in ((20, 5), (3, 2), (1, 1), (40, 10), NARROW):
            await pilot.resize_terminal(*size)
            await pilot.pause(0.05)
            await pilot.press("1")
        await pilot.press("enter")
        await until_shown(pilot, "set epochs to 11111: asked")


async def test_a_real_worker_does_what_every_key_asks(runs_dir, start):
    run = start(epochs=100_000)
    run.wait(lambda view: view.epochs)
    async with opened(runs_dir) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "● training")
        await pilot.press("p")
        await until_shown(pilot, "pause: applied at step", "◐ paused", "p go on")
        await pilot.press("e")
        await until_shown(pilot, "Epochs of")
        await pilot.press(*"90000", "enter")
        await until_shown(pilot, "set epochs to 90000: applied at step", "/90000")
        await pilot.press("p")
        await until_shown(pilot, "go on: applied at step", "● training")
        await pilot.press("l")
        await until_shown(pilot, "Learning rate of")
        await pilot.press(*"5e-4", "enter")
        await until_shown(pilot, "set learning rate to 0.0005: applied at step")
        await pilot.press("k")
        await until_shown(pilot, "snapshot now: applied at step")
        os.kill(run.process.pid, signal.SIGKILL)
        run.process.wait()
        await until_shown(pilot, "? lost", "r resume", seconds=10)
        await pilot.press("r")
        await until_shown(pilot, "● training", "/90000", seconds=90)
        await to_panel(pilot, "notices")
        await until_shown(pilot, "as generation 2, exactly")
        await until(pilot, lambda: (read_status(run.folder).learning_rate or 1) < 0.000501)
        await pilot.press("x")
        await until_shown(pilot, "Stop ")
        await pilot.press("y")
        await until_shown(pilot, "■ stopped", "Stopped on request.", "r resume", seconds=60)
        await until(pilot, lambda: not pilot.app._workers_launched)

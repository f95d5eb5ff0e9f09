"""The screen of a search, by what a person sees of one whose folder was written by hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from engine.run.folder import RunFolder
from tests.searches import WrittenSearch, hyperband
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    line_with,
    nobody,
    opened,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tests.tui.test_screen_runs import to_runs
from tui.screens.run import RunScreen
from tui.screens.search import SearchScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])


async def look_at(pilot, written: WrittenSearch) -> str:
    """Open the screen of a search and return what is on it."""
    pilot.app.open_run(written.folder)
    return await until_shown(pilot, "1 Trials", "what happened" if pilot.app.size[0] > 80 else "#")


def at(pilot) -> int:
    """Return the number of the trial under the cursor."""
    assert isinstance(pilot.app.screen, SearchScreen)
    trial = pilot.app.screen.panels.trial
    assert trial is not None
    return trial.number


@SIZES
async def test_how_far_it_is_and_what_is_best_are_seen_at_once(runs_dir, size):
    written = hyperband(runs_dir, 13)
    async with opened(runs_dir, size) as pilot:
        await look_at(pilot, written)
        shown = await until_shown(
            pilot, "● searching", "trial 13/23", "9 m 00 s left", "21/75 epochs"
        )
        assert shown.splitlines()[1].split()[:4] == ["★", "0.08643", "trial", "13"]
        assert "dropout 0.474 · optimizer adam" in shown.splitlines()[1]
        assert re.search(r"14 +● training +0\.1691…", shown)
        assert re.search(r"★ 13 +✓ completed +0\.08643", shown)
        assert re.search(r" 10 +▲ promoted +0\.1131", shown)
        assert re.search(r" 4 +▽ out +0\.2131", shown)
        assert "best so far" in shown
        if size != NARROW:
            # Beside the charts.
            shown = await until_shown(pilot, "bracket 2  9 @ 1 ▸ 3 @ 3 ▸ 1 @ 9")
            assert re.search(r"7 +✗ failed +- .*The loss became NaN at st", shown)
        if size == HUGE:
            shown = await until_shown(pilot, "val loss of the trials")
            assert "1st of 3, went on from 8, promoted as 13" in shown


async def test_why_it_ended_is_said_in_words(runs_dir):
    written = hyperband(runs_dir, 23, rate=1.5)
    async with opened(runs_dir) as pilot:
        await look_at(pilot, written)
        shown = await until_shown(pilot, "✓ done", "Plan complete: 23 trials.", "23/23 trials")
        assert "p pause" not in shown
        assert "d cull" not in shown
        assert "r resume" in shown
        await pilot.resize_terminal(*WIDE)
        await until_shown(pilot, "took 11 m 40 s", "cost 0.29")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_brackets_show_who_was_promoted_and_who_was_not(runs_dir, size):
    written = hyperband(runs_dir, 13)
    async with opened(runs_dir, size) as pilot:
        await look_at(pilot, written)
        await pilot.press("2")
        shown = await until_shown(pilot, "promoted 8 5 2   out 4 1 9 6 3   failed 7")
        assert "bracket 2  9 @ 1 ▸ 3 @ 3 ▸ 1 @ 9" in shown
        assert re.search(r"1 epoch +▲▲▲▽▽▽▽▽✗ +9/9 +0\.1931", shown)
        assert re.search(r"3 epochs +●···· +0/5 .*under way 14", shown)


async def test_a_method_without_brackets_says_so(runs_dir):
    written = WrittenSearch(runs_dir, "mnist-random-k3f9", method="random", trials=4, folds=3)
    written.score(written.ask(), 0.09, 0.11, 0.10)
    written.status()
    async with opened(runs_dir, WIDE) as pilot:
        shown = await look_at(pilot, written)
        assert "★ 0.1000 ± 0.01  trial 1" in shown
        await pilot.press("2")
        await until_shown(pilot, "It has no brackets and no rungs.")


async def test_the_other_panels(runs_dir):
    written = hyperband(runs_dir, 13).matter().notice("Two trials ran out of memory.")
    async with opened(runs_dir) as pilot:
        await look_at(pilot, written)
        assert "Notices ①" in text_of(pilot.app)
        await pilot.press("3")
        shown = await until_shown(pilot, "adadelta", "rmsprop", "learning rate", "0.2291")
        assert "0.08643" in shown  # the best end of the last axis
        await pilot.resize_terminal(*WIDE)
        await pilot.press("down", "down")
        await until_shown(pilot, "green: the best   yellow: trial 10")
        await pilot.resize_terminal(40, 24)
        await until_shown(pilot, "batch", "optim… ›")
        await pilot.press("right")
        await until_shown(pilot, "‹ dropo", "learn")
        await pilot.resize_terminal(*NARROW)
        await pilot.press("4")
        await until_shown(pilot, "explains 71 % of the", "61 % ±4 %", "10 █ 0.07")
        await pilot.press("5")
        await until_shown(pilot, "Two trials ran out of memory.")
        assert "Notices ①" not in text_of(pilot.app)
        await pilot.press("6")
        await until_shown(pilot, "dlconsole search mnist", "23 trials of 17 settings, 75 epochs")
        await pilot.press("tab")
        await until_shown(pilot, "▲ promoted")


async def test_what_comes_meanwhile_is_shown_and_the_cursor_stays_on_its_trial(runs_dir):
    written = hyperband(runs_dir, 13)
    async with opened(runs_dir) as pilot:
        await look_at(pilot, written)
        await pilot.press("down", "down")
        assert at(pilot) == 10
        written.score(14, 0.05)
        written.ask(epochs=3, bracket=1, rung=0)
        written.status(steps=23, epochs=75)
        shown = await until_shown(pilot, "trial 14/23", "★ 0.0500")
        assert re.search(r" 15 +○ waiting", shown)
        assert at(pilot) == 10


async def test_rows_are_sorted_by_columns_and_b_goes_to_the_best(runs_dir):
    written = hyperband(runs_dir, 23, curves=False)
    async with opened(runs_dir) as pilot:
        await look_at(pilot, written)
        await pilot.press("o")
        await until_shown(pilot, "# ↑")
        await pilot.press("home")
        assert at(pilot) == 1
        await pilot.press("O", "b")
        assert at(pilot) == 22
        await pilot.press("o", "o", "home")
        assert at(pilot) == 22  # by score


async def test_wishes_reach_the_coordinator(runs_dir):
    written = hyperband(runs_dir, 13)
    async with opened(runs_dir) as pilot:
        await look_at(pilot, written)

        async def asked(number: int) -> dict[str, object]:
            await until(pilot, lambda: len(list(written.folder.commands.glob("*.json"))) == number)
            return json.loads(sorted(written.folder.commands.glob("*.json"))[-1].read_text())

        await pilot.press("d")
        await until_shown(pilot, "End trial 14 now?")
        await pilot.press("y")
        assert await asked(1) == {"action": "cull trial", "generation": 1, "trial": 14}
        await until_shown(pilot, "cull trial 14: asked")
        await pilot.press("T")
        await until_shown(pilot, "Now 23;", "14 have begun.")
        await pilot.press("ctrl+u", *"46", "enter")
        assert (await asked(2))["trials"] == 46
        await pilot.press("f")
        await until_shown(pilot, "Varied are batch_size", "batch_size=100")
        await pilot.press("ctrl+u", *"optimizer=sgdx", "enter")
        await until_shown(pilot, "optimizer: expected")
        await pilot.press("ctrl+u", *"optimizer=adam", "enter")
        fixed = await asked(3)
        assert (fixed["action"], fixed["name"], fixed["value"]) == ("fix", "optimizer", "adam")
        await pilot.press("p")
        assert (await asked(4))["action"] == "pause"
        await pilot.press("s")
        assert (await asked(5))["action"] == "stop after epoch"
        await until_shown(pilot, "stop after the trials under way: asked")
        await pilot.press("x")
        await until_shown(pilot, "with 1 trial", "under way?")
        await pilot.press("y")
        assert (await asked(6))["action"] == "stop now"


async def test_a_pause_for_failures_says_why(runs_dir):
    written = WrittenSearch(runs_dir, method="random", trials=9)
    for _ in range(3):
        written.fail(written.ask(), "Out of memory.", "memory")
    written.notice("3 trials in a row failed, the last one: Out of memory.").status("paused")
    async with opened(runs_dir) as pilot:
        await look_at(pilot, written)
        await until_shown(
            pilot, "◐ paused", "3 trials in a row failed", "p lets it go on.", "p go on"
        )


async def test_enter_opens_a_trial_and_escape_comes_back(runs_dir):
    written = hyperband(runs_dir, 13)
    async with opened(runs_dir) as pilot:
        await look_at(pilot, written)
        await pilot.press("down", "enter")
        await until_shown(pilot, "/t008", "✓ done", "Samples  Log")
        assert isinstance(pilot.app.screen, RunScreen)
        await pilot.press("escape")
        await until_shown(pilot, "1 Trials", "trial 13/23")
        await pilot.press("escape")
        await until_shown(pilot, "1 run · 1 live")


async def test_of_folds_one_is_chosen(runs_dir):
    written = WrittenSearch(runs_dir, method="random", trials=4, folds=3)
    number = written.ask()
    for fold in (1, 2, 3):
        written.curve(number, [0.3, 0.2 + fold / 100], fold=fold)
    written.score(number, 0.21, 0.22, 0.23).status()
    async with opened(runs_dir) as pilot:
        await look_at(pilot, written)
        await pilot.press("enter")
        await until_shown(pilot, "Which of the 3 folds of trial 1 to look at?")
        await pilot.press("ctrl+u", "2", "enter")
        await until_shown(pilot, "/t001-f2")


async def test_marked_trials_are_compared(runs_dir):
    written = hyperband(runs_dir, 23)
    async with opened(runs_dir, WIDE) as pilot:
        await look_at(pilot, written)
        await pilot.press("space", "space")
        await until_shown(pilot, "2 marked", "c compare 2")
        await pilot.press("c")
        await until_shown(pilot, "2 runs", "t022", "t008", "batch size")
        await pilot.press("escape")
        await until_shown(pilot, "1 Trials")


async def test_the_best_setting_becomes_a_full_run_or_a_preset(runs_dir):
    written = hyperband(runs_dir, 23)
    async with opened(runs_dir, WIDE) as pilot:
        await look_at(pilot, written)
        await pilot.press("B")
        await until_shown(pilot, "Keep the setting of trial 22 of")
        await pilot.press(*"found", "enter")
        await until_shown(pilot, "mnist has a preset found now.")
        await pilot.press("L")
        shown = await until_shown(pilot, "dlconsole train mnist", "optimizer=rmsprop", "· found")
        assert "--set epochs=" not in shown  # those of the preset, not those of a trial
        assert "batch_size=10" in shown


async def test_r_adds_trials_to_a_search_that_is_done(runs_dir, monkeypatch):
    asked = []

    def resume(folder, **options):
        asked.append((folder.path.name, options["trials"]))
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr("engine.process.launch.resume", resume)
    written = hyperband(runs_dir, 23, curves=False, pid=nobody())
    async with opened(runs_dir) as pilot:
        await look_at(pilot, written)
        await pilot.press("r")
        await until_shown(pilot, "is done after 23 trials.", "46, 69, ...")
        await pilot.press("enter")
        await until(pilot, lambda: asked)
        assert asked == [("mnist-dropout-hyperband-k3f9", 46)]


async def test_the_list_of_runs_counts_its_trials_and_opens_it(runs_dir):
    hyperband(runs_dir, 13)
    async with opened(runs_dir, WIDE) as pilot:
        await to_runs(pilot)
        line = line_with(pilot.app, "k3f9")
        assert line.split()[:4] == ["●", "searching", "mnist-dropout-hyperband-k3f9", "13/23"]
        assert "0.08643" in line
        await pilot.press("t")  # the network of the best trial
        await until_shown(pilot, "k3f9/t008 › try")
        await pilot.press("escape", "enter")
        await until_shown(pilot, "1 Trials")


async def test_its_end_is_told_wherever_one_is(runs_dir):
    from engine.run.lock import RunLock
    from tui.live_runs import Endings

    written = hyperband(runs_dir, 13, curves=False, pid=nobody())
    lock = RunLock(written.folder.lock)
    endings = Endings(runs_dir)
    assert endings.look() == []
    written.end("stopped", "Stopped on request.")
    lock.release()
    (ending,) = endings.look()
    assert ending.text.endswith(
        "k3f9: stopped after 13 trials, best val loss 0.08643. Stopped on request."
    )


async def test_damage_costs_its_own_content_only(runs_dir):
    written = hyperband(runs_dir, 23, curves=False)
    written.matter().folder.importance.write_text("[garbage")
    with written.folder.journal.open("ab") as journal:
        journal.write(b'{"type":"trial","trial":"\xff"}\n[]\n')
    (written.folder.trials / "t022").mkdir(parents=True)
    (written.folder.trials / "t022" / "status.json").write_text("{")
    async with opened(runs_dir) as pilot:
        shown = await look_at(pilot, written)
        assert "★ 22" in shown
        written.folder.spec.write_text("{}")
        pilot.app.open_run(RunFolder(written.folder.path))
        await until_shown(pilot, "run.json")
        await until_gone(pilot, "★ 22")

"""Try: how one gets there, who answers, and what is said where nobody can."""

from __future__ import annotations

import json
import os

import pytest

from engine.errors import Problem
from engine.run.checkpoints import file_name
from engine.run.files import replace
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    commands_in,
    line_with,
    opened,
    text_of,
    until,
    until_gone,
    until_shown,
)
from tests.tui.test_screen_foresight import Played
from tests.tui.try_support import (
    DIGITS,
    ROWS,
    TEXTS,
    asked,
    questions,
    recognised,
    scored,
    snapshot,
    trained,
    trying,
)
from tui.screens.run import RunScreen
from tui.screens.runs import RunsScreen
from tui.screens.try_out import TryScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])


@pytest.fixture
def played(monkeypatch) -> Played:
    """Replace the standby of every console by one that the test plays."""
    played = Played()
    monkeypatch.setattr("tui.app.StandingBy", lambda **_: played)
    return played


async def test_t_tries_a_run_out_and_escape_comes_back_to_the_list(runs_dir, played):
    trained(runs_dir, ROWS)
    async with opened(runs_dir) as pilot:
        pilot.app.show("runs")
        await until_shown(pilot, "wine-a")
        await pilot.press("t")
        await until_shown(pilot, "wine-a › try", "✓ done", "pH")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunsScreen))


async def test_t_tries_the_run_out_that_one_looks_at(runs_dir, played):
    run = trained(runs_dir, ROWS)
    async with opened(runs_dir) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "✓ done")
        await pilot.press("t")
        await until_shown(pilot, "wine-a › try", "pH")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))


@SIZES
@pytest.mark.parametrize(
    ("takes", "answer", "shown"),
    [
        (TEXTS, scored(0.25), ["Type or paste a text"]),
        (ROWS, {"row": 1, "predicted": 10.25}, ["alcohol 10.25", "8 ─", "─ 14.2"]),
        (DIGITS, recognised(7), ["Draw with the mouse"]),
    ],
)
async def test_there_is_room_for_input_and_answer(runs_dir, played, size, takes, answer, shown):
    run = trained(runs_dir, takes)
    async with opened(runs_dir, size) as pilot:
        await trying(pilot, run.folder)
        (await asked(pilot, played)).say(answer, None)
        text = await until_shown(pilot, *shown, "From its network, done after")
        assert all(len(line) <= size[0] for line in text.splitlines())


async def test_of_a_run_in_training_the_newest_network_answers_and_answers_anew(runs_dir, played):
    run = trained(runs_dir, ROWS, ended=False)
    first = snapshot(run.folder, 2, 24)
    async with opened(runs_dir, WIDE) as pilot:
        await trying(pilot, run.folder)
        said = await asked(pilot, played)
        assert said.question.network == first
        assert said.question.explain
        said.say({"row": 1, "predicted": 10.25}, None)
        await until_shown(pilot, "alcohol 10.25", "the latest snapshot, after epoch 2 (step 24)")
        second = snapshot(run.folder, 3, 36)
        said = await asked(pilot, played, 2)
        assert said.question.network == second
        said.say({"row": 1, "predicted": 11.5}, None)
        await until_shown(pilot, "alcohol 11.5", "after epoch 3 (step 36)")


async def test_another_network_of_the_run_can_be_asked(runs_dir, played):
    run = trained(runs_dir, ROWS)
    run.folder.checkpoints.mkdir()
    best = run.folder.checkpoints / file_name(2, "val_loss", 0.5)
    best.write_bytes(b"a network")
    os.utime(best, (1, 1))
    async with opened(runs_dir, WIDE) as pilot:
        await trying(pilot, run.folder)
        said = await asked(pilot, played)
        assert said.question.network == ""
        said.say({"row": 1, "predicted": 10.25}, None)
        await until_shown(pilot, "1 of 2 networks: [ ] ask another", "] network")
        await pilot.press("right_square_bracket")
        said = await asked(pilot, played, 2)
        assert said.question.network == str(best)
        said.say({"row": 1, "predicted": 9.5}, None)
        await until_shown(pilot, "From epoch-00002-val_loss-0.5, after epoch 2", "alcohol 9.5")
        await pilot.press("left_square_bracket")
        assert (await asked(pilot, played, 3)).question.network == ""


async def test_where_no_network_is_saved_yet_k_asks_for_one(runs_dir, played):
    run = trained(runs_dir, ROWS, ended=False)
    async with opened(runs_dir) as pilot:
        await trying(pilot, run.folder)
        await until_shown(pilot, "No network of it is saved yet. k asks for a snapshot")
        assert not questions(played)
        await pilot.press("k")
        await until(pilot, lambda: commands_in(run.folder))
        assert "snapshot" in commands_in(run.folder)[0]
        snapshot(run.folder, 3, 36)
        await asked(pilot, played)
        await until_gone(pilot, "No network of it is saved yet")


async def test_a_run_that_left_no_network_says_so(runs_dir, played):
    run = trained(runs_dir, ROWS, ended=False)
    run.end("failed", "data", "The table is gone.", "Put it back.")
    async with opened(runs_dir) as pilot:
        await trying(pilot, run.folder)
        await until_shown(pilot, "It has no network to ask: it is failed.")
        assert not questions(played)


async def test_a_run_that_has_read_nothing_yet_is_waited_for(runs_dir, played):
    run = WrittenRun(runs_dir, "wine-a")
    async with opened(runs_dir) as pilot:
        await trying(pilot, run.folder)
        await until_shown(pilot, "has not read its data so far")
        replace(run.folder.preprocessing, json.dumps(ROWS).encode())
        await until_shown(pilot, "pH")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b"[1]", b'{"form": "sounds"}', b'{"form": "pictures"}',
                json.dumps({**DIGITS, "height": -1}).encode(), b"[" * 100_000]
)  # fmt: skip
async def test_a_damaged_preprocessing_is_told(runs_dir, played, content):
    run = trained(runs_dir, ROWS)
    run.folder.preprocessing.write_bytes(content)
    async with opened(runs_dir) as pilot:
        await trying(pilot, run.folder)
        await until_shown(pilot, "no preprocessing.json that can be used")
        await pilot.press("f", "i", "y", "right_square_bracket", "tab", "k")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, TryScreen))


async def test_why_there_is_no_answer_is_told_and_the_next_one_is_shown(runs_dir, played):
    run = trained(runs_dir, ROWS)
    async with opened(runs_dir, WIDE) as pilot:
        await trying(pilot, run.folder)
        (await asked(pilot, played)).say(Problem("The file [b]is[/b] torn.", "Mend it."), None)
        await until_shown(pilot, "The file [b]is[/b] torn. Mend it.")
        await pilot.press("right")
        (await asked(pilot, played, 2)).say({"row": 1, "predicted": 10.5}, None)
        await until_shown(pilot, "alcohol 10.5")
        assert "torn" not in text_of(pilot.app)


async def test_what_a_network_says_can_be_anything(runs_dir, played):
    run = trained(runs_dir, ROWS)
    async with opened(runs_dir, WIDE) as pilot:
        await trying(pilot, run.folder)
        said = await asked(pilot, played)
        moved = {"p\x1b[2J[/b]": "nan", "pH": 0.5}
        said.say({"row": 1, "predicted": "nan", "moved_by": moved}, None)
        await until_shown(pilot, "alcohol nan", "p\\x1b[2J[/b]", "+0.5")


async def test_the_answering_process_goes_with_the_screen(runs_dir, played):
    run = trained(runs_dir, ROWS)
    async with opened(runs_dir) as pilot:
        await trying(pilot, run.folder)
        said = await asked(pilot, played)
        await pilot.press("escape")
        await until(pilot, lambda: said.is_cancelled)


async def test_help_and_footer_name_the_keys(runs_dir, played):
    run = trained(runs_dir, DIGITS)
    async with opened(runs_dir) as pilot:
        await trying(pilot, run.folder)
        await until_shown(pilot, "space pen", "e rubber", "c centre", "f file", "i invert")
        assert "k snapshot" not in line_with(pilot.app, "space pen")  # nobody is there to write one
        await pilot.press("tab")
        await until_shown(pilot, "f file", "esc back")
        await pilot.press("question_mark")
        await until_shown(pilot, "take the picture or the text from a file")


async def test_it_outlives_a_tiny_terminal(runs_dir, played):
    for number, takes in enumerate((TEXTS, ROWS, DIGITS)):
        run = trained(runs_dir, takes, f"wine-{number}")
        async with opened(runs_dir, NARROW) as pilot:
            await trying(pilot, run.folder)
            await asked(pilot, played, number + 1)
            await pilot.resize_terminal(20, 5)
            await pilot.press("down", "right", "up")
            await pilot.resize_terminal(80, 24)
            await until_shown(pilot, "From its network")

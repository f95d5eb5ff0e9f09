"""Try with a real network: answered by a standby, or by a process of the screen's own."""

from __future__ import annotations

import os

import psutil
import pytest

from engine.catalog import Catalog
from engine.data.given import Given
from engine.process.questions import Predict, ask
from engine.run.expected import Rows, read_expected
from tests.tui.screen_support import WIDE, opened, until, until_shown
from tests.tui.try_support import trying


def who_answers() -> list[psutil.Process]:
    """Return the processes of this one that have Keras imported to answer questions."""
    return [
        each
        for each in psutil.Process(os.getpid()).children(recursive=True)
        if each.status() != psutil.STATUS_ZOMBIE
        and ("engine.answer" in " ".join(each.cmdline()) or "answers" in " ".join(each.cmdline()))
    ]


@pytest.mark.parametrize("has_standby", [False, True])
async def test_the_screen_says_what_predict_says(runs_dir, start, has_standby):
    run = start(Catalog.load().find("wine"), epochs=2)
    assert run.end().verdict.state == "done"
    expected = read_expected(run.folder)
    assert isinstance(expected, Rows)
    cells = {column.name: column.usual for column in expected.columns}
    question = Predict(run=str(run.folder.path), given=Given(cells=cells))
    (said,) = ask(question, "tensorflow", device="cpu")
    async with opened(runs_dir, WIDE, has_standby=has_standby) as pilot:
        await trying(pilot, run.folder)
        figure = f"{said['predicted']:.4g}"
        await until_shown(pilot, f"{expected.target} {figure}", seconds=120)
        assert who_answers()
        await pilot.press("right", "right")
        await until_shown(pilot, "against the same row with the usual value", seconds=120)
        await pilot.press("escape")
        await until(pilot, lambda: not who_answers())

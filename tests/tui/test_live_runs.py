"""Noticing runs that end, whoever has started them and wherever one is looking."""

from __future__ import annotations

import pytest

from engine.run.lock import RunLock
from tests.tui.screen_support import WrittenRun, nobody, opened, text_of, until, until_shown
from tui import app
from tui.live_runs import Endings, live


@pytest.fixture
def run(runs_dir):
    """Return a run that is held, and its lock."""
    written = WrittenRun(runs_dir, "wine-a", pid=nobody()).describe().train(5)
    return written, RunLock(written.folder.lock)


def test_a_run_that_is_held_is_live(runs_dir, run):
    written, lock = run
    WrittenRun(runs_dir, "wine-b", pid=nobody())
    assert live(runs_dir) == [written.folder.path]
    lock.release()
    assert live(runs_dir) == []


def test_a_run_that_ends_is_told_once_and_how_good_it_is(runs_dir, run):
    written, lock = run
    endings = Endings(runs_dir)
    assert endings.look() == endings.look() == []
    written.end("done")
    lock.release()
    (ending,) = endings.look()
    assert ending.text == "wine-a: done after 5 epochs, val loss 0.2400"
    assert not ending.is_bad
    assert endings.look() == []


def test_a_run_that_fails_is_told_with_its_cause(runs_dir, run):
    written, lock = run
    endings = Endings(runs_dir)
    endings.look()
    written.end("failed", "", "The loss became NaN.", "Lower the learning rate.")
    lock.release()
    (ending,) = endings.look()
    assert ending.text == "wine-a: failed after 5 epochs. The loss became NaN."
    assert ending.is_bad


def test_a_run_whose_worker_is_killed_is_told(runs_dir, run):
    _, lock = run
    endings = Endings(runs_dir)
    endings.look()
    lock.release()
    assert endings.look()[0].is_bad


def test_a_run_that_comes_and_goes_between_two_looks_is_told(runs_dir):
    runs_dir.mkdir()
    endings = Endings(runs_dir)
    endings.look()
    WrittenRun(runs_dir, "quick", pid=nobody()).train(1).end("done")
    assert [*endings.look(), *endings.look()][0].text.startswith("quick: done after 1 epoch")


def test_runs_that_had_ended_before_are_not_told(runs_dir):
    WrittenRun(runs_dir, "old", pid=nobody()).train(1).end("done")
    endings = Endings(runs_dir)
    assert [*endings.look(), *endings.look()] == []


def test_a_run_that_is_taken_away_is_not_told(runs_dir, run):
    written, lock = run
    endings = Endings(runs_dir)
    endings.look()
    lock.release()
    written.end("done")
    written.folder.remove()
    assert endings.look() == []


def test_a_folder_that_is_not_there_is_no_matter(tmp_path):
    assert Endings(tmp_path / "nowhere").look() == []


async def test_the_end_of_a_run_is_told_on_any_screen_and_the_bell_rung(runs_dir, run, monkeypatch):
    monkeypatch.setattr(app, "_ANNOUNCE_SECONDS", 0.05)
    rung: list[int] = []
    monkeypatch.setattr(app.ConsoleApp, "bell", lambda self: rung.append(1))
    written, lock = run
    async with opened(runs_dir, (120, 36)) as pilot:
        await pilot.pause()
        pilot.app.show("launch")
        await until_shown(pilot, "recipes")
        pilot.app.prefer(bell=True)
        written.end("done")
        lock.release()
        await until_shown(pilot, "wine-a: done after 5 epochs")
        assert rung == [1]


async def test_the_end_of_the_run_one_looks_at_covers_nothing(runs_dir, run, monkeypatch):
    monkeypatch.setattr(app, "_ANNOUNCE_SECONDS", 0.05)
    rung: list[int] = []
    monkeypatch.setattr(app.ConsoleApp, "bell", lambda self: rung.append(1))
    written, lock = run
    async with opened(runs_dir, (120, 36)) as pilot:
        await pilot.pause()
        pilot.app.prefer(bell=True)
        pilot.app.open_run(written.folder)
        await until_shown(pilot, "Samples")
        written.end("done")
        lock.release()
        await until(pilot, lambda: rung)
        assert "wine-a: done" not in text_of(pilot.app)

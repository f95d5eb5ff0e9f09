"""The panels of a run: getting to them, copying them, and the line of their names."""

from __future__ import annotations

import pytest

from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    line_with,
    opened,
    text_of,
    until,
    until_shown,
)
from tui import keys
from tui.panels.panel_bar import PanelBar
from tui.panels.run_panels import PANELS


@pytest.fixture
def run(runs_dir):
    """Return a live run."""
    return WrittenRun(runs_dir, "wine-a").describe().train(2).measure()


async def at_run(pilot, run: WrittenRun) -> None:
    await pilot.pause()
    pilot.app.open_run(run.folder)
    await until_shown(pilot, "Samples", "● training")


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_a_digit_goes_to_its_panel(runs_dir, run, size):
    async with opened(runs_dir, size) as pilot:
        await at_run(pilot, run)
        bar = pilot.app.screen.query_one(PanelBar)
        for number, name in enumerate(PANELS, 1):
            await pilot.press(str(number))
            await until(pilot, lambda name=name: bar.chosen == name)
            assert pilot.app.screen.focused is pilot.app.screen.query_one(f"#{name}")
        assert all(title in text_of(pilot.app) for title in PANELS.values())


def test_every_panel_has_a_key():
    assert [f"to('{name}')" for name in PANELS] == [
        key.action for key in keys.of("run") if key.action.startswith("to(")
    ]


@pytest.mark.parametrize(("size", "numbered"), [(NARROW, False), (WIDE, True)])
async def test_names_are_numbered_where_there_is_room(runs_dir, run, size, numbered):
    async with opened(runs_dir, size) as pilot:
        await at_run(pilot, run)
        assert ("8 Devices" in line_with(pilot.app, "Samples")) == numbered


async def test_where_names_do_not_fit_the_one_in_view_is_among_them(runs_dir, run):
    async with opened(runs_dir, (40, 24)) as pilot:
        await at_run(pilot, run)
        await pilot.press("8")
        await until_shown(pilot, "Devices")
        await pilot.press("1")
        await until_shown(pilot, "Samples")


async def test_a_click_goes_to_a_panel(runs_dir, run):
    async with opened(runs_dir, WIDE) as pilot:
        await at_run(pilot, run)
        bar = pilot.app.screen.query_one(PanelBar)
        x = line_with(pilot.app, "7 Network").index("Network")
        await pilot.click(PanelBar, offset=(x, 0))
        await until(pilot, lambda: bar.chosen == "network")


async def test_what_a_panel_shows_is_copied_as_text(runs_dir, run, monkeypatch):
    copied = []
    async with opened(runs_dir, NARROW) as pilot:
        monkeypatch.setattr(pilot.app, "copy", copied.append)
        await at_run(pilot, run)
        await until_shown(pilot, "10.75")
        await pilot.press("Y")
        await until(pilot, lambda: copied)
        lines = copied[0].splitlines()
        assert lines[0].split()[:3] == ["row", "actual", "predicted"]
        assert lines[-1].split() == ["204", "11", "10.75"]
        await pilot.press("6", "Y")
        await until(pilot, lambda: len(copied) == 2)
        assert "dlconsole train wine" in copied[1]
        assert str(run.folder.path) in copied[1].replace("\n ", "")  # also what is out of view


async def test_what_was_noted_stands_above_the_settings(runs_dir, run):
    async with opened(runs_dir, WIDE) as pilot:
        await at_run(pilot, run)
        await pilot.press("6")
        await until_shown(pilot, "recipe wine")
        run.folder.annotate("the one with [red]fewer[/] rows")
        await until_shown(pilot, "the one with [red]fewer[/] rows")

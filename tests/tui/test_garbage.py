"""A console fed garbage keeps running, says what is wrong, and is whole again as its files are."""

from __future__ import annotations

import shutil

import pytest

from tests.tui.garbage import DAMAGES, PANELS, clear, files_of, full_run, put
from tests.tui.screen_support import WIDE, WrittenRun, opened, text_of, until, until_shown
from tui.panels.panel_bar import PanelBar
from tui.screens.run import RunScreen
from tui.tables.run_table import RunTable

# By file: the panel on which its content stands and a word of it, then what is said while the file
# holds another shape; nothing where what is shown is simply all there is.
_LINES = "4 lines of its files could not be read."
CASES = {
    "run.json": ("settings", "batch_size", ""),
    "status.json": ("settings", "batch_size", "Its status.json makes no sense."),
    "journal.jsonl": ("notices", "3 rows were left out.", _LINES),
    "progress.jsonl": ("notices", "3 rows were left out.", _LINES),
    "devices.jsonl": ("devices", "GPU 0 H200", "No reading yet."),
    "console.log": ("log", "last line", "17"),
    "label.json": ("settings", "full-called", "runs › full"),
    "report.json": ("report", "majority", "The report of full-called is damaged."),
    "predictions.npz": ("report", "operating point", ""),
    "checkpoints": ("checkpoints", "epoch-00007", "No checkpoints yet."),
    "lock": ("settings", "batch_size", ""),
    "commands": ("settings", "batch_size", ""),
}
EVERYWHERE = ("run.json", "status.json", "journal.jsonl")
"""Files of which every panel shows something."""


async def look(pilot) -> str:
    """Have the Run screen look at its run now; return what is shown then."""
    screen = pilot.app.screen
    assert isinstance(screen, RunScreen)
    looks = 0

    def counted(seen: object, show=screen._show) -> None:
        nonlocal looks
        looks += 1
        show(seen)

    screen._show = counted
    try:
        # The look under way may have begun before; the one after it has not.
        for number in (1, 2):
            screen._look_now.set()
            await until(pilot, lambda number=number: looks >= number)
    finally:
        del screen._show
    await pilot.pause()
    return text_of(pilot.app)


async def to_panel(pilot, panel: str) -> str:
    """Show a panel; return what is on the screen then."""
    await pilot.press(str(PANELS.index(panel) + 1))
    await until(pilot, lambda: pilot.app.screen.query_one(PanelBar).chosen == panel)
    return await look(pilot)


async def open_run(pilot, run) -> None:
    await pilot.pause()
    pilot.app.open_run(run.folder)
    await until_shown(pilot, "Samples", "Devices")


@pytest.mark.parametrize("name", CASES)
async def test_a_damaged_file_costs_its_content_and_no_more(runs_dir, name):
    live = name not in ("report.json", "predictions.npz", "label.json", "checkpoints")
    run = full_run(runs_dir, live=live)
    panel, word, said = CASES[name]
    path = files_of(run)[name]
    async with opened(runs_dir, WIDE) as pilot:
        await open_run(pilot, run)
        assert word in await to_panel(pilot, panel)
        kept = runs_dir / f"kept-{name}"
        is_file = path.is_file()
        (shutil.copyfile if is_file else shutil.copytree)(path, kept)
        content = path.read_bytes() if is_file else b"garbage"
        for damage in ("a folder", "gone", "a link to itself", *DAMAGES):
            clear(path)
            if damage == "a folder":
                path.mkdir()
                (path / "x").write_text("x")
            elif damage == "a link to itself":
                path.symlink_to(path)
            elif damage != "gone":
                put(path, DAMAGES[damage](content))
            if name in EVERYWHERE:
                await look(pilot)
                await pilot.press(*"12345678")
            shown = await to_panel(pilot, panel)
            assert "dlconsole" in shown, damage
            if damage == "another shape":
                assert said in shown
        clear(path)
        (shutil.copyfile if is_file else shutil.copytree)(kept, path)
        assert word in await look(pilot)


@pytest.mark.parametrize("name", CASES)
async def test_a_damaged_run_is_listed_and_opens(runs_dir, name):
    run = full_run(runs_dir, live=name != "status.json")
    WrittenRun(runs_dir, "other").train(2).end("done")
    path = files_of(run)[name]
    content = path.read_bytes() if path.is_file() else b"garbage"
    async with opened(runs_dir, WIDE) as pilot:
        for damage in ("a folder", "gone", "another shape"):
            clear(path)
            if damage == "a folder":
                path.mkdir()
            elif damage != "gone":
                put(path, DAMAGES[damage](content))
            pilot.app.show("runs")
            await until_shown(pilot, "other", "2 runs")
            table = pilot.app.screen.query_one(RunTable)
            await until(pilot, lambda table=table: len(table.runs) == 2)
            await open_run(pilot, run)

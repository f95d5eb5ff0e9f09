"""The console as a whole: its keys, its help, its sizes, its terminals, how it is left."""

from __future__ import annotations

import pytest
from textual.binding import Binding

from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    console,
    opened,
    text_of,
    until,
    until_shown,
)
from tui import keys
from tui.app import ConsoleApp
from tui.form.recipe_list import RecipeList
from tui.form.recipe_page import RecipePage
from tui.panels.checkpoints_panel import CheckpointsPanel
from tui.panels.report_panel import ReportPanel
from tui.screens.confirm import ConfirmScreen
from tui.screens.help import HelpScreen
from tui.screens.launch import LaunchScreen
from tui.screens.palette import PaletteScreen
from tui.screens.preferences import PreferencesScreen
from tui.screens.prompt import PromptScreen
from tui.screens.run import RunScreen
from tui.screens.runs import RunsScreen
from tui.screens.try_out import TryScreen
from tui.tables.run_table import RunTable
from tui.tryout.canvas import Canvas
from tui.tryout.row_form import RowForm
from tui.tryout.text_box import TextBox
from tui.widgets.lines import Lines
from tui.widgets.settings_list import SettingsList

OURS = (
    ConsoleApp, LaunchScreen, RunsScreen, RunScreen, HelpScreen, ConfirmScreen, RecipePage,
    RecipeList, RunTable, PromptScreen, CheckpointsPanel, ReportPanel, PreferencesScreen,
    SettingsList, PaletteScreen, TryScreen, TextBox, RowForm, Canvas,
)  # fmt: skip


async def test_help_lists_every_binding_of_the_table(runs_dir):
    async with opened(runs_dir) as pilot:
        await until_shown(pilot, "wine")
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        page = pilot.app.screen.query_one(Lines)
        await until(pilot, lambda: page.lines)
        listed = "\n".join("".join(text for text, _ in line) for line in page.lines)
        for key in keys.KEYS:
            assert key.help in listed
            assert keys.shown(key.keys, all_of_them=True) in listed
        assert listed.index("Launch") < listed.index("Everywhere")  # where one came from
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, LaunchScreen))


async def test_help_begins_with_where_one_is(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(5)
    async with opened(runs_dir) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "Samples")
        await pilot.press("question_mark")
        await until_shown(pilot, "let the run stand still")
        page = pilot.app.screen.query_one(Lines)
        headings = ["".join(text for text, _ in line) for line in page.lines]
        assert headings.index(" Run") < headings.index(" Run, in the checkpoints")
        assert headings.index(" Run, in the checkpoints") < headings.index(" Runs")


def test_what_is_dispatched_comes_from_the_table():
    ids = {f"{key.where}.{key.id}" for key in keys.KEYS}
    assert len(ids) == len(keys.KEYS)
    for owner in OURS:
        for binding in owner.BINDINGS:
            assert isinstance(binding, Binding)
            assert binding.id in ids


def test_no_place_gives_a_key_two_meanings():
    together = [
        ("launch", "recipes"), ("launch", "form"), ("runs", "table"), ("run", "checkpoints"),
        ("run", "report", "classes"),
        ("question",), ("prompt",),
        ("settings", "settings-list"), ("palette",),
        ("try", "canvas"), ("try", "row"), ("typing",),
        ("filter",), ("help",),
    ]  # fmt: skip
    for places in together:
        pressed = [
            name
            for place in (*places, "everywhere")
            for key in keys.of(place)
            for name in key.keys.split(",")
            if key.action
        ]
        # A screen may take over what holds everywhere; nothing else is bound twice.
        own = pressed[: sum(len(k.keys.split(",")) for p in places for k in keys.of(p) if k.action)]
        assert len(own) == len(set(own)), places


def test_no_key_needs_what_some_terminals_do_not_send():
    for key in keys.KEYS:
        for name in key.keys.split(","):
            assert not name.startswith(("alt+", "f1", "ctrl+enter", "ctrl+shift"))


async def test_the_footer_shows_the_keys_of_where_one_is(runs_dir):
    async with opened(runs_dir) as pilot:
        await until_shown(pilot, "l launch", "? help", "q quit")
        await pilot.press("o")
        await until_shown(pilot, "enter open", "/ filter", "d remove", "q quit")
        await pilot.press("slash")
        await until_shown(pilot, "esc no filter")


@pytest.mark.parametrize("back_to", [NARROW, WIDE, HUGE])
async def test_a_terminal_made_tiny_and_large_again_is_survived(runs_dir, back_to):
    run = WrittenRun(runs_dir, "wine-a").describe().train(5).measure()
    async with opened(runs_dir, back_to) as pilot:
        await until_shown(pilot, "TensorFlow")
        for show in ("launch", "runs", "run", "help"):
            if show == "run":
                pilot.app.open_run(run.folder)
            elif show == "help":
                await pilot.press("question_mark")
            else:
                pilot.app.show(show)
            await pilot.pause(0.1)
            for size in ((20, 5), (3, 2), (1, 1), (40, 10), back_to):
                await pilot.resize_terminal(*size)
                await pilot.pause(0.05)
                await pilot.press("down")
        await pilot.press("escape")
        await until_shown(pilot, "wine-a", "Samples")


async def test_terminals_without_unicode_get_ascii(runs_dir, monkeypatch):
    monkeypatch.setenv("TERM", "linux")
    run = WrittenRun(runs_dir, "wine-a").describe("größe 日本").train(5).measure()
    async with opened(runs_dir, WIDE) as pilot:
        await until_shown(pilot, "TensorFlow")
        assert text_of(pilot.app).isascii()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "-- train", "Samples")
        for _ in range(5):
            await pilot.press("tab")
            await pilot.pause(0.05)
            assert text_of(pilot.app).isascii()
        await pilot.press("question_mark")
        await pilot.pause(0.1)
        assert text_of(pilot.app).isascii()
        assert pilot.app.native_ansi_color


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "C"}, True),
        ({"NO_COLOR": "1"}, True),
        ({"TERM": "linux"}, True),
    ],
)
def test_for_which_terminals_ascii_is_drawn(runs_dir, monkeypatch, variables, expected):
    for name in ("LC_ALL", "NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"LANG": "C.UTF-8", "TERM": "xterm-256color", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.__stderr__", _Utf8())
    assert console(runs_dir).ascii_only is expected


class _Utf8:
    encoding = "utf-8"


async def test_both_themes_of_ours_and_those_of_textual_work(runs_dir):
    run = WrittenRun(runs_dir, "wine-a").describe().train(5)
    async with opened(runs_dir) as pilot:
        await until_shown(pilot, "wine")
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "Samples")
        for theme in ("dlconsole-light", "ansi-dark", "textual-light", "dlconsole-dark"):
            pilot.app.theme = theme
            await until_shown(pilot, "Samples")


async def test_the_first_ctrl_c_explains_and_the_second_leaves(runs_dir):
    async with opened(runs_dir) as pilot:
        await until_shown(pilot, "wine")
        await pilot.press("ctrl+c")
        await until_shown(pilot, "Training goes on.")
        await pilot.press("ctrl+c")
        await until(pilot, lambda: not pilot.app.is_running)
    assert pilot.app.return_code == 0


async def test_quit_works_also_while_typing(runs_dir):
    async with opened(runs_dir) as pilot:
        await until_shown(pilot, "wine")
        await pilot.press("tab", "end", "up", "x", "q")
        assert pilot.app.is_running
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not pilot.app.is_running)


async def test_nothing_is_drawn_while_nothing_changes(runs_dir, monkeypatch):
    run = WrittenRun(runs_dir, "wine-a").describe().train(5).measure().end("done")
    async with opened(runs_dir) as pilot:
        await pilot.pause()
        pilot.app.open_run(run.folder)
        await until_shown(pilot, "✓ done")
        await pilot.pause(0.3)
        looks: list[object] = []
        drawn: list[object] = []
        refresh = pilot.app.screen.view.refresh
        monkeypatch.setattr(pilot.app.screen.view, "refresh", lambda: looks.append(1) or refresh())
        monkeypatch.setattr(pilot.app, "_display", lambda *what: drawn.append(what))
        await until(pilot, lambda: len(looks) >= 3)
        assert not drawn

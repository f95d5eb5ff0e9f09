"""Pictures that the terminal draws itself, as it would read them."""

from __future__ import annotations

import base64
import re
import struct
import time
import zlib

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from engine.run.records import Sample
from tests.tui.screen_support import (
    HUGE,
    NARROW,
    WIDE,
    WrittenRun,
    opened,
    text_of,
    until_gone,
    until_shown,
)
from tui.graphics import (
    IDS,
    MOST_PICTURES,
    USUAL_CELL,
    cell_size,
    kitty,
    placeholders,
    sixel,
    smooth,
)
from tui.shown_cells import ShownCells
from tui.terminal_pictures import PictureLine, TerminalPictures
from tui.widgets.pictures import PIXELS, ROWS, SIDE, picture_lines

STRIPES = ("f" * 16 + "0" * 16) * 8


def drawn(told: str) -> np.ndarray:
    """Return the grey levels that a terminal would draw of sixels, 0 to 100; -1 where nothing."""
    width, height, body = re.search(r'"1;1;(\d+);(\d+)(.*?)\x1b', told).groups()
    canvas = np.full((int(height), int(width)), -1)
    shades = {number: int(level) for number, level in re.findall(r"#(\d+);2;(\d+)", body)}
    body = re.sub(r"#\d+;2;\d+;\d+;\d+", "", body)
    for band, text in enumerate(body.split("-")):
        for colour in text.split("$"):
            number, columns = re.match(r"#(\d+)(.*)", colour).groups()
            x = 0
            for many, mark in re.findall(r"(?:!(\d+))?([?-~])", columns):
                for _ in range(int(many or 1)):
                    for bit in range(6):
                        if (ord(mark) - 63) >> bit & 1:
                            assert canvas[6 * band + bit, x] == -1  # no pixel twice
                            canvas[6 * band + bit, x] = shades[number]
                    x += 1
    return canvas


def unpacked(told: str) -> np.ndarray:
    """Return the grey levels of kitty's PNG."""
    png = base64.b64decode(re.search(r";([A-Za-z0-9+/=]+)\x1b", told)[1])
    width, height = struct.unpack(">II", png[16:24])
    at = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[at - 4 : at])
    lines = np.frombuffer(zlib.decompress(png[at + 4 : at + 4 + length]), np.uint8)
    return lines.reshape(height, width + 1)[:, 1:]


@pytest.mark.parametrize("height", [2, 6, 7, 20])
def test_sixels_are_the_picture_in_sixteen_shades(height):
    pixels = np.random.default_rng(0).integers(0, 256, (height, 33)).astype(np.uint8)
    seen = drawn(sixel(pixels))
    assert seen.shape == (height, 33)
    assert (seen >= 0).all()
    assert np.abs(seen / 100 - pixels / 255).max() < 0.04


def test_even_sixels_are_short():
    assert len(sixel(np.zeros((20, 160), np.uint8))) < 80


def test_kitty_is_told_the_picture_and_each_cell_which_part_of_it_it_shows(monkeypatch):
    monkeypatch.delenv("TMUX", raising=False)
    pixels = np.arange(96, dtype=np.uint8).reshape(6, 16)
    told = kitty(pixels, 300, 16)  # 240 colours: the 60th of the second round
    number = (1 << 24) | IDS[60]
    assert told.startswith(f"\x1b_Ga=T,U=1,q=2,f=100,i={number},c=16,r=1;")
    assert told.endswith("\x1b\\")
    assert (unpacked(told) == pixels).all()
    text = placeholders(300, range(2, 5))
    assert text.startswith(f"\x1b[38;5;{IDS[60]}m")
    cells = text.partition("m")[2].split("\U0010eeee")[1:]
    assert cells == ["\u0305\u030e\u030d", "\u0305\u0310\u030d", "\u0305\u0312\u030d"]


def test_tmux_hands_on_what_kitty_is_told(monkeypatch):
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    told = kitty(np.zeros((2, 2), np.uint8), 77, 2)
    assert told.startswith("\x1bPtmux;\x1b\x1b_G")
    assert told.endswith("\x1b\x1b\\\x1b\\")


def test_a_picture_is_enlarged_evenly():
    pixels = np.array([[0, 255], [0, 255]], np.uint8)
    large = smooth(pixels, 4, 8)
    assert large.shape == (4, 8)
    assert (np.diff(large[0].astype(int)) >= 0).all()
    assert (large[0, 0], large[0, -1]) == (0, 255)


def test_a_terminal_that_does_not_say_has_usual_cells():
    assert cell_size() == USUAL_CELL


def test_what_is_no_picture_is_blank_every_way():
    assert picture_lines("x", PIXELS) == [((" " * SIDE, ""),)] * ROWS


def test_numbers_of_lines_last_as_long_as_they_are_drawn():
    pictures = TerminalPictures()
    first = pictures.text_of(PictureLine("sixel", STRIPES, 0))
    seen = set()
    for row in range(5000):
        seen.add(pictures.text_of(PictureLine("sixel", STRIPES, row + 1)))
        assert pictures.text_of(PictureLine("sixel", STRIPES, 0)) == first
    assert first not in seen
    assert len(seen) < MOST_PICTURES  # kitty can tell them apart
    assert all(cell_len(text) == SIDE for text in seen)


def pictured(runs, *pictures: str) -> WrittenRun:
    """Write a live run with a sample of pictures."""
    run = WrittenRun(runs, "wine-a").train(2)
    sample = Sample(
        at=time.time(),
        epoch=3,
        kind="digits",
        columns=["actual", "predicted", "probability"],
        rows=[["7", "1", "98 %"] for _ in pictures],
        pictures=list(pictures),
    )
    run.recorder.sample(sample)
    return run


CONSOLE = Console(color_system="truecolor", force_terminal=True)


def sent(app, cells: ShownCells | None = None) -> str:
    """Return what a terminal is sent that shows nothing, or what is shown already."""
    update = app.screen._compositor.render_full_update()
    return (cells or ShownCells()).difference(update, CONSOLE)


async def looking(pilot, run: WrittenRun, way: str) -> None:
    pilot.app.prefer(pictures=way)
    await pilot.pause()
    pilot.app.open_run(run.folder)
    await until_shown(pilot, "7 → 1  98 %", "after epoch 3")


@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_sixels_are_drawn_line_by_line_where_they_are_preferred(runs_dir, size):
    run = pictured(runs_dir, STRIPES, STRIPES[16:] + STRIPES[:16])
    async with opened(runs_dir, size) as pilot:
        await looking(pilot, run, "sixel")
        cells = ShownCells()
        told = re.findall(r"\x1b7\x1bP.*?\x1b\\\x1b8", sent(pilot.app, cells))
        panel = pilot.app.screen.query_one("#samples")
        in_view = min(ROWS, panel.scrollable_content_region.height - 2)
        assert len(told) == 2 * in_view
        first = drawn(told[0])
        assert first.shape == (USUAL_CELL[1], SIDE * USUAL_CELL[0])
        assert first[0].min() == 100  # the first row of pixels is light
        assert sent(pilot.app, cells) == ""  # nothing is sent twice
        cells.forget()
        assert sent(pilot.app, cells).count("\x1bP") == 2 * in_view
        assert not any(0xF0000 <= ord(each) < 0xF8000 for each in sent(pilot.app))


async def test_kitty_is_told_each_line_once(runs_dir, monkeypatch):
    monkeypatch.delenv("TMUX", raising=False)
    run = pictured(runs_dir, STRIPES, STRIPES)
    async with opened(runs_dir, WIDE) as pilot:
        await looking(pilot, run, "kitty")
        cells = ShownCells()
        cells.forget()
        out = sent(pilot.app, cells)
        assert out.count("\x1b_G") == ROWS  # both are the same
        assert out.count("\U0010eeee") == 2 * ROWS * SIDE
        assert not any(0xF0000 <= ord(each) < 0xF8000 for each in out)
        assert sent(pilot.app, cells) == ""


async def test_a_picture_that_is_half_covered_is_left_blank(runs_dir):
    run = pictured(runs_dir, STRIPES, STRIPES[16:] + STRIPES[:16])
    async with opened(runs_dir, (130, 36)) as pilot:
        await looking(pilot, run, "sixel")
        assert sent(pilot.app).count("\x1bP") == 2 * ROWS
        await pilot.press("question_mark")  # covers half of the second
        await until_shown(pilot, "esc close")
        assert sent(pilot.app).count("\x1bP") == ROWS
        await pilot.press("escape")
        await until_gone(pilot, "esc close")
        assert sent(pilot.app).count("\x1bP") == 2 * ROWS


async def test_blocks_come_back_when_they_are_preferred_again(runs_dir, monkeypatch):
    monkeypatch.setenv("COLORTERM", "truecolor")
    run = pictured(runs_dir, STRIPES)
    async with opened(runs_dir, WIDE) as pilot:
        await looking(pilot, run, "sixel")
        assert "▀▀▀▀" not in text_of(pilot.app)
        pilot.app.prefer(pictures="blocks")
        pilot.app.screen.query_one("#samples").refresh_view()
        await until_shown(pilot, "▀▀▀▀")


async def test_ascii_terminals_get_characters_whatever_is_preferred(runs_dir, monkeypatch):
    monkeypatch.setenv("TERM", "linux")
    run = pictured(runs_dir, STRIPES)
    async with opened(runs_dir, WIDE) as pilot:
        pilot.app.prefer(pictures="sixel")
        await pilot.pause()
        pilot.app.open_run(run.folder)
        shown = await until_shown(pilot, "x 7 > 1  98 %")
        assert shown.isascii()

"""How text is laid out in cells, and a line being typed: pure functions."""

from __future__ import annotations

import datetime

import pytest
from rich.cells import cell_len

from tui.format import bar, pad, percent, shorten, table, when, wrap
from tui.panels.log_tail import FIRST_BYTES, MOST_LINES, LogTail
from tui.widgets.ascii_only import ascii_of
from tui.widgets.line_editor import LONGEST, LineEditor

WIDE = "日本語のデータ"


@pytest.mark.parametrize("text", ["plain", WIDE, "a\x1b[2J", "x" * 50, ""])
@pytest.mark.parametrize("cells", [1, 2, 5, 9, 30])
def test_padding_gives_exactly_so_many_cells(text, cells):
    assert cell_len(pad(text, cells)) == cells
    assert cell_len(pad(text, cells, right=True)) == cells
    assert cell_len(shorten(text, cells)) <= cells


@pytest.mark.parametrize("text", ["one two three four", WIDE * 5, f"a {WIDE} b", "x" * 99])
@pytest.mark.parametrize("cells", [2, 3, 7, 20])
def test_wrapped_lines_fit_and_lose_nothing(text, cells):
    lines = wrap(text, cells)
    assert all(cell_len(line) <= cells for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_paths_are_not_broken_at_hyphens():
    assert wrap("see /a-b/c-d", 9) == ["see", "/a-b/c-d"]


def test_a_table_aligns_numbers_right_and_survives_ragged_rows():
    rows = [["1", "0.5", "abc"], ["12", "-1.25"], ["3", "7", "d", "e"]]
    lines = table(["row", "actual", "word"], rows)
    assert lines == [
        "row  actual  word",
        "  1     0.5  abc",
        " 12   -1.25",
        "  3       7  d",
    ]


@pytest.mark.parametrize(
    ("share", "drawn"), [(0.0, "    "), (0.5, "██  "), (1.0, "████"), (7.0, "████"), (-1.0, "    ")]
)
def test_a_bar_is_filled_to_its_share(share, drawn):
    assert bar(share, 4) == drawn
    assert bar(float("nan"), 4) == "    "


def test_a_hundred_percent_means_complete():
    assert percent(0.9999) == "99 %"
    assert percent(1.0) == "100 %"
    assert percent(float("nan")) == "-"


def test_a_moment_names_the_day_where_it_is_not_today():
    now = datetime.datetime(2026, 11, 5, 4, 12).timestamp()
    assert when(now, now) == "04:12"
    assert when(now - 86_400, now) == "yesterday 04:12"
    assert when(now - 4 * 86_400, now) == "1 Nov 04:12"
    assert when(0.0, now) == "-"
    assert when(1e300, now) == "-"


def test_ascii_takes_as_many_cells():
    for text in ("▕███▌ ▏ 61 %", WIDE, "● ✓ ✗ › … •", "größe"):
        assert ascii_of(text).isascii()
        assert cell_len(ascii_of(text)) == cell_len(text)


def test_a_line_is_typed_and_mended():
    line = LineEditor("/data/my file")
    for key in ("home", "right", "delete", "end", "backspace"):
        assert line.press(key, None)
    assert line.text == "/ata/my fil"
    assert line.press("x", "x")
    assert line.press("ctrl+w", None)
    assert line.text == "/ata/my "
    assert line.press("ctrl+w", None)
    assert line.text == "/ata/"
    assert line.press("ctrl+u", None)
    assert line.text == ""
    assert not line.press("f5", None)
    line.insert("first\nsecond")
    assert line.text == "first"
    line.insert("y" * 2 * LONGEST)
    assert len(line.text) == LONGEST


@pytest.mark.parametrize("text", ["", "short", WIDE * 4, "\x1b[2J" * 9])
@pytest.mark.parametrize("cells", [3, 8, 20])
def test_the_cursor_is_always_in_view(text, cells):
    line = LineEditor(text)
    for _ in range(len(text) + 1):
        before, under, after = line.window(cells)
        assert cell_len(before + under + after) <= max(cells, cell_len(under))
        assert under
        line.press("left", None)


def test_only_the_end_of_a_log_is_read(tmp_path):
    path = tmp_path / "console.log"
    tail = LogTail(path)
    assert not tail.read()
    path.write_bytes(b"".join(b"line %d\n" % number for number in range(200_000)))
    assert tail.read()
    shown = tail.shown()
    assert shown[0] == "(more stands before this, in the file)" or len(shown) == MOST_LINES
    assert shown[-1] == "line 199999"
    assert sum(map(len, shown)) < FIRST_BYTES
    assert not tail.read()

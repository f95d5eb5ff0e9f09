from __future__ import annotations

import io
import json
import sys

import pytest

from tui.commands import output
from tui.commands.output import Column, json_line, print_table
from tui.safe_text import printable
from tui.streams import has_blocks


class Terminal(io.StringIO):
    """A terminal that keeps what is written."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "30")
    return Terminal()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, ärger, 日本", "plain text, ärger, 日本"),
        ("\x1b]52;c;aGk=\x07", r"\x1b]52;c;aGk=\x07"),
        ("two\nlines\r\t", r"two\nlines\r\t"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u202eb", r"a\u202eb"),
        ("bytes \udcff that are no text", r"bytes \xff that are no text"),
    ],
)
def test_text_from_outside_is_shown_and_not_obeyed(text, shown):
    assert printable(text) == shown


def test_json_is_safe_for_a_terminal_and_reads_back():
    text = "\x1b[31m \x9b31m \u202e [/b]"
    line = json_line({"name": text})
    assert "\x1b" not in line
    assert "\x9b" not in line
    assert json.loads(line) == {"name": text}


def test_json_takes_names_that_are_no_text_and_numbers_that_are_none():
    line = json_line({"path": "run-\udcff", "loss": float("nan"), "best": float("-inf")})
    assert json.loads(line) == {"path": r"run-\udcff", "loss": "nan", "best": "-inf"}


def test_a_table_off_a_terminal_is_never_cut_and_has_no_colour(capsys):
    name = "a-very-long-name" * 20
    print_table(
        [Column("run", flexible=True), Column("n", right=True)],
        [(output.Cell(name, {"fg": "red"}), "1"), ("b", "200")],
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == f"{name}    1"
    assert lines[2].endswith(" 200")


def test_a_table_on_a_terminal_fits(terminal, monkeypatch):
    monkeypatch.setattr(sys, "stdout", terminal)
    print_table([Column("run", flexible=True), Column("n", right=True)], [("a" * 100, "123456")])
    assert "a" * 21 + "…" in terminal.getvalue()
    assert terminal.getvalue().rstrip().endswith("123456")


def test_wide_letters_count_for_two_cells(capsys):
    print_table([Column("run"), Column("n")], [("日本", "1"), ("abcd", "2")])
    assert capsys.readouterr().out.splitlines()[1:] == ["日本  1", "abcd  2"]


def test_colour_on_a_terminal_unless_it_is_not_wanted(terminal, monkeypatch):
    assert "\x1b[" in output.styled("done", terminal, fg="green")
    monkeypatch.setenv("NO_COLOR", "1")
    assert output.styled("done", terminal, fg="green") == "done"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert output.styled("done", terminal, fg="green") == "done"


@pytest.mark.parametrize("variable", [("TERM", "linux"), ("LANG", "C"), ("LC_ALL", "POSIX")])
def test_plain_terminals_get_ascii(terminal, monkeypatch, variable):
    assert has_blocks(terminal)
    monkeypatch.setenv(*variable)
    assert not has_blocks(terminal)
    monkeypatch.setattr(sys, "stdout", terminal)
    output.say("1 … 8 █")
    assert terminal.getvalue() == "1 ... 8 #\n"

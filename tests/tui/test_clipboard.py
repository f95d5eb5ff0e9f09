"""Copying: what the terminal is sent, through what lies between, and what is done without one."""

from __future__ import annotations

import base64
import re

import pytest

from tests.tui.screen_support import opened, until, until_shown
from tui import clipboard
from tui.clipboard import MOST_BYTES, sequence

TEXT = "dlconsole train wine ü"
OSC = f"\x1b]52;c;{base64.b64encode(TEXT.encode()).decode()}\x07"


def test_a_plain_terminal_is_sent_the_sequence():
    assert sequence(TEXT, {"TERM": "xterm-256color"}) == OSC


def test_tmux_is_asked_to_pass_it_on():
    sent = sequence(TEXT, {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"})
    passed = re.search(r"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\", sent)
    assert passed is not None
    assert passed[1].replace("\x1b\x1b", "\x1b") == OSC
    assert sent.startswith(OSC)  # for a tmux that is set up to take it itself


def test_screen_gets_it_in_pieces_that_it_can_take():
    text = "x" * 2000
    sent = sequence(text, {"TERM": "screen", "STY": "1.pts-0"})
    pieces = re.findall(r"\x1bP((?:[^\x1b]|\x1b(?!\\))*)\x1b\\", sent)
    assert len(pieces) > 5
    assert max(map(len, pieces)) <= 256
    assert "".join(pieces) == sequence(text, {"TERM": "xterm"})


@pytest.mark.parametrize("term", ["linux", "dumb", "vt100"])
def test_a_terminal_that_would_print_it_is_not_sent_it(term):
    assert sequence(TEXT, {"TERM": term}) == ""


def test_what_is_too_long_is_not_sent():
    assert sequence("x" * MOST_BYTES, {"TERM": "xterm"})
    assert not sequence("x" * (MOST_BYTES + 1), {"TERM": "xterm"})
    assert not sequence("ü" * MOST_BYTES, {"TERM": "xterm"})


def test_what_cannot_be_written_as_utf_8_is_copied_all_the_same():
    assert sequence("\udc80", {"TERM": "xterm"})


@pytest.fixture
def tmux(tmp_path, monkeypatch):
    """Return where a stand-in for tmux writes what it was given."""
    program, taken = tmp_path / "bin" / "tmux", tmp_path / "taken"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" > {taken}\ncat >> {taken}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("TMUX", "/tmp/none,1,0")
    return taken


def test_tmux_gets_it_as_its_own_buffer(tmux):
    assert clipboard.give_tmux(TEXT)
    assert tmux.read_text() == f"load-buffer -w -\n{TEXT}"


def test_without_tmux_nothing_is_given_to_it(monkeypatch, tmux):
    monkeypatch.delenv("TMUX")
    assert not clipboard.give_tmux(TEXT)
    assert not tmux.exists()


async def test_what_is_copied_stands_in_a_file_as_well_whose_path_is_told(
    runs_dir, tmp_path, monkeypatch
):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("TMUX", raising=False)
    async with opened(runs_dir, (160, 40)) as pilot:
        await until_shown(pilot, "wine")
        pilot.app.copy(TEXT)
        file = tmp_path / "xdg" / "state" / "dlconsole" / "copied.txt"
        await until(pilot, file.exists)
        await until_shown(pilot, "Copied, if the terminal lets", "copied.txt")
        assert file.read_text() == TEXT
        assert file.stat().st_mode & 0o777 == 0o600
        assert pilot.app.clipboard == TEXT


async def test_what_the_terminal_cannot_take_is_told(runs_dir, monkeypatch):
    monkeypatch.delenv("TMUX", raising=False)
    async with opened(runs_dir, (160, 40)) as pilot:
        await until_shown(pilot, "wine")
        pilot.app.copy("x" * (MOST_BYTES + 1))
        await until_shown(pilot, "Not copied", "copied.txt")

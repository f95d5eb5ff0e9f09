"""The console in terminals that know little: no colours, sixteen of them, ASCII alone; the bell."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from engine.run.lock import RunLock
from tests.bench.terminal import Terminal
from tests.tui.screen_support import WrittenRun, nobody
from tui.preferences import save

CONSOLE = "import sys; from tui.cli import main; sys.argv = ['dlconsole']; sys.exit(main())"

COLOR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)(?:;[0-9;]*)?m")
MANY_COLORS = re.compile(rb"\x1b\[(?:[0-9;]*;)?[34]8;[25];")


def opened(size: tuple[int, int] = (80, 24), **environment: str) -> Terminal:
    return Terminal(["-c", CONSOLE], *size, environment)


@pytest.fixture
def run(runs_dir: Path) -> WrittenRun:
    written = WrittenRun(runs_dir, "wine-a", pid=nobody()).describe().train(8).measure()
    return written.end("done")


def rung(output: bytes) -> bool:
    """Say whether the bell was rung; what ends a title or the like is none."""
    return b"\x07" in re.sub(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)", b"", output)


def look_around(console: Terminal) -> list[str]:
    """Go through the screens and return what each shows."""
    shown = []
    for keys, *words in (
        ("", "wine", "launch"),
        ("o", "wine-a", "done"),
        ("\r", "Samples", "Report"),
        ("?", "the panel before"),
        ("\x1b", "Samples", "Report"),
        ("P", "smoothing", "Everywhere"),
    ):
        if keys:
            console.type(keys)
        console.until_shown(*words)
        shown.append(console.screen.text)
    return shown


def test_without_colours_none_are_sent_and_all_is_said(run):
    with opened(NO_COLOR="1") as console:
        for shown in look_around(console):
            assert shown.isascii()  # curves that may have no colour differ in their characters
    assert not COLOR.search(console.output)


def test_the_current_line_is_seen_without_colours(run):
    with opened(NO_COLOR="1") as console:
        console.until_shown("wine", "launch")
        assert re.search(rb"\x1b\[[0-9;]*\b4[;m]", console.output)  # the recipe is underlined
        console.type("o")
        console.until_shown("wine-a")
        assert re.search(rb"\x1b\[[0-9;]*\b7[;m]", console.output)  # the run is turned round


@pytest.mark.parametrize("environment", [{"TERM": "linux"}, {"TERM": "xterm"}])
def test_sixteen_colours_are_enough(run, environment):
    with opened(COLORTERM="", **environment) as console:
        look_around(console)
    assert COLOR.search(console.output)
    assert not MANY_COLORS.search(console.output)


@pytest.mark.parametrize(
    "environment", [{"TERM": "linux"}, {"LANG": "C", "LC_ALL": ""}, {"LC_ALL": "POSIX"}]
)
def test_where_only_ascii_can_be_shown_only_that_is_sent(run, environment):
    with opened(**environment) as console:
        for shown in look_around(console):
            assert shown.isascii()
            assert "?" * 3 not in shown  # nothing was without a counterpart
    assert console.output.isascii()


@pytest.mark.parametrize("theme", ["terminal", "dlconsole-light"])
def test_a_theme_of_the_settings_is_drawn_from_the_first_frame_on(run, theme):
    save({"theme": theme})
    with opened() as console:
        console.until_shown("wine", "launch")
    assert bool(MANY_COLORS.search(console.output)) is (theme != "terminal")


def test_copying_sends_the_sequence_that_terminals_know(run):
    with opened() as console:
        console.until_shown("wine", "l launch")
        console.type("y")
        expected = base64.b64encode(b"dlconsole train wine")
        console.until(lambda output: b"\x1b]52;c;" + expected + b"\x07" in output)


def test_the_bell_is_rung_when_a_run_ends_if_that_is_asked_for(runs_dir):
    save({"bell": True})
    written = WrittenRun(runs_dir, "wine-a", pid=nobody()).describe().train(2)
    lock = RunLock(written.folder.lock)
    with opened() as console:
        console.until_shown("wine-a")
        console.read_for(2.5)
        assert not rung(console.output)
        written.end("done")
        lock.release()
        console.until(rung)
        console.until_shown("wine-a: done after 2 epochs")

"""The console in a real pseudo-terminal, beside a real training: killed, doubled, come back to."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.terminal import Terminal
from tests.conftest import wait_for

CONSOLE = "import sys; from tui.cli import main; sys.argv = ['dlconsole']; sys.exit(main())"
DLCONSOLE = str(Path(sys.executable).with_name("dlconsole"))
LONG = 100_000


@pytest.fixture
def training(start):
    """Return a run in the middle of its training."""
    run = start(epochs=LONG, batch_size=4)
    run.wait(lambda view: view.epochs)
    return run


def goes_on(run) -> None:
    """Wait for the next epoch of a run."""
    run.view.refresh()
    seen = run.view.epochs[-1].epoch
    run.wait(lambda view: view.epochs[-1].epoch > seen, seconds=20)
    assert run.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_a_console_that_is_killed_leaves_training_and_the_terminal_alone(training, number):
    with Terminal(["-c", CONSOLE], 120, 36) as console:
        console.until(lambda output: training.folder.name.encode()[:12] in output)
        before = len(console.output)
        assert not console.echoes()
        os.kill(console.pid, number)
        console.until_gone()
        if number != signal.SIGKILL:  # nobody can tidy up after that one
            left = console.output[before:]
            assert b"\x1b[?1049l" in left  # back to the screen of before
            assert b"\x1b[?25h" in left  # with a cursor
            assert b"\x1b[?1000l" in left  # and a mouse that selects
            assert console.echoes()
            assert b"Traceback" not in left
    goes_on(training)


def test_two_consoles_and_a_watch_may_look_at_one_run(training):
    name = training.folder.name.encode()[:12]
    with (
        Terminal(["-c", CONSOLE], 120, 36) as one,
        Terminal(["-c", CONSOLE], 80, 24) as other,
        subprocess.Popen(
            [DLCONSOLE, "watch", training.folder.name, "--json"], stdout=subprocess.PIPE, text=True
        ) as watch,
    ):
        one.until(lambda output: name in output)
        other.until(lambda output: name in output)
        assert watch.stdout is not None
        epochs = []
        while len(epochs) < 20:
            record = json.loads(watch.stdout.readline())
            if record["type"] == "epoch":
                epochs.append(record["epoch"])
        assert epochs == list(range(1, 21))
        watch.terminate()
    goes_on(training)


def test_who_comes_back_finds_the_run_further_on(training):
    def epoch_shown(console: Terminal) -> int:
        console.until(lambda output: re.search(rb"epoch (\d+)", output))
        return max(int(each) for each in re.findall(rb"epoch (\d+)", console.output))

    shown = []
    for _ in range(2):
        with Terminal(["-c", CONSOLE], 120, 36) as console:
            console.until(lambda output: training.folder.name.encode()[:12] in output)
            console.type("\r")
            shown.append(epoch_shown(console))
        goes_on(training)
    assert shown[1] > shown[0]


def test_closing_the_console_by_its_key_says_that_training_goes_on(training):
    with Terminal(["-c", CONSOLE], 80, 24) as console:
        console.until(lambda output: training.folder.name.encode()[:12] in output)
        console.type("\x11")
        console.until_gone()
        assert b"goes on" in console.output
        assert console.echoes()
    goes_on(training)


def test_a_console_whose_terminal_goes_away_ends(training):
    with Terminal(["-c", CONSOLE], 80, 24) as console:
        console.until(lambda output: training.folder.name.encode()[:12] in output)
        console.hang_up()
        wait_for(lambda: not console.is_running(), seconds=20)
    goes_on(training)

"""What holds for every command: streams, exit codes, help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest
from made_runs import PROGRAM

COMMANDS = [
    "recipes",
    "data",
    "train",
    "runs",
    "show",
    "watch",
    "report",
    "export",
    "predict",
    "compare",
    "pause",
    "resume",
    "stop",
    "snapshot",
    "set",
    "checkpoints",
    "rename",
    "note",
    "rm",
    "doctor",
    "completion",
]


def test_help_imports_little_and_names_every_command_and_exit_code(program):
    heavy = ["rich", "psutil", "msgspec", "platformdirs", "importlib.metadata", "engine.catalog"]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nfrom tui.cli import main\ncode = main(['--help'])\n"
            f"print([n for n in {heavy!r} if n in sys.modules], code, file=sys.stderr)",
        ],
        capture_output=True,
        text=True,
    )
    assert done.stderr.strip() == "[] 0"
    for name in COMMANDS:
        assert f"  {name} " in done.stdout
    for code in ("0 ", "1 ", "2 ", "3 ", "130 "):
        assert f"\n  {code}" in done.stdout


def test_help_is_there_at_once(program):
    # Loosely: the machine may be busy; make bench measures.
    quickest = 9.0
    for _ in range(5):
        begun = time.perf_counter()
        assert program("--help").code == 0
        quickest = min(quickest, time.perf_counter() - begun)
    assert quickest < 0.6


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(dlconsole, command):
    done = dlconsole(command, "--help")
    assert done.code == 0
    assert "Examples:" in done.out
    assert f"dlconsole {command}" in done.out
    assert done.err == ""


def test_the_version_is_told(dlconsole):
    done = dlconsole("--version")
    assert done.code == 0
    assert done.out.startswith("dlconsole ")


def test_without_a_terminal_the_console_says_so_and_names_another_way(program):
    done = program()
    assert done.code == 2
    assert done.out == ""
    assert "needs a terminal" in done.err
    assert "dlconsole train" in done.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["trian"], "'train'"),
        (["--nonsense"], "--nonsense"),
        (["runs", "--nonsense"], "dlconsole runs --help"),
        (["show"], "RUN"),
        (["show", "x"], "'x'"),
        (["train", "wime"], "'wine'"),
        (["train"], "wine"),
        (["train", "wine", "--preset"], "dlconsole train --help"),
        (["train", "wine", "--preset", "depp"], "'deep'"),
        (["train", "wine", "--set", "epoch=3"], "'epochs'"),
        (["train", "wine", "--set", "epochs"], "name=value"),
        (["train", "wine", "--epochs", "many"], "whole number"),
        (["train", "wine", "--set", "dropout=2"], "0 to 0.9"),
        (["train", "wine", "--data", "missing.csv"], "'missing.csv'"),
        (["train", "wine", "--seed", "x"], "--seed"),
        (["train", "wine", "--backend", "torch"], "tensorflow"),
        (["train", "wine", "--device", "tpu"], "gpu:N"),
        (["train", "wine", "--name", "a/b"], "letters"),
        (["train", "wine", "--runs-dir", "/proc/none"], "DLCONSOLE_RUNS"),
        (["train", "--recipe-file", "missing.py"], "missing.py"),
        (["runs", "--filter", "("], "regular expression"),
        (["runs", "--state", "dome"], "'done'"),
        (["data", "fetch"], "recipe"),
        (["recipes", "\x1b[31mred"], r"\x1b[31mred"),
    ],
)
def test_wrong_input_is_answered_in_two_lines_with_code_2(dlconsole, words, named):
    done = dlconsole(*words)
    assert done.code == 2
    assert done.out == ""
    assert named in done.err
    assert 1 <= len(done.err.splitlines()) <= 2
    assert "\x1b" not in done.err


def test_shared_options_are_taken_before_and_after_the_command(dlconsole, tmp_path):
    for words in (["--runs-dir", tmp_path, "runs"], ["runs", "--runs-dir", tmp_path]):
        assert str(tmp_path) in dlconsole(*words).err


def test_a_defect_is_one_line_and_the_traceback_comes_with_debug(dlconsole, monkeypatch):
    def broken(*_):
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr("tui.commands.runs.summaries", broken)
    done = dlconsole("runs")
    assert done.code == 1
    assert done.out == ""
    assert done.err.splitlines() == [
        "This is a defect of dlconsole: RuntimeError: first (--debug shows all of it)"
    ]
    for words in (["--debug", "runs"], ["runs", "--debug"]):
        assert "Traceback" in dlconsole(*words).err


def test_ctrl_c_ends_with_130(dlconsole, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.commands.runs.summaries", interrupted)
    done = dlconsole("runs")
    assert done.code == 130
    assert done.err == ""


def test_a_full_disk_is_no_defect(dlconsole, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tui.commands.runs.summaries", full)
    # What is given up there would be the stream that the test listens on.
    monkeypatch.setattr("tui.cli.give_up_stdout", lambda: None)
    done = dlconsole("runs")
    assert done.code == 2
    assert "disk is full" in done.err


def test_a_reader_that_goes_away_is_met_with_silence(make_runs):
    make_runs.done("wine-one", epochs=3000)
    for words in ("watch wine-one", "watch wine-one --json", "recipes wine", "--help"):
        done = subprocess.run(
            ["bash", "-c", f"dlconsole {words} | head -c 5; exit ${{PIPESTATUS[0]}}"],
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"},
        )
        assert done.returncode in (0, 141), words
        assert "Error" not in done.stderr, words
        assert "Traceback" not in done.stderr, words


def test_closed_streams_do_no_harm(make_runs):
    make_runs.done("wine-one")
    for closed in (">&-", "2>&-", "<&-", "> /dev/full"):
        done = subprocess.run(
            ["bash", "-c", f"dlconsole runs {closed}"],
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"},
        )
        assert done.returncode == (2 if "full" in closed else 0), closed
        assert "Traceback" not in done.stderr


def test_an_ascii_stream_takes_every_text(program):
    done = program("recipes", "wine", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.code == 0
    assert done.out.isascii()


def test_the_light_side_loads_nothing_heavy(make_runs):
    make_runs.done("wine-one")
    program = (
        "import sys, contextlib, io\nfrom tui.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    for words in (['runs'], ['show', 'last'], ['watch', 'last'], ['report', 'last'],\n"
        "                  ['recipes', 'wine'], ['data'], ['train', 'wine', '--help'],\n"
        "                  ['checkpoints', 'last'], ['resume', '--help'], ['set', '--help']):\n"
        "        assert main(words) == 0, words\n"
        "print(sorted({'keras', 'tensorflow', 'sklearn', 'pandas', 'numpy', 'textual', 'rich'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_json_is_one_object_that_parses(dlconsole, make_runs):
    make_runs.done("wine-one")
    for words in (["runs"], ["show", "last"], ["report", "last"], ["recipes"], ["recipes", "wine"],
                  ["data", "list"]):  # fmt: skip
        done = dlconsole(*words, "--json")
        assert done.code == 0
        assert isinstance(json.loads(done.out), dict), words
        assert done.out.count("\n") == 1

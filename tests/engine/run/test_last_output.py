"""What the end of a log says about a worker that is gone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.run.last_output import last_output, understand

PHASE = "     4.2 s  training \n"

# As libraries print them; from reports to tensorflow and jax.
CUDA = (
    "2018-06-27 21:10:37.421173: E tensorflow/stream_executor/cuda/cuda_event.cc:49] Error polling "
    "for event status: failed to query event: CUDA_ERROR_LAUNCH_FAILED\n"
    "2018-06-27 21:10:37.421198: F tensorflow/core/common_runtime/gpu/gpu_event_mgr.cc:203] "
    "Unexpected Event status: 1\nFatal Python error: Aborted\n"
)
CHECK = (
    "F0000 00:00:1795336733.918531   25596 tensor.cc:590] Check failed: dtype() == expected_dtype "
    "(1 vs. 2)\nFatal Python error: Aborted\n"
)
NO_GPU = (
    "E0000 00:00:1795336733.918531   25596 cuda_platform.cc:52] failed call to cuInit: INTERNAL: "
    "CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)\n"
)


def test_a_log_without_last_words_says_nothing():
    assert understand("") is None
    assert understand(NO_GPU + PHASE + NO_GPU) is None


def test_a_gpu_that_failed_is_seen():
    said = understand(PHASE + CUDA)
    assert said is not None
    assert said.reason == "device"
    assert "Unexpected Event status: 1" in said.text


def test_a_check_of_a_library_is_no_failed_gpu_because_there_is_none():
    said = understand(PHASE + NO_GPU + CHECK)
    assert said is not None
    assert said.reason == "crash"
    assert "Check failed" in said.text


def test_what_a_library_says_right_before_it_aborts_is_told():
    refused = "[low_level_alloc.cc : 599] RAW: mmap error: 12\nFatal Python error: Aborted\n"
    said = understand(PHASE + NO_GPU + refused)
    assert said is not None
    assert said.reason == "memory"
    assert "mmap error: 12" in said.text
    said = understand(PHASE + NO_GPU + "Fatal Python error: Aborted\n")
    assert said is not None
    assert said.text == "it crashed (aborted by a library)"


def test_what_was_said_before_the_last_phase_does_not_count():
    assert understand(PHASE + CUDA + PHASE) is None


def test_an_exception_the_interpreter_ended_with_is_told():
    said = understand(
        "Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>\n"
        "    import keras\nModuleNotFoundError: No module named 'keras'\n"
    )  # fmt: skip
    assert said is not None
    assert (said.reason, said.text) == (
        "crash", "its last output was: ModuleNotFoundError: No module named 'keras'",
    )  # fmt: skip


@pytest.mark.parametrize("where", ["Exception in thread monitor:", "Exception ignored in: <f>"])
def test_an_exception_that_ended_nothing_is_not(where):
    assert understand(f"{PHASE}{where}\nTraceback (most recent call last):\nKeyError: 1\n") is None


def test_a_disk_that_took_no_last_word_is_seen():
    said = understand(
        f"{PHASE}Traceback (most recent call last):\n  File ...\n"
        "OSError: [Errno 28] No space left on device\n"
    )
    assert said is not None
    assert said.reason == "disk"


def test_a_lone_word_of_a_shell_is_told():
    said = understand(PHASE + "Killed\n")
    assert said is not None
    assert "Killed" in said.text


def test_control_characters_are_harmless_and_long_lines_are_cut():
    said = understand(f"Traceback (most recent call last):\nE: \x1b]52;c;aGk=\x07{'x' * 9000}\n")
    assert said is not None
    assert said.text.isprintable()
    assert len(said.text) < 300


def test_a_log_that_is_missing_a_folder_or_endless_raises_nothing(tmp_path):
    assert last_output(tmp_path / "none") is None
    assert last_output(tmp_path) is None
    long = tmp_path / "long"
    with long.open("wb") as file:
        file.truncate(10**10)  # a hole
        file.seek(0, 2)
        file.write(b"\nKilled\n")
    said = last_output(long)
    assert said is not None
    assert "Killed" in said.text


CRASHES = {
    "segmentation fault": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "bus error": "import os, signal; os.kill(os.getpid(), signal.SIGBUS)",
    "std::bad_alloc": (
        "import ctypes\n"
        "new = ctypes.CDLL('libstdc++.so.6')._Znwm\n"
        "new.argtypes = [ctypes.c_size_t]\n"
        "new(1 << 62)"
    ),
}


@pytest.mark.parametrize("words", CRASHES)
def test_real_crashes_are_told_with_their_line(tmp_path, words):
    program = tmp_path / "net.py"
    program.write_text(
        f"import faulthandler; faulthandler.enable(); print('     0.1 s  loading data')\n"
        f"{CRASHES[words]}\n"
    )
    log = tmp_path / "console.log"
    with log.open("wb") as file:
        subprocess.run([sys.executable, "-u", str(program)], stdout=file, stderr=file, check=False)
    said = last_output(log)
    assert said is not None
    assert words in said.text
    assert f"net.py, line {len(program.read_text().splitlines())}" in said.text
    assert said.reason == ("memory" if "alloc" in words else "crash")

"""What the standby's children do: one answers the form's questions, another is a worker.

A child begins with everything imported and nothing computed. What an ordinary process would have
been started with (environment, folder, where its output goes) is put right here.
"""

from __future__ import annotations

import importlib
import os
import queue
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from engine.answer import whole_answer
from engine.process.hold import Hold
from engine.process.messages import DECODER, LONGEST, MOST_DESCRIPTORS, Ask, Launch
from engine.process.title import set_title
from engine.run.files import PRIVATE_FILE
from engine.run.folder import RunFolder
from engine.run.records import dumps
from engine.worker import work

_COURTESY = 5
"""How much an answer gives way to trainings and to the console."""

_THREADS = "OMP_NUM_THREADS"


def adopt(environment: Mapping[str, str]) -> None:
    """Set what is to be set before anything is computed, now that everything is imported."""
    threads = os.environ.get(_THREADS)
    os.environ.update(environment)
    if environment.get(_THREADS, threads) != threads:
        # Read when the libraries were loaded; everything else is read at the first operation.
        importlib.import_module("threadpoolctl").threadpool_limits(int(environment[_THREADS]))
    if "jax" in sys.modules and "JAX_PLATFORMS" in environment:
        jax = importlib.import_module("jax")
        jax.config.update("jax_platforms", environment["JAX_PLATFORMS"])


# A child that answers.


def answer(channel: socket.socket, environment: Mapping[str, str], scratch: Path) -> int:
    """Answer questions until there are no more."""
    os.nice(_COURTESY)
    tempfile.tempdir = str(scratch)
    os.chdir(scratch)
    adopt(environment)
    set_title("dlconsole answers the form's questions")
    questions: queue.SimpleQueue[tuple[Ask, int]] = queue.SimpleQueue()

    def listen() -> None:
        while True:
            said, descriptors, _, _ = socket.recv_fds(channel, LONGEST, MOST_DESCRIPTORS)
            if not said:
                # The standby is gone, and nobody is left to answer, or to clear up.
                shutil.rmtree(scratch, ignore_errors=True)
                os._exit(0)
            message = DECODER.decode(said)
            assert isinstance(message, Ask)
            questions.put((message, descriptors[0]))

    threading.Thread(target=listen, daemon=True).start()
    while True:
        message, writing = questions.get()
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
            for line in whole_answer(message.question):
                pipe.write(line + b"\n")
                pipe.flush()
        if message.alone:
            return 0


# A child that trains.


def train(message: Launch, replying: int, *held: int) -> int:
    """Be the worker of a run, as if started afresh, and return the exit status."""
    folder = RunFolder(Path(message.folder))
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDONLY)
        log = os.open(folder.console_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
        for descriptor, place in ((null, 0), (log, 1), (log, 2)):
            os.dup2(descriptor, place)
        os.close(null)
        os.close(log)
        os.chdir(folder.path)
        for descriptor in held:
            os.set_inheritable(descriptor, False)
        adopt(message.environment)
        set_title(f"dlconsole trains {folder.name}")
    except OSError as error:
        os.write(replying, dumps({"problem": str(error)}).encode())
        return 1
    os.write(replying, dumps({"pid": os.getpid()}).encode())
    os.close(replying)
    keep = held[1:] if message.locked else held
    return work(
        folder,
        Hold(held[0] if message.locked else None, message.device, keep, message.exact),
    )

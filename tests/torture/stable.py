"""A process that has imported everything once and forks workers: real ones, quickly and mortal.

A kill and a resume take two workers, and each would spend its first seconds on importing Keras.
Here a child is forked for each; it runs :func:`engine.worker.work` on a run's folder as any worker
does, in a session of its own, and SIGKILLs itself at the point it was told, if it was told one.

Started as ``python -P -m tests.torture.stable BACKEND``; takes one JSON object a line and answers
each with a line: a child's pid when it is started, its exit code when it is waited for.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.process.environment import environment
from engine.process.hold import Hold
from engine.run.folder import RunFolder
from tests.torture.points import Plan, watch

NOTHING = Plan()

_MODULES = (
    "engine.worker",
    "engine.tasks.regression",
    "engine.training.compiled",
    "engine.training.fit",
    "engine.training.callbacks",
    "engine.models.dense",
    "sklearn.dummy",
    "sklearn.linear_model",
    "sklearn.ensemble",
)


class Stable:
    """The side that asks for workers.

    Args:
        backend: Keras' backend.
        threads: Threads an operation may use.
    """

    def __init__(self, backend: str = "tensorflow", threads: int = 1) -> None:
        variables = {
            "KERAS_BACKEND": backend,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_NUM_INTRAOP_THREADS": str(threads),
            "TF_NUM_INTEROP_THREADS": str(threads),
            "OMP_NUM_THREADS": str(threads),
            "CUDA_VISIBLE_DEVICES": "-1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.torture.stable", backend],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **variables},
        )

    def start(self, folder: RunFolder, plan: Plan = NOTHING) -> int:
        """Fork a worker and return its pid.

        Args:
            folder: The run.
            plan: What is to happen to it.
        """
        job = {"folder": str(folder.path), "plan": asdict(plan), "environment": dict(os.environ)}
        return int(self._ask(job))

    def wait(self, pid: int) -> int:
        """Wait for a worker; return its exit code, or minus the signal that killed it."""
        return int(self._ask({"wait": pid}))

    def run(self, folder: RunFolder, plan: Plan = NOTHING) -> int:
        """Fork a worker and wait for it."""
        return self.wait(self.start(folder, plan))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _ask(self, job: dict[str, Any]) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the stable ended with {self._process.wait()}")
        return answer


class Forked:
    """A worker of a stable, with what a test needs of ``subprocess.Popen``.

    Attributes:
        pid: Its process.
        returncode: As ``Popen`` has it; None while it runs.
    """

    def __init__(self, stable: Stable, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._stable = stable

    def poll(self) -> int | None:
        """Return the exit code if it has ended."""
        if self.returncode is None:
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
            if state == "Z":
                self.returncode = self._stable.wait(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; raise ``TimeoutExpired`` after so many seconds."""
        deadline = time.monotonic() + timeout if timeout is not None else None
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def main(arguments: Sequence[str]) -> None:
    """Answer until nobody asks any more."""
    for module in (*_MODULES, f"engine.training.loop_{arguments[0]}"):
        importlib.import_module(module)
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        job = json.loads(line)
        if "wait" in job:
            answer = os.waitstatus_to_exitcode(os.waitpid(job["wait"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                _be_worker(job)
        answers.write(f"{answer}\n")
        answers.flush()


def _be_worker(job: dict[str, Any]) -> None:
    """Run a worker in this child; never returns."""
    from engine.worker import work

    folder = RunFolder(Path(job["folder"]))
    os.environ.update({**job["environment"], **environment(folder.read_spec(), "cpu")})
    os.setsid()
    log = os.open(folder.console_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    faulthandler.enable()
    code = 1
    try:
        watch(Plan(**job["plan"]))
        code = work(folder, Hold(device="cpu"))
    except BaseException:  # noqa: BLE001 - the parent's stack must not be unwound in the child
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])

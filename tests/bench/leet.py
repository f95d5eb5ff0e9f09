"""W&B LEET, the nearest relative: a terminal interface that shows runs, measured as ours is.

It is measured where a ``wandb`` is installed: beside this interpreter (the extra ``bench``), or on
the path. The same figures are logged to it, in its own format, without any network.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from tests.bench.terminal import Terminal

_OFFLINE = {
    "WANDB_MODE": "offline",
    "WANDB_SILENT": "true",
    "WANDB_ERROR_REPORTING": "false",
    "WANDB_DISABLE_CODE": "true",
    "WANDB_DISABLE_GIT": "true",
}


class Leet:
    """A run that logs, for LEET to look at. Use it as a context.

    Args:
        interpreter: A Python that has ``wandb``.
        program: The ``wandb`` that belongs to it.
    """

    def __init__(self, interpreter: str, program: str) -> None:
        self._interpreter, self._program = interpreter, program

    @classmethod
    def find(cls) -> Leet | None:
        """Return it where there is a ``wandb``, beside this interpreter or on the path."""
        beside = str(Path(sys.executable).parent)
        program = shutil.which("wandb", path=beside) or shutil.which("wandb")
        if program is None:
            return None
        interpreter = Path(program).with_name("python")
        return cls(str(interpreter), program) if interpreter.exists() else None

    def __enter__(self) -> Leet:
        self._folder = tempfile.TemporaryDirectory()
        self._environment = {
            **_OFFLINE,
            "WANDB_CACHE_DIR": self._folder.name,
            "WANDB_CONFIG_DIR": self._folder.name,
        }
        self._writer = subprocess.Popen(
            [self._interpreter, str(Path(__file__).with_name("leet_run.py")), self._folder.name],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **self._environment},
        )
        assert self._writer.stdout is not None
        self._run = self._writer.stdout.readline().decode().strip()
        if not self._run:
            raise SystemExit("wandb has not logged anything.")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.kill()
        self._writer.wait()
        assert self._writer.stdout is not None
        self._writer.stdout.close()
        # Its helper processes may be writing still.
        with contextlib.suppress(OSError):
            self._folder.cleanup()

    def look(self) -> Terminal:
        """Return LEET in a terminal, being started."""
        return Terminal(["leet", self._run], environment=self._environment, program=self._program)

    @staticmethod
    def has_frame(output: bytes) -> bool:
        """Say whether it has drawn the axes of a chart: before them comes a banner."""
        return "└".encode() in output
